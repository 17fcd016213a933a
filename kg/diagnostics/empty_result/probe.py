"""A probe: small questions about the parts of a query, few enough, each through the engine and its limits."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pyoxigraph import NamedNode

from kg.core.errors import KgError, QueryFailed, QueryInvalid, QuestionCancelled
from kg.diagnostics.empty_result.parts import Piece, Reading
from kg.engine import Engine, Question, Term, rows_of

MOST_QUESTIONS = 40


class Probe:
    """Asks about parts of one query, over its dataset; after so many questions every answer is None."""

    def __init__(
        self,
        engine: Engine,
        reading: Reading,
        default_graphs: tuple[NamedNode, ...],
        named_graphs: tuple[NamedNode, ...],
    ) -> None:
        self._engine, self._reading = engine, reading
        self._default_graphs, self._named_graphs = default_graphs, named_graphs
        self.asked = 0
        self._missed = 0

    @property
    def complete(self) -> bool:
        """Whether every question was asked and answered."""
        return self._missed == 0

    @property
    def restricted(self) -> bool:
        """Whether the query chose its dataset itself, by FROM or by the protocol."""
        return bool(self._reading.dataset or self._default_graphs or self._named_graphs)

    def holds(self, *texts: str, anywhere: bool = False) -> bool | None:
        """Whether a pattern matches anything, in the dataset of the query or ``anywhere``; None if unknown."""
        answer = self._answer("ASK", texts, "", anywhere=anywhere)
        return bool(json.loads(answer)["boolean"]) if answer is not None else None

    def match(self, pieces: Iterable[Piece]) -> bool | None:
        """Whether pieces of the query together match anything."""
        return self.holds(*(piece.question for piece in pieces))

    def rows(
        self, projection: str, *texts: str, tail: str = "LIMIT 6", anywhere: bool = False
    ) -> tuple[tuple[Term | None, ...], ...]:
        """The rows of a small SELECT; none if the question could not be asked."""
        answer = self._answer(f"SELECT {projection}", texts, tail, anywhere=anywhere)
        return rows_of(answer).rows if answer is not None else ()

    def _answer(self, form: str, texts: Iterable[str], tail: str, *, anywhere: bool) -> bytes | None:
        if self.asked >= MOST_QUESTIONS:
            self._missed += 1
            return None
        self.asked += 1
        dataset = "" if anywhere else " ".join(self._reading.dataset)
        question = Question(
            f"{self._reading.prologue}{form} {dataset} {{ {' '.join(texts)} }} {tail}",
            default_graphs=() if anywhere else self._default_graphs,
            named_graphs=() if anywhere else self._named_graphs,
        )
        try:
            return b"".join(self._engine.answer(question).chunks())
        except QuestionCancelled:
            raise
        except (QueryInvalid, QueryFailed):
            self._missed += 1
        except KgError:  # too long, too heavy, too busy: the next one would be no better
            self._missed += 1
            self.asked = MOST_QUESTIONS
        return None
