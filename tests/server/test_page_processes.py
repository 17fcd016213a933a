"""Pages are made in a process of their own, which may end, stop or grow without harm to anybody else."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg.core.errors import EngineLost
from kg.core.settings import read_settings
from kg.engine.limits import CancellationToken
from kg.engine.pool.processes import Priority
from kg.engine.pool.queue import WorkQueue
from kg.engine.registry import EngineRegistry
from kg.release.engines import engine_registry as open_registry
from kg.release.integrity import Integrity
from kg.release.store import ReleaseStore
from server.gateway import page_processes
from server.gateway.page_processes import PageProcess, PageProcesses
from server.gateway.turn import Turn
from tests.bench.processes import kinds
from tests.server.gateway.test_page_request import environ_of
from tests.serving import Server, is_alive, until

pytestmark = pytest.mark.server

SECONDS = 3.0
PAGE, TABLE, THING = "/search?q=robot", "/q/targets-with-baseline.csv", "/page/plan-ii"


@contextmanager
def started(home: Path, errors: Path, **settings: object) -> Iterator[Server]:
    """Start a server without a cache, whose page process is ready."""
    with Server(home, errors, cache_bytes=0, **settings) as running:
        until(lambda: running.ask(PAGE).status == 200 and has_answered(page_process_of(running)))
        yield running


@pytest.fixture
def server(home: Path, tmp_path: Path) -> Iterator[Server]:
    """A server with a short deadline."""
    with started(home, tmp_path / "errors", max_seconds=SECONDS) as running:
        yield running


@pytest.fixture
def patient_server(home: Path, tmp_path: Path) -> Iterator[Server]:
    """A server whose deadline leaves time to start a page process on a busy machine."""
    with started(home, tmp_path / "errors") as running:
        yield running


def page_process_of(server: Server) -> int:
    return next(iter(kinds(server)["pages"]), 0)


def has_answered(process: int) -> bool:
    """Return True if a page process answered a request: it has a thread for it, beside two that it always has."""
    return len(list(Path(f"/proc/{process}/task").glob("*"))) > 2


def nice_of(process: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, process)


@pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="this machine has one processor")
def test_page_processes_leave_the_first_processor_to_others(server: Server) -> None:
    everywhere = os.sched_getaffinity(0)
    assert os.sched_getaffinity(page_process_of(server)) == everywhere - {min(everywhere)}
    assert nice_of(page_process_of(server)) == Priority.PAGES.value
    for serving in kinds(server)["serving"]:
        assert os.sched_getaffinity(serving) == everywhere


def ended(server: Server, reason: str) -> float:
    return server.metric(f'fyp_page_processes_ended_total{{reason="{reason}"}}')


def test_a_page_process_that_is_killed_is_replaced_and_no_request_fails(patient_server: Server) -> None:
    right, statuses, wrong, over = patient_server.ask(TABLE).body, Counter[int](), list[bool](), threading.Event()

    def ask() -> None:
        while not over.is_set():
            reply = patient_server.ask(TABLE)
            statuses[reply.status] += 1
            wrong.append(reply.status == 200 and reply.body != right)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        process = until(lambda: page_process_of(patient_server))
        os.kill(process, signal.SIGKILL)
        until(lambda process=process: page_process_of(patient_server) not in (0, process))  # type: ignore[misc]
        answered = statuses.total()
        until(lambda answered=answered: statuses.total() > answered + len(threads))  # type: ignore[misc]
    over.set()
    for thread in threads:
        thread.join()
    assert set(statuses) == {200}
    assert not any(wrong)
    assert ended(patient_server, "lost") == 3


def test_a_page_process_that_hangs_is_killed_after_the_deadline_while_queries_are_answered(server: Server) -> None:
    process = page_process_of(server)
    os.kill(process, signal.SIGSTOP)
    statuses = list[int]()
    page = threading.Thread(target=lambda: statuses.append(server.ask(THING).status))
    page.start()
    assert server.query("ASK {}").status == 200
    assert server.ask("/health").status == 200
    page.join()
    assert statuses == [504]
    until(lambda: page_process_of(server) != process)
    assert until(lambda: server.ask(THING).status == 200)
    assert ended(server, "overdue") == 1


def test_nothing_of_a_page_process_is_left_when_the_server_is_killed(server: Server) -> None:
    process = page_process_of(server)
    server.process.kill()
    until(lambda: not is_alive(process))


BUSY, IDLE = ("MOST_GROWTH_BYTES",), ("MOST_IDLE_GROWTH_BYTES", "MOST_GROWTH_SINCE_IDLE_BYTES")


@pytest.mark.parametrize(("limits", "idle_seconds"), [(BUSY, 60.0), (IDLE, 0.0)], ids=["busy", "idle"])
def test_a_page_process_that_has_grown_is_replaced_when_its_successor_is_ready(
    home: Path, lender: EngineRegistry, monkeypatch: pytest.MonkeyPatch, limits: tuple[str, ...], idle_seconds: float
) -> None:
    reasons = list[str]()
    processes = PageProcesses(read_settings({}, home=home), lender, Integrity(ReleaseStore(home)), reasons.append)
    monkeypatch.setattr(page_processes, "IDLE_SECONDS", idle_seconds)
    try:
        processes.refill()
        assert processes.answer(environ_of("/q/"), turn()).status == 200
        processes.refill()
        assert reasons == []
        grown = the_only(processes)
        for limit in limits:
            assert reasons == []
            monkeypatch.setattr(page_processes, limit, -(2**40))
            processes.refill()
        monkeypatch.undo()
        assert reasons == ["grown"]
        assert grown.has_ended
        assert the_only(processes) is not grown
        assert processes.answer(environ_of("/q/"), turn()).status == 200
    finally:
        processes.close()


def test_a_page_process_that_has_grown_stays_while_no_other_one_starts(
    home: Path, lender: EngineRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes = PageProcesses(read_settings({}, home=home), lender, Integrity(ReleaseStore(home)))
    try:
        processes.refill()
        monkeypatch.setattr(page_processes, "IDLE_SECONDS", 60.0)  # a slow start does not make the process an idle one
        monkeypatch.setattr(page_processes, "MOST_GROWTH_BYTES", -(2**40))
        monkeypatch.setattr(page_processes, "_MODULE", "server.no_such_module")
        with pytest.raises(EngineLost):
            processes.refill()
        processes.refill()  # not again at once
        assert processes.answer(environ_of("/q/"), turn()).status == 200
    finally:
        processes.close()


def the_only(processes: PageProcesses) -> PageProcess:
    (process,) = processes._processes
    return process


def test_a_page_process_that_does_not_start_is_an_error_of_ours(
    home: Path, lender: EngineRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_processes, "_MODULE", "server.no_such_module")
    processes = PageProcesses(read_settings({}, home=home), lender, Integrity(ReleaseStore(home)))
    with pytest.raises(EngineLost, match="No process for pages can be started"):
        processes.refill()
    assert not processes.was_ready
    processes.refill()  # not again at once
    with pytest.raises(EngineLost):
        processes.answer(environ_of("/q/"), turn())


@pytest.fixture(scope="module")
def lender(home: Path) -> Iterator[EngineRegistry]:
    opened = open_registry(read_settings({}, home=home))
    yield opened
    opened.close()


def turn() -> Turn:
    return Turn(WorkQueue("pages", 1, 10), CancellationToken())
