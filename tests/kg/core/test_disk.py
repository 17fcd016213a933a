"""A full disk is distinguished from other reasons why a file cannot be written."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kg.build.build import build
from kg.core.disk import is_full, write_failed
from kg.core.errors import DiskFull, WriteFailed
from kg.engine.store import write_store
from kg.release.store import ReleaseStore
from kg.search.database import write_index
from tests.damage import small_disk
from tests.kg.release.small import small_graph, write_data


def os_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_space_a_quota_and_the_largest_size_are_a_full_disk(number: int) -> None:
    error = write_failed("The log", os_error(number), "Make room.")
    assert type(error) is DiskFull
    assert str(error) == f"The log cannot be written, because the disk is full ({os.strerror(number)}). Make room."


@pytest.mark.parametrize("error", [os_error(errno.EACCES), os_error(errno.EIO), RuntimeError("Corruption: bad block")])
def test_other_reasons_are_not(error: Exception) -> None:
    assert not is_full(error)
    assert type(write_failed("The log", error, "Ask.")) is WriteFailed


def test_what_sqlite_says_of_a_full_disk_is_understood() -> None:
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError) as caught:
            base.executescript("CREATE TABLE a (x); CREATE TABLE b (x); CREATE TABLE c (x)")
    assert is_full(caught.value)


def test_a_search_index_that_finds_no_room_is_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "16k") as folder, pytest.raises(DiskFull):
        write_index([], folder / "search.sqlite", "r1")


def test_a_store_that_finds_no_room_is_a_full_disk(tmp_path: Path) -> None:
    lines = (f'<urn:s:{n}> <urn:p> "{n} {"x" * 100}" <urn:g> .\n' for n in range(50_000))
    (tmp_path / "quads.nq").write_text("".join(lines), "utf-8")
    with small_disk(tmp_path / "small", "1m") as folder, pytest.raises(DiskFull, match="The store cannot be written"):
        write_store(tmp_path / "quads.nq", folder / "store")


def test_a_build_that_finds_no_room_is_a_full_disk_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.build.build.read_graph", small_graph)
    data = write_data(tmp_path / "data", "old")
    with small_disk(tmp_path / "small", "100k") as folder:
        with pytest.raises(DiskFull, match="because the disk is full"):
            build(ReleaseStore(folder), [data])
        assert ReleaseStore(folder).releases() == []
        assert list((folder / "releases").iterdir()) == []
