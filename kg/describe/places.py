"""The places that vouch for a claim: passages of a source, and cited pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.describe.labels import values_of
from kg.engine import Engine, Term, select
from kg.names import sparql_prologue

_PROLOGUE = sparql_prologue("fyp", "dcterms")

Vouched = Mapping[tuple[NamedNode, NamedNode], tuple[NamedNode, ...]]
"""The passages and cited pages that a claim has in a named graph, by claim and graph."""


@dataclass(frozen=True)
class Place:
    """Where something is said: a passage of the source (line, offsets, section) or a cited page (address).

    ``language`` is that of the title of a cited page, which is ours; the page itself may be in another.
    """

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
    document: NamedNode | None = None
    language: str = ""


def places_of(engine: Engine, evidence: Iterable[NamedNode]) -> dict[NamedNode, Place]:
    """The place of each passage and citation."""
    wanted = values_of(evidence)
    if not wanted:
        return {}
    table = select(
        engine,
        f"""{_PROLOGUE}SELECT ?iri ?line ?start ?end ?section ?document ?title ?publisher ?issued ?address ?trust {{
  VALUES ?iri {{ {wanted} }}
  ?iri a fyp:Evidence .
  OPTIONAL {{
    ?iri fyp:lineNumber ?line ; fyp:startOffset ?start ; fyp:endOffset ?end ; fyp:inSection ?section .
    OPTIONAL {{ ?iri fyp:passageOf ?document }}
  }}
  OPTIONAL {{ ?iri dcterms:title ?title ; fyp:publisherName ?publisher ; fyp:address ?address ; fyp:trust ?trust }}
  OPTIONAL {{ ?iri dcterms:issued ?issued }}
}}""",
    )
    return {place.iri: place for place in map(_place, table.records())}


def evidence_of(engine: Engine, claims: Iterable[NamedNode]) -> Vouched:
    """What vouches for each claim, by the graph that says so; a claim without evidence is left out."""
    wanted = values_of(claims)
    if not wanted:
        return {}
    text = (
        f"SELECT ?claim ?graph ?place {{ VALUES ?claim {{ {wanted} }} "
        "GRAPH ?graph { ?claim fyp:evidence ?place } } ORDER BY ?claim ?graph ?place"
    )
    found: dict[tuple[NamedNode, NamedNode], list[NamedNode]] = defaultdict(list)
    for claim, graph, place in select(engine, _PROLOGUE + text).rows:
        if isinstance(claim, NamedNode) and isinstance(graph, NamedNode) and isinstance(place, NamedNode):
            found[claim, graph].append(place)
    return {key: tuple(places) for key, places in found.items()}


def _place(record: dict[str, Term | None]) -> Place:
    iri = record["iri"]
    assert isinstance(iri, NamedNode)  # noqa: S101 - the VALUES above hold IRIs only

    def text(variable: str) -> str:
        cell = record[variable]
        return cell.value if isinstance(cell, Literal) else ""

    def number(variable: str) -> int | None:
        return int(text(variable)) if text(variable) else None

    def node(variable: str) -> NamedNode | None:
        cell = record[variable]
        return cell if isinstance(cell, NamedNode) else None

    return Place(
        iri,
        line=number("line"),
        start=number("start"),
        end=number("end"),
        section=node("section"),
        title=text("title"),
        publisher=text("publisher"),
        issued=text("issued"),
        address=text("address"),
        trust=node("trust"),
        document=node("document"),
        language=getattr(record["title"], "language", None) or "",
    )
