"""How light questions fare while forty heavy ones run: ``make bench-heavy``.

Starts the real server over the current release, and prints median and 95th percentile in milliseconds, idle and busy.
"""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections import Counter

from rich.console import Console
from rich.table import Table

from kg.core.settings import read_settings
from tests.serving import Server

LIGHT = "SELECT * {{ ?plan a <https://w3id.org/fyp-kg/ontology#SectoralPlan> }} LIMIT {}"
# a number makes each question new: equal ones would share one answer
HEAVY = "SELECT (COUNT(*) + {} AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }}"
HEAVY_CLIENTS = 40
DEADLINE_SECONDS = 10


def light(server: Server, number: int) -> float:
    """Seconds of one light question that no cache knows yet."""
    reply = server.query(LIGHT.format(1000 + number), method="GET", source="127.0.0.2")
    if reply.status != 200:
        raise SystemExit(f"A light question got {reply.status}.")
    return reply.seconds


def main() -> None:
    """Measure and print."""
    home = read_settings(os.environ).home
    with Server(home, max_seconds=DEADLINE_SECONDS, max_per_client=64) as server:
        idle = [light(server, number) for number in range(500)]
        statuses: Counter[int] = Counter()

        def ask_heavily(number: int) -> None:
            statuses.update([server.query(HEAVY.format(number), source=f"127.0.1.{number + 1}").status])

        threads = [threading.Thread(target=ask_heavily, args=(number,)) for number in range(HEAVY_CLIENTS)]
        for thread in threads:
            thread.start()
        began, busy = time.monotonic(), list[float]()
        while any(thread.is_alive() for thread in threads):
            busy.append(light(server, 1000 + len(busy)))
        steady = busy[len(busy) // 10 :]
        seconds = time.monotonic() - began
    table = Table("light questions", "number", "median ms", "95 % ms", "slowest ms", title=f"{os.cpu_count()} cores")
    rows = {"idle": idle, f"while {HEAVY_CLIENTS} heavy ones run": busy, "the same, after the first tenth": steady}
    for name, times in rows.items():
        cuts = statistics.quantiles(times, n=20)
        figures = (statistics.median(times), cuts[18], max(times))
        table.add_row(name, str(len(times)), *(f"{1000 * value:.1f}" for value in figures))
    console = Console()
    console.print(table)
    ratio = statistics.quantiles(busy, n=20)[18] / statistics.quantiles(idle, n=20)[18]
    console.print(f"95th percentile: {ratio:.1f} times idle. Heavy ones: {dict(statuses)} after {seconds:.1f} s.")


if __name__ == "__main__":
    main()
