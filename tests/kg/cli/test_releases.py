"""``kg releases`` and ``kg rollback``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kg.release import Release
from kg.release.store import ReleaseStore
from tests.kg.cli.run import kg, told
from tests.kg.release.small import said, small_build, write_data


@pytest.fixture
def release_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReleaseStore:
    """A home with two releases, the old and the new, which is current."""
    for word in ("old", "new"):
        small_build(monkeypatch, tmp_path / "home", write_data(tmp_path / "data", word))
    return ReleaseStore(tmp_path / "home")


@pytest.fixture
def old(release_store: ReleaseStore) -> Release:
    return release_store.previous()


def test_the_current_release_is_marked_and_the_newest_is_first(release_store: ReleaseStore, old: Release) -> None:
    result = kg("releases", "--home", release_store.home)
    assert [line[:18] for line in result.stdout.splitlines()] == [
        f"* {release_store.current().release_id}",
        f"  {old.release_id}",
    ]
    assert " UTC        200 quads" in result.stdout
    assert result.stderr == ""


def test_a_broken_release_is_named_with_the_remedy(release_store: ReleaseStore, old: Release) -> None:
    (old.folder / "manifest.json").unlink()
    result = kg("releases", "--home", release_store.home)
    assert len(result.stdout.splitlines()) == 1
    assert result.stderr.startswith(f"! The release {old.folder} is not whole")
    assert "Remove the folder and run 'kg build'." in result.stderr


def test_when_the_current_release_is_broken_the_others_are_still_listed(
    release_store: ReleaseStore, old: Release
) -> None:
    shutil.rmtree(release_store.current().folder / "store")
    result = kg("releases", "--home", release_store.home)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"  {old.release_id}")


def test_without_a_release_the_remedy_is_reported(tmp_path: Path) -> None:
    assert told(kg("releases", "--home", tmp_path)).endswith("Run 'kg build' first.")
    assert told(kg("releases", "--json", "--home", tmp_path)).endswith("Run 'kg build' first.")


def test_a_rollback_goes_to_the_release_before_and_it_answers(release_store: ReleaseStore, old: Release) -> None:
    assert said(release_store.current()) == "new"
    assert kg("rollback", "--home", release_store.home).stdout == f"Current release: {old.release_id}\n"
    assert said(release_store.current()) == "old"
    assert told(kg("rollback", "--home", release_store.home)) == (
        f"There is no release older than {old.release_id} to roll back to."
    )


def test_a_rollback_goes_to_a_named_release_and_forward_again(release_store: ReleaseStore, old: Release) -> None:
    new = release_store.current()
    for release in (old, new):
        assert kg("rollback", release.release_id, "--home", release_store.home).exit_code == 0
        assert release_store.current() == release


def test_a_rollback_to_an_unknown_release_lists_what_there_is(release_store: ReleaseStore, old: Release) -> None:
    message = told(kg("rollback", "0000", "--home", release_store.home))
    assert message.startswith("There is no release '0000'")
    assert old.release_id in message
    assert said(release_store.current()) == "new"


def test_a_rollback_to_a_broken_release_is_refused(release_store: ReleaseStore, old: Release) -> None:
    (old.folder / "quads.nq").write_bytes(b"")
    assert "is not whole" in told(kg("rollback", old.release_id, "--home", release_store.home))
    assert said(release_store.current()) == "new"


def test_a_home_that_is_not_there_is_an_error() -> None:
    assert told(kg("releases", "--home", "/nope")) == "There is no release in /nope. Run 'kg build' first."


def test_the_releases_come_as_json_for_programs(release_store: ReleaseStore, old: Release) -> None:
    listed = json.loads(kg("releases", "--json", "--home", release_store.home).stdout)
    assert [(release["id"], release["current"]) for release in listed] == [
        (release_store.current().release_id, True),
        (old.release_id, False),
    ]
    assert listed[0].keys() == {"id", "current", "made", "quads", "graphs", "folder"}
    assert listed[0]["quads"] == 200
