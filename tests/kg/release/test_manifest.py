"""A release that is not whole is never taken for one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.core.errors import ReleaseBroken
from kg.release import Release, read_release
from kg.release.store import ReleaseStore, open_store


def test_a_whole_release_is_read_as_it_was_written(old: Release) -> None:
    assert read_release(old.folder) == old
    assert old.folder.name == old.release_id == old.manifest.quads_sha256[:16]
    assert old.manifest.graphs == {"links": old.manifest.quads}


def test_a_release_from_before_days_were_noted_has_none(release_store: ReleaseStore, old: Release) -> None:
    path = old.folder / "manifest.json"
    fields = json.loads(path.read_text(encoding="utf-8"))
    del fields["built_on"]
    path.write_text(json.dumps(fields), encoding="utf-8")
    assert release_store.current().built_on is None
    assert release_store.current().release_id == old.release_id


def change_manifest(folder: Path, **fields: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | fields), encoding="utf-8")


def truncate_quads(folder: Path) -> None:
    path = folder / "quads.nq"
    path.write_bytes(path.read_bytes()[:-100])


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "manifest.json cannot be read"),
    "empty manifest": (lambda folder: (folder / "manifest.json").write_bytes(b""), "manifest.json cannot be read"),
    "no JSON": (lambda folder: (folder / "manifest.json").write_bytes(b'{"quads": 1'), "manifest.json cannot be read"),
    "no UTF-8": (lambda folder: (folder / "manifest.json").write_bytes(b"\xff"), "manifest.json cannot be read"),
    "a list": (lambda folder: (folder / "manifest.json").write_bytes(b"[1]"), "manifest.json cannot be read"),
    "unknown field": (lambda folder: change_manifest(folder, colour="red"), "'colour'"),
    "lacking field": (lambda folder: (folder / "manifest.json").write_bytes(b"{}"), "'release_id'"),
    "no day": (lambda folder: change_manifest(folder, built_on="soon"), "'soon'"),
    "a number for a day": (lambda folder: change_manifest(folder, built_on=20261125), "manifest.json cannot be read"),
    "a number for dumps": (lambda folder: change_manifest(folder, dumps=3), "manifest.json cannot be read"),
    "a dump without a name": (lambda folder: change_manifest(folder, dumps=[{"bytes": 1}]), "is no dump"),
    "other format": (lambda folder: change_manifest(folder, format=99), "format 99, this program reads 1"),
    "no quads": (lambda folder: (folder / "quads.nq").unlink(), "quads.nq is missing or not of the size"),
    "truncated quads": (truncate_quads, "quads.nq is missing or not of the size"),
    "no store": (lambda folder: shutil.rmtree(folder / "store"), "its store is missing"),
    "empty store": (lambda folder: (folder / "store" / "CURRENT").unlink(), "its store is missing"),
}


@pytest.mark.parametrize(("damage", "text"), DAMAGES.values(), ids=DAMAGES)
def test_a_broken_release_is_refused_with_the_reason_and_the_remedy(
    release_store: ReleaseStore, old: Release, damage: Callable[[Path], object], text: str
) -> None:
    damage(old.folder)
    with pytest.raises(ReleaseBroken) as caught:
        release_store.current()
    assert text in str(caught.value)
    assert f"{old.folder} is not whole" in str(caught.value)
    assert "Remove the folder and run 'kg build'." in str(caught.value)
    assert release_store.releases() == []
    assert release_store.broken() == [str(caught.value)]


def test_changed_quads_of_the_same_size_are_found_by_their_hash(release_store: ReleaseStore, old: Release) -> None:
    path = old.folder / "quads.nq"
    path.write_bytes(path.read_bytes().replace(b"old 7", b"odd 7"))
    with pytest.raises(ReleaseBroken, match=r"was changed after it was written\. Remove .* and run 'kg build'"):
        open_store(release_store.current(), 10**6)


def test_a_store_folder_that_is_no_store_is_refused(old: Release) -> None:
    (old.folder / "store" / "CURRENT").write_bytes(b"MANIFEST-999999\n")
    with pytest.raises(ReleaseBroken, match=r"cannot be opened: .*kg build"):
        open_store(old, 0)


def test_an_unreadable_pointer_tells_to_build(release_store: ReleaseStore, old: Release) -> None:
    shutil.rmtree(old.folder)
    with pytest.raises(ReleaseBroken, match="run 'kg build'"):
        release_store.current()
