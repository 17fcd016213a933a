"""``kg fetch``, as it is typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.release import Release
from kg.release.publish import publish
from kg.release.shelf import Shelf
from tests.kg.cli.run import kg, told
from tests.kg.release.offered import address, offered
from tests.kg.release.small import said


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
