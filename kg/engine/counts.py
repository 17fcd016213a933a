"""Queries for counts of the whole graph: the counts of a release, and the rewriting of a query to use them.

A query is recognised by its syntax tree. It becomes a query over the counts with the same columns, order and limit.
In case of doubt, the engine answers.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat

from kg.core.errors import KgError
from kg.core.names import name
from kg.engine import Question
from kg.engine.store import Results, Store
from kg.sparql.fast_scan import Namespaces, may_say
from kg.sparql.parser import parse_query
from kg.sparql.syntax_tree import Aggregate, BlankNode, Form, GraphPattern, Iri, Node, Query, Triples, Variable

ROWS = "rows"
GRAPH = NamedNode("counts:kept")
WHOLE = NamedNode("counts:whole")

_LONGEST = 4096
_MOST_BRACES = 2  # those of the question and of GRAPH
_TYPE = name("rdf:type").value


@dataclass(frozen=True)
class Kind:
    """A pattern, its places in their order, and what is counted of its rows by the place that they are grouped by.

    "" groups all rows together. Either the rows are counted, or the different terms in a place.
    """

    name: str
    pattern: str
    places: tuple[str, ...]
    counted: dict[str, tuple[str, ...]]

    def column(self, group: str, counted: str) -> NamedNode:
        """Return the property of a count: of the group's term, or of ``WHOLE``."""
        return NamedNode(f"counts:{self.name}/{group or 'whole'}/{counted}")


TRIPLES = Kind(
    "triples",
    "?subject ?predicate ?object",
    ("subject", "predicate", "object"),
    {"": (ROWS, "subject", "predicate", "object"), "predicate": (ROWS, "subject", "object")},
)
TYPES = Kind(
    "types", "?entity a ?class", ("entity", "class"), {"": (ROWS, "entity", "class"), "class": (ROWS, "entity")}
)
QUADS = Kind(
    "quads",
    "GRAPH ?graph { ?subject ?predicate ?object }",
    ("graph", "subject", "predicate", "object"),
    {"": (ROWS, "graph", "subject", "predicate", "object"), "graph": (ROWS,)},  # there may be many graphs
)
KINDS = (TRIPLES, TYPES, QUADS)
COLUMNS = tuple(
    kind.column(group, place) for kind in KINDS for group, counted in kind.counted.items() for place in counted
)


@dataclass(frozen=True)
class CountQuery:
    """A question to the counts, and the properties that it needs."""

    text: str
    columns: frozenset[NamedNode]


class _OtherQuery(Exception):
    """The query asks for more than counts; the engine then answers."""


def read_count_query(text: str) -> CountQuery | None:
    """Return the query over the counts; None if the text asks, or may ask, for more than counts of the graph."""
    # cheap tests first, because all queries come here and few of them are for counts
    if len(text) > _LONGEST or text.count("{") > _MOST_BRACES or not may_say(text, "COUNT", "DISTINCT"):
        return None
    query = parse_query(text)
    if query is None or not _has_known_clauses(query):
        return None
    try:
        return _Reader(text, query).count_query()
    except _OtherQuery:
        return None


def _has_known_clauses(query: Query) -> bool:
    """Return True for a SELECT without clauses that would change the counts."""
    prefixes = [declaration.prefix for declaration in query.declarations]
    return (
        query.form is Form.SELECT
        # REDUCED leaves the number of rows open; a dataset or HAVING makes other counts
        and query.distinct != "REDUCED"
        and bool(query.columns)
        and not (query.dataset or query.values or query.modifiers.having)
        and None not in prefixes
        and len(set(prefixes)) == len(prefixes)
    )


