"""The counts lie beside their release; what is not as it was written for it is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from kg.engine.counts import COUNTS_FILE, read_counts, write_counts
from kg.engine.store import Store

TOTAL = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
QUADS = [Quad(NamedNode(f"urn:s{n}"), NamedNode("urn:p"), Literal(n), NamedNode("urn:g")) for n in range(5)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the counts of a release."""
    write_counts(Store(QUADS), tmp_path, "r1")
    return tmp_path


def test_what_was_written_is_read(folder: Path) -> None:
    counts = read_counts(folder, "r1")
    assert counts is not None
    solutions = counts.results(TOTAL)
    assert isinstance(solutions, QuerySolutions)
    assert [row["n"] for row in solutions] == [Literal(5)]


def test_equal_stores_give_equal_files(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    write_counts(Store(reversed(QUADS)), other, "r1")
    assert (other / COUNTS_FILE).read_bytes() == (folder / COUNTS_FILE).read_bytes()


def test_a_folder_without_counts_has_none(tmp_path: Path) -> None:
    assert read_counts(tmp_path, "r1") is None


def test_the_counts_of_another_release_are_passed_over(folder: Path) -> None:
    assert read_counts(folder, "r2") is None


@pytest.mark.parametrize(("part", "other"), [(b'"5"', b'"6"'), (b"sha256", b"sha512"), (b"<counts:kept> .\n", b"")])
def test_counts_that_were_changed_afterwards_are_passed_over(folder: Path, part: bytes, other: bytes) -> None:
    path = folder / COUNTS_FILE
    assert part in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(part, other, 1))
    assert read_counts(folder, "r1") is None
