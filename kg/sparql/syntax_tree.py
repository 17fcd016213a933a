"""The syntax tree of a SPARQL text: one frozen class for each production that this project uses.

Names follow the grammar of SPARQL 1.1 Query Language (section 19.8), SPARQL 1.1 Update and SPARQL 1.2. Each node has
its start and end, in characters from 0. A message can point to it, and a tool can cut it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from typing import TypeVar

NodeT = TypeVar("NodeT", bound="Node")
# fields of these types hold no nodes, so the walk need not look into them
_LEAF = re.compile(r"(?:str|int|bool|Form)(?: \| None)?")


@dataclass(frozen=True, slots=True)
class Node:
    """A part of the text."""

    start: int
    end: int

    def children(self) -> Iterator[Node]:
        """Yield the nodes directly below, in the order of the text."""
        # mypy takes the __hash__ of instances for that of the class
        for field in _parts_of(type(self)):  # type: ignore[arg-type]
            value = getattr(self, field)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                yield from _nodes_in(value)

    def of(self, kind: type[NodeT]) -> Iterator[NodeT]:
        """Yield this node and all below of one class, in the order of the text."""
        return (node for node in self.walk() if isinstance(node, kind))

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below, depth first, without recursion."""
        waiting: list[Node] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            # the last in is the first out, so children are added from the last to the first
            waiting.extend(reversed(list(node.children())))


def _nodes_in(values: tuple[object, ...]) -> Iterator[Node]:
    for value in values:
        if isinstance(value, Node):
            yield value
        # the rows of VALUES are tuples in a tuple
        elif isinstance(value, tuple):
            yield from _nodes_in(value)


@cache
def _parts_of(kind: type[Node]) -> tuple[str, ...]:
    """Return the fields of a class that may hold nodes; the annotations are texts."""
    return tuple(field.name for field in fields(kind) if not _LEAF.fullmatch(str(field.type)))


# --- terms -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Iri(Node):
    """An IRI as it is written: ``<...>``, a prefixed name, or the keyword ``a``."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """A variable; ``name`` has no mark, ``mark`` is ``?`` or ``$``."""

    name: str
    mark: str = "?"


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A string, number or truth value as it is written; ``language`` has no ``@``."""

    text: str
    language: str = ""
    datatype: Iri | None = None


@dataclass(frozen=True, slots=True)
class BlankNode(Node):
    """A blank node; ``label`` is empty for ``[]``."""

    label: str = ""


@dataclass(frozen=True, slots=True)
class PropertyList(Node):
    """``[ verb object ... ]``."""

    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Collection(Node):
    """``( term ... )``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class TripleTerm(Node):
    """``<<( subject predicate object )>>`` (SPARQL 1.2)."""

    subject: Node
    predicate: Node
    object: Node


@dataclass(frozen=True, slots=True)
class ReifiedTriple(Node):
    """``<< subject predicate object ~ reifier >>`` (SPARQL 1.2)."""

    subject: Node
    predicate: Node
    object: Node
    reifier: Node | None = None


# --- property paths --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Path(Node):
    """A property path that is not an IRI: ``operator`` is one of ``^ / | ! ? * +``."""

    operator: str
    parts: tuple[Node, ...]


# --- patterns --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Object(Node):
    """An object with its annotations: reifiers and annotation blocks (SPARQL 1.2)."""

    term: Node
    annotations: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotation(Node):
    """``{| verb object ... |}``."""

    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Property(Node):
    """A verb, which is a term or a path, and its objects."""

    verb: Node
    objects: tuple[Object, ...]


@dataclass(frozen=True, slots=True)
class Triples(Node):
    """A subject with its properties."""

    subject: Node
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Group(Node):
    """``{ ... }``: its elements are triples, other patterns, or one sub-select."""

    elements: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Optional(Node):
    """OPTIONAL."""

    group: Group


@dataclass(frozen=True, slots=True)
class Minus(Node):
    """MINUS."""

    group: Group


@dataclass(frozen=True, slots=True)
class Lateral(Node):
    """LATERAL, an extension of the engine (SPARQL community proposal SEP-0006)."""

    group: Group


@dataclass(frozen=True, slots=True)
class Union(Node):
    """Two or more groups with UNION between."""

    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class GraphPattern(Node):
    """GRAPH."""

    name: Node
    group: Group


@dataclass(frozen=True, slots=True)
class Service(Node):
    """SERVICE."""

    name: Node
    group: Group
    silent: bool


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """FILTER."""

    condition: Node


@dataclass(frozen=True, slots=True)
class Bind(Node):
    """BIND."""

    expression: Node
    variable: Variable


@dataclass(frozen=True, slots=True)
class Values(Node):
    """VALUES: each row has a term or None (UNDEF) for each variable.

    ``rows_start`` is after the opening brace, ``rows_end`` before the closing one. ``bracketed`` is true for a list of
    variables in brackets, even for a list of one.
    """

    bracketed: bool
    variables: tuple[Variable, ...]
    rows: tuple[tuple[Node | None, ...], ...]
    rows_start: int
    rows_end: int


# --- expressions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Operation(Node):
    """An operator with one or two operands, or ``IN`` and ``NOT IN`` with a list behind the first."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A built-in function (``name`` in upper case) or one that an IRI names."""

    name: str
    iri: Iri | None
    arguments: tuple[Node, ...]
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """An aggregate; ``argument`` is None for ``COUNT(*)``."""

    name: str
    argument: Node | None
    distinct: bool = False
    separator: Literal | None = None


