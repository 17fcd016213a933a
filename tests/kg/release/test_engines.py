"""From the release_store to engines: the current release and older ones, in pools that end without a trace."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from pyoxigraph import Literal

from kg.core.errors import KgError, QueryRefused, ReleaseGone, ReleaseMissing, ReleaseUnknown
from kg.core.media_types import FORMS
from kg.core.settings import Settings, read_settings
from kg.engine import Engine, Question, select
from kg.engine.observer import HasPoolStatus
from kg.engine.pool.pool import PoolEngine
from kg.engine.registry import EngineRegistry, OlderLimits
from kg.release import QUADS_FILE, Release
from kg.release.engines import Opening, engine_registry
from kg.release.store import ReleaseStore
from tests.kg.engine.pool.test_pool import children_of, wait_until
from tests.kg.release.small import small_build, write_data
from tests.serving import is_alive, make_release, until

SAYS = 'SELECT ?word { <https://example.org/1> ?says ?said BIND(STRBEFORE(?said, " ") AS ?word) }'

LenderMaker = Callable[..., EngineRegistry]


def word(engine: Engine) -> str:
    (cell,) = select(engine, SAYS).column("word")
    assert isinstance(cell, Literal)
    return cell.value


def say(lends: EngineRegistry, release: Release | None = None) -> str:
    with lends.acquire(release.release_id if release else None) as engine:
        return word(engine)


def pool_of(lends: EngineRegistry, release: Release) -> PoolEngine:
    with lends.acquire(release.release_id) as engine:
        assert isinstance(engine, PoolEngine)
        return engine


def processes(pool: PoolEngine) -> set[int]:
    return {pool.worker_processes.zygote_process, *children_of(pool.worker_processes.zygote_process)}


def zygotes() -> set[int]:
    """The processes that this one has started to hold releases."""
    lists = [path.read_text("ascii") for path in Path("/proc/self/task").glob("*/children")]  # one of each thread
    children = {int(process) for text in lists for process in text.split()}
    return {process for process in children if b"kg.engine.pool.zygote" in command_of(process)}


def command_of(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:  # it has ended
        return b""


LOWEST_PRIORITY = 19


@pytest.fixture
def small(release_store: ReleaseStore) -> Settings:
    return read_settings({}, home=release_store.home)


@pytest.fixture
def make(small: Settings) -> Iterator[LenderMaker]:
    """Make registries that are closed at the end, with any setting changed."""
    made: list[EngineRegistry] = []

    def one(**changed: object) -> EngineRegistry:
        made.append(engine_registry(replace(small, **changed)))  # type: ignore[arg-type]
        return made[-1]

    yield one
    for each in made:
        each.close()


@pytest.fixture
def several(
    release_store: ReleaseStore, new: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[Release]:
    """Three older releases, beside the current one."""
    made = [
        small_build(monkeypatch, release_store.home, write_data(tmp_path / "data", named))
        for named in ("one", "two", "three")
    ]
    release_store.set_current(new)
    return made


@pytest.mark.parametrize("memory_max_quads", [10**6, 0], ids=["in memory", "from disk"])
def test_each_release_answers_under_its_id(
    make: LenderMaker, old: Release, new: Release, memory_max_quads: int
) -> None:
    lends = make(memory_max_quads=memory_max_quads)
    assert [say(lends), say(lends, old), say(lends, new), say(lends, old)] == ["new", "old", "new", "old"]


def test_the_current_release_is_held_once(make: LenderMaker, new: Release) -> None:
    before = zygotes()
    lends = make()
    with lends.acquire() as current, lends.acquire(new.release_id) as pinned:
        assert current is pinned
    assert len(zygotes() - before) == 1


def test_an_older_release_takes_little(make: LenderMaker, small: Settings, old: Release, new: Release) -> None:
    assert old.release_id != new.release_id
    pool = pool_of(make(), old)
    assert (pool.limits.quick_places, pool.limits.heavy_places) == (1, 1)
    assert pool.limits.max_waiting < small.max_waiting
    assert pool.config.memory_bytes * 4 == small.memory_bytes
    assert len(processes(pool)) == 3  # the zygote, a worker for queries and one for pages
    values = {10, LOWEST_PRIORITY}
    assert wait_until(lambda: {os.getpriority(os.PRIO_PROCESS, process) for process in processes(pool)} == values)


@pytest.mark.usefixtures("new")
def test_an_older_release_calls_no_other_endpoint(make: LenderMaker, old: Release) -> None:
    lends = make(federation_allow="127.0.0.1:9")
    with lends.acquire(old.release_id) as engine, pytest.raises(QueryRefused):
        select(engine, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")


def test_no_more_than_the_setting_are_open_and_the_others_leave_no_process(
    make: LenderMaker, several: list[Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.release.engines.OlderLimits", partial(OlderLimits, tenure_seconds=0))
    before, lends = zygotes(), make(older_releases=2)
    for _ in range(2):
        for release, expected in zip(several, ("one", "two", "three"), strict=True):
            assert say(lends, release) == expected
            assert len(zygotes() - before) <= 3  # with the current one
    assert lends.older.open_ids == [item.release_id for item in several[1:]]


def test_what_rests_is_closed_and_opened_again(make: LenderMaker, old: Release, new: Release) -> None:
    assert old.release_id != new.release_id
    lends = make(older_idle_seconds=1e-9)
    ended = processes(pool_of(lends, old))
    assert not lends.refresh()
    assert wait_until(lambda: not any(map(is_alive, ended)))
    assert say(lends, old) == "old"


def test_a_killed_pool_of_an_older_release_recovers(make: LenderMaker, old: Release, new: Release) -> None:
    assert old.release_id != new.release_id
    lends = make()
    pool = pool_of(lends, old)
    zygote = pool.worker_processes.zygote_process
    for process in processes(pool):
        os.kill(process, signal.SIGKILL)
    assert wait_until(lambda: not is_alive(zygote))
    assert say(lends, old) == "old"
    assert pool.worker_processes.zygote_process != zygote
    assert {os.getpriority(os.PRIO_PROCESS, process) for process in processes(pool)} == {10}
    assert say(lends) == "new"


def test_changed_quads_are_found_on_opening_in_memory_and_on_disk(
    make: LenderMaker, old: Release, new: Release
) -> None:
    path = old.folder / QUADS_FILE
    path.write_bytes(path.read_bytes().replace(b"old 7", b"odd 7"))
    for memory_max_quads in (10**6, 0):
        lends = make(memory_max_quads=memory_max_quads)
        with pytest.raises(ReleaseGone) as caught:
            say(lends, old)
        assert str(old.folder) not in str(caught.value)
        assert caught.value.available == (new.release_id, old.release_id)
        assert say(lends) == "new"


@pytest.mark.usefixtures("new")
def test_a_store_that_cannot_be_opened_is_gone_and_leaves_no_process(make: LenderMaker, old: Release) -> None:
    (old.folder / "store" / "CURRENT").write_bytes(b"MANIFEST-999999\n")
    before, lends = zygotes(), make(memory_max_quads=0)
    for _ in range(2):
        with pytest.raises(ReleaseGone):
            say(lends, old)
    assert wait_until(lambda: len(zygotes() - before) == 1)
    assert lends.older.open_ids == []


def test_a_removed_release_is_unknown_even_while_it_is_open(
    make: LenderMaker, release_store: ReleaseStore, old: Release, new: Release
) -> None:
    lends = make()
    with lends.acquire(old.release_id) as engine:
        old.folder.rename(release_store.home / "elsewhere")
        assert word(engine) == "old"
        with pytest.raises(ReleaseUnknown, match=f"There are: {new.release_id}"):
            say(lends, old)


def test_a_release_exchanged_while_in_use_answers_on(
    make: LenderMaker, release_store: ReleaseStore, old: Release, new: Release
) -> None:
    lends = make()
    with lends.acquire(new.release_id) as engine:
        release_store.set_current(old)
        assert lends.refresh()
        assert (word(engine), say(lends), say(lends, new)) == ("new", "old", "new")


@pytest.mark.usefixtures("new")
def test_closing_leaves_no_process(make: LenderMaker, old: Release) -> None:
    before, lends = zygotes(), make()
    ended = processes(pool_of(lends, old))
    assert len(zygotes() - before) == 2
    lends.close()
    assert wait_until(lambda: not any(map(is_alive, ended)) and zygotes() <= before)


def test_a_storm_over_all_releases_leaves_the_current_one_answering_and_nothing_behind(
    make: LenderMaker, several: list[Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.release.engines.OlderLimits", partial(OlderLimits, tenure_seconds=0.1))
    before, lends = zygotes(), make(older_releases=2)

    def ask(n: int) -> str:
        try:
            return say(lends, several[n % 3])
        except KgError as error:
            return type(error).__name__

    with ThreadPoolExecutor(24) as threads:
        storm = [threads.submit(ask, n) for n in range(200)]
        assert [say(lends) for _ in range(50)] == ["new"] * 50
        outcomes = {item.result() for item in storm}
    assert outcomes <= {"one", "two", "three", "EngineBusy", "ClientBusy"}
    assert outcomes & {"one", "two", "three"}
    assert len(lends.older.open_ids) <= 2
    lends.close()
    assert wait_until(lambda: zygotes() <= before)


class Counting:
    """An observer that holds the pools that are open, and counts what ends."""

    def __init__(self) -> None:
        self.pools: list[HasPoolStatus] = []
        self.ended: list[str] = []

    def pool_opened(self, pool: HasPoolStatus) -> None:
        self.pools.append(pool)

    def pool_closed(self, pool: HasPoolStatus) -> None:
        self.pools.remove(pool)

    def question_ended(self, outcome: str, lane: str, seconds: float) -> None:
        self.ended.append(f"{lane} {outcome} {seconds >= 0}")

    def worker_ended(self, reason: str) -> None:
        self.ended.append(reason)

    def zygote_restarted(self) -> None:
        self.ended.append("restarted")


@pytest.mark.parametrize("is_late", [False, True])
def test_the_engines_answer_and_are_observed(tmp_path: Path, is_late: bool) -> None:
    make_release(tmp_path, [])
    observer, opening = Counting(), Opening(read_settings({}, home=tmp_path))
    if is_late:
        until(opening.is_done)
    lender = opening.opened(observer)
    try:
        with lender.acquire() as engine:
            assert engine.answer(Question("ASK {}", FORMS["csv"])).body == b"true"
        (pool,) = observer.pools
        assert pool.pool_status().idle > 0
        assert observer.ended == ["quick ok True"]
    finally:
        lender.close()
    assert observer.pools == []


def test_a_failed_opening_is_reported_to_all_that_wait_for_it(tmp_path: Path) -> None:
    opening = Opening(read_settings({}, home=tmp_path))
    with pytest.raises(ReleaseMissing, match="Run 'kg build' first"):
        opening.opened(Counting())
