"""The description of a resource: labels, places, statements with their graphs."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.core.names import LANGUAGES, PREFIXES, curie, graph, name, slug_of, sparql_prologue, thing
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.graph.description import (
    _LISTED,
    GROUPS,
    MOST_AT_ONCE,
    Property,
    confidences_of,
    describe,
    group_of,
    rank_of,
    retirement_of,
    statements_of,
)
from kg.graph.evidence import evidence_of, places_of
from kg.graph.labels import Label, inverses_of, labels_of, note_texts_of
from kg.release import Release
from kg.release.store import open_store
from tests.graphs import engine_over


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
    iris = [item for item in evidence if isinstance(item, NamedNode)]
    assert len(iris) > 200
    places = places_of(engine, iris)
    assert set(places) == set(iris)
    assert all(place.line or place.address for place in places.values())


def test_a_statement_carries_the_graph_that_makes_it(engine: EmbeddedEngine) -> None:
    description = describe(engine, thing("plan-gr"))
    assert description is not None
    graphs = {(statement.property, statement.graph) for statement in description.statements}
    assert (name("fyp:planStartYear"), graph("plan-gr")) in graphs
    assert (name("fyp:issuedBy"), graph("editorial")) in graphs
    assert (name("rdf:type"), graph("inferred")) in graphs
    assert description.classes == (name("fyp:SectoralPlan"),)


def test_what_is_stated_with_a_thing_as_object_is_described_as_inverse(engine: EmbeddedEngine) -> None:
    description = describe(engine, thing("plan-gr"))
    assert description is not None
    about = [inverse for inverse in description.inverse if inverse.property == name("fyp:sectionAbout")]
    assert thing("section-gr") in {item.other for item in about}
    assert {(item.graph, item.inverse) for item in about} == {(graph("source"), True)}
    assert not any(statement.inverse for statement in description.statements)


def test_an_unknown_resource_has_no_description(engine: EmbeddedEngine) -> None:
    assert describe(engine, thing("nowhere")) is None


def test_the_evidence_of_a_claim_is_kept_apart_by_graph(engine: EmbeddedEngine) -> None:
    evidence = evidence_of(engine, [thing("plan-ict"), thing("country-china")])
    assert {claim for claim, _ in evidence} == {thing("plan-ict")}
    assert {home for _, home in evidence} == {graph("plan-ict"), graph("official-ict")}
    assert evidence[thing("plan-ict"), graph("official-ict")] == (thing("citation-caixin-2021-11-16"),)
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


def test_no_property_is_in_two_groups() -> None:
    listed = [parts for group in _LISTED.values() for parts in group.split()]
    assert len(listed) == len(set(listed))


def test_every_listed_property_of_ours_is_one(engine: EmbeddedEngine) -> None:
    text = f"SELECT DISTINCT ?property {{ GRAPH {graph('ontology')} {{ ?property ?p ?o }} }}"
    expected = {curie(column) for column in select(engine, text).column("property") if isinstance(column, NamedNode)}
    listed = {parts for group in _LISTED.values() for parts in group.split() if parts.startswith("fyp:")}
    assert listed <= expected


def test_groups_and_ranks_of_some_properties() -> None:
    assert group_of(name("fyp:targetValue")) == "figures"
    assert group_of(name("fyp:subElementOf")) == "stands"
    assert group_of(name("skos:exactMatch")) == "links"
    assert group_of(NamedNode(PREFIXES["fyp"] + "neverHeardOf")) == GROUPS[0] == "says"
    assert rank_of(name("fyp:measuredBy")) < rank_of(name("fyp:targetValue"))
    assert rank_of(NamedNode("https://example.org/p")) > rank_of(name("sh:defaultValue"))


def test_each_match_of_a_thing_has_its_confidence_and_its_link(engine: EmbeddedEngine) -> None:
    confidences = confidences_of(engine, thing("technology-big-data"))
    assert len(confidences) == 6
    for confidence in confidences.values():
        assert 0 < float(confidence.confidence) <= 1
        assert str(slug_of(confidence.link)).startswith("link-")
    assert confidences_of(engine, thing("plan-hrss")) == {}


def test_an_inverse_is_found_from_either_side(engine: EmbeddedEngine) -> None:
    notes, noted = name("fyp:notesOn"), name("fyp:hasNote")
    assert inverses_of(engine, [notes, noted, name("fyp:direction")]) == {notes: noted, noted: notes}
    assert inverses_of(engine, []) == {}


def test_a_note_says_its_words_in_each_language(engine: EmbeddedEngine) -> None:
    note_texts = note_texts_of(engine, [thing("note-gr-t5-magnitude"), thing("gr-t5")])
    assert set(note_texts) == {thing("note-gr-t5-magnitude")}
    assert set(note_texts[thing("note-gr-t5-magnitude")]) == {"en", "de", "zh"}
    assert note_texts_of(engine, []) == {}


SMALL = """graph:editorial-retired {
  id:old owl:deprecated true ; dcterms:isReplacedBy id:new ; skos:editorialNote "Merged."@en , "Vereint."@de .
  id:gone owl:deprecated true .
  id:lives owl:deprecated false .
}
graph:vocabulary { id:new a fyp:Country . id:lives a fyp:Country . }"""


def test_a_retired_thing_names_its_successor_and_the_reason() -> None:
    retirement = retirement_of(engine_over(SMALL), thing("old"))
    assert retirement is not None
    assert retirement.successors == (thing("new"),)
    assert retirement.reason == "Merged."


def test_a_retired_thing_may_have_no_successor() -> None:
    retirement = retirement_of(engine_over(SMALL), thing("gone"))
    assert retirement is not None
    assert (retirement.successors, retirement.reason) == ((), "")


def test_what_lives_is_not_retired() -> None:
    engine = engine_over(SMALL)
    assert [retirement_of(engine, thing(slug)) for slug in ("new", "lives", "nowhere")] == [None, None, None]


def test_every_retired_slug_of_the_graph_gives_its_reason_in_all_languages(engine: EmbeddedEngine) -> None:
    text = sparql_prologue("owl", "skos") + (
        "SELECT ?thing (GROUP_CONCAT(LANG(?reason)) AS ?languages) { ?thing owl:deprecated true . "
        "OPTIONAL { ?thing skos:editorialNote ?reason } } GROUP BY ?thing"
    )
    rows = select(engine, text).rows
    assert rows
    for item, languages in rows:
        assert isinstance(languages, Literal)
        assert sorted(languages.value.split()) == ["de", "en", "zh"]
        assert isinstance(item, NamedNode)
        assert retirement_of(engine, item) is not None


LARGE = " ".join(f"id:hub fyp:concerns id:x-{number} . id:y-{number} fyp:concerns id:hub ." for number in range(400))


def test_of_each_property_the_first_statements_come_with_the_number_of_all(engine: EmbeddedEngine) -> None:
    whole, part = describe(engine, thing("plan-ict")), describe(engine, thing("plan-ict"), 3)
    assert whole is not None
    assert part is not None
    assert part.properties == whole.properties
    for property_ in part.properties:
        mine = [
            statement
            for statement in part.all
            if (statement.property, statement.inverse) == (property_.iri, property_.inverse)
        ]
        every = [
            statement
            for statement in whole.all
            if (statement.property, statement.inverse) == (property_.iri, property_.inverse)
        ]
        assert len(every) == property_.count
        assert mine == every[:3]


def test_a_large_thing_is_read_property_by_property_and_tells_the_same() -> None:
    engine = engine_over(f"graph:plan-x {{ id:hub a fyp:Technology . {LARGE} }}")
    description = describe(engine, thing("hub"), 5)
    assert description is not None
    assert sum(property_.count for property_ in description.properties) == 801 > MOST_AT_ONCE
    assert [property_.count for property_ in description.properties] == [1, 400, 400]
    assert len(description.statements) == 6
    assert len(description.inverse) == 5
    assert description.classes == (name("fyp:Technology"),)


def test_the_statements_of_a_property_come_in_pages() -> None:
    engine = engine_over(f"graph:plan-x {{ {LARGE} }}")
    property_ = Property(name("fyp:concerns"), inverse=True, count=400)
    pages = [statements_of(engine, thing("hub"), property_, 150, start) for start in (0, 150, 300, 450)]
    assert [len(page) for page in pages] == [150, 150, 100, 0]
    assert len({item.other for page in pages for item in page}) == 400


def test_statements_of_questions_about_the_graph_describe_their_own_parts_only() -> None:
    engine = engine_over(
        "graph:vocabulary { id:technology-a a fyp:Technology . } "
        "graph:questions { id:question-a-b a sh:Parameter ; sh:defaultValue id:technology-a . "
        "id:question-a a fyp:CannedQuestion ; sh:parameter id:question-a-b . }"
    )
    technology, parameter = (describe(engine, thing(slug)) for slug in ("technology-a", "question-a-b"))
    assert technology is not None
    assert technology.inverse == ()
    assert parameter is not None
    assert [inverse.other for inverse in parameter.inverse] == [thing("question-a")]


def test_inferred_statements_describe_the_subject_only() -> None:
    engine = engine_over("graph:inferred { id:a fyp:partOf id:b . } graph:plan-x { id:a fyp:position 1 . }")
    first, second = (describe(engine, thing(slug)) for slug in ("a", "b"))
    assert first is not None
    assert {statement.graph for statement in first.statements} == {graph("inferred"), graph("plan-x")}
    assert second is None


def test_no_statement_of_questions_describes_another_resource(engine: EmbeddedEngine) -> None:
    text = sparql_prologue("graph") + (
        "SELECT DISTINCT ?thing { GRAPH graph:questions { ?question ?property ?thing } FILTER(isIRI(?thing)) "
        "FILTER NOT EXISTS { GRAPH graph:questions { ?thing a ?class } } GRAPH graph:vocabulary { ?thing a ?kind } }"
    )
    things = select(engine, text).column("thing")
    assert things
    for item in things:
        description = describe(engine, item)  # type: ignore[arg-type]
        assert description is not None
        assert graph("questions") not in {inverse.graph for inverse in description.inverse}


@pytest.mark.parametrize("most", [None, 3])
def test_a_missing_resource_has_no_description(engine: EmbeddedEngine, most: int | None) -> None:
    assert describe(engine, thing("nowhere"), most) is None
