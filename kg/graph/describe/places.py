"""The places that vouch for a claim: passages of a source, and cited pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import Literal, NamedNode

from kg.core.names import sparql_prologue
from kg.engine import Engine, Term, select
from kg.graph.describe.labels import values_of

_PROLOGUE = sparql_prologue("fyp", "dcterms")

_AT_ONCE = 100
_PARTS = {
    "line": "fyp:lineNumber",
    "start": "fyp:startOffset",
    "end": "fyp:endOffset",
    "section": "fyp:inSection",
    "document": "fyp:passageOf",
    "title": "dcterms:title",
    "publisher": "fyp:publisherName",
    "address": "fyp:address",
    "trust": "fyp:trust",
    "issued": "dcterms:issued",
}
# one property in each OPTIONAL: of several, Oxigraph would look at all the passages that there are
_QUESTION = (
    f"SELECT ?iri {' '.join(f'?{part}' for part in _PARTS)} {{{{ VALUES ?iri {{{{ {{}} }}}} ?iri a fyp:Evidence . "
    + " ".join(f"OPTIONAL {{{{ ?iri {property_} ?{part} }}}}" for part, property_ in _PARTS.items())
    + " }}"
)

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
    found = {}
    # few at a time: of many, Oxigraph looks at all the passages that there are, once for each property
    wanted = iter(sorted(set(evidence), key=lambda iri: iri.value))
    while some := tuple(islice(wanted, _AT_ONCE)):
        table = select(engine, _PROLOGUE + _QUESTION.format(values_of(some)))
        found.update({place.iri: place for place in map(_place, table.records())})
    return found


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
