"""``kg publish``."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.release.publication import POINTER_FILE, read_pointer
from kg.release.shelf import Shelf
from tests.kg.cli.run import kg, told
from tests.kg.release.small import small_build, write_data


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A home with two releases, the old and the new, which is current."""
    for word in ("old", "new"):
        small_build(monkeypatch, tmp_path / "home", write_data(tmp_path / "data", word))
    return Shelf(tmp_path / "home")


def pointed_to(folder: Path) -> str:
    return read_pointer((folder / POINTER_FILE).read_bytes(), "").release_id


def test_the_current_release_or_a_named_one_is_published(shelf: Shelf, tmp_path: Path) -> None:
    new, old = shelf.current().release_id, shelf.previous().release_id
    result = kg("publish", tmp_path / "web", "--home", shelf.home)
    assert result.stdout == f"Release {new} is published in {tmp_path / 'web'}\n"
    assert pointed_to(tmp_path / "web") == new
    assert kg("publish", tmp_path / "web", old, "--home", shelf.home).exit_code == 0
    assert pointed_to(tmp_path / "web") == old


def test_older_ones_are_removed_when_that_is_asked_for(shelf: Shelf, tmp_path: Path) -> None:
    old = shelf.previous().release_id
    kg("publish", tmp_path / "web", old, "--home", shelf.home)
    kg("publish", tmp_path / "web", "--last", 1, "--home", shelf.home)
    assert not (tmp_path / "web" / f"{old}.json").exists()


def test_what_cannot_be_published_is_told(shelf: Shelf, tmp_path: Path) -> None:
    assert "Run 'kg build' first." in told(kg("publish", tmp_path / "web", "--home", tmp_path / "empty"))
    assert "There is no release '7'" in told(kg("publish", tmp_path / "web", "7", "--home", shelf.home))
    assert kg("publish", tmp_path / "web", "--last", 0, "--home", shelf.home).exit_code == 2
