"""Indexes are opened once, a few at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.release.store import ReleaseStore, search_index
from kg.search import SearchIndex
from server.pages.search.indexes import Indexes


def engine_of(release_id: str) -> EmbeddedEngine:
    return EmbeddedEngine(Store(), release_id, 128)


def test_an_index_is_made_once_however_many_want_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def counted(shelf: ReleaseStore, engine: EmbeddedEngine) -> SearchIndex:
        made.append(engine.release_id)
        return search_index(shelf, engine)

    monkeypatch.setattr("server.pages.search.indexes.search_index", counted)
    held, engine = Indexes(ReleaseStore(tmp_path)), engine_of("one")
    with ThreadPoolExecutor(8) as pool:
        indexes = list(pool.map(lambda _: held.of(engine), range(32)))
    assert made == ["one"]
    assert len(set(map(id, indexes))) == 1
    indexes[0].close()


def test_the_one_not_used_for_longest_is_closed_and_still_answers_who_has_it(tmp_path: Path) -> None:
    held = Indexes(ReleaseStore(tmp_path), most_open=2)
    first = held.of(engine_of("first"))
    held.of(engine_of("second"))
    held.of(engine_of("first"))
    held.of(engine_of("third"))
    assert held.open_ids == ["first", "third"]
    assert held.of(engine_of("first")) is first
    assert held.of(engine_of("second")).find("x").total == 0
    assert held.open_ids == ["first", "second"]
    for release_id in held.open_ids:
        held.of(engine_of(release_id)).close()
