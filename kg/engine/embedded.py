"""The engine that holds its release in this process."""

from __future__ import annotations

import io

from kg.engine import Answer, Question
from kg.engine.cancellation import CancellationToken
from kg.engine.counts import Counts, counted
from kg.engine.serialise import Sink, write_answer
from kg.engine.store import Results, Store, failed
from kg.sparql.fast_scan import may_say
from kg.sparql.guard import refuse_danger
from kg.sparql.parser import parse_query


class EmbeddedEngine:
    """Answer from a store in memory or on disk; every answer is made, serialised and dropped in one thread."""

    def __init__(self, store: Store, release_id: str, max_nesting: int, counts: Counts | None = None) -> None:
        self._store, self._counts = store, counts
        self._max_nesting = max_nesting
        self.release_id = release_id

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        """Answer a question, whole or not at all; what runs here cannot be cancelled. Raises as ``Engine.answer``."""
        del cancellation
        body = io.BytesIO()
        self.answer_into(question, body)
        return Answer(body.getvalue(), question.form)

    def answer_into(self, question: Question, sink: Sink) -> None:
        """Write an answer; what the sink raises ends it.

        Raises:
            ReleaseBroken: a part of the store cannot be read.
            As ``Engine.answer``.
        """
        refuse_danger(question.text, self._max_nesting)
        results = counted(self._counts, question)
        if results is None:
            results = self._evaluate(question)
        try:
            write_answer(results, question.form, sink)
        except RuntimeError as error:  # rows are read from disk while they are written
            raise failed(error) from error

    def _evaluate(self, question: Question) -> Results:
        text = question.text
        has_from = may_say(text, "FROM") and _names_dataset(text)
        return self._store.query(text, question.default_graphs, question.named_graphs, has_from=has_from)


def _names_dataset(text: str) -> bool:
    """Return True if a text has FROM clauses; so does one that does not parse here, which the engine will refuse."""
    query = parse_query(text)
    return query is None or bool(query.dataset)
