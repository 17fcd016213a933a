"""Diagrams of classes: every edge is drawn and in the text, within the width of a phone, in each language and theme."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from kg.charts.chart import LOOKS
from kg.charts.classes import WIDTH, draw, edges_in_words
from kg.core.names import LANGUAGES
from kg.engine.embedded import EmbeddedEngine
from kg.graph.ontology import Diagram, diagram_of, ontology_version_of


@pytest.fixture(scope="module")
def drawn(engine: EmbeddedEngine) -> list[tuple[Diagram, dict[str, dict[Any, str]]]]:
    """The diagrams of the real ontology, with the names of terms by language."""
    vocabulary = ontology_version_of(engine).vocabulary
    names = {tag: {iri: term.labels[tag] for iri, term in vocabulary.terms.items()} for tag in LANGUAGES}
    diagrams = (diagram_of(vocabulary, module) for module in vocabulary.modules)
    return [(diagram, names) for diagram in diagrams if diagram is not None]


def values(spec: dict[str, Any], key: str) -> list[Any]:
    return [datum[key] for layer in spec["layer"] for datum in layer["data"]["values"] if key in datum]


@pytest.mark.parametrize(("language", "theme"), list(itertools.product(LANGUAGES, LOOKS)))
def test_nothing_is_drawn_outside_the_width_of_a_phone(
    drawn: list[tuple[Diagram, dict[str, dict[Any, str]]]], language: str, theme: Any
) -> None:
    for diagram, names in drawn:
        picture = draw(diagram, names[language], language, theme)
        room = picture.spec["width"]
        assert picture.width == WIDTH == 360
        assert all(0 <= x <= room for key in ("x", "x2") for x in values(picture.spec, key)), diagram.module.slug
        assert all(0 <= y <= picture.height for key in ("y", "y2") for y in values(picture.spec, key))
        assert "…" not in "".join(text for text in values(picture.spec, "text") if "from … to" not in text).replace(
            "von … bis", ""
        )
        assert picture == draw(diagram, names[language], language, theme)


def test_every_edge_and_every_class_is_in_the_drawing_and_every_edge_in_its_words(
    drawn: list[tuple[Diagram, dict[str, dict[Any, str]]]],
) -> None:
    for diagram, names in drawn:
        picture, labels = draw(diagram, names["en"], "en"), names["en"]
        shown = " ".join(values(picture.spec, "text"))
        for node in diagram.nodes:
            assert (labels[node] if node is not None else "anything") in shown
        for edge in diagram.edges:
            if edge.property is not None:
                end = labels[edge.end] if edge.end is not None else "anything"
                assert f"{labels[edge.property]} → {end}" in shown
        words = edges_in_words(diagram, labels, "en")
        assert len(words) == len(diagram.edges) + len(diagram.individuals)
        assert all(sentence in picture.text for sentence in words)


def test_the_words_are_in_the_language_of_the_diagram(
    drawn: list[tuple[Diagram, dict[str, dict[Any, str]]]],
) -> None:
    diagram, names = drawn[0]
    assert "Plan is a kind of Plan node" in edges_in_words(diagram, names["en"], "en")
    assert "Plan ist eine Art von Planknoten" in edges_in_words(diagram, names["de"], "de")
    assert "“规划”是“规划节点”的一种" in edges_in_words(diagram, names["zh"], "zh")
    assert draw(diagram, names["zh"], "zh").title == "类图（18个类）：规划及其构成"
