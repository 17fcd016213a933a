"""The service under strain, beside other engines: ``make bench-strain``.

Measures light questions while heavy ones run until their deadline and while others attack. Measures the start, the
replacement of a killed worker, and the text search in three languages beside a FILTER. The figures go into
docs/reference/benchmarks.json.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from kg.core.settings import read_settings
from kg.engine.observer import NullObserver
from kg.engine.pool.processes import Priority
from kg.release import Release
from kg.release.engines import pool_engine
from kg.release.store import ReleaseStore
from tests.bench import attacks, load, peers
from tests.bench.engines import machine, record
from tests.bench.measuring import proportional_bytes
from tests.bench.meter import Meter
from tests.bench.peers import Peer

LIGHT = "SELECT * { ?plan a <https://w3id.org/fyp-kg/ontology#SectoralPlan> }"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HEAVY_CLIENTS = 8
LIGHT_SECONDS = 6.0
SEARCH_SECONDS = 4.0
DEADLINE_SECONDS = 4
TIMES = 20
STARTS = 3
WORDS = {"en": "industrial internet", "de": "entwicklung", "zh": "工业互联网"}
LABELS = "http://www.w3.org/2004/02/skos/core#prefLabel"


def _requests(peer: Peer, text: str) -> Iterator[load.Request]:
    return load.new(peer.authority, peer.path, [("", text)], time.time_ns())


def light_while_heavy(peer: Peer) -> dict[str, float]:
    """The 95th percentiles of a light question in milliseconds, idle and busy, and how many failed."""
    idle = load.run(peer.authority, _requests(peer, LIGHT), 1, LIGHT_SECONDS)
    heavy: list[load.Times] = []

    def strain() -> None:
        heavy.append(
            load.run(peer.authority, _requests(peer, HEAVY), HEAVY_CLIENTS, LIGHT_SECONDS, patience=DEADLINE_SECONDS)
        )

    thread = threading.Thread(target=strain)
    thread.start()
    busy = load.run(peer.authority, _requests(peer, LIGHT), 1, LIGHT_SECONDS, patience=DEADLINE_SECONDS)
    thread.join()
    figures = {"idle_p95_ms": round(_p95(idle), 2)}
    if len(busy.all) > 1:
        figures |= {"busy_p95_ms": round(_p95(busy), 2), "ratio": round(_p95(busy) / _p95(idle), 2)}
    return {
        **figures,
        "answered": len(busy.all),
        "failed": busy.failed,
        "bytes": proportional_bytes(peer.processes),
    }


def _p95(times: load.Times) -> float:
    return 1000 * statistics.quantiles(times.all, n=20)[18]


def starts(release: Release) -> float:
    """Seconds from the command to the first answer, the median."""
    figures = []
    for _ in range(STARTS):
        began = time.monotonic()
        with peers.ours(release):
            figures.append(time.monotonic() - began)
    return round(statistics.median(figures), 2)


def replacements(release: Release) -> dict[str, float]:
    """Milliseconds from the kill of a worker until another one is ready, the median and the slowest."""
    pool = pool_engine(release, read_settings(os.environ), NullObserver())
    figures = []
    try:
        for _ in range(TIMES):
            worker = pool.worker_processes.take(Priority.QUERIES)
            began = time.perf_counter()
            pool.worker_processes.discard(worker)
            figures.append(1000 * (time.perf_counter() - began))
    finally:
        pool.close()
    return {"median_ms": round(statistics.median(figures), 2), "slowest_ms": round(max(figures), 2)}


def searches(ours: Peer, other: Peer) -> dict[str, dict[str, float]]:
    """Milliseconds of a search for words in each language, and of a FILTER in the other's server, the medians.

    The ratio is of what was computed, which a busy machine lengthens less than the time by the clock.
    """
    figures = {}
    for language, words in WORDS.items():
        path, filtered = f"/search.json?q={quote(words)}&lang={language}", _filter(words)
        # each under another host name, which no cache knows
        sent = f"GET {path} HTTP/1.1\r\nHost: n{{}}.example\r\n\r\n"
        ask = (load.Request("", sent.format(number).encode()) for number in iter(time.time_ns, 0))
        mine, my_work = _timed(ours, ask)
        theirs, their_work = _timed(other, _requests(other, filtered))
        figures[language] = {
            "search_ms": round(mine, 2),
            "filter_ms": round(theirs, 2),
            "search_processor_ms": round(my_work, 2),
            "filter_processor_ms": round(their_work, 2),
            "ratio": round(their_work / my_work, 1),
        }
    return figures


def _timed(peer: Peer, requests: Iterator[load.Request]) -> tuple[float, float]:
    """Milliseconds of an answer by the clock, the median, and of the processor, the mean; the first is not counted."""
    load.run(peer.authority, requests, 1, 0.0)
    with Meter(peer.process) as meter:
        times = load.run(peer.authority, requests, 1, SEARCH_SECONDS, least=3)
    return 1000 * statistics.median(times.all), 1000 * meter.seconds / len(times.all)


def _filter(words: str) -> str:
    return f'SELECT ?s ?l {{ ?s <{LABELS}> ?l FILTER(CONTAINS(LCASE(STR(?l)), "{words}")) }}'


def strained(release: Release) -> dict[str, object]:
    """All of it."""
    with ExitStack() as stack:
        running: Sequence[Peer] = [
            stack.enter_context(peers.ours(release, max_seconds=DEADLINE_SECONDS)),
            # with --timeout-s it aborts here: a thread of each query sleeps until its deadline
            stack.enter_context(peers.oxigraph_on_disk(release)),
        ]
        search, heavy = searches(*running), {}
        for peer in running:
            heavy[peer.name] = light_while_heavy(peer)
            sys.stderr.write(f"{peer.name}\n")
    started = {"start_seconds": starts(release), "replacement": replacements(release)}
    return {"heavy": heavy, "search": search, **started, "attacks": attacks.measured(release.folder.parent.parent)}


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=read_settings(os.environ).home)
    parser.add_argument("--label", default="real size, strain")
    options = parser.parse_args()
    release = ReleaseStore(options.home).current()
    about = {"release": release.release_id, "quads": release.manifest.quads, "machine": machine()}
    record(options.label, {**about, **strained(release)})


if __name__ == "__main__":
    main()
