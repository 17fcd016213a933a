"""An external engine as a product: names of graphs there, the marker of completeness, and how products differ.

``ROOT graph/plan-ii`` of release R is ``ROOT graph-R/graph/plan-ii``. The common start of our graphs' IRIs is replaced
in every name and text that holds it. Data mention their graphs, and queries compare them as strings. The common prefix
keeps the order of IRIs; the common suffix keeps patterns such as ``graph/plan-``. Blank nodes are IRIs there (RDF 1.1
Concepts, section 3.5). So a node is the same in two graphs, and when a chunk is sent twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Self

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.credentials import read_headers
from kg.core.errors import CopyFailed, SettingInvalid
from kg.core.names import PREFIXES, ROOT, graph, graph_name_of
from kg.core.settings import Settings
from kg.sparql.parser import parse_query
from kg.sparql.syntax_tree import Group, Path, Values

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
    def missing_graph(self) -> NamedNode:
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
        # The group matches only in names of the engine. So it shows the side of a name, and one pass exchanges both.
        start = re.escape(_GRAPHS.removesuffix("/"))
        return re.compile(f"{start}(-{re.escape(self.release_id)}/graph)?/")

    def iri(self, full: str) -> str | None:
        """Return the IRI that replaces an IRI of a query, or None if it stays; the IRI of a blank node has no match."""
        if full.startswith(self.blank):
            return self.missing_graph.value
        exchanged = self.exchanged(full) if full.startswith((_GRAPHS, self.prefix)) else full
        return exchanged if exchanged != full else None

    def graph(self, node: NamedNode) -> NamedNode:
        """Return the engine's graph for a graph of a query's dataset; ``missing_graph`` if it is not ours."""
        return self.missing_graph if graph_name_of(node) is None else NamedNode(self.exchanged(node.value))

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
        # Our serialiser wrote the line with one space between terms, and only literals contain spaces.
        # So the graph is the last part, and subject and predicate are the first two.
        statement, _, node = line.rstrip().removesuffix(b" .").rpartition(b" ")
        subject, predicate, value = statement.split(b" ", 2)
        triple = b" ".join((self._named(subject), predicate, self._named(value)))
        named = node[1:-1].decode()
        return named.removeprefix(_GRAPHS), re.sub(self._names.pattern.encode(), self._restored, triple) + b" .\n"

    def _named(self, term: bytes) -> bytes:
        return b"<" + self.blank.encode() + term[2:] + b">" if _BLANK.fullmatch(term) else term

    @cached_property
    def in_json(self) -> Corrections:
        """Substitutions that restore our names in rows in JSON, where slashes may be escaped."""
        name = rb'"value"\s*:\s*"' + _slashes(re.escape(self.blank)) + rb'([A-Za-z0-9]+)"'
        kind = rb'"type"\s*:\s*"uri"'
        # two patterns, because JSON leaves the order of the members open
        corrected = rb'{"type":"bnode","value":"\1"}'
        return (
            (re.compile(rb"\{\s*" + kind + rb"\s*,\s*" + name + rb"\s*\}"), corrected),
            (re.compile(rb"\{\s*" + name + rb"\s*,\s*" + kind + rb"\s*\}"), corrected),
            (re.compile(_slashes(self._names.pattern)), self._restored),
        )

    @cached_property
    def in_triples(self) -> Corrections:
        """Substitutions that restore our names in N-Triples."""
        return (
            (re.compile(rb"<" + re.escape(self.blank.encode()) + rb"([A-Za-z0-9]+)>"), rb"_:\1"),
            (re.compile(self._names.pattern.encode()), self._restored),
        )

    def _restored(self, match: re.Match[bytes]) -> bytes:
        return self._other(match[1] is not None).encode()


def _slashes(pattern: str) -> bytes:
    r"""Return a pattern for a text in JSON, where a slash may be written ``\/``."""
    return pattern.encode().replace(b"/", rb"\\?/")


_WHOLE = NamedNode(ROOT + "engine#whole")


@dataclass(frozen=True)
class CompletionMarker:
    """The record of a push: number of statements, in all and in each graph, their hash, and the time (ISO 8601)."""

    release_id: str
    quads: int
    graphs: Mapping[str, int]
    sha256: str
    pushed: str

    def statement(self) -> bytes:
        """Return the mark as a line of N-Triples."""
        value = Literal(json.dumps(asdict(self), sort_keys=True))
        return f"{Triple(_release(self.release_id), _WHOLE, value)} .\n".encode()

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the mark that a literal holds, or None if it does not hold one."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            return None


def completion_query(naming: GraphNames) -> str:
    """Return the query that asks if a release is complete in the engine."""
    return f"ASK {{ GRAPH {naming.mark} {{ {_release(naming.release_id)} {_WHOLE} ?mark }} }}"


def completion_markers_query() -> str:
    """Return the query for all marks, each with its graph."""
    return f"SELECT ?graph ?mark {{ GRAPH ?graph {{ ?release {_WHOLE} ?mark }} }}"


def marks_in(rows: Iterable[tuple[object, object]]) -> dict[str, CompletionMarker]:
    """Return the marks by release, from the rows of the query for all; ignore a mark in a wrong graph."""
    marks = {}
    for graph_name, value in rows:
        mark = CompletionMarker.read(value.value) if isinstance(value, Literal) else None
        if mark is not None and graph_name == GraphNames(mark.release_id).mark:
            marks[mark.release_id] = mark
    return marks


def _release(release_id: str) -> NamedNode:
    return NamedNode(f"{ROOT}release/{release_id}")


Wording = Callable[[str], str]
"""Takes a text that parses and gives one that parses and says the same, which a product reads rightly."""

NOBODY = "<urn:x-fyp:nobody>"


def reworded(text: str, wordings: Sequence[Wording]) -> str:
    """Return a text after each wording, in their order."""
    for wording in wordings:
        text = wording(text)
    return text


def without_undef(text: str) -> str:
    """Leave out ``VALUES ?x { UNDEF }``, which has no effect.

    Virtuoso takes the variable for bound, without a value, and loses it where a UNION or an OPTIONAL binds it.
    """
    return _replaced(
        text, [(values.start, values.end, "") for values in _single_values(text) if values.rows[0][0] is None]
    )


def with_second_value(text: str) -> str:
    """Give ``VALUES ?x { value }`` a second value, which a FILTER removes again.

    Virtuoso replaces the variable by a single value. It then returns it as a string instead of an IRI, or finds
    nothing at the end of a property path.
    """
    changes = []
    for values in _single_values(text):
        variable, value = values.variables[0], values.rows[0][0]
        if value is not None:
            name = text[variable.start : variable.end]
            row = f"{text[value.start : value.end]} {NOBODY}"
            changes.append((values.start, values.end, f"VALUES {name} {{ {row} }} FILTER({name} != {NOBODY})"))
    return _replaced(text, changes)


def with_split_plus(text: str) -> str:
    """Write ``p*/p`` for ``p+``: the same pairs, but a pair with several ways comes once for each last step.

    Virtuoso finds nothing along ``p+`` if both ends are bound by then. After ``p*`` the last step is an ordinary
    triple, so that only one end of the long way is bound. A path with another ``+`` inside stays unchanged.
    """
    query = parse_query(text)
    changes = []
    for path in query.of(Path) if query is not None else ():
        if path.operator == "+" and sum(part.operator == "+" for part in path.of(Path)) == 1:
            step = text[path.start : path.end - 1].rstrip()
            changes.append((path.start, path.end, f"({step}*/{step})"))
    return _replaced(text, changes)


def _single_values(text: str) -> list[Values]:
    """Return each VALUES of one variable and one row within a group, where a FILTER may follow."""
    query = parse_query(text)
    return [
        element
        for group in (query.of(Group) if query is not None else ())
        for element in group.elements
        if isinstance(element, Values) and not element.bracketed and len(element.rows) == 1
    ]


def _replaced(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    """Return the text with these places replaced; they do not overlap."""
    # from the last place to the first, so that the earlier offsets stay correct
    for start, end, words in sorted(changes, reverse=True):
        text = text[:start] + words + text[end:]
    return text


VIRTUOSO: tuple[Wording, ...] = (without_undef, with_second_value, with_split_plus)


@dataclass(frozen=True)
class Product:
    """The quirks of a product.

    Attributes:
        name: its name in ``KG_ENGINE_PRODUCT``.
        is_form: True if a query is sent as a form, else as its own media type with parameters in the address.
        timeout: the field with the time limit of a query, and its value, with ``{seconds}`` and ``{milliseconds}``;
            None without such a field.
        too_long: a pattern in its reply to a query that ran too long, besides the statuses 408 and 504.
        partial: headers that mark an incomplete answer.
        graph_store: a pattern in the address of queries, and the replacement that gives the address of the graph store;
            without it the operator sets the address.
        reads_graph_store: True if graphs are read back from the graph store, else by CONSTRUCT.
        chunk_bytes: the size of a part that is sent to the graph store.
        wordings: changes to the text of queries before they are sent.
        ``corrections``: substitutions in answers as they arrive: rows in JSON, statements in N-Triples.
    """

    name: str
    is_form: bool = True
    timeout: tuple[str, str] | None = None
    too_long: re.Pattern[str] | None = None
    partial: tuple[str, ...] = ()
    graph_store: tuple[str, str] | None = None
    reads_graph_store: bool = True
    chunk_bytes: int = 2**20
    wordings: tuple[Wording, ...] = ()
    corrections: Corrections = field(default=())

    def graph_store_of(self, url: str) -> str | None:
        """Return the address of the graph store for an address of queries, or None if the operator must set it."""
        if self.graph_store is None:
            return None
        address, count = re.subn(*self.graph_store, url, count=1)
        return address if count else None


_TIMED_OUT = re.compile(r"timed? ?out|timeout", re.IGNORECASE)

_YES_OR_NO = rb'\A\s*\{ "head": \{ "link": \[\], "vars": \["__ASK_RETVAL"\] \},.*"value": '
_OF_VIRTUOSO: Corrections = (
    # truth values of ASK come as a row
    (re.compile(_YES_OR_NO + rb'"1".*', re.DOTALL), b'{"head": {}, "boolean": true}'),
    (re.compile(_YES_OR_NO + rb'"0".*', re.DOTALL), b'{"head": {}, "boolean": false}'),
    # stored truth values come as numbers
    (re.compile(rb'(#boolean", "value": )"1"'), rb'\1"true"'),
    (re.compile(rb'(#boolean", "value": )"0"'), rb'\1"false"'),
    # this is not a valid name of a blank node
    (re.compile(rb'("type": "bnode", "value": ")nodeID://'), rb"\1"),
)

_PRODUCTS = (
    Product("sparql"),
    # no time limit: that of its server ends the connection, but not the work (docs/how-to/external-engine.md)
    Product("oxigraph", graph_store=(r"query$", "store")),
    Product(
        "virtuoso",
        timeout=("timeout", "{milliseconds}"),
        too_long=re.compile(r"S1T00|estimated execution time|timeout", re.IGNORECASE),
        partial=("X-SQL-State",),
        graph_store=(r"sparql/?$", "sparql-graph-crud"),
        wordings=VIRTUOSO,
        corrections=_OF_VIRTUOSO,
    ),
    Product(
        "fuseki",
        timeout=("timeout", "{seconds}"),
        too_long=_TIMED_OUT,
        graph_store=(r"(sparql|query)$", "data"),
    ),
    Product(
        "qlever",
        timeout=("timeout", "{seconds}s"),
        too_long=_TIMED_OUT,
        graph_store=(r"$", ""),
    ),
    Product(
        "graphdb",
        timeout=("timeout", "{seconds}"),
        too_long=_TIMED_OUT,
        graph_store=(r"/?$", "/rdf-graphs/service"),
    ),
    Product(
        "neptune",
        too_long=re.compile(r"TimeLimitExceeded"),
        graph_store=(r"sparql/?$", "sparql/gsp/"),
    ),
)
PRODUCTS = {product.name: product for product in _PRODUCTS}


def product_named(name: str) -> Product:
    """Return a product of the table.

    Raises:
        SettingInvalid: there is none of that name.
    """
    if name not in PRODUCTS:
        raise SettingInvalid(f"KG_ENGINE_PRODUCT={name!r} is not known: take one of {', '.join(PRODUCTS)}.")
    return PRODUCTS[name]


@dataclass(frozen=True)
class Access:
    """The addresses for questions and graphs, and the headers of requests, which are secret."""

    urls: tuple[str, ...]
    product: Product
    graph_stores: tuple[str, ...]
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def read_access(settings: Settings) -> Access:
    """Return the access to the engine that the settings name.

    Raises:
        SettingInvalid: the product is unknown, or the file of headers is not as it must be.
    """
    product = product_named(settings.engine_product)
    urls = tuple(settings.engine_url.split(","))
    stores = tuple(settings.engine_graph_store.split(",")) if settings.engine_graph_store else None
    derived = tuple(store for store in map(product.graph_store_of, urls) if store is not None)
    headers = read_headers("KG_ENGINE_HEADERS_FILE", settings.engine_headers_file)
    return Access(urls, product, derived if stores is None else stores, headers)
