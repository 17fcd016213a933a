"""``kg fetch``, and the process that follows for ``kg serve``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.cli.fetch import following
from kg.errors import CopyFailed
from kg.release import Release
from kg.release.follow import read_state
from kg.release.publish import publish
from kg.release.shelf import Shelf
from kg.settings import read_settings
from tests.kg.cli.run import kg, told
from tests.kg.release.offered import address, offered
from tests.kg.release.small import said, small_build, write_data
from tests.serving import until


@pytest.fixture
def releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Release]:
    """Two releases by the word that they say."""
    words = ("old", "new")
    return {word: small_build(monkeypatch, tmp_path / "home", write_data(tmp_path / "data", word)) for word in words}


@pytest.fixture
def folder(releases: dict[str, Release], tmp_path: Path) -> Path:
    """A publication of the old one."""
    publish(releases["old"], tmp_path / "web")
    return tmp_path / "web"


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    with offered(folder) as remote:
        yield address(remote)


@pytest.fixture
def copies(tmp_path: Path) -> Shelf:
    """An empty home."""
    return Shelf(tmp_path / "copies")


def test_the_release_that_is_published_becomes_the_current_one(
    url: str, folder: Path, releases: dict[str, Release], copies: Shelf
) -> None:
    result = kg("fetch", url, "--home", copies.home)
    old = releases["old"].release_id
    assert result.stdout == f"Release {old}: 200 quads, in {copies.folder / old}\n"
    assert said(copies.current()) == "old"
    publish(releases["new"], folder)
    assert kg("fetch", "--last", 1, "--home", copies.home, env={"KG_FOLLOW": url}).exit_code == 0
    assert said(copies.current()) == "new"
    assert copies.ids() == [releases["new"].release_id]


def test_the_current_release_may_stay(url: str, folder: Path, releases: dict[str, Release], copies: Shelf) -> None:
    kg("fetch", url, "--home", copies.home)
    publish(releases["new"], folder)
    assert kg("fetch", url, "--stay", "--home", copies.home).exit_code == 0
    assert said(copies.current()) == "old"
    assert kg("rollback", releases["new"].release_id, "--home", copies.home).exit_code == 0
    assert said(copies.current()) == "new"


def test_one_release_can_be_named(url: str, folder: Path, releases: dict[str, Release], copies: Shelf) -> None:
    publish(releases["new"], folder)
    kg("fetch", f"{url}/{releases['old'].release_id}.json", "--home", copies.home)
    assert said(copies.current()) == "old"


def test_what_cannot_be_fetched_is_told(url: str, copies: Shelf, tmp_path: Path) -> None:
    assert "answers 404" in told(kg("fetch", f"{url}/nowhere", "--home", copies.home))
    headers = {"KG_FETCH_HEADERS": str(tmp_path / "none")}
    assert "KG_FETCH_HEADERS" in told(kg("fetch", url, "--home", copies.home, env=headers))
    assert "more than the 1024 of KG_FETCH_BYTES" in told(
        kg("fetch", url, "--home", copies.home, env={"KG_FETCH_BYTES": "1024"})
    )
    assert copies.ids() == []


@pytest.mark.parametrize("words", [[], ["ftp://x"], ["http://user:pw@x/"], ["http://x", "--every", "9", "--stay"]])
def test_a_command_that_means_nothing_is_refused(words: list[str], tmp_path: Path) -> None:
    assert kg("fetch", *words, "--home", tmp_path).exit_code == 2


def test_a_process_follows_and_ends_with_the_block(
    url: str, folder: Path, releases: dict[str, Release], copies: Shelf
) -> None:
    chosen = read_settings({"KG_FOLLOW": url, "KG_FOLLOW_SECONDS": "0.1", "KG_FOLLOW_LAST": "1"}, home=copies.home)
    with following(chosen):
        until(lambda: read_state(copies.home).release_id == releases["old"].release_id)
        assert said(copies.current()) == "old"
        publish(releases["new"], folder)
        until(lambda: read_state(copies.home).release_id == releases["new"].release_id)
        until(lambda: copies.ids() == [releases["new"].release_id])
        (folder / "current.json").write_text("<html>", encoding="utf-8")
        until(lambda: read_state(copies.home).problem == CopyFailed.__name__)
    assert said(copies.current()) == "new"
    assert not [path for path in Path("/proc").glob("[0-9]*/environ") if _follows(path, url)]


def _follows(path: Path, url: str) -> bool:
    try:
        return f"KG_FOLLOW={url}\0".encode() in path.read_bytes()
    except OSError:
        return False


def test_nothing_is_followed_unless_that_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing to start"))
    with following(read_settings({}, home=tmp_path)):
        pass
