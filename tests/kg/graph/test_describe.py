"""What a reader is told about a thing: labels, places, statements with their graphs."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.core.names import LANGUAGES, graph, name, thing
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.graph.describe import Label, describe, evidence_of, labels_of, places_of
from kg.release import Release
from kg.release.store import open_store


@pytest.fixture(scope="module", params=["memory", "disk"])
def engine(request: pytest.FixtureRequest, store: Store, release: Release) -> EmbeddedEngine:
    """The engine over the release, held in memory and read from disk."""
    return EmbeddedEngine(store if request.param == "memory" else open_store(release, 0), release.release_id, 128)


def test_a_thing_has_its_label_in_all_languages(engine: EmbeddedEngine) -> None:
    labels = labels_of(engine, [thing("country-china"), name("fyp:Plan")])
    assert set(labels) == {thing("country-china"), name("fyp:Plan")}
    assert labels[thing("country-china")] == {
        "en": Label("China", "en"),
        "de": Label("China", "de"),
        "zh": Label("中国", "zh"),
    }
    assert set(labels[name("fyp:Plan")]) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("slug", "language", "text"),
    [
        ("quantity-gr-ac2-1", "", "7.5 trillion CNY"),
        ("mention-green-technology-12618", "", "Green technology"),
        (
            "citation-gov-cn-2021-12-01",
            "en",
            "Government news on the Industrial Internet targets of the integration plan",
        ),
    ],
)
def test_without_a_label_a_thing_is_named_by_its_printed_form_title_or_surface_form(
    engine: EmbeddedEngine, slug: str, language: str, text: str
) -> None:
    assert labels_of(engine, [thing(slug)]) == {thing(slug): {language: Label(text, language)}}


def test_a_label_goes_before_a_title(engine: EmbeddedEngine) -> None:
    """The source document has both in English; asked alone or among many, its label is its name."""
    document = thing("source-policy-update")
    others = [
        thing(slug)
        for slug in ("country-china", "plan-gr", "quantity-gr-ac2-1", "gr-km", "citation-caijing-three-plans")
    ]
    for asked in ([document], [document, *others]):
        assert (
            labels_of(engine, asked)[document]["en"].text == "Policy update on six 14th Five-Year Plans, December 2021"
        )


def test_what_has_no_label_is_left_out(engine: EmbeddedEngine) -> None:
    assert labels_of(engine, [NamedNode("https://example.org/x"), thing("passage-0-40")]) == {}
    assert labels_of(engine, []) == {}


def test_the_place_of_a_passage_is_line_offsets_and_section(engine: EmbeddedEngine) -> None:
    (place,) = places_of(engine, [thing("passage-16396-16435")] * 2).values()
    assert (place.line, place.start, place.end) == (220, 16396, 16435)
    assert place.section == thing("section-tw")
    assert (place.title, place.address, place.trust) == ("", "", None)


def test_the_place_of_a_citation_is_its_title_publisher_date_and_address(engine: EmbeddedEngine) -> None:
    (place,) = places_of(engine, [thing("citation-gov-cn-2021-12-01")]).values()
    assert place.title
    assert place.publisher
    assert place.issued.startswith("2021-12")
    assert place.address.startswith("https://")
    assert place.trust is not None
    assert (place.line, place.start, place.end, place.section) == (None, None, None, None)


def test_what_is_no_evidence_has_no_place(engine: EmbeddedEngine) -> None:
    assert places_of(engine, [thing("plan-gr"), thing("nowhere")]) == {}
    assert places_of(engine, []) == {}


def test_every_passage_and_citation_of_the_graph_has_a_place(engine: EmbeddedEngine) -> None:
    evidence = set(select(engine, f"SELECT ?place {{ ?place a {name('fyp:Evidence')} }}").column("place"))
    iris = [one for one in evidence if isinstance(one, NamedNode)]
    assert len(iris) > 200
    places = places_of(engine, iris)
    assert set(places) == set(iris)
    assert all(place.line or place.address for place in places.values())


def test_a_statement_carries_the_graph_that_makes_it(engine: EmbeddedEngine) -> None:
    found = describe(engine, thing("plan-gr"))
    assert found is not None
    graphs = {(one.property, one.graph) for one in found.statements}
    assert (name("fyp:planStartYear"), graph("plan-gr")) in graphs
    assert (name("fyp:issuedBy"), graph("editorial")) in graphs
    assert (name("rdf:type"), graph("inferred")) in graphs
    assert found.classes == (name("fyp:SectoralPlan"),)


def test_what_is_stated_with_a_thing_as_object_is_told_as_inverse(engine: EmbeddedEngine) -> None:
    found = describe(engine, thing("plan-gr"))
    assert found is not None
    about = [one for one in found.inverse if one.property == name("fyp:sectionAbout")]
    assert thing("section-gr") in {one.other for one in about}
    assert {(one.graph, one.inverse) for one in about} == {(graph("source"), True)}
    assert not any(one.inverse for one in found.statements)


def test_of_an_unknown_thing_nothing_is_told(engine: EmbeddedEngine) -> None:
    assert describe(engine, thing("nowhere")) is None


def test_the_evidence_of_a_claim_is_kept_apart_by_graph(engine: EmbeddedEngine) -> None:
    found = evidence_of(engine, [thing("plan-ict"), thing("country-china")])
    assert {claim for claim, _ in found} == {thing("plan-ict")}
    assert {home for _, home in found} == {graph("plan-ict"), graph("official-ict")}
    assert found[thing("plan-ict"), graph("official-ict")] == (thing("citation-caixin-2021-11-16"),)
    assert evidence_of(engine, []) == {}


def test_a_passage_knows_its_document(engine: EmbeddedEngine) -> None:
    (place,) = places_of(engine, [thing("passage-16396-16435")]).values()
    assert place.document == thing("source-policy-update")


def test_of_two_names_in_one_language_the_label_goes_before_the_title() -> None:
    subject, title, label = thing("source-x"), name("dcterms:title"), name("rdfs:label")
    both = [Quad(subject, title, Literal("A title", language="en")), Quad(subject, label, Literal("B", language="en"))]
    for quads in (both, both[::-1]):
        engine = EmbeddedEngine(Store(quads), "x", 128)
        assert labels_of(engine, [subject]) == {subject: {"en": Label("B", "en")}}
