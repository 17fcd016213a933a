"""The process that follows for ``kg serve`` is kept running until the service ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kg.cli.restart import RestartDelays, exit_code_text, following, supervised
from kg.core.errors import SignatureInvalid
from kg.core.settings import Settings, read_settings
from kg.release import Release
from kg.release.replication.fetch import STATE_FILE, read_state
from kg.release.replication.publish import publish
from kg.release.store import ReleaseStore
from tests.kg.release.replication.offered import address, offered
from tests.kg.release.replication.signed import FOLLOW_KEY, SIGNED
from tests.kg.release.small import said
from tests.serving import is_alive, until

NEVER_WELL = RestartDelays(first=0.01, most=0.02, well=3600)


@dataclass
class Kept:
    """A process that is started again, with a record of its starts and ends."""

    words: list[str]
    started: list[subprocess.Popen[str]] = field(default_factory=list)
    restarts: list[tuple[int, float]] = field(default_factory=list)
    noted: int = 0

    def start(self) -> subprocess.Popen[str]:
        if not self.words:
            raise OSError("no memory")
        self.started.append(subprocess.Popen(self.words, text=True))
        return self.started[-1]

    def tell(self, code: int, pause: float) -> None:
        self.restarts.append((code, pause))

    def note(self) -> None:
        self.noted += 1


def test_a_process_that_ends_is_started_again_and_reported_once() -> None:
    follower = Kept(["false"])
    with supervised(follower.start, follower.tell, follower.note, NEVER_WELL):
        until(lambda: len(follower.started) > 3)
    assert follower.restarts == [(1, 0.01)]
    assert follower.noted >= 3


def test_one_that_was_well_and_ends_again_is_reported_again() -> None:
    follower = Kept(["false"])
    with supervised(follower.start, follower.tell, follower.note, RestartDelays(first=0.01, most=3600, well=0)):
        until(lambda: len(follower.started) > 3)
    assert {pause for _, pause in follower.restarts} == {0.01}
    assert len(follower.restarts) >= 3


def test_no_process_is_left_when_all_is_over_also_within_a_pause() -> None:
    follower = Kept(["sleep", "3600"])
    with supervised(follower.start, follower.tell, follower.note):
        assert is_alive(follower.started[0].pid)
    assert (follower.started[0].returncode, follower.restarts) == (-signal.SIGTERM, [])
    follower.words = ["false"]
    with supervised(follower.start, follower.tell, follower.note, RestartDelays(first=3600)):
        until(lambda: follower.noted)
    assert len(follower.started) == 2


def test_one_that_cannot_be_started_again_is_tried_again_later() -> None:
    follower = Kept(["false"])
    with supervised(follower.start, follower.tell, follower.note, RestartDelays(first=0.05, most=0.05, well=3600)):
        follower.words = []
        until(lambda: follower.noted)
        follower.words = ["sleep", "3600"]
        until(lambda: len(follower.started) == 2)


def test_the_end_of_a_process_is_reported_in_words() -> None:
    assert exit_code_text(-signal.SIGKILL) == "was killed by SIGKILL"
    assert exit_code_text(1) == "ended with 1"


@pytest.fixture
def chosen(folder: Path, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a service that follows it, over an empty home."""
    with offered(folder) as remote:
        follow = {"KG_FOLLOW": address(remote), "KG_FOLLOW_SECONDS": "0.1", "KG_FOLLOW_LAST": "1"}
        follow["KG_FOLLOW_KEY"] = FOLLOW_KEY
        yield read_settings(follow, home=tmp_path / "copies")


@pytest.mark.slow
def test_a_process_follows_and_ends_with_the_block(
    chosen: Settings, folder: Path, releases: dict[str, Release]
) -> None:
    copies = ReleaseStore(chosen.home)
    with following(chosen):
        until(lambda: read_state(copies.home).release_id == releases["old"].release_id)
        assert said(copies.current()) == "old"
        publish(releases["new"], folder, SIGNED)
        until(lambda: read_state(copies.home).release_id == releases["new"].release_id)
        until(lambda: copies.ids() == [releases["new"].release_id])
        (folder / "current.json").write_text("<html>", encoding="utf-8")
        until(lambda: read_state(copies.home).problem == SignatureInvalid.__name__)
    assert said(copies.current()) == "new"
    assert followers_of(chosen) == []


@pytest.mark.slow
def test_a_follower_that_is_killed_is_reported_noted_and_replaced(
    chosen: Settings, folder: Path, releases: dict[str, Release], capsys: pytest.CaptureFixture[str]
) -> None:
    copies = ReleaseStore(chosen.home)
    with following(chosen):
        until(lambda: read_state(copies.home).release_id == releases["old"].release_id)
        (first,) = followers_of(chosen)
        os.kill(first, signal.SIGKILL)
        until(lambda: read_state(copies.home).problem == "FollowerEnded")
        publish(releases["new"], folder, SIGNED)
        until(lambda: read_state(copies.home).release_id == releases["new"].release_id)
        assert read_state(copies.home).problem == ""
        assert len(followers_of(chosen)) == 1
    message = "The process that follows the publication was killed by SIGKILL; it is started again in 1 s.\n"
    assert capsys.readouterr().err == message
    assert json.loads((copies.home / STATE_FILE).read_text("utf-8"))["release_id"] == releases["new"].release_id


def followers_of(chosen: Settings) -> list[int]:
    """The processes that follow for these settings."""
    return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if _follows(path, str(chosen.home))]


def _follows(environment: Path, home: str) -> bool:
    try:
        is_ours = f"KG_HOME={home}\0".encode() in environment.read_bytes()
        return is_ours and b"\0--every\0" in (environment.parent / "cmdline").read_bytes()
    except OSError:
        return False


def test_nothing_is_followed_unless_that_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing to start"))
    with following(read_settings({}, home=tmp_path)):
        pass
