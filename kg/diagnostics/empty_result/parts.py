"""The parts of a query's pattern that can be queried alone, cut out of the syntax tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from pyoxigraph import NamedNode

from kg.core.errors import Message
from kg.core.names import PREFIXES, name
from kg.sparql.lexer import tokens
from kg.sparql.parser import SyntaxFault, parse
from kg.sparql.syntax_tree import (
    Annotation,
    Bind,
    BlankNode,
    DatasetClause,
    Exists,
    Filter,
    GraphPattern,
    Group,
    Iri,
    Lateral,
    Minus,
    Modifiers,
    Node,
    Optional,
    Property,
    PropertyList,
    Query,
    ReifiedTriple,
    Select,
    Service,
    Triples,
    Union,
    Values,
    Variable,
)

BLOCK = (Group, Union)
RDF_TYPE = name("rdf:type")

_MOST_PARTS = 200
_LONGEST = 65_536


class NotExplained(Exception):
    """The query has a form that explanations do not cover. Becomes a sentence of the explanation."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True)
class PatternTerm:
    """A position of a triple pattern: its node, and its text in a query, where a blank node is a variable."""

    text: str
    node: Node

    @property
    def is_iri(self) -> bool:
        """Return True for an IRI in angle brackets or a prefixed name."""
        return isinstance(self.node, Iri) and self.text not in ("a", "()")

    @property
    def is_variable(self) -> bool:
        """Return True for variables and blank nodes."""
        return self.text.startswith(("?", "$"))


