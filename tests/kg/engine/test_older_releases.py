"""Older releases are open a few at a time, and neither their number nor their askers can grow."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import pytest

from kg.core.errors import EngineBusy, EngineLost, ReleaseGone, ReleaseUnknown
from kg.engine import Answer, Question
from kg.engine.limits import CancellationToken
from kg.engine.registry import OlderEngines, OlderLimits

IDS = ["d", "c", "b", "a"]
LIMITS = OlderLimits(
    most_open=2, most_askers=8, idle_seconds=60, tenure_seconds=0, patience_seconds=0.2, retry_seconds=10
)
PATIENCE_SECONDS = 10


class Fake:
    def __init__(self, release_id: str) -> None:
        self.release_id, self.closed = release_id, 0

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        del cancellation
        return Answer(self.release_id.encode(), question.form)

    def close(self) -> None:
        self.closed += 1


class Stage:
    """A release store, a stopped clock, and what was opened."""

    def __init__(self, **limits: float) -> None:
        self.now, self.made = 100.0, list[Fake]()
        self.ids_there = list(IDS)
        self.opening: Callable[[str], None] = lambda _: None
        chosen = replace(LIMITS, **limits)  # type: ignore[arg-type]
        self.older = OlderEngines(self, self.make, chosen, lambda: self.now)

    def ids(self) -> list[str]:
        return self.ids_there

    def has(self, release_id: str) -> bool:
        return release_id in self.ids_there

    def make(self, release_id: str) -> Fake:
        self.opening(release_id)
        self.made.append(Fake(release_id))
        return self.made[-1]

    def ask(self, release_id: str) -> str:
        with self.older.acquire(release_id) as engine:
            self.now += 1
            return engine.answer(Question("")).body.decode()

    def opened(self) -> str:
        return "".join(engine.release_id for engine in self.made)

    def closed(self) -> str:
        return "".join(engine.release_id for engine in self.made if engine.closed)


def test_a_release_is_opened_when_it_is_asked_and_only_once() -> None:
    stage = Stage()
    assert stage.opened() == ""
    assert [stage.ask(release_id) for release_id in "abab"] == ["a", "b", "a", "b"]
    assert stage.opened() == "ab"
    assert stage.older.open_ids == ["a", "b"]


def test_the_one_not_used_for_longest_makes_room_before_the_next_is_opened() -> None:
    stage = Stage()
    seen: list[str] = []
    stage.opening = lambda release_id: seen.append(f"{release_id} while {stage.closed()} is closed")
    for letter in "abac":
        stage.ask(letter)
    assert seen == ["a while  is closed", "b while  is closed", "c while b is closed"]
    assert stage.older.open_ids == ["a", "c"]


def test_an_engine_in_use_is_not_closed_and_others_wait_in_vain() -> None:
    stage = Stage()
    with stage.older.acquire("a"), stage.older.acquire("b"):
        stage.older.sweep()
        threading.Timer(0.05, lambda: setattr(stage, "now", stage.now + 1)).start()
        with pytest.raises(EngineBusy, match="ask again soon, or ask the current one"):
            stage.ask("c")
    assert stage.closed() == ""
    assert stage.ask("c") == "c"


def test_who_waits_gets_the_place_that_becomes_free() -> None:
    stage = Stage(patience_seconds=PATIENCE_SECONDS)
    with ExitStack() as lent, ThreadPoolExecutor(1) as threads:
        lent.enter_context(stage.older.acquire("a"))
        lent.enter_context(stage.older.acquire("b"))
        asking = threads.submit(stage.ask, "c")
        lent.close()
        assert asking.result(PATIENCE_SECONDS) == "c"


def test_an_engine_has_its_time_before_another_one_takes_its_place() -> None:
    stage = Stage(most_open=1, tenure_seconds=5, patience_seconds=0)
    stage.ask("a")
    with pytest.raises(EngineBusy):
        stage.ask("b")
    assert stage.opened() == "a"
    stage.now += 5
    assert stage.ask("b") == "b"
    assert stage.closed() == "a"


def test_what_rests_is_closed_after_its_time() -> None:
    stage = Stage(idle_seconds=60)
    stage.ask("a")
    stage.now += 30
    stage.ask("b")
    stage.now += 30
    stage.older.sweep()
    assert stage.closed() == "a"
    assert stage.older.open_ids == ["b"]
    stage.now += 60
    stage.older.sweep()
    assert stage.closed() == "ab"


def test_many_at_once_open_a_release_once() -> None:
    stage = Stage(patience_seconds=PATIENCE_SECONDS)
    began, may_end = threading.Event(), threading.Event()

    def slowly(_: str) -> None:
        began.set()
        assert may_end.wait(PATIENCE_SECONDS)

    stage.opening = slowly
    with ThreadPoolExecutor(6) as threads:
        asking = [threads.submit(stage.ask, "a") for _ in range(6)]
        assert began.wait(PATIENCE_SECONDS)
        assert stage.older.open_ids == []
        may_end.set()
        assert [future.result(PATIENCE_SECONDS) for future in asking] == ["a"] * 6
    assert stage.opened() == "a"


def test_more_askers_than_allowed_are_refused_at_once() -> None:
    stage = Stage(most_askers=3)
    with ExitStack() as lent:
        for _ in range(3):
            lent.enter_context(stage.older.acquire("a"))
        with pytest.raises(EngineBusy, match="Too many ask older releases at the moment"):
            stage.ask("a")
    assert stage.ask("a") == "a"


def test_those_who_wait_for_a_place_do_not_keep_out_those_who_need_none() -> None:
    stage = Stage(most_open=1, most_askers=6, tenure_seconds=5, patience_seconds=1e6)
    with stage.older.acquire("a"), ThreadPoolExecutor(3) as threads:
        waiting = [threads.submit(stage.ask, release_id) for release_id in "bcd"]
        while stage.older._waiting < 3:
            pass
        with pytest.raises(EngineBusy, match="Other older releases are being asked"):
            stage.ask("b")
        assert stage.ask("a") == "a"
        stage.older.close()
    assert {type(future.exception()) for future in waiting} == {EngineBusy}
    assert (stage.older._askers, stage.older._waiting) == (0, 0)


@pytest.mark.parametrize("error", [EngineLost("none"), ReleaseGone.named("a", IDS), OSError("no process")])
def test_a_release_that_cannot_be_opened_leaves_no_place_taken(error: Exception) -> None:
    stage = Stage(most_open=1, most_askers=1)

    def fail(release_id: str) -> None:
        if release_id == "a":
            raise error

    stage.opening = fail
    for _ in range(2):
        with pytest.raises(type(error)):
            stage.ask("a")
    assert stage.ask("b") == "b"


def test_a_broken_release_is_not_tried_again_at_once() -> None:
    stage = Stage(retry_seconds=10)
    tried: list[str] = []

    def fail(release_id: str) -> None:
        tried.append(release_id)
        raise ReleaseGone.named(release_id, IDS)

    stage.opening = fail
    for _ in range(3):
        with pytest.raises(ReleaseGone, match="'a' was here, is whole no longer"):
            stage.ask("a")
    assert tried == ["a"]
    stage.now += 10
    stage.older.sweep()
    stage.opening = tried.append
    assert stage.ask("a") == "a"


def test_an_unknown_release_is_reported_with_those_that_there_are() -> None:
    stage = Stage()
    with pytest.raises(ReleaseUnknown, match=r"There is no release 'x' here\. There are: d, c, b, a\.") as caught:
        stage.ask("x")
    assert caught.value.available == ("d", "c", "b", "a")
    assert stage.opened() == ""


def test_a_release_that_was_removed_cannot_be_acquired() -> None:
    stage = Stage()
    stage.ask("a")
    stage.ids_there.remove("a")
    with pytest.raises(ReleaseUnknown):
        stage.ask("a")
    stage.now += 60
    stage.older.sweep()
    assert stage.closed() == "a"


def test_closing_ends_all_and_refuses_further_use() -> None:
    stage = Stage()
    with stage.older.acquire("a"):
        stage.ask("b")
        stage.older.close()
        assert stage.closed() == "ab"
    with pytest.raises(EngineBusy, match="about to end"):
        stage.ask("a")
    assert [engine.closed for engine in stage.made] == [1, 1]


def test_an_engine_that_is_being_opened_while_all_is_closed_is_closed_too() -> None:
    stage = Stage()
    stage.opening = lambda _: stage.older.close()
    with pytest.raises(EngineBusy, match="about to end"):
        stage.ask("a")
    assert stage.closed() == "a"
    assert stage.older.open_ids == []


def test_many_threads_never_open_more_than_allowed() -> None:
    stage = Stage(most_askers=100, patience_seconds=1e6)
    most: list[int] = []
    stage.opening = lambda _: most.append(len(stage.made) - len(stage.closed()))
    with ThreadPoolExecutor(8) as threads:
        asked = list(threads.map(lambda n: (IDS[n % 4], stage.ask(IDS[n % 4])), range(400)))
    assert all(wanted == got for wanted, got in asked)
    assert max(most) < 2
    assert len(stage.older.open_ids) <= 2
