"""The shelf lists, opens and exchanges releases; one build at a time writes to it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pyoxigraph import QueryResultsFormat, QueryTriples

from kg.build.build import build
from kg.core.errors import BuildRunning, ReleaseMissing, WriteFailed
from kg.release import Release
from kg.release.store import ReleaseStore, open_store
from tests.kg.release.small import said, small_build, write_data


def test_without_a_release_the_remedy_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReleaseMissing, match=r"There is no release in .*home. Run 'kg build' first\."):
        ReleaseStore(tmp_path / "home").current()
    assert ReleaseStore(tmp_path / "home").releases() == []


def test_the_releases_are_listed_newest_first(shelf: ReleaseStore, old: Release, new: Release) -> None:
    assert shelf.releases() == [new, old]
    os.utime(old.folder)
    assert shelf.releases() == [old, new]


def test_the_previous_release_is_the_one_before_the_current(shelf: ReleaseStore, old: Release, new: Release) -> None:
    assert shelf.current() == new
    assert shelf.previous() == old
    shelf.point_to(old)
    assert said(shelf.current()) == "old"
    with pytest.raises(ReleaseMissing, match=f"no release older than {old.release_id} to roll back to"):
        shelf.previous()


def test_an_unknown_id_lists_what_there_is(shelf: ReleaseStore, old: Release) -> None:
    with pytest.raises(ReleaseMissing, match=rf"There are: {old.release_id}\."):
        shelf.get("0123456789abcdef")
    with pytest.raises(ReleaseMissing, match=r"There are: none\."):
        ReleaseStore(shelf.home / "empty").get("x")


@pytest.mark.parametrize("hostile", ["..", ".", "", "../home", ".draft-1"])
def test_an_id_is_no_path(shelf: ReleaseStore, hostile: str) -> None:
    with pytest.raises(ReleaseMissing):
        shelf.get(hostile)


def test_the_ids_are_listed_newest_first_whole_or_not(shelf: ReleaseStore, old: Release, new: Release) -> None:
    (shelf.folder / "notes").mkdir()
    (shelf.folder / ".draft-1").mkdir()
    assert shelf.ids() == [new.release_id, old.release_id]
    (old.folder / "manifest.json").unlink()
    os.utime(old.folder)
    assert shelf.ids() == [old.release_id, new.release_id]
    assert shelf.has(old.release_id)
    assert ReleaseStore(shelf.home / "empty").ids() == []


def test_older_releases_can_be_removed_but_not_the_current_one(shelf: ReleaseStore, old: Release, new: Release) -> None:
    assert shelf.prune(2) == []
    shelf.point_to(old)
    assert shelf.prune(1) == []
    shelf.point_to(new)
    assert shelf.prune(1) == [old.release_id]
    assert [path.name for path in shelf.folder.iterdir()] == [new.release_id]
    assert said(shelf.current()) == "new"
    with pytest.raises(ReleaseMissing):
        ReleaseStore(shelf.home / "empty").prune(1)


@pytest.mark.parametrize("stranger", ["..", "", "notes", "../home", "0123456789ABCDEF", "0123456789abcdef", "\n"])
def test_what_is_no_id_of_a_release_here_has_no_place(shelf: ReleaseStore, stranger: str) -> None:
    (shelf.folder / "notes").mkdir()
    assert not shelf.has(stranger)


def test_a_second_build_at_the_same_time_is_refused(
    shelf: ReleaseStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_data(tmp_path / "data", "new")
    with shelf.draft() as draft:
        with pytest.raises(BuildRunning, match=r"Another build is at work in .*; wait until it has ended"):
            small_build(monkeypatch, shelf.home, data)
        assert draft.is_dir()
    assert not draft.exists()
    assert said(build(shelf, [data])) == "new"


def test_a_file_in_the_place_of_the_home_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").write_text("not a folder", encoding="utf-8")
    with pytest.raises(WriteFailed, match=r"home cannot be written: .*Choose another folder with KG_HOME\."):
        small_build(monkeypatch, tmp_path / "home", write_data(tmp_path / "data", "new"))


def test_a_folder_in_the_place_of_the_pointer_is_told(shelf: ReleaseStore, old: Release) -> None:
    (shelf.home / "current").unlink()
    (shelf.home / "current").mkdir()
    with pytest.raises(WriteFailed, match="current cannot be written"):
        shelf.point_to(old)


def test_the_home_may_be_moved(shelf: ReleaseStore, tmp_path: Path) -> None:
    shelf.home.rename(tmp_path / "elsewhere")
    assert said(ReleaseStore(tmp_path / "elsewhere").current()) == "old"


QUESTIONS = (
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?graph (COUNT(*) AS ?n) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph",
    "SELECT ?s ?label { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?label } ORDER BY ?s ?label",
    "ASK { ?s a <https://w3id.org/fyp-kg/ontology#Objective> }",
    "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c . ?c a <http://www.w3.org/2002/07/owl#Class> }",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_memory_and_disk_give_the_same_answers(release: Release, question: str) -> None:
    answers = []
    for memory_max_quads in (release.manifest.quads, release.manifest.quads - 1):
        found = open_store(release, memory_max_quads).query(question)
        if isinstance(found, QueryTriples):
            answers.append(sorted(str(triple).encode() for triple in found))
        else:
            answers.append([found.serialize(format=QueryResultsFormat.JSON) or b""])
    assert answers[0] == answers[1]
    assert len(answers[0][0]) > 20
