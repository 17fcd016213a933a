"""Graphs as text: the same triples or quads give the same bytes, with the prefixes they use and no others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BufferedWriter, RawIOBase
from typing import IO, TYPE_CHECKING

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple

from kg.core.names import OUTSIDE, PREFIXES

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_PREFIXED = {RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N3, RdfFormat.RDF_XML}
_PREFIX_LINE = b"@prefix "
_ROOT_ELEMENT = re.compile(rb"<rdf:RDF( [^>]*)>")


def serialize(statements: Iterable[Triple] | Iterable[Quad], form: RdfFormat) -> bytes:
    """Write triples or quads in a format; prefixes are in alphabetical order.

    A format that knows no named graphs takes the triples of the quads.
    """
    written = [
        statement.triple if isinstance(statement, Quad) and not form.supports_datasets else statement
        for statement in statements
    ]
    prefixes = _used_prefixes(written) if form in _PREFIXED else None
    body = pyoxigraph.serialize(written, format=form, prefixes=prefixes)  # type: ignore[arg-type]  # takes both in one list
    assert body is not None  # noqa: S101 - serialize returns bytes when it is given no output
    # pyoxigraph writes prefixes in the order of a hash map, which differs from call to call
    if form == RdfFormat.RDF_XML:
        # only the root element declares prefixes in RDF/XML, as attributes
        return _ROOT_ELEMENT.sub(lambda match: b"<rdf:RDF " + b" ".join(sorted(match[1].split())) + b">", body, count=1)
    lines = body.split(b"\n")
    # the prefix lines are the first lines, and sorting must not reach the statements after them
    count = next((place for place, line in enumerate(lines) if not line.startswith(_PREFIX_LINE)), len(lines))
    return b"\n".join(sorted(lines[:count]) + lines[count:])


def _used_prefixes(statements: list[Triple | Quad]) -> dict[str, str]:
    iris = {term.value for statement in statements for term in statement if isinstance(term, NamedNode)}
    return {prefix: base for prefix, base in (OUTSIDE | PREFIXES).items() if any(iri.startswith(base) for iri in iris)}


def write_stream(statements: Iterable[Triple] | Iterable[Quad], form: RdfFormat, out: IO[bytes]) -> None:
    """Write Turtle or TriG, as it comes, with all of our prefixes in alphabetical order; nothing is held.

    Raises:
        OSError: there is no room to write.
    """
    with BufferedWriter(_SortedPrefixes(out)) as ordered:
        pyoxigraph.serialize(statements, ordered, format=form, prefixes=PREFIXES)


class _SortedPrefixes(RawIOBase):
    """Passes on Turtle or TriG, the lines with prefixes in alphabetical order."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        # the head is None once it is written; from then on all bytes pass through unchanged
        self._head: bytes | None = b""

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Pass on; the head is held until it is whole."""
        if self._head is None:
            self._out.write(data)
        else:
            self._head += bytes(data)
            lines = self._head.split(b"\n")
            # the last line may be incomplete, since a buffer ends anywhere. So the head ends at the first line that can
            # be no prefix.
            body = next((place for place, line in enumerate(lines) if not _may_be_prefix(line)), None)
            if body is not None:
                self._out.write(b"\n".join(sorted(lines[:body]) + lines[body:]))
                self._head = None
        return memoryview(data).nbytes


def _may_be_prefix(line: bytes) -> bool:
    """Return True if a line declares a prefix, or may do so once it is complete."""
    return line.startswith(_PREFIX_LINE) or _PREFIX_LINE.startswith(line)
