"""The engine that holds its release in this process."""

from __future__ import annotations

from xml.parsers import expat

from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat

from kg.engine import Answer, Question
from kg.errors import QueryFailed, RequestInvalid
from kg.forms import Form
from kg.lexer import refuse_danger, tokens
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
        has_from = any(token.is_word("FROM") for token in tokens(question.text))
        results = self._store.query(question.text, question.default_graphs, question.named_graphs, has_from=has_from)
        wanted = question.form.format
        if isinstance(results, QueryTriples):
            if not isinstance(wanted, RdfFormat):
                raise RequestInvalid(f"This query makes a graph, which has no form {question.form.media_type}.")
            return _whole(_written(results, wanted), question.form)
        if not isinstance(wanted, QueryResultsFormat):
            raise RequestInvalid(f"This query makes a table, which has no form {question.form.media_type}.")
        body = results.serialize(format=wanted)
        assert body is not None  # noqa: S101 - serialize returns bytes when it is given no output
        return _whole(body, question.form)


def _written(triples: QueryTriples, wanted: RdfFormat) -> bytes:
    try:
        return serialize(triples, wanted)
    except OSError as error:  # such as: JSON-LD has no triple terms
        raise QueryFailed(f"This graph cannot be written in that form: {error}. Take another one.") from error


def _whole(body: bytes, form: Form) -> Answer:
    """An answer that its reader can parse: pyoxigraph writes XML also of what XML cannot hold.

    Raises:
        QueryFailed: a control character, or a property without a local name.
    """
    if form.media_type.endswith("+xml"):
        try:
            expat.ParserCreate(namespace_separator=" ").Parse(body, True)  # noqa: FBT003 - a C function
        except expat.ExpatError as error:
            raise QueryFailed(f"This answer cannot be written as XML: {error}. Take another form.") from error
    return Answer(body, form)
