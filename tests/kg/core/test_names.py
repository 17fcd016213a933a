"""The IRIs of this project and their short forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from kg.core.names import (
    PREFIXES,
    ROOT,
    SLUG,
    curie,
    graph,
    graph_name_of,
    name,
    question_page,
    question_slug_of,
    slug_of,
    sparql_prologue,
    thing,
)
from kg.engine.store import Store

locals_ = st.text(st.characters(codec="ascii", categories=["L", "N"], include_characters="-_./:"), max_size=20)


@given(st.sampled_from(sorted(PREFIXES)), locals_)
def test_a_name_made_short_and_long_again_is_the_same_name(prefix: str, local: str) -> None:
    iri = NamedNode(PREFIXES[prefix] + local)
    assert name(curie(iri)) == iri


@given(st.from_regex(SLUG, fullmatch=True))
def test_a_thing_gives_its_slug_back(slug: str) -> None:
    assert slug_of(thing(slug)) == slug
    assert curie(thing(slug)) == f"id:{slug}"


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        (ROOT + "ontology#Plan", "fyp:Plan"),
        (ROOT + "id/plan-ii", "id:plan-ii"),
        (ROOT + "graph/plan-ii", "graph:plan-ii"),
        (ROOT + "shapes#Plan", "shape:Plan"),
        (ROOT + "ontology", ROOT + "ontology"),
        ("https://example.org/x", "https://example.org/x"),
    ],
)
def test_an_iri_is_shortened_by_its_prefix_or_stays_whole(iri: str, short: str) -> None:
    assert curie(NamedNode(iri)) == short


@pytest.mark.parametrize("unknown", ["Plan", ":Plan", "nowhere:Plan", ""])
def test_a_prefix_that_is_not_ours_has_no_name(unknown: str) -> None:
    with pytest.raises(KeyError):
        name(unknown)


@pytest.mark.parametrize(
    "iri", [ROOT + "id/", ROOT + "id/a--b", ROOT + "id/-a", ROOT + "id/A", ROOT + "id/a/b", ROOT + "graph/a", "x:a"]
)
def test_what_is_no_thing_of_ours_has_no_slug(iri: str) -> None:
    assert slug_of(NamedNode(iri)) is None


@given(st.from_regex(SLUG, fullmatch=True))
def test_the_address_of_a_question_gives_its_slug_back(slug: str) -> None:
    assert question_slug_of(question_page(slug)) == slug
    assert question_slug_of(question_page(slug, "plan")) == slug
    assert question_page(slug, "plan") == NamedNode(f"{ROOT}q/{slug}#plan")


@pytest.mark.parametrize(
    "iri", [ROOT + "q/", ROOT + "q/A", ROOT + "q/a/b", ROOT + "q/a.csv", ROOT + "q/#a", ROOT + "id/a", "x:a"]
)
def test_what_is_no_address_of_a_question_has_no_slug(iri: str) -> None:
    assert question_slug_of(NamedNode(iri)) is None


def test_a_named_graph_gives_its_name_back_and_other_iris_have_none() -> None:
    assert graph_name_of(graph("plan-ii")) == "plan-ii"
    assert graph_name_of(thing("plan-ii")) is None


def test_no_two_prefixes_have_one_address() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)


def test_the_prologue_declares_every_prefix_it_is_asked_for() -> None:
    assert sparql_prologue("id", "fyp") == f"PREFIX id: <{ROOT}id/>\nPREFIX fyp: <{ROOT}ontology#>\n"
    assert Store().query(sparql_prologue(*PREFIXES) + "ASK {}")


def test_no_prefix_has_the_beginning_of_another_as_its_address() -> None:
    """So that at most one fits an IRI."""
    bases = list(PREFIXES.values())
    assert [(base, other) for base in bases for other in bases if base is not other and other.startswith(base)] == []
