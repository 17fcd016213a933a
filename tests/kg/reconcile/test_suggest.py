"""Suggestions for somebody who types."""

from __future__ import annotations

import pytest

from kg.core.names import slug_of
from kg.engine import Engine
from kg.reconcile.candidates import Finder
from kg.reconcile.schema import Schema
from kg.reconcile.suggest import SUGGESTED, suggest_entities, suggest_terms
from kg.search import Hit, SearchResult


@pytest.mark.parametrize(
    "prefix", ["Industrial Int", "工业互", "Industrielles Int", "gong ye hu lian", "technology-industrial-internet"]
)
def test_a_beginning_suggests_things(engine: Engine, finder: Finder, schema: Schema, prefix: str) -> None:
    entities = suggest_entities(engine, finder, schema, prefix)
    assert "technology-industrial-internet" in [each.id for each in entities]
    assert len(entities) <= SUGGESTED


def test_an_id_comes_first_and_once(engine: Engine, finder: Finder, schema: Schema) -> None:
    ids = [each.id for each in suggest_entities(engine, finder, schema, "plan-ict")]
    assert ids[0] == "plan-ict"
    assert len(ids) == len(set(ids))


class Many:
    """An index whose search finds many resources, among them the one whose id was typed."""

    def __init__(self, hits: tuple[Hit, ...]) -> None:
        self._hits = hits

    def find(self, text: str, *, limit: int = 20, offset: int = 0, **_: object) -> SearchResult:
        del text
        return SearchResult(self._hits[offset : offset + limit], len(self._hits))

    def nearest(self, text: str, limit: int = 5, language: str = "en") -> tuple[Hit, ...]:
        del text, limit, language
        return ()


def test_an_id_that_is_found_by_name_as_well_loses_no_suggestion(
    engine: Engine, finder: Finder, schema: Schema
) -> None:
    hits = finder.find("in", kinds=schema.searchable_classes(), limit=3 * SUGGESTED, begins=True).hits
    names = [slug_of(hit.thing) or "" for hit in hits]
    assert len(names) > 2 * SUGGESTED
    pages = [
        [each.id for each in suggest_entities(engine, Many(hits), schema, names[SUGGESTED], skip=skip)]
        for skip in range(0, 3 * SUGGESTED, SUGGESTED)
    ]
    assert pages[0][0] == names[SUGGESTED]
    assert sorted(name for page in pages for name in page) == sorted(names)


def test_what_was_seen_is_skipped(engine: Engine, finder: Finder, schema: Schema) -> None:
    first = suggest_entities(engine, finder, schema, "in")
    after = suggest_entities(engine, finder, schema, "in", skip=5)
    assert first[5:] == after[: len(first) - 5]


@pytest.mark.parametrize("prefix", ["", "\0", "\ud800", "x" * 10_000])
def test_a_strange_beginning_suggests_nothing(engine: Engine, finder: Finder, schema: Schema, prefix: str) -> None:
    assert suggest_entities(engine, finder, schema, prefix) == []


@pytest.mark.parametrize(
    ("typed", "language", "expected"),
    [
        ("tech", "en", "Technology"),
        ("技术", "en", "Technology"),
        ("Fachpl", "de", "SectoralPlan"),
        ("QuantitativeTarget", "en", "QuantitativeTarget"),
    ],
)
def test_a_beginning_suggests_types(schema: Schema, typed: str, language: str, expected: str) -> None:
    assert suggest_terms(schema.types.values(), typed, language=language)[0].id == expected


def test_the_very_name_comes_before_others_that_begin_so(schema: Schema) -> None:
    assert suggest_terms(schema.types.values(), "plan")[0].id == "Plan"
    assert suggest_terms(schema.properties.values(), "year")[0].id == "year"


def test_an_empty_beginning_suggests_all_page_by_page(schema: Schema) -> None:
    seen = [
        each.id for skip in range(0, 100, SUGGESTED) for each in suggest_terms(schema.types.values(), "", skip=skip)
    ]
    assert sorted(seen) == sorted(schema.types)
