"""The engine that holds its release in this process."""

from __future__ import annotations

import io
from typing import Protocol
from xml.parsers import expat

from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat

from kg.engine import Answer, Question
from kg.engine.ticket import Ticket
from kg.errors import QueryFailed, RequestInvalid
from kg.lexer import refuse_danger, tokens
from kg.store import Store
from kg.turtle import serialize


class Sink(Protocol):
    """Something to write bytes into."""

    def write(self, data: bytes, /) -> int:
        """Take some bytes."""


class EmbeddedEngine:
    """Answers from a store in memory or on disk; every answer is made, serialised and dropped in one thread."""

    def __init__(self, store: Store, release_id: str, max_nesting: int) -> None:
        self._store = store
        self._max_nesting = max_nesting
        self.release_id = release_id

    def answer(self, question: Question, ticket: Ticket | None = None) -> Answer:
        """Answer a question, whole or not at all; what runs here cannot be cancelled. Raises as ``Engine.answer``."""
        del ticket
        body = io.BytesIO()
        self.answer_into(question, body)
        return Answer(body.getvalue(), question.form)

    def answer_into(self, question: Question, sink: Sink) -> None:
        """Write an answer; what the sink raises ends it."""
        refuse_danger(question.text, self._max_nesting)
        has_from = any(token.is_word("FROM") for token in tokens(question.text))
        results = self._store.query(question.text, question.default_graphs, question.named_graphs, has_from=has_from)
        wanted = question.form.format
        checked = _Checked(sink, is_xml=question.form.media_type.endswith("+xml"))
        if isinstance(results, QueryTriples):
            if not isinstance(wanted, RdfFormat):
                raise RequestInvalid(f"This query makes a graph, which has no form {question.form.media_type}.")
            checked.write(_written(results, wanted))
        else:
            if not isinstance(wanted, QueryResultsFormat):
                raise RequestInvalid(f"This query makes a table, which has no form {question.form.media_type}.")
            results.serialize(checked, format=wanted)  # type: ignore[arg-type]
        checked.close()


def _written(triples: QueryTriples, wanted: RdfFormat) -> bytes:
    try:
        return serialize(triples, wanted)
    except OSError as error:  # such as: JSON-LD has no triple terms
        raise QueryFailed(f"This graph cannot be written in that form: {error}. Take another one.") from error


class _Checked:
    """A sink that passes on only what its reader can parse: pyoxigraph writes XML also of what XML cannot hold."""

    def __init__(self, sink: Sink, *, is_xml: bool) -> None:
        self._sink = sink
        self._parser = expat.ParserCreate(namespace_separator=" ") if is_xml else None

    def write(self, data: bytes) -> int:
        """Pass on some bytes.

        Raises:
            QueryFailed: a control character, or a property without a local name.
        """
        self._parse(data, last=False)
        return self._sink.write(data)

    def flush(self) -> None:
        """Nothing: the sink has all."""

    def close(self) -> None:
        """See that the end has come."""
        self._parse(b"", last=True)

    def _parse(self, data: bytes, *, last: bool) -> None:
        if self._parser is None:
            return
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            raise QueryFailed(f"This answer cannot be written as XML: {error}. Take another form.") from error
