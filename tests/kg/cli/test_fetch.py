"""``kg fetch``, as it is typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.release import Release
from kg.release.replication.publish import publish
from kg.release.store import ReleaseStore
from tests.kg.cli.run import kg, told
from tests.kg.release.replication.offered import address, offered
from tests.kg.release.replication.signed import FOLLOW_KEY, KEY, OTHER_KEY, ROLL_BACK, SIGNED, current, point
from tests.kg.release.small import said

TRUST = {"KG_FOLLOW_KEY": FOLLOW_KEY}


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    with offered(folder) as remote:
        yield address(remote)


@pytest.fixture
def copies(tmp_path: Path) -> ReleaseStore:
    """An empty home."""
    return ReleaseStore(tmp_path / "copies")


def test_the_release_that_is_published_becomes_the_current_one(
    url: str, folder: Path, releases: dict[str, Release], copies: ReleaseStore
) -> None:
    result = kg("fetch", url, "--home", copies.home, env=TRUST)
    old = releases["old"].release_id
    assert result.stdout == f"Release {old}: 200 quads, in {copies.folder / old}\n"
    assert said(copies.current()) == "old"
    publish(releases["new"], folder, SIGNED)
    assert kg("fetch", "--last", 1, "--home", copies.home, env={"KG_FOLLOW": url, **TRUST}).exit_code == 0
    assert said(copies.current()) == "new"
    assert copies.ids() == [releases["new"].release_id]


def test_the_current_release_may_stay(
    url: str, folder: Path, releases: dict[str, Release], copies: ReleaseStore
) -> None:
    kg("fetch", url, "--home", copies.home, env=TRUST)
    publish(releases["new"], folder, SIGNED)
    assert kg("fetch", url, "--stay", "--home", copies.home, env=TRUST).exit_code == 0
    assert said(copies.current()) == "old"
    assert kg("rollback", releases["new"].release_id, "--home", copies.home).exit_code == 0
    assert said(copies.current()) == "new"


def test_one_release_can_be_named(url: str, folder: Path, releases: dict[str, Release], copies: ReleaseStore) -> None:
    publish(releases["new"], folder, SIGNED)
    kg("fetch", f"{url}/{releases['old'].release_id}.json", "--home", copies.home, env=TRUST)
    assert said(copies.current()) == "old"


def test_what_cannot_be_fetched_is_reported(url: str, copies: ReleaseStore, tmp_path: Path) -> None:
    assert "answers 404" in told(kg("fetch", f"{url}/nowhere", "--home", copies.home, env=TRUST))
    headers = {"KG_FETCH_HEADERS": str(tmp_path / "none")}
    assert "KG_FETCH_HEADERS" in told(kg("fetch", url, "--home", copies.home, env={**headers, **TRUST}))
    assert "more than the 1024 of KG_FETCH_BYTES" in told(
        kg("fetch", url, "--home", copies.home, env={"KG_FETCH_BYTES": "1024", **TRUST})
    )
    assert copies.ids() == []


@pytest.mark.parametrize("words", [[], ["ftp://x"], ["http://user:pw@x/"], ["http://x", "--every", "9", "--stay"]])
def test_a_command_that_means_nothing_is_refused(words: list[str], tmp_path: Path) -> None:
    assert kg("fetch", *words, "--home", tmp_path, env=TRUST).exit_code == 2


def test_without_a_key_nothing_is_fetched_and_the_remedy_is_reported(url: str, copies: ReleaseStore) -> None:
    message = told(kg("fetch", url, "--home", copies.home))
    assert "There is no key to verify the publication with. Set KG_FOLLOW_KEY (or --key)" in message
    assert "add --insecure" in message
    assert told(kg("serve", "--follow", url, "--home", copies.home)) == message
    assert "exclude each other" in told(kg("fetch", url, "--insecure", "--home", copies.home, env=TRUST))
    assert "neither a public key nor a file" in told(kg("fetch", url, "--key", "nothing", "--home", copies.home))
    assert copies.ids() == []


def test_insecure_fetches_without_a_key_and_says_once_what_that_means(url: str, copies: ReleaseStore) -> None:
    result = kg("fetch", url, "--insecure", "--home", copies.home)
    assert result.exit_code == 0
    notice = "--insecure: no signature is verified. A person who controls the address, or the way there, decides"
    assert result.stderr.count(notice) == 1
    assert not (copies.home / "accepted.json").exists()
    quiet = kg("fetch", url, "--no-notice", "--home", copies.home, env={"KG_FOLLOW_INSECURE": "1"})
    assert (quiet.exit_code, "no signature" in quiet.stderr) == (0, False)


def test_a_key_may_be_given_as_a_file_and_with_others(url: str, copies: ReleaseStore, tmp_path: Path) -> None:
    (tmp_path / "fyp.pub").write_text(KEY.public.to_file(), encoding="ascii")
    keys = f"{OTHER_KEY.public.line},{tmp_path}/fyp.pub"
    assert kg("fetch", url, "--key", keys, "--home", copies.home).exit_code == 0
    assert "is signed with the key" in told(kg("fetch", url, "--key", OTHER_KEY.public.line, "--home", copies.home))


def test_a_file_that_was_altered_ends_with_an_exit_code_of_its_own(
    url: str, folder: Path, copies: ReleaseStore
) -> None:
    for path in (folder / "files").glob("*"):
        if not path.name.endswith(".minisig"):
            body = bytes(path.stat().st_size)
            path.unlink()
            path.write_bytes(body)
    result = kg("fetch", url, "--home", copies.home, env=TRUST)
    assert result.exit_code == 3
    assert "Error: " in result.stderr
    assert "has not the SHA-256 that is its name" in result.stderr


def test_an_old_pointer_and_an_old_roll_back_are_refused_and_a_new_roll_back_is_taken(
    url: str, folder: Path, releases: dict[str, Release], copies: ReleaseStore
) -> None:
    def fetched() -> str:
        result = kg("fetch", url, "--home", copies.home, env=TRUST)
        return said(copies.current()) if result.exit_code == 0 else told(result)

    first = (folder / "current.json").read_bytes()
    publish(releases["new"], folder, SIGNED)
    assert fetched() == "new"
    point(folder, first)
    assert "an older pointer is offered again" in fetched()
    roll_back = publish(releases["old"], folder, ROLL_BACK)
    assert fetched() == "old"
    assert current(folder) == roll_back
    publish(releases["new"], folder, SIGNED)
    assert fetched() == "new"
    point(folder, roll_back.to_json())
    assert "an older pointer is offered again" in fetched()
    assert said(copies.current()) == "new"
