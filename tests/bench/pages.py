"""How long a question page takes, new and from the cache: ``make bench-pages``.

Starts the real server over the current release, asks for the page of every question a few times as a page that no cache
knows (an unused number of rows a page makes it new) and then repeats one address; prints the medians in milliseconds.
"""

from __future__ import annotations

import http.client
import os
import statistics
import time

from rich.console import Console
from rich.table import Table

from kg.catalogue import read_catalogue
from kg.settings import read_settings
from tests.serving import HOST, Server

ROUNDS = 5
SLOWEST_SHOWN = 8
FIRST_SIZE = 60


def milliseconds(connection: http.client.HTTPConnection, path: str) -> float:
    """How long a page takes to its last byte."""
    start = time.perf_counter()
    connection.request("GET", path, headers={"Accept": "text/html"})
    response = connection.getresponse()
    response.read()
    if response.status != http.HTTPStatus.OK:
        raise SystemExit(f"{path} got {response.status}.")
    return 1000 * (time.perf_counter() - start)


def main() -> None:
    """Measure and print."""
    slugs = list(read_catalogue().questions)
    new: dict[str, list[float]] = {slug: [] for slug in slugs}
    again: dict[str, list[float]] = {slug: [] for slug in slugs}
    with Server(read_settings(os.environ).home) as server:
        connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
        for number in range(ROUNDS):
            for slug in slugs:
                path = f"/q/{slug}?size={FIRST_SIZE + number}"
                new[slug].append(milliseconds(connection, path))
                again[slug].append(milliseconds(connection, path))
    medians = {slug: statistics.median(times) for slug, times in new.items()}
    table = Table("page", "new, median ms", "again, median ms", title=f"{len(slugs)} pages, {os.cpu_count()} cores")
    repeated = statistics.median(value for times in again.values() for value in times)
    table.add_row("all", f"{statistics.median(medians.values()):.1f}", f"{repeated:.2f}")
    for slug in sorted(slugs, key=lambda slug: -medians[slug])[:SLOWEST_SHOWN]:
        table.add_row(slug, f"{medians[slug]:.1f}", f"{statistics.median(again[slug]):.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