@dataclass(frozen=True)
class Part:
    """A part of a pattern that can be queried alone.

    ``triple`` is empty for all but triple patterns. ``graph`` is the name in the GRAPH clause around the part. ``arms``
    are the parts of the groups in a block.
    """

    node: Node
    text: str
    query: str
    start: int
    triple: tuple[PatternTerm, ...] = ()
    graph: str = ""
    arms: tuple[tuple[Part, ...], ...] = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of its variables, each once."""
        names = (token.text[1:] for token in tokens(self.query) if token.kind == "variable")
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True)
class QueryParts:
    """The parts of a query; ``not_explained`` says why there are none."""

    prologue: str = ""
    prefixes: Mapping[str, str] = field(default_factory=dict)
    dataset: tuple[DatasetClause, ...] = ()
    dataset_text: str = ""
    parts: tuple[Part, ...] = ()
    modifiers: Modifiers | None = None
    values: Values | None = None
    not_explained: Message | str = ""

    def iri(self, text: str) -> NamedNode | None:
        """Return the IRI that a name of the query means; None for variables, literals and relative IRIs."""
        prefix, colon, local = text.partition(":")
        try:
            if text.startswith("<"):
                return NamedNode(text[1:-1])
            if colon and prefix in self.prefixes:
                return NamedNode(self.prefixes[prefix] + local.replace("\\", ""))
        except ValueError:
            return None
        return RDF_TYPE if text == "a" else None

    def name_for(self, term: str, text: str) -> str:
        """Return a compact IRI in the way of the query: in angle brackets if it does not declare the prefix."""
        prefix, _, local = term.partition(":")
        is_declared = self.prefixes.get(prefix) == PREFIXES.get(prefix)
        return term if is_declared and not text.startswith("<") else f"<{PREFIXES[prefix]}{local}>"


def parts_of(text: str) -> QueryParts:
    """Return the parts of a query, or the reason why it cannot be taken apart."""
    if len(text) > _LONGEST:
        return QueryParts(not_explained=Message("The query has more than %(most)s characters.", most=_LONGEST))
    try:
        query = parse(text)
    except SyntaxFault as fault:
        written = next((repr(token.text) for token in tokens(text[fault.start :])), Message("the end"))
        return QueryParts(
            not_explained=Message(
                "%(written)s is where %(expected)s should be.", written=written, expected=fault.expected
            )
        )
    if not isinstance(query, Query):
        return QueryParts(not_explained=Message("The query has no pattern in braces."))
    declarations = [(node, node.prefix, node.iri.text[1:-1]) for node in query.declarations if node.iri is not None]
    query_parts = QueryParts(
        prologue="".join(f"{_source(text, node)}\n" for node, _, _ in declarations),
        prefixes={prefix: iri for _, prefix, iri in declarations if prefix is not None},
        dataset=query.dataset,
        dataset_text=" ".join(_source(text, clause) for clause in query.dataset),
        modifiers=query.modifiers,
        values=query.values,
    )
    try:
        parts = tuple(_Reader(text).group(query.where, "")) if query.where is not None else _described(query)
    except NotExplained as reason:
        return replace(query_parts, not_explained=reason.message)
    return replace(query_parts, parts=parts)


def _described(query: Query) -> tuple[Part, ...]:
    """Return a pattern for the statements about each IRI of a DESCRIBE without a pattern."""
    parts = []
    for iri in query.described[:_MOST_PARTS]:
        if isinstance(iri, Iri):
            names = (iri.text, "?property__", "?value__")
            nodes = (iri, *(Variable(iri.start, iri.end, name[1:]) for name in names[1:]))
            triple = tuple(map(PatternTerm, names, nodes))
            text = f"{' '.join(names)} ."
            parts.append(Part(iri, text, text, iri.start, triple))
    return tuple(parts)


class _Reader:
    """Cuts the parts out of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._blank_nodes = count(1)
        self._elements = 0

    def group(self, group: Group, graph: str) -> Iterator[Part]:
        """Yield the parts of ``{ ... }`` within a graph.

        Raises:
            NotExplained: the group has too many parts, or one that is not covered.
        """
        for element in group.elements:
            self._elements += 1
            if self._elements > _MOST_PARTS:
                raise NotExplained(Message("The query has more than %(most)s patterns.", most=_MOST_PARTS))
            yield from self._element(element, graph)

    def _element(self, node: Node, graph: str) -> Iterable[Part]:
        if isinstance(node, Triples):
            return self._triples(node, graph)
        if isinstance(node, GraphPattern):
            return self.group(node.group, _source(self._text, node.name))
        if isinstance(node, BLOCK):
            return self._block(node, graph)
        if isinstance(node, Select):
            return self.group(node.where, graph)
        if isinstance(node, Service | Lateral):
            raise NotExplained(Message("%(word)s is not explained.", word=type(node).__name__.upper()))
        text = _source(self._text, node)
        if isinstance(node, Values):
            return [Part(node, text, text, node.start)]
        return [Part(node, text, self._query(node, text, graph), node.start, graph=graph)]

    def _query(self, node: Node, text: str, graph: str) -> str:
        """Return the query text of a part with GRAPH around its groups, but not around what uses earlier rows."""
        if not graph or isinstance(node, Bind):
            return text
        if isinstance(node, Filter):
            groups = [exists.group for exists in node.walk() if isinstance(exists, Exists)]
        else:
            groups = [node.group] if isinstance(node, Optional | Minus) else []
        if not groups:
            return text if isinstance(node, Filter) else f"GRAPH {graph} {{ {text} }}"
        # GRAPH goes inside the braces of a group. Around the whole part it would hide the variables of earlier rows.
        opening, closing = {group.start for group in groups}, {group.end - 1 for group in groups}
        query = ""
        for token in tokens(self._text[node.start : node.end]):
            at = node.start + token.start
            before = f"{{ GRAPH {graph} " if at in opening else ""
            query += f"{before}{token.text}{' }' if at in closing else ''} "
        return query

    def _block(self, node: Node, graph: str) -> list[Part]:
        """Return the part for groups with UNION, a group with filters, or a sub-query; the parts of a plain group."""
        groups = node.groups if isinstance(node, Union) else (node,)
        arms = tuple(tuple(self.group(group, graph)) for group in groups if isinstance(group, Group))
        is_plain = isinstance(node, Group) and not any(isinstance(element, Select) for element in node.elements)
        if is_plain and arms[0] and all(part.triple or isinstance(part.node, Values) for part in arms[0]):
            return list(arms[0])
        text = _source(self._text, node)
        return [Part(node, text, self._query(node, text, graph), node.start, graph=graph, arms=arms)]

    def _triples(self, node: Triples, graph: str) -> list[Part]:
        parts: list[Part] = []
        subject = self._term(node.subject, parts, graph)
        self._properties(subject, node.properties, parts, graph)
        return parts

    def _properties(
        self, subject: PatternTerm, properties: tuple[Property, ...], parts: list[Part], graph: str
    ) -> None:
        for property_ in properties:
            # not the span of the node, which leaves out brackets around a whole path
            path = _joined(self._text[property_.start : property_.objects[0].start])
            verb = PatternTerm(path, property_.verb)
            for object_ in property_.objects:
                if object_.annotations:
                    sign = _first_sign(object_.annotations[0])
                    raise NotExplained(Message("%(word)s is not explained.", word=repr(sign)))
                # the terms of the object may add their own triples, and this triple belongs before them
                place = len(parts)
                triple = (subject, verb, self._term(object_.term, parts, graph))
                text = f"{' '.join(term.text for term in triple)} ."
                query = f"GRAPH {graph} {{ {text} }}" if graph else text
                start = property_.start if place else min(subject.node.start, property_.start)
                parts.insert(place, Part(object_, text, query, start, triple, graph))

    def _term(self, node: Node, parts: list[Part], graph: str) -> PatternTerm:
        """Return a term; a blank node becomes a variable, which matches the same (section 4.1.4)."""
        if isinstance(node, BlankNode) and node.label:
            label = "".join(sign if sign.isalnum() else "_" for sign in node.label.removeprefix("_:"))
            return PatternTerm(f"?label__{label}", node)
        if isinstance(node, BlankNode | PropertyList):
            blank = PatternTerm(f"?blank__{next(self._blank_nodes)}", node)
            if isinstance(node, PropertyList):
                self._properties(blank, node.properties, parts, graph)
            return blank
        if isinstance(node, ReifiedTriple):
            raise NotExplained(Message("%(written)s is where a term should be.", written="'<<'"))
        return PatternTerm(_source(self._text, node), node)


def _source(text: str, node: Node) -> str:
    return _joined(text[node.start : node.end])


def _joined(text: str) -> str:
    """Return a text on one line, without comments, with one space for each gap."""
    joined, end = "", 0
    for token in tokens(text):
        joined += (" " if joined and token.start > end else "") + token.text
        end = token.start + len(token.text)
    return joined


def _first_sign(annotation: Node) -> str:
    return "{|" if isinstance(annotation, Annotation) else "~"
