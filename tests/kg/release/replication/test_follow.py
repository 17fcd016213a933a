"""A follower takes what becomes current, and tells once what goes wrong."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kg.core.errors import CopyFailed
from kg.release import Release
from kg.release.replication.fetch import STATE_FILE, Follower, State, note_end, read_state
from kg.release.replication.publication import Pointer
from kg.release.store import ReleaseStore
from tests.kg.release.replication.signed import pointer_to


@dataclass
class ListedPointers:
    """A publication that says what a test has it say: a pointer or an error."""

    says: list[Pointer | CopyFailed]
    url: str = "http://example.org/current.json"
    forgotten: int = 0

    def pointer(self) -> Pointer:
        pop = self.says.pop(0)
        if isinstance(pop, CopyFailed):
            raise pop
        return pop

    def forget(self) -> None:
        self.forgotten += 1


@dataclass
class Scene:
    """A follower over a release_store, what it took and what it logged."""

    release_store: ReleaseStore
    origin: ListedPointers
    taken: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.follower = Follower(self.release_store, self.origin, self.take, self.logged.append)

    def take(self, pointer: Pointer) -> None:
        self.taken.append(pointer.release_id)
        self.release_store.set_current(self.release_store.get(pointer.release_id))


def to(release: Release) -> Pointer:
    return pointer_to(release.release_id)


def test_what_becomes_current_is_taken_once(release_store: ReleaseStore, old: Release, new: Release) -> None:
    scene = Scene(release_store, ListedPointers([to(new), to(old), to(old), to(old)]))
    for _ in range(4):
        scene.follower.look()
    assert scene.taken == [old.release_id]
    assert release_store.current() == old
    assert scene.logged == []


def test_what_is_current_there_is_current_here_also_after_a_roll_back_here(
    release_store: ReleaseStore, old: Release, new: Release
) -> None:
    scene = Scene(release_store, ListedPointers([to(new), to(new)]))
    scene.follower.look()
    release_store.set_current(old)
    scene.follower.look()
    assert release_store.current() == new


def test_a_failure_is_reported_once_and_what_is_here_stays(release_store: ReleaseStore, old: Release) -> None:
    other = pointer_to("0" * 16)
    broken = CopyFailed("Broken.")
    scene = Scene(release_store, ListedPointers([broken, broken, CopyFailed("Other."), to(old), broken, other]))
    for _ in range(6):
        scene.follower.look()
    stays = "The publication cannot be followed, and the release that is here stays: "
    again = "http://example.org/current.json is followed again."
    assert scene.logged[:4] == [f"{stays}Broken.", f"{stays}Other.", again, f"{stays}Broken."]
    assert scene.logged[4].startswith(f"{stays}There is no release '0000000000000000'")
    assert release_store.current() == old
    assert scene.origin.forgotten == 5


def test_the_home_tells_how_it_goes(release_store: ReleaseStore, old: Release) -> None:
    pointer = to(old)
    scene = Scene(release_store, ListedPointers([pointer, CopyFailed("Broken.")]))
    before = time.time()
    scene.follower.look()
    good = read_state(release_store.home)
    assert good.release_id == old.release_id
    assert good.problem == ""
    expiry = pointer.expires_at.timestamp()
    assert good.expires_at == expiry
    assert good.succeeded_at is not None
    assert before <= good.succeeded_at <= time.time()
    scene.follower.look()
    assert read_state(release_store.home) == State(old.release_id, good.succeeded_at, "CopyFailed", expiry)
    note_end(release_store.home)
    assert read_state(release_store.home) == State(old.release_id, good.succeeded_at, "FollowerEnded", expiry)
    assert good.seconds_ago(good.succeeded_at + 5) == 5
    assert good.seconds_ago(good.succeeded_at - 5) == 0  # the clock was set back


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"release_id": "x"}', '{"succeeded_at": "x"}'])
def test_a_state_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    assert read_state(tmp_path) == State()
    (tmp_path / STATE_FILE).write_text(text, encoding="utf-8")
    assert read_state(tmp_path) == State()
    assert State().seconds_ago(0) is None


def test_a_full_disk_ends_nothing(release_store: ReleaseStore, old: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("kg.release.replication.fetch.write_whole", full)
    scene = Scene(release_store, ListedPointers([to(old), to(old)]))
    scene.follower.look()
    scene.follower.look()
    assert [text.partition(": ")[2] for text in scene.logged] == ["No space left on device"]


def test_readers_do_not_all_look_at_the_same_moment(release_store: ReleaseStore, old: Release) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Scene(release_store, ListedPointers([to(old)] * 20)).follower.follow(60, wait)
    assert all(54 <= seconds <= 66 for seconds in waits)
    assert len(set(waits)) > 1
