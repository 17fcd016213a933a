"""What a match says in the graph: itself, the name of its target, and a link with all that vouches for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from kg.build.build import Graph
from kg.core.errors import MappingInvalid
from kg.core.names import PREFIXES, graph, name, slug_of, thing
from kg.links import PREDICATES
from kg.sources.sssom_rdf import labels_of, link_of, read_match_quads
from tests.kg.sources.mapping import head, table, write
from tests.kg.sources.test_sssom import MATCH

LINKS = graph("links")
SAID = """
id:technology-5g skos:exactMatch <http://eurovoc.europa.eu/c_83235c0f> .
<http://eurovoc.europa.eu/c_83235c0f> rdfs:label "5G"@en .
id:LINK a fyp:Link ;
    fyp:linkSubject id:technology-5g ;
    fyp:linkPredicate skos:exactMatch ;
    fyp:linkTarget <http://eurovoc.europa.eu/c_83235c0f> ;
    fyp:justification <https://w3id.org/semapv/vocab/ManualMappingCuration> ;
    fyp:linkConfidence 0.93 ;
    fyp:linkDate "2026-11-25"^^xsd:date ;
    fyp:linkAuthor "One" , "Two" ;
    fyp:linkComment "Seen in a list."@en .
"""


def test_a_row_makes_the_match_the_name_of_its_target_and_a_link(tmp_path: Path) -> None:
    quads = read_match_quads(write(tmp_path, head() + table({"author_label": "One|Two"})), LINKS)
    prologue = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())
    text = prologue + SAID.replace("LINK", slug_of(link_of(MATCH)) or "")
    said = {quad.triple for quad in pyoxigraph.parse(text, format=RdfFormat.TURTLE)}
    assert {quad.triple for quad in quads} == said
    assert {quad.graph_name for quad in quads} == {LINKS}


def test_the_statements_of_a_link_stand_together(tmp_path: Path) -> None:
    quads = read_match_quads(write(tmp_path, head() + table({}, {"subject_id": "id:technology-6g"})), LINKS)
    runs = [subject for subject, _ in groupby(quad.subject for quad in quads)]
    assert len([run for run in runs if "/link-" in str(run)]) == 2


def test_a_link_keeps_its_name_when_it_is_judged_anew_and_has_another_one_for_another_pair() -> None:
    anew = replace(MATCH, predicate=name("skos:closeMatch"), confidence=Decimal("0.5"), object_label="5G networks")
    assert link_of(anew) == link_of(MATCH)
    others = [replace(MATCH, subject=thing("area-5g")), replace(MATCH, object=NamedNode("http://eurovoc.europa.eu/1"))]
    assert len({link_of(MATCH), *map(link_of, others)}) == 3
    assert (slug_of(link_of(MATCH)) or "").startswith("link-eurovoc-technology-5g-")


@pytest.mark.parametrize(
    ("confidence", "text"), [("0.90", "0.9"), ("1", "1.0"), ("0", "0.0"), ("0.0000001", "0.0000001")]
)
def test_a_confidence_has_one_spelling(tmp_path: Path, confidence: str, text: str) -> None:
    quads = read_match_quads(write(tmp_path, head() + table({"confidence": confidence})), LINKS)
    found = [quad.object for quad in quads if quad.predicate == name("fyp:linkConfidence")]
    assert found == [Literal(text, datatype=name("xsd:decimal"))]


@pytest.mark.parametrize(
    ("target", "label", "labels"),
    [
        ("http://eurovoc.europa.eu/1", "5G / 6G", [Literal("5G / 6G", language="en")]),
        ("https://d-nb.info/gnd/1-2", "Netz", [Literal("Netz", language="de")]),
        ("http://www.wikidata.org/entity/Q1", "Netz", [Literal("Netz")]),
        (
            "http://zbw.eu/stw/descriptor/00000-0",
            "Net / Netz",
            [Literal("Net", language="en"), Literal("Netz", language="de")],
        ),
    ],
)
def test_a_name_has_the_language_that_its_vocabulary_makes_plain(
    target: str, label: str, labels: list[Literal]
) -> None:
    assert labels_of(replace(MATCH, object=NamedNode(target), object_label=label)) == labels


MISFITS = {
    "a subject that is not ours": ("eurovoc", {"subject_id": "skos:Concept"}, "subject_id", "no thing of ours"),
    "a subject that is no slug": ("eurovoc", {"subject_id": "id:Technology_5G"}, "subject_id", "id: and its slug"),
    "an object that is ours": ("eurovoc", {"object_id": "id:technology-5g"}, "object_id", "no known vocabulary"),
    "a malformed object": ("eurovoc", {"object_id": "eurovoc:c_1"}, "object_id", "copy it again from there"),
    "one language of two": ("stw", {"object_id": "stw:00000-0", "object_label": "5G"}, "object_label", "'en / de'"),
}


@pytest.mark.parametrize(("prefix", "row", "column", "told"), MISFITS.values(), ids=MISFITS)
def test_what_would_not_fit_into_the_graph_is_refused_with_its_place(
    tmp_path: Path, prefix: str, row: dict[str, str], column: str, told: str
) -> None:
    path = write(tmp_path, head(prefix) + table(row), prefix)
    with pytest.raises(MappingInvalid, match=told) as caught:
        read_match_quads(path, LINKS)
    assert (caught.value.path, caught.value.column) == (path, column)


def test_in_the_real_graph_each_match_has_its_link(graph: Graph) -> None:
    quads = list(graph.store.graph(LINKS))
    matches = [quad.triple for quad in quads if quad.predicate in PREDICATES]
    parts = {quad.subject: {q.predicate: q.object for q in quads if q.subject == quad.subject} for quad in links(quads)}
    ends = [
        tuple(part[name(f"fyp:link{end}")] for end in ("Subject", "Predicate", "Target")) for part in parts.values()
    ]
    assert Counter(Triple(*end) for end in ends) == Counter(matches)  # type: ignore[arg-type]
    assert len(matches) > 100


def links(quads: list[pyoxigraph.Quad]) -> list[pyoxigraph.Quad]:
    return [quad for quad in quads if quad.object == name("fyp:Link")]
