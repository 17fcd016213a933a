"""The file of an index: the same for the same entries, and refused when it is none."""

from __future__ import annotations

import gc
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kg.core.errors import ReleaseBroken, WriteFailed
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.search import SearchIndex, index_of, write_index
from tests.kg.search.small import ENTRIES, small_index


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as base:
        return list(base.iterdump())


def test_the_same_entries_give_the_same_content(tmp_path: Path) -> None:
    for place in ("one", "two"):
        write_index(ENTRIES, tmp_path / place, "id")
    assert dump(tmp_path / "one") == dump(tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_an_index_knows_its_release(tmp_path: Path) -> None:
    index = small_index(tmp_path)
    assert index.release_id == "small"
    index.close()


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(WriteFailed, match="Make room"):
        write_index(ENTRIES, tmp_path / "no" / "folder", "id")


@pytest.mark.parametrize("content", [b"", b"no base at all", b"SQLite format 3\0" + b"\0" * 100])
def test_a_file_that_is_no_index_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken"
    path.write_bytes(content)
    with pytest.raises(ReleaseBroken, match="cannot be read as an index"):
        SearchIndex(path)


def test_a_missing_file_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(ReleaseBroken, match="cannot be read"):
        SearchIndex(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_another_format_is_refused(tmp_path: Path) -> None:
    small_index(tmp_path).close()
    path = tmp_path / "small.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("UPDATE meta SET value = '0' WHERE key = 'format'")
    with pytest.raises(ReleaseBroken, match="another format"):
        SearchIndex(path)


def test_an_index_without_entries_finds_nothing(tmp_path: Path) -> None:
    write_index([], tmp_path / "empty", "id")
    index = SearchIndex(tmp_path / "empty")
    assert index.find("data").total == 0
    assert index.nearest("data") == ()
    index.close()


def test_an_index_of_an_engine_has_a_file_that_goes_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    index = index_of(EmbeddedEngine(Store(), "empty", 128))
    assert index.release_id == "empty"
    assert len(list(tmp_path.iterdir())) == 1
    index.close()
    del index
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_an_index_that_was_closed_still_answers_who_has_it(tmp_path: Path) -> None:
    index = small_index(tmp_path)
    index.close()
    assert index.find("internet").total == 4
