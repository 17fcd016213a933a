"""The editor completes from the vocabulary of the graph, and knows which terms are used together."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from kg.core.names import LANGUAGES, sparql_prologue
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from server.pages.editor.vocabulary import PinyinTable, Vocabularies, vocabulary_of


@pytest.fixture(scope="module")
def vocabulary(engine: EmbeddedEngine) -> dict[str, Any]:
    return vocabulary_of(engine, "de")


def named(list_: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(term for term in list_ if term["name"] == name)


def test_a_term_has_its_labels_its_pinyin_its_meaning_and_its_count(vocabulary: dict[str, Any]) -> None:
    objective = named(vocabulary["classes"], "fyp:Objective")
    assert set(objective["labels"]) == set(LANGUAGES)
    assert objective["pinyin"] == "mu biao"
    assert objective["meaning"]["text"]
    assert objective["count"] > 40


def test_the_properties_of_a_class_are_those_that_its_things_have(
    vocabulary: dict[str, Any], engine: EmbeddedEngine
) -> None:
    text = sparql_prologue("fyp") + "SELECT DISTINCT ?p { ?s a fyp:Objective ; ?p ?o }"
    having = {
        vocabulary["properties"][place]["name"] for place, _ in named(vocabulary["classes"], "fyp:Objective")["has"]
    }
    assert len(having) == len(select(engine, text).rows)
    assert "fyp:inPlan" in having
    assert "fyp:numericValue" not in having


def test_the_values_of_a_property_tell_of_which_classes_they_are(vocabulary: dict[str, Any]) -> None:
    to = [
        vocabulary["classes"][place]["name"]
        for place, _ in named(vocabulary["properties"], "fyp:mentionsTechnology")["to"]
    ]
    assert "fyp:Technology" in to


def test_the_most_frequent_come_first_and_graphs_are_there(vocabulary: dict[str, Any]) -> None:
    for key in ("classes", "properties", "graphs"):
        counts = [term["count"] for term in vocabulary[key]]
        assert counts == sorted(counts, reverse=True)
    assert "graph:ontology" in {term["name"] for term in vocabulary["graphs"]}


def test_a_release_is_asked_once_for_each_language(engine: EmbeddedEngine) -> None:
    held = Vocabularies()
    assert held.of(engine, "en") is held.of(engine, "en")
    assert held.of(engine, "en") is not held.of(engine, "zh")


def test_below_a_release_it_may_be_kept_indefinitely(client: FlaskClient, engine: EmbeddedEngine) -> None:
    response = client.get(f"/release/{engine.release_id}/editor/terms.json?lang=zh")
    assert response.status_code == 200
    assert "immutable" in response.headers["Cache-Control"]
    assert response.get_json()["release"] == engine.release_id
    assert len(response.data) < 120_000


def test_nearly_every_chinese_label_of_a_term_has_its_sound(vocabulary: dict[str, Any]) -> None:
    sounds = [
        term["pinyin"]
        for key in ("classes", "properties")
        for term in vocabulary[key]
        if "zh" in term.get("labels", {})
    ]
    assert len([sound for sound in sounds if sound.isascii()]) > 0.8 * len(sounds)


def test_a_syllable_depends_on_the_adjacent_characters() -> None:
    sounds = PinyinTable({"行": "xing", "行业": "hang", "业": "ye", "政": "zheng"})
    assert sounds.of("行业5G行政") == "hang ye 5G xing zheng"
    assert sounds.of("行龘") == "xing 龘"
