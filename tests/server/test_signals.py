"""The real server and the signals that reach it: none drops a request, and none leaves a process behind."""

from __future__ import annotations

import itertools
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from tests.serving import HOST, PATIENCE_SECONDS, Server, is_alive, make_release, until

pytestmark = pytest.mark.server

ENOUGH = 100
CLIENTS = 4
GONE = "gone"
MODULES = {b"kg.engine.pool.zygote", b"kg.charts.render_worker"}


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("signals")
    make_release(home, [Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal("o"), NamedNode("urn:g"))])
    return home


@pytest.fixture
def server(small_home: Path, tmp_path: Path) -> Iterator[Server]:
    with Server(small_home, tmp_path / "errors") as started:
        yield started


class Load:
    """Requests without end, each for what was not asked before, and what came of them."""

    def __init__(self, port: int) -> None:
        self.port, self.seen, self.stop = port, Counter[object](), threading.Event()
        self._numbers = itertools.count()

    def run(self) -> None:
        """Ask until that is stopped or nobody answers any longer."""
        came: object = None
        while not self.stop.is_set() and came != GONE:
            connection = HTTPConnection(HOST, self.port, timeout=PATIENCE_SECONDS)
            came = self._ask(connection)
            self.seen[came] += 1
            connection.close()

    def _ask(self, connection: HTTPConnection) -> object:
        """The status of a whole answer, ``GONE`` when no answer begins, or the error when one is cut."""
        try:
            connection.request("GET", f"/sparql?query=ASK%7B%7D%23{next(self._numbers)}")
            answered = connection.getresponse()
        except ConnectionError:
            return GONE
        try:
            answered.read()
        except (OSError, HTTPException) as error:
            return type(error)
        return answered.status

    def until_more(self) -> None:
        """Wait until so many more were answered."""
        most = self.seen[200] + ENOUGH
        until(lambda: self.seen[200] > most)


@contextmanager
def load_on(server: Server) -> Iterator[Load]:
    load = Load(server.port)
    with ThreadPoolExecutor(CLIENTS) as threads:
        for _ in range(CLIENTS):
            threads.submit(load.run)
        try:
            load.until_more()
            yield load
        finally:
            load.stop.set()


def test_a_hang_up_changes_nothing(server: Server) -> None:
    before = server.processes()
    with load_on(server) as load:
        for process in sorted(before):
            os.kill(process, signal.SIGHUP)
        load.until_more()
    assert load.seen.keys() == {200}
    assert before <= server.processes()
    assert server.errors.read_text() == ""


@pytest.mark.parametrize(
    ("send", "ending"), [(os.kill, signal.SIGTERM), (os.killpg, signal.SIGINT)], ids=["by SIGTERM", "by Ctrl-C"]
)
def test_the_end_cuts_no_answer(server: Server, send: Callable[[int, int], None], ending: signal.Signals) -> None:
    processes = server.processes()
    with load_on(server) as load:
        send(server.process.pid, ending)
        assert server.process.wait(PATIENCE_SECONDS) == 0
    assert load.seen.keys() == {200, GONE}  # also a connection whose request was not read yet: one may ask elsewhere
    until(lambda: not any(map(is_alive, processes)))
    assert server.errors.read_text() == ""


def test_a_service_that_is_killed_leaves_no_process_behind(home: Path) -> None:
    with Server(home) as server:
        assert server.ask("/q/technology-network.png").status == 200
        processes = server.processes()
        assert {module for process in processes for module in MODULES if module in command_of(process)} == MODULES
        server.process.kill()
        server.process.wait()
        until(lambda: not any(map(is_alive, processes)))


def test_a_serving_process_that_is_killed_is_started_again(server: Server) -> None:
    (serving,) = [process for process in server.processes() if parent_of(process) == server.process.pid]
    processes = server.processes() - {server.process.pid}
    os.kill(serving, signal.SIGKILL)
    until(lambda: not any(map(is_alive, processes)))
    until(lambda: is_well(server))
    assert server.stop() == 0


def parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[1])


def command_of(process: int) -> bytes:
    return Path(f"/proc/{process}/cmdline").read_bytes()


def is_well(server: Server) -> bool:
    try:
        return server.ask("/health").status == 200
    except OSError:
        return False
