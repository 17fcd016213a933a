"""Small queries about the parts of a query, with a limit on their number."""

from __future__ import annotations

import json
from collections.abc import Iterable

from kg.core.errors import KgError, QueryFailed, QueryInvalid, QuestionCancelled
from kg.diagnostics.empty_result.parts import Part, QueryParts
from kg.engine import Engine, Question, Term, rows_of

# each of these queries takes time of the engine, so a reader's request sends a limited number
MOST_QUESTIONS = 40

Rows = tuple[tuple[Term | None, ...], ...]


class Probe:
    """Queries parts of one query over its dataset; beyond the limit every answer is None."""

    def __init__(self, engine: Engine, query_parts: QueryParts, question: Question) -> None:
        self._engine, self._query_parts, self._question = engine, query_parts, question
        self._count = 0
        self._missed = 0
        self._is_stopped = False

    @property
    def count(self) -> int:
        """The number of queries so far."""
        return self._count

    @property
    def is_complete(self) -> bool:
        """Return True if every query was sent and answered."""
        return self._missed == 0

    @property
    def has_dataset(self) -> bool:
        """Return True if FROM or the request chooses the dataset."""
        return bool(self._query_parts.dataset or self._question.default_graphs or self._question.named_graphs)

    def ask(self, *patterns: str, anywhere: bool = False) -> bool | None:
        """Return True if a pattern matches in the dataset of the query or ``anywhere``; None if unknown."""
        body = self._answer("ASK", patterns, "", anywhere=anywhere)
        return bool(json.loads(body)["boolean"]) if body is not None else None

    def matches(self, parts: Iterable[Part]) -> bool | None:
        """Return True if parts of the query match together; None if unknown."""
        return self.ask(*(part.query for part in parts))

    def select(self, projection: str, *patterns: str, tail: str = "LIMIT 6", anywhere: bool = False) -> Rows:
        """Return the rows of a small SELECT, or none if it has no answer."""
        body = self._answer(f"SELECT {projection}", patterns, tail, anywhere=anywhere)
        return rows_of(body).rows if body is not None else ()

    def _answer(self, form: str, patterns: Iterable[str], tail: str, *, anywhere: bool) -> bytes | None:
        if self._is_stopped or self._count >= MOST_QUESTIONS:
            self._missed += 1
            return None
        self._count += 1
        dataset = "" if anywhere else self._query_parts.dataset_text
        question = Question(
            f"{self._query_parts.prologue}{form} {dataset} {{ {' '.join(patterns)} }} {tail}",
            default_graphs=() if anywhere else self._question.default_graphs,
            named_graphs=() if anywhere else self._question.named_graphs,
        )
        try:
            return b"".join(self._engine.answer(question).chunks())
        # only this error is for the caller; any other one makes an answer unknown
        except QuestionCancelled:
            raise
        except (QueryInvalid, QueryFailed):
            self._missed += 1
        except KgError:
            # too long, too heavy or too busy: the next query would fare no better
            self._missed += 1
            self._is_stopped = True
        return None
