"""Names within the external engine: the only module that knows the names of a release's graphs there.

``ROOT graph/plan-ii`` of release R is ``ROOT graph-R/graph/plan-ii``. The common start of our graphs' IRIs is replaced
in every name and text that holds it. Data mention their graphs, and queries compare them as strings. The common prefix
keeps the order of IRIs; the common suffix keeps patterns such as ``graph/plan-``. Blank nodes are IRIs there (RDF 1.1
Concepts, section 3.5). So a node is the same in two graphs, and when a chunk is sent twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode

from kg.core.errors import CopyFailed
from kg.core.names import PREFIXES, graph, graph_name_of

_GRAPHS = PREFIXES["graph"]
Correction = tuple[re.Pattern[bytes], bytes | Callable[[re.Match[bytes]], bytes]]
Corrections = tuple[Correction, ...]
"""What to look for in a reply, and what takes its place."""

_BLANK = re.compile(rb"_:([A-Za-z0-9]+)")


@dataclass(frozen=True)
class GraphNames:
    """The names of one release within the engine."""

    release_id: str

    @property
    def own(self) -> str:
        """The start of all names of the release there."""
        return f"{_GRAPHS.removesuffix('/')}-{self.release_id}/"

    @property
    def prefix(self) -> str:
        """The start of the names of its graphs."""
        return f"{self.own}graph/"

    @property
    def blank(self) -> str:
        """The start of the names of its blank nodes: they sort before other IRIs, as blank nodes do."""
        return f"bnode:{self.release_id}/"

    @property
    def union(self) -> NamedNode:
        """The graph that holds all statements, for queries that name no graph.

        A dataset of some forty default graphs would mean the same, and is ten times slower on Oxigraph.
        """
        return NamedNode(f"{self.own}union")

    @property
    def mark(self) -> NamedNode:
        """The graph with the mark that the release is complete."""
        return NamedNode(f"{self.own}mark")

    @property
    def nowhere(self) -> NamedNode:
        """A graph that does not exist; it replaces graphs that are not of this release."""
        return NamedNode(f"{self.own}nowhere")

    def exchanged(self, text: str) -> str:
        """Return one of our names or texts as it is in the engine, or the reverse.

        The names of the two sides are exchanged, so that applying it twice returns the same text.
        """
        return self._names.sub(lambda match: self._other(match[1] is not None), text)

    def _other(self, inside: bool) -> str:  # noqa: FBT001 - which of the two was found
        return _GRAPHS if inside else self.prefix

    @cached_property
    def _names(self) -> re.Pattern[str]:
        start = re.escape(_GRAPHS.removesuffix("/"))
        return re.compile(f"{start}(-{re.escape(self.release_id)}/graph)?/")

    def iri(self, full: str) -> str | None:
        """Return the IRI that replaces an IRI of a query, or None if it stays; the IRI of a blank node has no match."""
        if full.startswith(self.blank):
            return self.nowhere.value
        exchanged = self.exchanged(full) if full.startswith((_GRAPHS, self.prefix)) else full
        return exchanged if exchanged != full else None

    def graph(self, node: NamedNode) -> NamedNode:
        """Return the engine's graph for a graph of a query's dataset; a graph that is not ours becomes ``nowhere``."""
        return self.nowhere if graph_name_of(node) is None else NamedNode(self.exchanged(node.value))

    def graph_of(self, listed: str) -> NamedNode:
        """Return the engine's graph for its name in a manifest.

        Raises:
            CopyFailed: it is none of ours.
        """
        if ":" in listed:
            raise CopyFailed(f"The graph <{listed}> has no name below {_GRAPHS}, so it cannot be kept apart there.")
        return self.graph(graph(listed))

    def statement(self, line: bytes) -> tuple[str, bytes]:
        """Return the graph name (as in a manifest) and the N-Triples for the engine of a line of N-Quads."""
        statement, _, node = line.rstrip().removesuffix(b" .").rpartition(b" ")
        subject, predicate, value = statement.split(b" ", 2)
        triple = b" ".join((self._named(subject), predicate, self._named(value)))
        named = node[1:-1].decode()
        return named.removeprefix(_GRAPHS), re.sub(self._names.pattern.encode(), self._told, triple) + b" .\n"

    def _named(self, term: bytes) -> bytes:
        return b"<" + self.blank.encode() + term[2:] + b">" if _BLANK.fullmatch(term) else term

    @cached_property
    def in_json(self) -> Corrections:
        """Substitutions that restore our names in rows in JSON, where slashes may be escaped."""
        name = rb'"value"\s*:\s*"' + _slashes(re.escape(self.blank)) + rb'([A-Za-z0-9]+)"'
        kind = rb'"type"\s*:\s*"uri"'
        mended = rb'{"type":"bnode","value":"\1"}'
        return (
            (re.compile(rb"\{\s*" + kind + rb"\s*,\s*" + name + rb"\s*\}"), mended),
            (re.compile(rb"\{\s*" + name + rb"\s*,\s*" + kind + rb"\s*\}"), mended),
            (re.compile(_slashes(self._names.pattern)), self._told),
        )

    @cached_property
    def in_triples(self) -> Corrections:
        """Substitutions that restore our names in N-Triples."""
        return (
            (re.compile(rb"<" + re.escape(self.blank.encode()) + rb"([A-Za-z0-9]+)>"), rb"_:\1"),
            (re.compile(self._names.pattern.encode()), self._told),
        )

    def _told(self, match: re.Match[bytes]) -> bytes:
        return self._other(match[1] is not None).encode()


def _slashes(pattern: str) -> bytes:
    r"""Return a pattern for a text in JSON, where a slash may be written ``\/``."""
    return pattern.encode().replace(b"/", rb"\\?/")
