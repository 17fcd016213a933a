"""An hour's worth of mixed requests in minutes, and the memory before and after: ``make bench-memory``.

The start is measured when each kind of page was asked once. Then several clients send the
requests of an hour, two a second, as fast as they are answered. Then each of the five attacks runs for a while. Memory
that processes share is split among them.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kg.core.settings import read_settings
from tests.attacks.surface import Route
from tests.bench import load
from tests.bench.alone import settle
from tests.bench.attacker import attacks
from tests.bench.attacks import attacking, largest_batch
from tests.bench.fuzz import routes_of
from tests.bench.measuring import proportional_bytes
from tests.bench.peers import Peer
from tests.bench.processes import KINDS, kinds
from tests.serving import HOST, Server

REQUESTS = 7_200
ATTACK_SECONDS = 15.0
MOST_GROWTH = 0.10
_CLIENTS = 8
_CACHE_BYTES = 2**20  # a cache that fills is no leak
_SETTLING_SECONDS = 90.0
_LAST_SECONDS = 15.0  # files of large answers and idle workers end some seconds after the last request
_PATIENCE_SECONDS = 60.0
# kinds of requests by the beginning of their route, and so many of each in a hundred; the others share the rest
SHARES = {"/sparql": 40, "/q/": 15, "/page/": 12, "/data/": 6, "/search": 8, "/id/": 3, "/reconcile": 3, "/explore": 2}
QUERIES = (
    "SELECT * { ?plan a <https://w3id.org/fyp-kg/ontology#SectoralPlan> }",
    "SELECT * { ?s ?p ?o } LIMIT 1000",
    "SELECT ?class (COUNT(*) AS ?n) { ?s a ?class } GROUP BY ?class",
    "DESCRIBE <https://w3id.org/fyp-kg/id/plan-ii>",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000",
    "SELECT * { ?s ?p",
)


@dataclass(frozen=True)
class Footprint:
    """Bytes of memory by kind of process."""

    by_kind: dict[str, int]

    @property
    def total(self) -> int:
        """Bytes of all processes together."""
        return sum(self.by_kind.values())


@dataclass(frozen=True)
class Growth:
    """The memory before and after so many requests."""

    before: Footprint
    after: Footprint
    answered: int
    failures: dict[str, int]

    @property
    def share(self) -> float:
        """The growth as a share of the memory before; negative if it is less."""
        return self.after.total / self.before.total - 1


def footprint(server: Server) -> Footprint:
    """The memory of all processes at this moment."""
    return Footprint({kind: proportional_bytes(processes) for kind, processes in kinds(server).items()})


def mixed(routes: Sequence[Route], port: int, seed: int = 0) -> Iterator[load.Request]:
    """Yield requests without end, in proportion like real use, most of them not asked before."""
    chooser = random.Random(seed)  # noqa: S311 - no secret
    asked = [route for route in routes if route.paths and "GET" in route.methods and route.rule != "/metrics"]
    groups = {start: [route for route in asked if route.rule.startswith(start)] for start in SHARES}
    groups[""] = [route for route in asked if not route.rule.startswith(tuple(SHARES))]
    weights = [*SHARES.values(), 100 - sum(SHARES.values())]
    for number in itertools.count():
        start = chooser.choices(list(groups), weights)[0]
        if start == "/sparql":
            text = f"{chooser.choice(QUERIES)}\n# {number % 500}"
            yield load.request(f"{HOST}:{port}", "/sparql", start, text, "*/*")
        else:
            yield _page(port, start, chooser.choice(chooser.choice(groups[start]).paths))


def each_once(routes: Sequence[Route], port: int) -> list[load.Request]:
    """One request to each route."""
    return [_page(port, route.rule, route.paths[0]) for route in routes if route.paths and "GET" in route.methods]


def _page(port: int, name: str, path: str) -> load.Request:
    head = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nAccept: text/html, */*;q=0.5\r\n\r\n"
    return load.Request(name, head.encode("ascii"))


def grown(home: Path, requests: int, attack_seconds: float) -> Growth:
    """Measure, ask, attack and measure again."""
    routes = routes_of(home)
    with Server(home, cache_bytes=_CACHE_BYTES) as server:
        authority = f"{HOST}:{server.port}"
        peer = Peer("ours", authority, "/sparql", server.process.pid)
        size, first = largest_batch(server), each_once(routes, server.port)
        load.run(authority, iter(first), 1, 0.0, least=len(first))
        before = _rested(server, peer)
        part = max(1, requests // (len(attacks(size)) + 1))
        asking, answered, failures = mixed(routes, server.port), 0, dict[str, int]()
        for name in ("", *attacks(size)):
            if name:
                with attacking(server, name, size) as attacker:
                    assert attacker.stdout is not None
                    attacker.stdout.readline()
                    time.sleep(attack_seconds)
            times = load.run(authority, asking, _CLIENTS, 0.0, least=part, patience=_PATIENCE_SECONDS)
            answered += len(times.all)
            for status, number in times.failures.items():
                failures[status] = failures.get(status, 0) + number
        return Growth(before, _rested(server, peer), answered, failures)


def _rested(server: Server, peer: Peer) -> Footprint:
    """The memory when nothing is under way any more."""
    settle(peer, _SETTLING_SECONDS)
    time.sleep(_LAST_SECONDS)
    return footprint(server)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=read_settings(os.environ).home)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--attack-seconds", type=float, default=ATTACK_SECONDS, help="of each of the five attacks")
    options = parser.parse_args()
    growth = grown(options.home, options.requests, options.attack_seconds)
    table = Table("processes", "before, MiB", "after, MiB")
    for kind in KINDS:
        table.add_row(kind, *(f"{sample.by_kind[kind] / 2**20:.1f}" for sample in (growth.before, growth.after)))
    table.add_row("all", *(f"{sample.total / 2**20:.1f}" for sample in (growth.before, growth.after)))
    Console().print(table)
    answers = f"{growth.answered} requests were answered with 200, others: {growth.failures}."
    sys.stdout.write(f"{answers} Growth: {100 * growth.share:.1f} % (at most {100 * MOST_GROWTH:.0f} %).\n")
    raise SystemExit(0 if growth.share <= MOST_GROWTH else 1)


if __name__ == "__main__":
    main()