class _Reader:
    """Reads one query; each method raises _OtherQuery if it is not a query for counts."""

    def __init__(self, text: str, query: Query) -> None:
        self._text, self._query = text, query
        self._kind, terms = _pattern(query)
        variables = [term.name if isinstance(term, Variable) else "" for term in terms]
        if not all(isinstance(term, Variable) or _is_anonymous(term) for term in terms):
            raise _OtherQuery
        # the place in the pattern of each variable; [] matches as a variable without a name
        self._places = {term: place for term, place in zip(variables, self._kind.places, strict=True) if term}
        if len(self._places) < len(list(filter(None, variables))):  # one variable in two places
            raise _OtherQuery
        # the order matters: the names are checked against the group
        self._group = self._read_group()
        self._names = [column.variable.name for column in query.columns]
        self._check_names()

    def _read_group(self) -> str:
        """Return the variable that the rows are grouped by, or the empty text."""
        keys, columns = self._query.modifiers.group_by, self._query.columns
        if not keys:  # the different terms in a place are its groups
            is_list = self._query.distinct and len(columns) == 1 and columns[0].expression is None
            return columns[0].variable.name if is_list else ""
        if len(keys) > 1 or keys[0].variable is not None or not isinstance(keys[0].expression, Variable):
            raise _OtherQuery
        return keys[0].expression.name

    def _check_names(self) -> None:
        """Check that each column is the group, or a count with a new name, and that the group has counts."""
        plain = {column.variable.name for column in self._query.columns if column.expression is None}
        names = set(self._names)
        if len(names) < len(self._names) or plain - {self._group} or (names - plain) & self._places.keys():
            raise _OtherQuery
        if self._group and self._places.get(self._group) not in self._kind.counted:
            raise _OtherQuery
        keys = [key.expression for key in self._query.modifiers.order_by]
        if any(isinstance(key, Variable) and key.name not in {*names, self._group} for key in keys):
            raise _OtherQuery
        # DISTINCT must compare the group, and nothing that is not among the columns
        if self._query.distinct and (self._group not in plain or any(isinstance(key, Aggregate) for key in keys)):
            raise _OtherQuery

    def count_query(self) -> CountQuery:
        """Return the question to the counts: it has a pattern for each count, and one at least."""
        query, modifiers = self._query, self._query.modifiers
        columns = {
            column.variable.name: self._column(column.expression)
            for column in query.columns
            if column.expression is not None
        }
        # longer than every name of the query, so it is none of them
        fresh = "_" * (1 + max(map(len, [*self._names, *self._places])))
        order = []
        # a sort key that is a count becomes a column of the pattern, which SELECT does not name
        for number, key in enumerate(modifiers.order_by):
            variable = key.expression.name if isinstance(key.expression, Variable) else f"{fresh}{number}"
            if not isinstance(key.expression, Variable):
                columns[variable] = self._column(key.expression)
            order.append(f"{'DESC' if key.descending else 'ASC'}(?{variable})")
        # a list of groups needs a statement about each group: it uses the number of rows, and does not select it
        columns = columns or {fresh: self._kind.column(self._places.get(self._group, ""), ROWS)}
        limits = {"LIMIT": modifiers.limit, "OFFSET": modifiers.offset}
        parts = [
            f"{self._text[: query.form_start]}SELECT {query.distinct}",
            *(f"?{variable}" for variable in self._names),
            _group_pattern(f"?{self._group}" if self._group else str(WHOLE), columns),
            *(["ORDER BY", *order] if order else []),
            *(f"{word} {number}" for word, number in limits.items() if number is not None),
        ]
        return CountQuery(" ".join(parts), frozenset(columns.values()))

    def _column(self, expression: Node) -> NamedNode:
        """Return the property of a count."""
        if not isinstance(expression, Aggregate) or expression.name != "COUNT":
            raise _OtherQuery
        argument, group = expression.argument, self._places.get(self._group, "")
        if argument is not None and not (isinstance(argument, Variable) and argument.name in self._places):
            raise _OtherQuery
        place = self._places[argument.name] if isinstance(argument, Variable) else ""
        # a pattern binds its variables in each row, so COUNT of a variable is the number of rows
        counted = place if expression.distinct else ROWS
        if counted not in self._kind.counted[group]:
            raise _OtherQuery
        return self._kind.column(group, counted)


def _group_pattern(subject: str, columns: Mapping[str, NamedNode]) -> str:
    return "{ " + " ".join(f"{subject} {column} ?{variable} ." for variable, column in columns.items()) + " }"


