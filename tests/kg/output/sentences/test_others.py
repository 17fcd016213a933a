"""Observations, figures, milestones, events, links and plans as sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from kg.core.names import LANGUAGES, name, thing
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.output.sentences import sentences_of
from tests.graphs import engine_over

CLASSES = ("Observation", "Quantity", "Milestone", "Event", "Link")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cls", CLASSES)
def test_every_thing_of_these_classes_has_a_whole_sentence(engine: EmbeddedEngine, cls: str, language: str) -> None:
    found = select(engine, f"SELECT DISTINCT ?one {{ ?one a {name('fyp:' + cls)} }} ORDER BY ?one").column("one")
    things = [one for one in found if isinstance(one, NamedNode)]
    told = sentences_of(engine, things, language)
    assert set(told) == set(things)
    for sentence in told.values():
        assert sentence.endswith("。" if language == "zh" else ".")
        assert not re.search(r"None|\{\w|  |\.\.$", sentence), sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_tells_its_years_and_issuers_on_its_own_page_only(engine: EmbeddedEngine, language: str) -> None:
    plan = thing("plan-ict")
    assert sentences_of(engine, [plan], language) == {}
    told = sentences_of(engine, [], language, subject=plan)[plan]
    assert "2021" in told
    assert "2025" in told


@pytest.mark.parametrize("line", Path(__file__).with_name("sentences.tsv").read_text("utf-8").splitlines())
def test_some_word_for_word(engine: EmbeddedEngine, line: str) -> None:
    slug, language, sentence = line.split("\t")
    found = sentences_of(engine, [thing(slug)], language)[thing(slug)]
    assert found.replace("\u00a0", " ") == sentence


def test_what_is_malformed_has_no_sentence_or_a_careful_one() -> None:
    engine = engine_over(
        'graph:official-x { id:e fyp:eventOf id:p ; dcterms:date "soon" . id:m fyp:milestoneYear "later" . '
        "id:l fyp:linkSubject id:a ; fyp:linkPredicate skos:exactMatch . "
        "id:k fyp:linkSubject id:a ; fyp:linkPredicate skos:exactMatch ; fyp:linkTarget <https://example.org/b> . "
        'id:h dcterms:date "2021"^^xsd:gYear . }'
    )
    slugs = ("e", "m", "l", "k", "h")
    told = sentences_of(engine, [thing(slug) for slug in slugs])
    assert {one.value.rpartition("/")[2] for one in told} == {"k", "h"}
    assert told[thing("h")] == "This happened in 2021."
    assert "https://example.org/b" in told[thing("k")]


def test_a_match_of_an_unknown_kind_has_no_sentence() -> None:
    engine = engine_over(
        "graph:links { id:k fyp:linkSubject id:a ; fyp:linkPredicate fyp:likes ; "
        "fyp:linkTarget <https://example.org/b> . }"
    )
    assert sentences_of(engine, [thing("k")]) == {}