@dataclass(frozen=True, slots=True)
class Exists(Node):
    """EXISTS and NOT EXISTS."""

    group: Group
    negated: bool


# --- queries ---------------------------------------------------------------------------------------------------------


class Form(Enum):
    """The form of a query."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"


@dataclass(frozen=True, slots=True)
class Declaration(Node):
    """BASE (``prefix`` is None), PREFIX, or VERSION (``iri`` is None)."""

    prefix: str | None
    iri: Iri | None


@dataclass(frozen=True, slots=True)
class Column(Node):
    """A projected variable, or an expression with the variable that it is named by."""

    expression: Node | None
    variable: Variable


@dataclass(frozen=True, slots=True)
class DatasetClause(Node):
    """FROM and FROM NAMED, USING and USING NAMED."""

    iri: Iri
    named: bool


@dataclass(frozen=True, slots=True)
class GroupKey(Node):
    """A key of GROUP BY, with the variable that it is named by."""

    expression: Node
    variable: Variable | None


@dataclass(frozen=True, slots=True)
class OrderKey(Node):
    """A key of ORDER BY."""

    expression: Node
    descending: bool


@dataclass(frozen=True, slots=True)
class Modifiers(Node):
    """The solution modifiers (section 15); ``limit`` and ``offset`` are None where they are missing."""

    group_by: tuple[GroupKey, ...] = ()
    having: tuple[Node, ...] = ()
    order_by: tuple[OrderKey, ...] = ()
    limit: int | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Select(Node):
    """A sub-query; ``columns`` is empty for ``*``; ``distinct`` is DISTINCT, REDUCED or empty."""

    distinct: str
    columns: tuple[Column, ...]
    where: Group
    modifiers: Modifiers
    values: Values | None


@dataclass(frozen=True, slots=True)
class Query(Node):
    """A query.

    ``form_start`` is the start of the keyword of the form, after the prologue. ``distinct`` and ``columns`` are those
    of SELECT (no columns: ``*``). ``template`` is that of CONSTRUCT. ``described`` has the terms of DESCRIBE (none:
    ``*``).
    """

    form: Form
    form_start: int
    declarations: tuple[Declaration, ...]
    distinct: str
    columns: tuple[Column, ...]
    template: tuple[Triples, ...]
    described: tuple[Node, ...]
    dataset: tuple[DatasetClause, ...]
    where: Group | None
    modifiers: Modifiers
    values: Values | None


# --- updates ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuadBlock(Node):
    """Triples, in a graph or in none."""

    graph: Node | None
    triples: tuple[Triples, ...]


@dataclass(frozen=True, slots=True)
class UpdateOperation(Node):
    """One operation; ``name`` is its keyword, such as ``INSERT DATA`` or ``LOAD``."""

    name: str
    graphs: tuple[Node, ...] = ()
    deleted: tuple[QuadBlock, ...] = ()
    inserted: tuple[QuadBlock, ...] = ()
    dataset: tuple[DatasetClause, ...] = ()
    where: Group | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Update(Node):
    """A sequence of operations."""

    declarations: tuple[Declaration, ...]
    operations: tuple[UpdateOperation, ...]
