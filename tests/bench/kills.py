"""Kill each kind of process again and again under load: ``make bench-kills``.

Processes of each kind are killed. Each answer with status 200 is still the right one, and no process is left without
its server. Surviving processes have no more files open at the end than at the start.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kg.core.settings import read_settings
from tests.bench.processes import KINDS, kinds, marked, open_files, with_mark
from tests.serving import Server, until

TIMES = 50
# nobody publishes there; it is asked
FOLLOWED: Mapping[str, object] = {"follow": "http://127.0.0.1:9/nothing", "follow_insecure": 1}
SETTINGS: Mapping[str, object] = {"cache_bytes": 0}  # So that each answer is computed.
# Of one server. A follower that ends is started again after a pause that doubles each time, up to a minute.
MOST_FOLLOWERS = 4
_CLIENTS = 4
_PAUSE_SECONDS = 0.02
_LIFE_SECONDS = 0.5  # at most, until the next one is killed
_ALLOWED_FILES = 3
_WELL_SECONDS = 75.0
_STEP_SECONDS, _STABLE = 0.25, 6
PATHS = (
    "/sparql?query=SELECT * { ?s a <https://w3id.org/fyp-kg/ontology#SectoralPlan> } ORDER BY ?s",
    "/sparql?query=SELECT * { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?l } ORDER BY ?s STR(?l) LIMIT 2000",
    "/sparql?query=SELECT (COUNT(*) AS ?n) { ?s a ?class . ?s ?p ?o }",
    "/q/targets-with-baseline.csv",
    "/data/plan-ii.nt",
    "/q/technology-network.svg",
)


@dataclass
class Outcome:
    """Outcome of killing one kind of process so many times, and of all requests meanwhile."""

    kind: str
    killed: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    orphans: int = 0
    more_files: int = 0
    slowest_recovery: float = 0.0
    problem: str = ""

    @property
    def is_good(self) -> bool:
        """Return True if everything held."""
        held = not self.wrong and not self.orphans and not self.problem
        return held and bool(self.statuses["200"]) and self.more_files <= _ALLOWED_FILES


class Load:
    """Requests without end whose right answers are known."""

    def __init__(self, server: Server, outcome: Outcome) -> None:
        self._server, self._outcome, self._numbers = server, outcome, itertools.count()
        self._expected = {path: server.ask(path) for path in PATHS}
        assert {reply.status for reply in self._expected.values()} == {200}
        self._over, self._lock = threading.Event(), threading.Lock()

    def run(self) -> None:
        """Ask until that is stopped."""
        while not self._over.wait(_PAUSE_SECONDS):
            path = PATHS[next(self._numbers) % len(PATHS)]
            try:
                reply = self._server.ask(path)
                status, right = str(reply.status), reply.body == self._expected[path].body
            except (OSError, HTTPException):
                status, right = "no answer", False
            with self._lock:
                self._outcome.statuses[status] += 1
                if status == "200" and not right:
                    self._outcome.wrong.append(path)

    def stop(self) -> None:
        """Ask no more."""
        self._over.set()


@contextmanager
def load_on(server: Server, outcome: Outcome) -> Iterator[None]:
    """Ask while the block runs."""
    load = Load(server, outcome)
    with ThreadPoolExecutor(_CLIENTS) as threads:
        for _ in range(_CLIENTS):
            threads.submit(load.run)
        try:
            yield
        finally:
            load.stop()


def killed(home: Path, kind: str, times: int) -> Outcome:
    """Kill processes of a kind so many times, each time when the server is well again."""
    outcome = Outcome(kind)
    with marked() as mark:
        try:
            if kind == "top":
                _kill_top(home, outcome, times, mark)
            while outcome.killed < times:
                left = times - outcome.killed
                _kill(home, outcome, min(left, MOST_FOLLOWERS) if kind == "follower" else left, mark)
        except (AssertionError, OSError) as error:
            outcome.problem = f"after {outcome.killed} times: {error}"
        outcome.orphans += len(_left(mark))
        for process in with_mark(mark):
            os.kill(process, signal.SIGKILL)
    return outcome


def _kill(home: Path, outcome: Outcome, times: int, mark: str) -> None:
    with Server(home, None, **SETTINGS, **(FOLLOWED if outcome.kind == "follower" else {})) as server:
        with load_on(server, outcome):
            _well(server, outcome.kind)
        before = _settled(server)
        with load_on(server, outcome):
            for _ in range(times):
                time.sleep(random.uniform(0, _LIFE_SECONDS))  # noqa: S311 - no secret
                victim = _victim(server, outcome.kind)
                os.kill(victim, signal.SIGKILL)
                outcome.killed += 1
                began = time.monotonic()
                _well(server, outcome.kind, not_=victim)
                outcome.slowest_recovery = max(outcome.slowest_recovery, time.monotonic() - began)
        after = _settled(server)
        more_files = max(after[kind] - before[kind] for kind in ("top", "serving", "zygote"))
        outcome.more_files = max(outcome.more_files, more_files)
        until(lambda: with_mark(mark) == server.processes())


def _kill_top(home: Path, outcome: Outcome, times: int, mark: str) -> None:
    for _ in range(times):
        with Server(home, None, **SETTINGS) as server, load_on(server, outcome):
            _well(server, "worker")
            time.sleep(random.uniform(0, _LIFE_SECONDS))  # noqa: S311 - no secret
            server.process.kill()
            outcome.killed += 1
            began = time.monotonic()
            server.process.wait()
            until(lambda: not with_mark(mark))
            outcome.slowest_recovery = max(outcome.slowest_recovery, time.monotonic() - began)


def _victim(server: Server, kind: str) -> int:
    return until(lambda: next(iter(sorted(kinds(server)[kind], reverse=True)), None))


def _well(server: Server, kind: str, not_: int = 0) -> None:
    """Wait until the server answers and has a process of a kind again.

    Raises:
        AssertionError: it has ended, or is not well in time.
    """
    end = time.monotonic() + _WELL_SECONDS
    while time.monotonic() < end:
        assert server.process.poll() is None, f"the service ended with {server.process.returncode}"
        with suppress(OSError, HTTPException):
            if kinds(server)[kind] - {not_} and server.query("ASK {}").status == 200:
                return
        time.sleep(_PAUSE_SECONDS)
    raise AssertionError(f"no {kind} after {_WELL_SECONDS:g} s")


def _settled(server: Server) -> dict[str, int]:
    """Return the open files of each kind of process when they have been the same for a while."""
    counts: list[dict[str, int]] = []
    end = time.monotonic() + _WELL_SECONDS
    while time.monotonic() < end and (len(counts) < _STABLE or any(count != counts[-1] for count in counts[-_STABLE:])):
        time.sleep(_STEP_SECONDS)
        counts.append({kind: open_files(processes) for kind, processes in kinds(server).items()})
    return counts[-1]


def _left(mark: str) -> set[int]:
    """Return the processes that are left some seconds after the end."""
    with suppress(AssertionError):
        until(lambda: not with_mark(mark))
    return with_mark(mark)


def main() -> None:
    """Kill and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=read_settings(os.environ).home)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    options = parser.parse_args()
    table = Table("killed", "times", "answers", "wrong", "orphans", "more files", "slowest return, s", "problem")
    good = True
    for kind in options.kinds:
        outcome = killed(options.home, kind, options.times)
        good = good and outcome.is_good
        answers = ", ".join(f"{status}: {number}" for status, number in sorted(outcome.statuses.items()))
        numbers = (
            str(len(outcome.wrong)),
            str(outcome.orphans),
            str(outcome.more_files),
            f"{outcome.slowest_recovery:.1f}",
        )
        table.add_row(kind, str(outcome.killed), answers, *numbers, outcome.problem)
        sys.stderr.write(f"{kind}\n")
    Console(width=160).print(table)
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
