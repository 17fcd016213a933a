"""Rules are described in the language of the page, every piece of every version that is kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from kg.engine.embedded import EmbeddedEngine
from kg.graph.ontology import OntologyVersion, ontology_version_of, read_ontology_versions
from server.pages.ontology.rules import rule_words


def pieces(edition: OntologyVersion) -> Iterator[str]:
    for group in edition.constraints:
        for rule in group.constraints:
            for phrase in (rule.path, *rule.conditions):
                yield from (piece for piece in phrase if isinstance(piece, str))


def test_every_piece_has_words_in_each_language(app: Flask, engine: EmbeddedEngine) -> None:
    all_pieces = {
        piece for edition in (ontology_version_of(engine), *read_ontology_versions()) for piece in pieces(edition)
    }
    assert len(all_pieces) > 30
    with app.test_request_context("/?lang=en"):
        assert [piece for piece in all_pieces if rule_words(piece) != piece] == []
    for language in ("de", "zh"):
        with app.test_request_context(f"/?lang={language}"):
            same = {piece for piece in all_pieces if rule_words(piece) == piece}
            assert same <= {", ", ": ", "; "}


@pytest.mark.parametrize(
    ("piece", "german", "chinese"),
    [
        ("exactly 1 value", "genau 1 Wert", "恰好1个值"),
        ("2 to 3 values", "2 bis 3 Werte", "2至3个值"),
        ("each value is 0.5 or more", "jeder Wert ist mindestens 0.5", "每个值均不小于0.5"),
        ("each value sings", None, None),
        ("exactly 1 value, or 2, or 3", None, None),
    ],
)
def test_a_piece_with_numbers_is_reported_with_them_and_an_unknown_one_not_at_all(
    app: Flask, piece: str, german: str | None, chinese: str | None
) -> None:
    for language, expected in (("de", german), ("zh", chinese)):
        with app.test_request_context(f"/?lang={language}"):
            assert rule_words(piece) == expected
