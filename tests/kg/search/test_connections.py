"""An index file that somebody altered is refused, or its search ends: a file on disk is not trusted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kg.core.errors import QuestionTooLong, ReleaseBroken
from kg.search import SearchIndex
from kg.search.connections import Connections
from tests.kg.search.small import small_index

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


def test_a_file_that_breaks_while_it_is_used_is_told_as_broken(path: Path) -> None:
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
    with pytest.raises(QuestionTooLong, match="The search took longer than"), connections.lend() as base:
        base.execute(ENDLESS.replace("SELECT x FROM n", "SELECT COUNT(*) FROM n")).fetchall()
    with connections.lend() as base:  # the next one has time of its own
        assert base.execute("SELECT COUNT(*) FROM things").fetchone()[0] > 0


def test_a_connection_cannot_write_and_does_not_trust_the_schema(connections: Connections) -> None:
    with connections.lend() as base:
        assert base.execute("PRAGMA trusted_schema").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            base.execute("DELETE FROM things")
