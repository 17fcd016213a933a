"""The labels in a dump of a vocabulary, read as a stream, since a dump may be larger than the memory."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat

from kg.core.errors import FileUnreadable, TurtleInvalid
from kg.core.names import LANGUAGES, name

FORMATS = {
    ".nq": RdfFormat.N_QUADS,
    ".nt": RdfFormat.N_TRIPLES,
    ".owl": RdfFormat.RDF_XML,
    ".rdf": RdfFormat.RDF_XML,
    ".trig": RdfFormat.TRIG,
    ".ttl": RdfFormat.TURTLE,
    ".xml": RdfFormat.RDF_XML,
}
# Best first: of several names, the first property gives the one that a row shows
NAMING = (
    name("skos:prefLabel"),
    name("rdfs:label"),
    NamedNode("http://schema.org/name"),
    NamedNode("https://schema.org/name"),
    name("skos:altLabel"),
)


@dataclass(frozen=True)
class DumpLabel:
    """A label of a resource elsewhere; its language is ``en``, ``de``, ``zh``, or empty if the dump has none."""

    thing: NamedNode
    field: NamedNode
    text: str
    language: str


def dump_labels(source: Path) -> Iterator[DumpLabel]:
    """Yield the labels in our languages, in the order of the dump.

    Raises:
        FileUnreadable: the file cannot be read, or its ending names no format.
        TurtleInvalid: it does not parse; says line and column where the parser does.
    """
    try:
        with _opened(source) as stream:
            # lenient: dumps hold addresses that are no IRIs, and they are no concern of ours
            for quad in pyoxigraph.parse(stream, _format(source), base_iri=source.absolute().as_uri(), lenient=True):
                if quad.predicate in NAMING and isinstance(quad.subject, NamedNode):
                    label = cast("Literal", quad.object)
                    language = (label.language or "").partition("-")[0].lower() if isinstance(label, Literal) else "?"
                    if language in ("", *LANGUAGES):
                        yield DumpLabel(quad.subject, quad.predicate, label.value, language)
    except SyntaxError as error:
        raise TurtleInvalid(source, str(error.msg), error.lineno, error.offset) from error
    except (OSError, EOFError, zlib.error) as error:
        raise FileUnreadable(f"{source} cannot be read: {error}.") from error


def _format(source: Path) -> RdfFormat:
    ending = next((suffix for suffix in reversed(source.suffixes) if suffix != ".gz"), "")
    if ending not in FORMATS:
        available = " ".join(FORMATS)
        raise FileUnreadable(f"{source}: the ending must name the format ({available}), perhaps with .gz behind it.")
    return FORMATS[ending]


def _opened(source: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(source)) if source.suffix == ".gz" else source.open("rb")
