"""Measuring: peers asked in turn within one run, so that a busy machine is as busy for each of them."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from tests.bench.load import Request, Times, run
from tests.bench.peers import Peer
from tests.serving import processor_seconds

Question = tuple[str, str]
Asking = Callable[[Peer, Sequence[Question]], Iterator[Request]]
_PATIENCE_SECONDS = 120


@dataclass
class Figures:
    """What was measured of one peer, of one question or of the mix, with so many clients at once."""

    rates: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    failed: int = 0

    def add(self, times: Times, processor: float) -> None:
        """Take a round."""
        answered = len(times.all)
        self.failed += times.failed
        if answered:
            self.rates.append(answered / times.seconds)
            self.processor.append(processor / answered)
            self.times += times.all

    def summary(self) -> dict[str, float]:
        """The medians of the rounds, and of all requests the percentiles, in milliseconds."""
        if not self.rates:
            return {"failed": self.failed}
        cuts = statistics.quantiles(self.times, n=100) if len(self.times) > 1 else self.times * 99
        return {
            "rate": round(statistics.median(self.rates), 2),
            "processor_ms": round(1000 * statistics.median(self.processor), 3),
            **{f"p{place}_ms": round(1000 * cuts[place - 1], 3) for place in (50, 95, 99)},
            "failed": self.failed,
        }


@dataclass(frozen=True)
class Plan:
    """How long to measure: so many rounds of so many seconds for each peer, with each number of clients."""

    rounds: int
    seconds: float
    clients: tuple[int, ...]


def measure(
    peers: Sequence[Peer], questions: Sequence[Question], asking: Asking, plan: Plan
) -> dict[str, dict[str, dict[str, float]]]:
    """The summary by number of clients and name of peer; the questions are asked in turn."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for clients in plan.clients:
        figures = {peer.name: Figures() for peer in peers}
        for number in range(plan.rounds):
            turn = number % len(peers)
            for peer in (*peers[turn:], *peers[:turn]):
                processes = peer.processes
                before = _processor(processes)
                times = run(peer.authority, asking(peer, questions), clients, plan.seconds)
                figures[peer.name].add(times, _processor(processes) - before)
        found[str(clients)] = {name: one.summary() for name, one in figures.items()}
    return found


def _processor(processes: Iterable[int]) -> float:
    total = 0.0
    for process in processes:
        with suppress(OSError):
            total += processor_seconds([process])
    return total


def rows(peer: Peer, text: str) -> int:
    """How many rows a peer gives for a query; -1 where it gives none for want of an answer."""
    connection = HTTPConnection(peer.authority, timeout=_PATIENCE_SECONDS)
    try:
        connection.request("GET", f"{peer.path}?query={quote(text)}", headers={"Accept": "text/csv"})
        response = connection.getresponse()
        body = response.read().decode("utf-8")
    except OSError:
        return -1
    finally:
        connection.close()
    return len(list(csv.reader(io.StringIO(body)))) - 1 if response.status == 200 else -1


@dataclass(frozen=True)
class Differing:
    """A peer whose answer has another number of rows than ours."""

    peer: str
    question: str
    rows: int
    ours: int


def compare(peers: Sequence[Peer], questions: Sequence[Question]) -> list[dict[str, object]]:
    """Who answers otherwise than the first peer."""
    found = []
    for name, text in questions:
        wanted, *others = [rows(peer, text) for peer in peers]
        found += [
            Differing(peer.name, name, other, wanted)
            for peer, other in zip(peers[1:], others, strict=True)
            if other != wanted
        ]
    return [asdict(one) for one in found]


def proportional_bytes(processes: Iterable[int]) -> int:
    """The memory of processes, what several share being split among them (proc(5), smaps_rollup)."""
    total = 0
    for process in processes:
        with suppress(OSError):
            lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return 1024 * total
