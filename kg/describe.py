"""What a reader is told about a thing: its labels, its statements, the places that vouch for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from kg.engine import Engine, Term, select
from kg.names import LANGUAGES, curie, slug_of, sparql_prologue

_PROLOGUE = sparql_prologue("fyp", "id", "dcterms", "rdf", "rdfs", "skos", "graph")

_NAMING = ("skos:prefLabel", "rdfs:label", "dcterms:title", "fyp:asPrinted", "fyp:surfaceForm")


@dataclass(frozen=True)
class Label:
    """A text and its language; the language of an untagged text is empty."""

    text: str
    language: str = ""


Labels = dict[NamedNode, dict[str, Label]]


@dataclass(frozen=True)
class Place:
    """Where something is said: a passage of the source (line, offsets, section) or a cited page (address)."""

    iri: NamedNode
    line: int | None = None
    start: int | None = None
    end: int | None = None
    section: NamedNode | None = None
    title: str = ""
    publisher: str = ""
    issued: str = ""
    address: str = ""
    trust: NamedNode | None = None


@dataclass(frozen=True)
class Statement:
    """One statement with the named graph that makes it; ``other`` is the subject when ``inverse``."""

    property: NamedNode
    other: Term
    graph: NamedNode
    inverse: bool = False


@dataclass(frozen=True)
class Description:
    """All that is stated of a thing and all that is stated with it as object."""

    thing: NamedNode
    statements: tuple[Statement, ...] = ()
    inverse: tuple[Statement, ...] = ()
    classes: tuple[NamedNode, ...] = field(default=())


def _values(iris: Iterable[NamedNode]) -> str:
    return " ".join(str(iri) for iri in iris)


def labels_of(engine: Engine, iris: Iterable[NamedNode]) -> Labels:
    """The labels of things and terms by language; what has no label is left out.

    A quantity is named by its printed form, a citation by its title, a mention by its surface form.
    """
    wanted = sorted(set(iris), key=lambda iri: iri.value)
    if not wanted:
        return {}
    table = select(
        engine,
        f"{_PROLOGUE}SELECT ?thing ?label WHERE {{ VALUES ?thing {{ {_values(wanted)} }} "
        f"?thing {'|'.join(_NAMING)} ?label }}",
    )
    found: Labels = defaultdict(dict)
    for thing, label in table.rows:
        if isinstance(thing, NamedNode) and isinstance(label, Literal):
            language = label.language or ""
            found[thing].setdefault(language, Label(label.value, language))
    return dict(found)


def label_of(labels: Labels, iri: NamedNode, language: str) -> Label:
    """The label in the wanted language, else in another one, else the slug or the compact IRI."""
    known = labels.get(iri, {})
    for wanted in (language, "", *LANGUAGES):
        if wanted in known:
            return known[wanted]
    return Label(slug_of(iri) or curie(iri))


def definitions_of(engine: Engine, terms: Iterable[NamedNode], language: str = "en") -> dict[NamedNode, Label]:
    """The definition of each term in one language, where it has one."""
    wanted = sorted(set(terms), key=lambda iri: iri.value)
    if not wanted:
        return {}
    text = f"SELECT ?term ?meaning {{ VALUES ?term {{ {_values(wanted)} }} ?term skos:definition ?meaning }}"
    return {
        term: Label(meaning.value, language)
        for term, meaning in select(engine, _PROLOGUE + text).rows
        if isinstance(term, NamedNode) and isinstance(meaning, Literal) and meaning.language == language
    }


def pinyin_of(engine: Engine, things: Iterable[NamedNode]) -> dict[NamedNode, str]:
    """The pinyin key of each thing that has a Chinese label."""
    wanted = sorted(set(things), key=lambda iri: iri.value)
    if not wanted:
        return {}
    text = f"SELECT ?thing ?key {{ VALUES ?thing {{ {_values(wanted)} }} ?thing fyp:pinyinKey ?key }}"
    rows = select(engine, _PROLOGUE + text).rows
    return {thing: key.value for thing, key in rows if isinstance(thing, NamedNode) and isinstance(key, Literal)}


def parents_of(engine: Engine, things: Iterable[NamedNode]) -> dict[NamedNode, NamedNode]:
    """The element that each plan element stands under, where it stands under one."""
    wanted = sorted(set(things), key=lambda iri: iri.value)
    if not wanted:
        return {}
    text = f"SELECT ?thing ?parent {{ VALUES ?thing {{ {_values(wanted)} }} ?thing fyp:subElementOf ?parent }}"
    rows = select(engine, sparql_prologue("fyp") + text).rows
    return {thing: parent for thing, parent in rows if isinstance(thing, NamedNode) and isinstance(parent, NamedNode)}


def places_of(engine: Engine, evidence: Iterable[NamedNode]) -> dict[NamedNode, Place]:
    """The place of each passage and citation."""
    wanted = sorted(set(evidence), key=lambda iri: iri.value)
    if not wanted:
        return {}
    table = select(
        engine,
        f"""{_PROLOGUE}SELECT ?iri ?line ?start ?end ?section ?title ?publisher ?issued ?address ?trust WHERE {{
  VALUES ?iri {{ {_values(wanted)} }}
  ?iri a fyp:Evidence .
  OPTIONAL {{ ?iri fyp:lineNumber ?line ; fyp:startOffset ?start ; fyp:endOffset ?end ; fyp:inSection ?section }}
  OPTIONAL {{ ?iri dcterms:title ?title ; fyp:publisherName ?publisher ; fyp:address ?address ; fyp:trust ?trust }}
  OPTIONAL {{ ?iri dcterms:issued ?issued }}
}}""",
    )
    return {place.iri: place for place in map(_place, table.records())}


def _place(record: dict[str, Term | None]) -> Place:
    iri, section, trust = record["iri"], record["section"], record["trust"]
    assert isinstance(iri, NamedNode)  # noqa: S101 - the VALUES above hold IRIs only

    def text(variable: str) -> str:
        cell = record[variable]
        return cell.value if isinstance(cell, Literal) else ""

    def number(variable: str) -> int | None:
        return int(text(variable)) if text(variable) else None

    return Place(
        iri,
        line=number("line"),
        start=number("start"),
        end=number("end"),
        section=section if isinstance(section, NamedNode) else None,
        title=text("title"),
        publisher=text("publisher"),
        issued=text("issued"),
        address=text("address"),
        trust=trust if isinstance(trust, NamedNode) else None,
    )


def describe(engine: Engine, thing: NamedNode) -> Description | None:
    """Everything that the graph says of a thing, or None when it says nothing."""
    table = select(
        engine,
        f"{_PROLOGUE}SELECT ?graph ?subject ?property ?object WHERE {{ GRAPH ?graph {{ "
        f"{{ {thing} ?property ?object }} UNION {{ ?subject ?property {thing} }} }} }} "
        "ORDER BY ?property ?subject ?object ?graph",
    )
    statements, inverse, classes = [], [], []
    for graph, subject, predicate, object_ in table.rows:
        if not isinstance(graph, NamedNode) or not isinstance(predicate, NamedNode):
            continue
        if object_ is not None:
            statements.append(Statement(predicate, object_, graph))
            if predicate.value.endswith("#type") and isinstance(object_, NamedNode) and "inferred" not in graph.value:
                classes.append(object_)
        elif subject is not None:
            inverse.append(Statement(predicate, subject, graph, inverse=True))
    if not statements and not inverse:
        return None
    return Description(thing, tuple(statements), tuple(inverse), tuple(classes))
