"""The file of an index: the same for the same entries, and refused when it is none."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kg.core.errors import QuestionTooLong, ReleaseBroken, WriteFailed
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.search import SearchIndex, index_of, write_index
from kg.search.database import Connections
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


def test_a_file_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
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


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of a small index, to be changed."""
    small_index(tmp_path).close()
    return tmp_path / "small.sqlite"


def change(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as base:
        base.executescript(script)


@pytest.mark.parametrize(
    "script",
    [
        f"DROP TABLE words; CREATE VIEW words (word) AS {ENDLESS};",
        "CREATE VIEW more AS SELECT * FROM meta;",
        "CREATE TRIGGER more AFTER INSERT ON meta BEGIN SELECT 1; END;",
        "CREATE TABLE more (x);",
        "DROP INDEX forms_thing;",
        "DROP TABLE syllables;",
        "ALTER TABLE things ADD COLUMN more TEXT AS (iri || iri);",
        "DROP TABLE meta; CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT CHECK (value)) WITHOUT ROWID;",
    ],
    ids=["endless view", "view", "trigger", "table", "no index", "no table", "generated column", "check"],
)
def test_an_index_with_another_schema_is_refused(path: Path, script: str) -> None:
    change(path, script)
    with pytest.raises(ReleaseBroken, match=r"cannot be read as an index \(it has other tables"):
        SearchIndex(path)


@pytest.mark.parametrize(
    "script",
    [
        "UPDATE profiles SET kinds = '{';",
        "UPDATE profiles SET kinds = '[\"no IRI\"]';",
        "UPDATE profiles SET kinds = 7;",
        "UPDATE things SET profile = -1;",
        "UPDATE things SET profile = 'x';",
        "UPDATE things SET profile = 77;",
        "DELETE FROM meta;",
        "DELETE FROM words; INSERT INTO words VALUES (x'ff');",
    ],
)
def test_an_index_with_values_that_are_none_is_refused(path: Path, script: str) -> None:
    change(path, script)
    with pytest.raises(ReleaseBroken):
        SearchIndex(path)


def test_a_file_that_breaks_while_it_is_used_is_reported_as_broken(path: Path) -> None:
    index = SearchIndex(path)
    index.close()
    body = path.read_bytes()
    path.write_bytes(body[:4096] + b"\xff" * (len(body) - 4096))
    with pytest.raises(ReleaseBroken, match="search index cannot be read"):
        index.find("internet")


@pytest.fixture
def connections(path: Path) -> Iterator[Connections]:
    made = Connections(path, seconds=0.05)
    yield made
    made.close()


def test_sql_that_runs_too_long_is_interrupted(connections: Connections) -> None:
    with pytest.raises(QuestionTooLong, match="The search took longer than"), connections.acquire() as base:
        base.execute(ENDLESS.replace("SELECT x FROM n", "SELECT COUNT(*) FROM n")).fetchall()
    with connections.acquire() as base:  # the next one has time of its own
        assert base.execute("SELECT COUNT(*) FROM things").fetchone()[0] > 0


def test_a_connection_cannot_write_and_does_not_trust_the_schema(connections: Connections) -> None:
    with connections.acquire() as base:
        assert base.execute("PRAGMA trusted_schema").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            base.execute("DELETE FROM things")