def _pattern(query: Query) -> tuple[Kind, list[Node]]:
    """Return the kind of the only pattern of a question, and the terms in its places."""
    elements = query.where.elements if query.where is not None else ()
    graph: list[Node] = []
    if len(elements) == 1 and isinstance(elements[0], GraphPattern):
        graph, elements = [elements[0].name], elements[0].group.elements
    if len(elements) != 1 or not isinstance(elements[0], Triples) or len(elements[0].properties) != 1:
        raise _OtherQuery
    verb, objects = elements[0].properties[0].verb, elements[0].properties[0].objects
    if len(objects) != 1 or objects[0].annotations:
        raise _OtherQuery
    subject, value = elements[0].subject, objects[0].term
    if isinstance(verb, Variable):
        return QUADS if graph else TRIPLES, [*graph, subject, verb, value]
    if graph or not isinstance(verb, Iri) or Namespaces(query.declarations).full(verb) != _TYPE:
        raise _OtherQuery
    return TYPES, [subject, value]


def _is_anonymous(term: Node) -> bool:
    return isinstance(term, BlankNode) and not term.label


class Counts:
    """The counts of a release, as statements in a small store of their own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # a count that is not in the file is not answered here
        self._columns = frozenset(column for column in COLUMNS if any(True for _ in store.quads_with_property(column)))

    @property
    def held(self) -> frozenset[NamedNode]:
        """The properties of the counts that exist."""
        return self._columns

    def results(self, text: str) -> Results | None:
        """Return the results of a query that asks for these counts and nothing else, or None.

        The dataset is that of a query without FROM. Columns, terms and the requested order are those of an engine.
        Rows without a requested order always come in the same order.
        """
        query = read_count_query(text)
        if query is None or not query.columns <= self._columns:
            return None
        try:
            return self._store.query(query.text)
        except KgError:  # the engine then reports the error, and its place in the text of the query
            return None


def counted(counts: Counts | None, question: Question) -> Results | None:
    """Return the results from the counts; None without counts, or for a query about a part of the graph."""
    if counts is None or question.default_graphs or question.named_graphs:
        return None
    return counts.results(question.text)


COUNTS_FILE = "counts.nq"


def make_counts(store: Store) -> Iterator[Quad]:
    """Yield the counts of a store as statements; one count after the other, because different terms need memory."""
    for kind in KINDS:
        for group, counted in kind.counted.items():
            for place in counted:
                yield from _counts(store, kind, group, place)


def _counts(store: Store, kind: Kind, group: str, counted: str) -> list[Quad]:
    """Return one count for each group; none if a group is not an IRI, because other terms have no stable name."""
    argument = "*" if counted == ROWS else f"DISTINCT ?{counted}"
    by = f"?{group}" if group else ""
    text = f"SELECT (COUNT({argument}) AS ?n) {by} {{ {kind.pattern} }} {by and f'GROUP BY {by}'}"
    # the engine counts, and not this module: both ways to an answer then give the same number
    rows = store.query(text)
    assert isinstance(rows, QuerySolutions)  # noqa: S101 - it is a SELECT
    column, quads = kind.column(group, counted), []
    for row in rows:
        subject = row[group] if group else WHOLE
        if not isinstance(subject, NamedNode):
            return []
        quads.append(Quad(subject, column, row["n"], GRAPH))
    return quads


def write_counts(store: Store, folder: Path, release_id: str) -> None:
    """Count the store of a release and write the counts into the folder of that release.

    Raises:
        OSError: there is no room to write.
    """
    body = io.BytesIO()
    # sorted, so that equal stores give equal files
    pyoxigraph.serialize(sorted(make_counts(store), key=str), body, format=RdfFormat.N_QUADS)
    (folder / COUNTS_FILE).write_bytes(_head(release_id, body.getvalue()) + body.getvalue())


def read_counts(folder: Path, release_id: str) -> Counts | None:
    """Return the counts of a release; None if its folder has none, or if they are of another release or have changed.

    Without them the engine answers, more slowly.
    """
    try:
        content = (folder / COUNTS_FILE).read_bytes()
    except OSError:
        return None
    head, newline, body = content.partition(b"\n")
    if head + newline != _head(release_id, body):
        return None
    return Counts(Store(pyoxigraph.parse(body, format=RdfFormat.N_QUADS)))


def _head(release_id: str, body: bytes) -> bytes:
    """Return a comment with the id of the release and the SHA-256 of what follows."""
    return f"# counts of {release_id}, sha256 {hashlib.sha256(body).hexdigest()}\n".encode()
