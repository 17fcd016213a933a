"""``kg publish``."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.release.replication.minisign import new_key, read_public_keys
from kg.release.replication.publication import POINTER_FILE, read_pointer
from kg.release.store import ReleaseStore
from tests.kg.cli.run import kg, told
from tests.kg.release.replication.signed import encrypted
from tests.kg.release.small import small_build, write_data


@pytest.fixture
def release_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReleaseStore:
    """A home with two releases, the old and the new, which is current."""
    for word in ("old", "new"):
        small_build(monkeypatch, tmp_path / "home", write_data(tmp_path / "data", word))
    return ReleaseStore(tmp_path / "home")


def pointed_to(folder: Path) -> str:
    return read_pointer((folder / POINTER_FILE).read_bytes(), "").release_id


def test_the_current_release_or_a_named_one_is_published(release_store: ReleaseStore, tmp_path: Path) -> None:
    new, old = release_store.current().release_id, release_store.previous().release_id
    result = kg("publish", tmp_path / "web", "--home", release_store.home)
    assert result.stdout == f"Release {new} is published in {tmp_path / 'web'}\n"
    assert pointed_to(tmp_path / "web") == new
    assert "not signed, so readers take it only with --insecure" in result.stderr
    kg("publish", tmp_path / "both", old, "--home", release_store.home)
    assert pointed_to(tmp_path / "both") == old
    kg("publish", tmp_path / "both", "--home", release_store.home)
    assert "add --roll-back" in told(kg("publish", tmp_path / "both", old, "--home", release_store.home))
    assert kg("publish", tmp_path / "both", old, "--roll-back", "--home", release_store.home).exit_code == 0
    assert pointed_to(tmp_path / "both") == old


def test_older_ones_are_removed_when_that_is_asked_for(release_store: ReleaseStore, tmp_path: Path) -> None:
    old = release_store.previous().release_id
    kg("publish", tmp_path / "web", old, "--home", release_store.home)
    kg("publish", tmp_path / "web", "--last", 1, "--home", release_store.home)
    assert not (tmp_path / "web" / f"{old}.json").exists()


def test_what_cannot_be_published_is_reported(release_store: ReleaseStore, tmp_path: Path) -> None:
    assert "Run 'kg build' first." in told(kg("publish", tmp_path / "web", "--home", tmp_path / "empty"))
    assert "There is no release '7'" in told(kg("publish", tmp_path / "web", "7", "--home", release_store.home))
    assert kg("publish", tmp_path / "web", "--last", 0, "--home", release_store.home).exit_code == 2
    assert kg("publish", "--home", release_store.home).exit_code == 2
    assert kg("publish", tmp_path / "web", "--expires", 0, "--home", release_store.home).exit_code == 2
    assert kg("publish", tmp_path / "web", "--expires", 400, "--home", release_store.home).exit_code == 2
    assert "cannot be read" in told(
        kg("publish", tmp_path / "web", "--key", tmp_path / "no", "--home", release_store.home)
    )


def test_a_new_key_signs_and_its_expiry_is_reported(release_store: ReleaseStore, tmp_path: Path) -> None:
    made = kg("publish", "--new-key", tmp_path / "fyp.key")
    assert made.exit_code == 0
    (public,) = read_public_keys(str(tmp_path / "fyp.pub"))
    assert public.line in made.stdout
    assert "no key is written over" in told(kg("publish", "--new-key", tmp_path / "fyp.key"))
    words = ["publish", tmp_path / "web", "--key", tmp_path / "fyp.key", "--expires", 7, "--home", release_store.home]
    result = kg(*words)
    pointer = read_pointer((tmp_path / "web" / POINTER_FILE).read_bytes(), "")
    assert (pointer.expires_at - pointer.published_at).days == 7
    assert f"Signed with the key {public.name}, until {pointer.expires_at:%Y-%m-%dT%H:%M}" in result.stdout
    assert kg(*words).exit_code == 0
    again = read_pointer((tmp_path / "web" / POINTER_FILE).read_bytes(), "")
    assert again.sequence > pointer.sequence
    assert "Give the key with --key" in told(kg("publish", tmp_path / "web", "--home", release_store.home))


def test_a_password_is_asked_for(release_store: ReleaseStore, tmp_path: Path) -> None:
    path = tmp_path / "fyp.key"
    path.write_text(encrypted(new_key(), "geheim", 524_288, 2**24), encoding="ascii")
    path.chmod(0o600)
    words = ["publish", tmp_path / "web", "--key", path, "--home", release_store.home]
    assert kg(*words, input="geheim\n").exit_code == 0
    result = kg(*words, input="other\n")
    assert "The password of" in result.stderr
    assert "geheim" not in result.output
