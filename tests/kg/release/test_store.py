"""The release_store lists, opens and exchanges releases; one build at a time writes to it."""

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


def test_the_releases_are_listed_newest_first(release_store: ReleaseStore, old: Release, new: Release) -> None:
    assert release_store.releases() == [new, old]
    os.utime(old.folder)
    assert release_store.releases() == [old, new]


def test_the_previous_release_is_the_one_before_the_current(
    release_store: ReleaseStore, old: Release, new: Release
) -> None:
    assert release_store.current() == new
    assert release_store.previous() == old
    release_store.point_to(old)
    assert said(release_store.current()) == "old"
    with pytest.raises(ReleaseMissing, match=f"no release older than {old.release_id} to roll back to"):
        release_store.previous()


def test_an_unknown_id_lists_what_there_is(release_store: ReleaseStore, old: Release) -> None:
    with pytest.raises(ReleaseMissing, match=rf"There are: {old.release_id}\."):
        release_store.get("0123456789abcdef")
    with pytest.raises(ReleaseMissing, match=r"There are: none\."):
        ReleaseStore(release_store.home / "empty").get("x")


@pytest.mark.parametrize("hostile", ["..", ".", "", "../home", ".draft-1"])
def test_an_id_is_no_path(release_store: ReleaseStore, hostile: str) -> None:
    with pytest.raises(ReleaseMissing):
        release_store.get(hostile)


def test_the_ids_are_listed_newest_first_whole_or_not(release_store: ReleaseStore, old: Release, new: Release) -> None:
    (release_store.folder / "notes").mkdir()
    (release_store.folder / ".draft-1").mkdir()
    assert release_store.ids() == [new.release_id, old.release_id]
    (old.folder / "manifest.json").unlink()
    os.utime(old.folder)
    assert release_store.ids() == [old.release_id, new.release_id]
    assert release_store.has(old.release_id)
    assert ReleaseStore(release_store.home / "empty").ids() == []


def test_older_releases_can_be_removed_but_not_the_current_one(
    release_store: ReleaseStore, old: Release, new: Release
) -> None:
    assert release_store.prune(2) == []
    release_store.point_to(old)
    assert release_store.prune(1) == []
    release_store.point_to(new)
    assert release_store.prune(1) == [old.release_id]
    assert [path.name for path in release_store.folder.iterdir()] == [new.release_id]
    assert said(release_store.current()) == "new"
    with pytest.raises(ReleaseMissing):
        ReleaseStore(release_store.home / "empty").prune(1)


@pytest.mark.parametrize("stranger", ["..", "", "notes", "../home", "0123456789ABCDEF", "0123456789abcdef", "\n"])
def test_what_is_no_id_of_a_release_here_has_no_place(release_store: ReleaseStore, stranger: str) -> None:
    (release_store.folder / "notes").mkdir()
    assert not release_store.has(stranger)


def test_a_second_build_at_the_same_time_is_refused(
    release_store: ReleaseStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_data(tmp_path / "data", "new")
    with release_store.draft() as draft:
        with pytest.raises(BuildRunning, match=r"Another build is at work in .*; wait until it has ended"):
            small_build(monkeypatch, release_store.home, data)
        assert draft.is_dir()
    assert not draft.exists()
    assert said(build(release_store, [data])) == "new"


def test_a_file_in_the_place_of_the_home_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").write_text("not a folder", encoding="utf-8")
    with pytest.raises(WriteFailed, match=r"home cannot be written: .*Choose another folder with KG_HOME\."):
        small_build(monkeypatch, tmp_path / "home", write_data(tmp_path / "data", "new"))


def test_a_folder_in_the_place_of_the_pointer_is_told(release_store: ReleaseStore, old: Release) -> None:
    (release_store.home / "current").unlink()
    (release_store.home / "current").mkdir()
    with pytest.raises(WriteFailed, match="current cannot be written"):
        release_store.point_to(old)


def test_the_home_may_be_moved(release_store: ReleaseStore, tmp_path: Path) -> None:
    release_store.home.rename(tmp_path / "elsewhere")
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
