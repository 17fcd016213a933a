"""The serialisation of answers: from results of pyoxigraph to the bytes of the wanted form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol
from xml.parsers import expat

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from kg.core.errors import QueryFailed, ReleaseBroken, RequestInvalid
from kg.core.media_types import Form
from kg.core.messages import Message
from kg.core.turtle import serialize
from kg.engine.store import failed


class Sink(Protocol):
    """A target for bytes."""

    def write(self, data: bytes, /) -> int:
        """Take some bytes."""


def write_answer(results: QuerySolutions | QueryBoolean | Iterable[Triple], form: Form, sink: Sink) -> None:
    """Write a table, a truth value or the statements of a graph; an exception of the sink ends it.

    Raises:
        RequestInvalid: the form does not fit.
        QueryFailed: what was found cannot be written in that form.
    """
    wanted = form.format
    checked = _Checked(sink, is_xml=form.media_type.endswith("+xml"))
    if isinstance(results, (QuerySolutions, QueryBoolean)):
        if not isinstance(wanted, QueryResultsFormat):
            raise RequestInvalid(
                Message("This query makes a table, which has no form %(media_type)s.", media_type=form.media_type)
            )
        results.serialize(checked, format=wanted)  # type: ignore[arg-type]
    else:
        if not isinstance(wanted, RdfFormat):
            raise RequestInvalid(
                Message("This query makes a graph, which has no form %(media_type)s.", media_type=form.media_type)
            )
        checked.write(_written(results, wanted))
    checked.close()


def _written(triples: Iterable[Triple], wanted: RdfFormat) -> bytes:
    try:
        return serialize(triples, wanted)
    except OSError as error:  # such as: JSON-LD has no triple terms
        if isinstance(broken := failed(error), ReleaseBroken):
            raise broken from error
        raise QueryFailed(
            Message("This graph cannot be written in that form: %(reason)s. Take another one.", reason=error)
        ) from error


class _Checked:
    """A sink that refuses output that readers cannot parse: pyoxigraph writes XML for values that XML cannot hold."""

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
        """Do nothing: the sink has received all bytes."""

    def close(self) -> None:
        """Check that the output is complete."""
        self._parse(b"", last=True)

    def _parse(self, data: bytes, *, last: bool) -> None:
        if self._parser is None:
            return
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            raise QueryFailed(
                Message("This answer cannot be written as XML: %(reason)s. Take another form.", reason=error)
            ) from error
