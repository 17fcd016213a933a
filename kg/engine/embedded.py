"""The engine that holds its release in this process."""

from __future__ import annotations

from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat

from kg.engine import Answer, Question
from kg.errors import RequestInvalid
from kg.lexer import refuse_danger
from kg.store import Store
from kg.turtle import serialize


class EmbeddedEngine:
    """Answers from a store in memory or on disk; every answer is made, serialised and dropped in one thread."""

    def __init__(self, store: Store, release_id: str, max_nesting: int) -> None:
        self._store = store
        self._max_nesting = max_nesting
        self.release_id = release_id

    def answer(self, question: Question) -> Answer:
        """Answer a question, whole or not at all; see ``Engine.answer`` for what it raises."""
        refuse_danger(question.text, self._max_nesting)
        results = self._store.query(question.text, question.default_graphs, question.named_graphs)
        wanted = question.form.format
        if isinstance(results, QueryTriples):
            if not isinstance(wanted, RdfFormat):
                raise RequestInvalid(f"This query makes a graph, which has no form {question.form.media_type}.")
            return Answer(serialize(results, wanted), question.form)
        if not isinstance(wanted, QueryResultsFormat):
            raise RequestInvalid(f"This query makes a table, which has no form {question.form.media_type}.")
        body = results.serialize(format=wanted)
        assert body is not None  # noqa: S101 - serialize returns bytes when it is given no output
        return Answer(body, question.form)
