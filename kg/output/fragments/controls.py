"""Controls: what a page says of itself and of the way to the others, as quads of a graph beside the data.

Hydra: https://www.hydra-cg.com/spec/latest/core/. There are no blank nodes, so that the same page has the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.core.names import name
from kg.output.fragments import PAGE_SIZE, QUADS, Page, Pattern
from kg.output.fragments.pattern import PAGE, write_fields
from kg.output.metadata import LICENSE, TITLES, UNION

_PROPERTIES = {
    "subject": name("rdf:subject"),
    "predicate": name("rdf:predicate"),
    "object": name("rdf:object"),
    "graph": name("sd:graph"),
}


@dataclass(frozen=True)
class Source:
    """Where fragments are served: the address without a query string, the fields of its form, and the release."""

    address: str
    positions: Sequence[str]
    release_id: str

    @property
    def template(self) -> str:
        """The address of any fragment, as a template (RFC 6570)."""
        return f"{self.address}{{?{','.join(self.positions)}}}"

    def page(self, pattern: Pattern, number: int = 1) -> str:
        """The address of a page of a fragment."""
        fields = write_fields(pattern, self.positions) + ([(PAGE, str(number))] if number > 1 else [])
        return f"{self.address}?{urlencode(fields)}" if fields else self.address

    def part(self, fragment: str) -> NamedNode:
        """The IRI of something that every page describes, such as the form."""
        return NamedNode(f"{self.address}#{fragment}")


def controls(source: Source, page: Page, here: str) -> list[Quad]:
    """What the page at the address ``here`` says of itself, in the order in which clients read it.

    The address must be the one that was asked: clients look for it, letter by letter.
    """
    graph = NamedNode(f"{here}#metadata")
    return [
        Quad(one.subject, one.predicate, one.object, graph) for one in _triples(source, page, NamedNode(here), graph)
    ]


def _triples(source: Source, page: Page, here: NamedNode, graph: NamedNode) -> Iterator[Triple]:
    dataset = source.part("dataset")
    yield Triple(graph, name("foaf:primaryTopic"), dataset)
    yield Triple(dataset, name("void:subset"), here)
    yield from (Triple(dataset, name("rdf:type"), name(cls)) for cls in ("void:Dataset", "hydra:Collection"))
    yield from (Triple(dataset, name("dcterms:title"), Literal(text, language=tag)) for tag, text in TITLES.items())
    yield Triple(dataset, name("dcterms:license"), LICENSE)
    yield Triple(dataset, name("owl:versionInfo"), Literal(source.release_id))
    if "graph" in source.positions:
        yield Triple(dataset, name("sd:defaultGraph"), UNION)
    yield from _form(source, dataset)
    yield from _page(source, page, here, dataset)


def _form(source: Source, dataset: NamedNode) -> Iterator[Triple]:
    form = source.part("form")
    yield Triple(dataset, name("hydra:search"), form)
    yield Triple(form, name("rdf:type"), name("hydra:IriTemplate"))
    yield Triple(form, name("hydra:template"), Literal(source.template))
    yield Triple(form, name("hydra:variableRepresentation"), name("hydra:ExplicitRepresentation"))
    for position in (one for one in QUADS if one in source.positions):
        field = source.part(position)
        yield Triple(form, name("hydra:mapping"), field)
        yield Triple(field, name("rdf:type"), name("hydra:IriTemplateMapping"))
        yield Triple(field, name("hydra:variable"), Literal(position))
        yield Triple(field, name("hydra:property"), _PROPERTIES[position])


def _page(source: Source, page: Page, here: NamedNode, dataset: NamedNode) -> Iterator[Triple]:
    yield Triple(here, name("rdf:type"), name("hydra:PartialCollectionView"))
    yield Triple(here, name("dcterms:source"), dataset)
    yield Triple(here, name("void:triples"), _number(page.total))
    yield Triple(here, name("hydra:totalItems"), _number(page.total))
    yield Triple(here, name("hydra:itemsPerPage"), _number(PAGE_SIZE))
    for link, number in neighbours(page).items():
        yield Triple(here, name(f"hydra:{link}"), NamedNode(source.page(page.pattern, number)))


def neighbours(page: Page) -> dict[str, int]:
    """The numbers of the first and last page, and of those beside this one where there are."""
    beside = {"previous": page.number - 1, "next": page.number + 1}
    return {"first": 1, **{link: one for link, one in beside.items() if 1 <= one <= page.last}, "last": page.last}


def _number(number: int) -> Literal:
    return Literal(str(number), datatype=name("xsd:integer"))
