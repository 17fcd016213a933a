"""Controls: a client finds its way by them alone."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kg.core.names import name, thing
from kg.output.fragments import QUADS, TRIPLES, Page, Pattern
from kg.output.fragments.controls import Source, controls, neighbours
from kg.output.metadata import UNION

ADDRESS = "https://example.org/fragments"
SOURCE = Source(ADDRESS, TRIPLES, "abc")
PATTERN = Pattern(object=Literal("5G & more", language="en"))
HERE = f"{ADDRESS}?object=%225G+%26+more%22%40en&page=2"


def objects(quads: list[Quad], subject: NamedNode, predicate: str) -> list[str]:
    return [q.object.value for q in quads if (q.subject, q.predicate) == (subject, name(predicate))]  # type: ignore[union-attr]


def test_a_page_names_its_dataset_its_size_and_its_neighbours() -> None:
    quads = controls(SOURCE, Page(PATTERN, 2, 250, ()), HERE)
    here, dataset = NamedNode(HERE), NamedNode(f"{ADDRESS}#dataset")
    assert {quad.graph_name for quad in quads} == {NamedNode(f"{HERE}#metadata")}
    assert objects(quads, NamedNode(f"{HERE}#metadata"), "foaf:primaryTopic") == [dataset.value]
    assert objects(quads, dataset, "void:subset") == [HERE]
    for predicate in ("void:triples", "hydra:totalItems"):
        assert objects(quads, here, predicate) == ["250"]
    assert objects(quads, here, "hydra:itemsPerPage") == ["100"]
    first = HERE.removesuffix("&page=2")
    assert objects(quads, here, "hydra:previous") == objects(quads, here, "hydra:first") == [first]
    assert objects(quads, here, "hydra:next") == objects(quads, here, "hydra:last") == [f"{first}&page=3"]


def test_the_form_has_a_field_for_each_position() -> None:
    for positions in (TRIPLES, QUADS):
        source = Source(ADDRESS, positions, "abc")
        quads = controls(source, Page(PATTERN, 1, 0, ()), ADDRESS)
        (form,) = objects(quads, source.part("dataset"), "hydra:search")
        assert objects(quads, NamedNode(form), "hydra:template") == [f"{ADDRESS}{{?{','.join(positions)}}}"]
        mapped = {
            objects(quads, NamedNode(field), "hydra:variable")[0]: objects(quads, NamedNode(field), "hydra:property")[0]
            for field in objects(quads, NamedNode(form), "hydra:mapping")
        }
        assert list(mapped) == list(positions)
        assert mapped["subject"] == name("rdf:subject").value


def test_only_the_form_for_quads_names_the_default_graph() -> None:
    """Comunica asks for the default graph by this name, and reads it only behind ``void:subset``."""
    quads = controls(Source(ADDRESS, QUADS, "abc"), Page(PATTERN, 1, 0, ()), ADDRESS)
    predicates = [quad.predicate for quad in quads]
    assert predicates.index(name("void:subset")) < predicates.index(name("sd:defaultGraph"))
    assert objects(quads, SOURCE.part("dataset"), "sd:defaultGraph") == [UNION.value]
    assert name("sd:defaultGraph") not in {one.predicate for one in controls(SOURCE, Page(PATTERN, 1, 0, ()), ADDRESS)}


def test_the_ends_have_one_neighbour_and_a_single_page_none() -> None:
    assert neighbours(Page(PATTERN, 1, 250, ())) == {"first": 1, "next": 2, "last": 3}
    assert neighbours(Page(PATTERN, 3, 250, ())) == {"first": 1, "previous": 2, "last": 3}
    assert neighbours(Page(PATTERN, 1, 0, ())) == {"first": 1, "last": 1}


def test_there_are_no_blank_nodes_so_that_the_bytes_stay_the_same() -> None:
    for quad in controls(SOURCE, Page(Pattern(thing("plan-ii")), 1, 9, ()), HERE):
        assert not any(isinstance(term, BlankNode) for term in quad)
