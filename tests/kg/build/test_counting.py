"""A build counts the release that it makes, and the counts go where the release goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, QuerySolutions

from kg.engine.counts import COUNTS_FILE, read_counts
from kg.release import Release
from kg.release.replication.publication import Part
from kg.release.replication.publish import publish
from kg.release.store import ReleaseStore
from tests.kg.release.small import small_build, write_data

TOTAL = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"


def total(release: Release) -> int | None:
    counts = read_counts(release.folder, release.release_id)
    if counts is None:
        return None
    solutions = counts.results(TOTAL)
    assert isinstance(solutions, QuerySolutions)
    ((cell,),) = solutions
    assert isinstance(cell, Literal)
    return int(cell.value)


def test_a_release_has_the_counts_of_all_that_it_holds(release: Release) -> None:
    assert total(release) == release.manifest.quads


def test_a_release_that_is_built_again_has_the_counts_of_the_new_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_data(tmp_path / "data", "old")
    release = small_build(monkeypatch, tmp_path / "home", data)
    (release.folder / COUNTS_FILE).write_text("as an older program wrote them")
    assert total(release) is None
    (data / "links.ttl").write_text((data / "links.ttl").read_text("utf-8") + "\n# other inputs, same quads\n")
    again = small_build(monkeypatch, tmp_path / "home", data)
    assert (again.folder, total(again)) == (release.folder, again.manifest.quads)


def test_counts_are_not_published_as_each_reader_makes_its_own(home: Path, tmp_path: Path) -> None:
    pointer = publish(ReleaseStore(home).current(), tmp_path / "published")
    assert COUNTS_FILE not in {part.name for part in pointer.parts}
    with pytest.raises(ValueError, match="no name"):
        Part(COUNTS_FILE, pointer.parts[0].blob)
