"""Ten thousand questions of all sorts leave the server as they found it."""

from __future__ import annotations

import http.client
import itertools
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.serving import HOST, Server, is_alive

pytestmark = [pytest.mark.server, pytest.mark.serial, pytest.mark.slow]

# threads and allocators reach their size within the first thousands; after that nothing may grow
WARM_UP, QUESTIONS, ASKERS = 8_000, 18_000, 8
ROUND = 200  # in each round of questions there are so many of each sort:
SPILLED, LEFT = 1, 2
REFUSED = {  # what is asked: the status
    "SELECT * {": 400,
    "SELECT * { SERVICE <urn:x> { ?s ?p ?o } }": 403,
    "CLEAR ALL": 403,
    "CONSTRUCT WHERE { ?s ?p ?o } #{n}": 406,
    "SELECT (" + "!" * 500 + "true AS ?x) {} #{n}": 400,
}
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LARGE = "SELECT * { ?s ?p ?o . ?o ?q ?r } LIMIT 20000 #{n}"

SETTLING_SECONDS = 15
GROWN_BYTES, GROWN_FILES, GROWN_THREADS = 16 * 2**20, 4, 2 * ASKERS


@dataclass(frozen=True)
class Footprint:
    """Resources of a server: PSS in bytes, and open files, threads and processes of its tree."""

    memory: int
    files: int
    threads: int
    processes: int


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    with Server(home, cache_bytes=2**20, quick_seconds=0.1) as running:
        yield running


def footprint(server: Server) -> Footprint:
    """The footprint at this moment; none of the processes is dead."""
    tree = server.processes()
    assert all(map(is_alive, tree))
    return Footprint(
        sum(map(_proportional_bytes, tree)),
        sum(len(list(Path(f"/proc/{process}/fd").iterdir())) for process in tree),
        sum(len(list(Path(f"/proc/{process}/task").iterdir())) for process in tree),
        len(tree),
    )


def settled(server: Server, fresh: Footprint) -> Footprint:
    """The footprint when nothing is under way any more: the file of a large answer is closed after ten seconds."""
    end = time.monotonic() + SETTLING_SECONDS
    while time.monotonic() < end:
        with suppress(OSError, AssertionError):  # a process may end while it is looked at
            now = footprint(server)
            if now.processes == fresh.processes and now.files <= fresh.files + GROWN_FILES:
                return now
        threading.Event().wait(0.05)
    return footprint(server)


def _proportional_bytes(process: int) -> int:
    """Memory of a process; what several share counts for each with its part (proc(5), smaps_rollup)."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


class Asker:
    """One client, with one connection that it keeps."""

    def __init__(self, port: int, outcomes: Counter[str]) -> None:
        self._port, self._outcomes = port, outcomes
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)

    def ask(self, number: int) -> None:
        """Ask the question with a number; what kind it is, the number says."""
        place = number % ROUND
        if place < SPILLED:
            self._expect("spilled", LARGE, 200, number, least=2 * 2**20)
        elif place < SPILLED + LEFT:
            self._leave()
        elif place % 10 == 9:
            text, status = list(REFUSED.items())[place // 10 % len(REFUSED)]
            self._expect("refused", text, status, number)
        elif place % 2:
            self._expect("cached", f"SELECT * {{ ?s ?p ?o }} LIMIT {place}", 200, number)
        else:
            self._expect("new", "SELECT * { ?s a ?class } LIMIT 5 #{n}", 200, number)

    def close(self) -> None:
        self._connection.close()

    def _expect(self, sort: str, text: str, status: int, number: int, least: int = 0) -> None:
        fields = urlencode({"query": text.replace("{n}", str(number))})
        self._connection.request("GET", f"/sparql?{fields}", headers={"Accept": "application/sparql-results+json"})
        response = self._connection.getresponse()
        body = response.read()
        assert response.status == status, (text, body[:300])
        assert len(body) >= least
        self._outcomes[sort] += 1

    def _leave(self) -> None:
        """Ask something heavy, and go away without an answer."""
        with socket.create_connection((HOST, self._port)) as peer:
            fields = urlencode({"query": HEAVY})
            peer.sendall(f"GET /sparql?{fields} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode("ascii"))
            peer.settimeout(0.15)
            with suppress(TimeoutError):
                peer.recv(1)
        self._outcomes["left"] += 1


def ask_all(server: Server, numbers: range) -> Counter[str]:
    """Ask the questions with these numbers, from all askers at once; gives how many of each sort were asked."""
    outcomes, left, failures = Counter[str](), iter(numbers), list[BaseException]()

    def work() -> None:
        asker = Asker(server.port, outcomes)
        try:
            for number in itertools.takewhile(lambda _: not failures, left):
                asker.ask(number)
        except BaseException as failure:  # noqa: BLE001 - raised below, in the test's own thread
            failures.append(failure)
        finally:
            asker.close()

    threads = [threading.Thread(target=work) for _ in range(ASKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return outcomes


def test_ten_thousand_questions_leak_nothing(server: Server) -> None:
    assert server.query("ASK {}").status == 200
    fresh = footprint(server)
    ask_all(server, range(WARM_UP))
    before = settled(server, fresh)
    outcomes = ask_all(server, range(WARM_UP, QUESTIONS))
    after = settled(server, fresh)
    assert set(outcomes) == {"spilled", "left", "refused", "cached", "new"}
    assert after.processes == fresh.processes
    assert after.files <= fresh.files + GROWN_FILES
    assert after.threads <= before.threads + GROWN_THREADS
    assert after.memory <= before.memory + GROWN_BYTES
