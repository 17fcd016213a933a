"""Measuring: peers asked in turn within one run, so that a busy machine is as busy for each of them."""

from __future__ import annotations

import math
import stat
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.alone import Look, Looks, Question, settle
from tests.bench.load import Request, Times, run
from tests.bench.meter import Meter
from tests.bench.peers import Peer

Asking = Callable[[Peer, Sequence[Question]], Iterator[Request]]


@dataclass
class Figures:
    """Measurements of one peer, of one question or of the mix, with so many clients at once."""

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
    """How long to measure: so many rounds of so many seconds for each peer, with each number of clients.

    A peer is left out of a round that would probably take longer than ``patience`` seconds. A peer whose rounds have
    taken as long has had enough of them.
    """

    rounds: int
    seconds: float
    clients: tuple[int, ...]
    patience: float


def measure(
    peers: Sequence[Peer], questions: Sequence[Question], asking: Asking, plan: Plan, looks: Looks
) -> dict[str, dict[str, dict[str, float]]]:
    """The summary by number of clients and name of peer; the questions are asked in turn, each at least once."""
    by_clients: dict[str, dict[str, dict[str, float]]] = {}
    for clients in plan.clients:
        least = max(clients, len(questions))
        asked = [peer for peer in peers if expected(peer.name, questions, looks, least) <= plan.patience]
        figures, taken = {peer.name: Figures() for peer in asked}, dict.fromkeys((peer.name for peer in asked), 0.0)
        for number in range(plan.rounds):
            turn = number % max(1, len(asked))
            for peer in (*asked[turn:], *asked[:turn]):
                if taken[peer.name] <= plan.patience:
                    times = _round(peer, asking(peer, questions), figures[peer.name], (clients, plan.seconds, least))
                    taken[peer.name] += times.seconds
        by_clients[str(clients)] = {name: figure.summary() for name, figure in figures.items()}
    return by_clients


def expected(peer: str, questions: Sequence[Question], looks: Looks, times: int) -> float:
    """The seconds of a peer for so many of these questions, one after the other; infinite if one came to nothing."""
    alone = [_seconds(looks[name].get(peer)) for name, _ in questions]
    return times * sum(alone) / len(alone)


def _seconds(look: Look | None) -> float:
    return math.inf if look is None or look.seconds is None or look.rows < 0 else look.seconds


def _round(peer: Peer, requests: Iterator[Request], figures: Figures, amount: tuple[int, float, int]) -> Times:
    """One round of a peer: so many clients, seconds, and requests at least."""
    clients, seconds, least = amount
    with Meter(peer.process) as meter:
        times = run(peer.authority, requests, clients, seconds, least=least)
    figures.add(times, meter.seconds)
    if times.failed:
        settle(peer)
    return times


def proportional_bytes(processes: Iterable[int]) -> int:
    """The memory of processes, what several share being split among them (proc(5), smaps_rollup)."""
    total = 0
    for process in processes:
        with suppress(OSError):
            lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return 1024 * total


def unnamed_bytes(processes: Iterable[int]) -> int:
    """The size of all files that processes hold open and that have no name any more, such as spilled answers."""
    sizes = {}
    for process in processes:
        with suppress(OSError):  # it has ended
            for descriptor in Path(f"/proc/{process}/fd").iterdir():
                with suppress(OSError):
                    about = descriptor.stat()
                    if stat.S_ISREG(about.st_mode) and about.st_nlink == 0:
                        sizes[about.st_dev, about.st_ino] = 512 * about.st_blocks
    return sum(sizes.values())
