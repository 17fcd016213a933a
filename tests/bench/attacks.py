"""Light queries of one client while others attack in five ways: ``make bench-attacks``, and part of ``bench-strain``.

Each attack is a process of its own (``tests/bench/attacker.py``). The server has its usual settings, and the soft limit
of open files that most machines give. Before and after each attack the same client asks an idle server.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from kg.core.settings import PROJECT, read_settings
from tests.bench import load
from tests.bench.alone import settle
from tests.bench.attacker import attacks, batch
from tests.bench.figures import ATTACK_HEADINGS, rows_of_attacks
from tests.bench.measuring import proportional_bytes, unnamed_bytes
from tests.bench.meter import Meter
from tests.bench.peers import Peer
from tests.serving import HOST, Server

NAMES = tuple(attacks((1, 1, 1)))
LIGHT = "SELECT * { ?plan a <https://w3id.org/fyp-kg/ontology#SectoralPlan> }"
SOURCE = "127.0.0.2"
LASTING = 10  # queries on a connection: also whether new ones are taken must show in a 95th percentile
IDLE_SECONDS, ATTACK_SECONDS, PATIENCE_SECONDS = 3.0, 12.0, 20.0
_SETTLING_SECONDS = 60.0
_END_SECONDS = 30.0
_OPEN_FILES = 1024
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_CONDITIONS, _VALUES = 16, 50
_TOO_MUCH = {400, 413, 422}


@dataclass(frozen=True)
class Attacked:
    """The seconds of light queries during an attack, those that failed, and answers and processor of the attacker."""

    times: load.Times
    answers: Mapping[str, int]
    connections: int
    processor_share: float
    server_share: float
    memory_bytes: int
    spilled_bytes: int


@contextmanager
def usual_limit_of_files() -> Iterator[None]:
    """Start processes with the soft limit of open files that most machines give."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(_OPEN_FILES, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def light(server: Server, seconds: float) -> load.Times:
    """Ask a light query again and again, each time as a new text, on a few connections one after the other."""
    authority = f"{HOST}:{server.port}"
    requests = load.new(authority, "/sparql", [("light", LIGHT)], time.time_ns())
    return load.run(authority, requests, 1, seconds, patience=PATIENCE_SECONDS, source=SOURCE, lasting=LASTING)


def largest_batch(server: Server) -> tuple[int, int, int]:
    """Queries, conditions and values of a reconciliation batch at the limit: as many as are announced and taken."""
    queries, conditions, values = json.loads(server.ask("/reconcile").body)["batchSize"], _CONDITIONS, _VALUES
    while conditions:
        body = batch(queries, conditions, values)
        try:
            status = server.ask("/reconcile", _FORM, method="POST", body=body).status
        except TimeoutError:  # it is taken, and has no deadline
            return queries, conditions, values
        if status not in _TOO_MUCH:
            return queries, conditions, values
        conditions, values = (conditions, values // 2) if values > 1 else (conditions // 2, values)
    return queries, 0, 0


@contextmanager
def attacking(server: Server, name: str, size: tuple[int, int, int]) -> Iterator[subprocess.Popen[str]]:
    """Attack while the block runs, beginning when all connections are at work."""
    command = [sys.executable, "-m", "tests.bench.attacker", name, str(server.port), "--size", *map(str, size)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def attacked(server: Server, name: str, size: tuple[int, int, int], seconds: float) -> Attacked:
    """Ask lightly for so long during an attack."""
    with attacking(server, name, size) as process:
        assert process.stdout is not None
        connections = int(process.stdout.readline().split()[1])
        with Meter(server.process.pid) as meter:
            times = light(server, seconds)
        memory, spilled = proportional_bytes(server.processes()), unnamed_bytes(server.processes())
        report: dict[str, Any] = json.loads(process.communicate(timeout=_END_SECONDS)[0])
    shares = report["seconds"] / times.seconds, meter.seconds / times.seconds
    return Attacked(times, report["statuses"], connections, *shares, memory, spilled)


def measured(home: Path, names: tuple[str, ...] = NAMES, seconds: float = ATTACK_SECONDS) -> dict[str, dict[str, Any]]:
    """All attacks in turn, with the same client and an idle server before and after each."""
    figures: dict[str, dict[str, Any]] = {}
    with usual_limit_of_files(), Server(home) as server:
        peer = Peer("ours", f"{HOST}:{server.port}", "/sparql", server.process.pid)
        size = largest_batch(server)
        light(server, IDLE_SECONDS)  # so that nothing is made for the first time
        before = light(server, IDLE_SECONDS)
        for name in names:
            during = attacked(server, name, size, seconds)
            settled = settle(peer, _SETTLING_SECONDS)
            after = light(server, IDLE_SECONDS)
            figures[name] = _summary(before.all + after.all, during) | {"settled": settled}
            figures[name] |= {"batch": size} if name == "batches" else {}
            before = after
            sys.stderr.write(f"{name}\n")
    return figures


def _summary(idle: list[float], during: Attacked) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "connections": during.connections,
        "answered": len(during.times.all),
        "failures": dict(during.times.failures),
        "attacker": {"answers": dict(during.answers), "processor_percent": round(100 * during.processor_share, 1)},
        "server_processor_percent": round(100 * during.server_share),
        "bytes": during.memory_bytes,
        "spilled_bytes": during.spilled_bytes,
        "slowest_ms": round(1000 * max(during.times.all, default=0.0)),
    }
    for place, value in (("median", statistics.median), ("p95", _p95)):
        summary[f"idle_{place}_ms"] = round(1000 * value(idle), 2)
        if len(during.times.all) > 1:
            summary[f"{place}_ms"] = round(1000 * value(during.times.all), 2)
            summary[f"{place}_ratio"] = round(value(during.times.all) / value(idle), 2)
    return summary


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[18]


def main() -> None:
    """Measure and print."""
    table = Table(*ATTACK_HEADINGS, title=f"light queries during attacks, {os.cpu_count()} cores")
    for row in rows_of_attacks(measured(read_settings(os.environ).home)):
        table.add_row(*row)
    Console(width=200).print(table)


if __name__ == "__main__":
    main()
