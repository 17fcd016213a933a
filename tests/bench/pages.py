"""How long a page takes, new and from the cache: ``make bench-pages``.

Starts the real server over the current release. Asks for the pages that readers begin with, the page of every question,
and the pages of the items with the most statements. Each page is requested a few times as new to the cache, by another
host name, and then again. Prints the medians in milliseconds.
"""

from __future__ import annotations

import http.client
import os
import statistics
import time
from urllib.parse import urlencode

from rich.console import Console
from rich.table import Table

from kg.core.names import PREFIXES
from kg.core.settings import read_settings
from kg.questions.catalogue import read_catalogue
from tests.serving import HOST, Server

ROUNDS = 5
SLOWEST_SHOWN = 8
LARGEST = 6
BEGINNINGS = {
    "home": "/",
    "home, in Chinese": "/?lang=zh",
    "plans": "/plans",
    "a plan": "/plans/plan-ict",
    "a plan, in Chinese": "/plans/plan-ict?lang=zh",
    "two plans to choose": "/compare",
    "two plans": "/compare?left=plan-ict&right=plan-bd",
    "the explorer": "/explore",
    "the explorer, one plan": "/explore?start=plan-ict",
    "the explorer, opened": (
        "/explore?start=plan-ict&open=plan-ict/fyp:hasObjective/fyp:Objective"
        "&open=plan-ict/fyp:coversTechnology/fyp:Technology"
    ),
    "neighbours": "/explore/neighbours.json?thing=plan-ict",
    "the editor": "/editor",
    "the editor, with an answer": "/editor?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D+LIMIT+20",
    "terms for the editor": "/editor/terms.json",
    "examples for the editor": "/editor/examples.json",
    "labels": "/labels?iri=https%3A%2F%2Fw3id.org%2Ffyp-kg%2Fid%2Fplan-ict&evidence=1",
    "the look": "/look",
    "dumps": "/dumps/",
    "search": "/search?q=5G",
}
SOME_THINGS = ("ict-t1", "official-sw-t1", "indicator-software-revenue", "technology-5g", "passage-9987-10035")


def milliseconds(connection: http.client.HTTPConnection, path: str, host: str) -> float:
    """How long a page takes to its last byte, under a host name."""
    start = time.perf_counter()
    connection.request("GET", path, headers={"Accept": "text/html", "Host": host})
    response = connection.getresponse()
    response.read()
    if response.status != http.HTTPStatus.OK:
        raise SystemExit(f"{path} got {response.status}.")
    return 1000 * (time.perf_counter() - start)


def largest_things(port: int) -> list[str]:
    """Return the slugs of the items with the most statements."""
    text = (
        "SELECT ?thing (COUNT(*) AS ?n) { { ?thing ?p ?o } UNION { ?s ?q ?thing } FILTER(isIRI(?thing)) "
        f'FILTER(STRSTARTS(STR(?thing), "{PREFIXES["id"]}")) }} GROUP BY ?thing ORDER BY DESC(?n) LIMIT {LARGEST}'
    )
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request("GET", f"/sparql?{urlencode({'query': text, 'format': 'csv'})}")
    lines = connection.getresponse().read().decode().splitlines()[1:]
    return [line.partition(",")[0].removeprefix(PREFIXES["id"]) for line in lines]


def measure(port: int, paths: dict[str, str]) -> dict[str, tuple[list[float], list[float]]]:
    """The times of each page, new and again."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in paths}
    for number in range(ROUNDS):
        for name, path in paths.items():
            for durations in times[name]:
                durations.append(milliseconds(connection, path, f"n{number}.example"))
    return times


def show(title: str, times: dict[str, tuple[list[float], list[float]]], most: int = SLOWEST_SHOWN) -> None:
    """Print the slowest pages of a kind."""
    medians = {name: statistics.median(new) for name, (new, _) in times.items()}
    table = Table("page", "new, median ms", "again, median ms", title=f"{len(times)} {title}, {os.cpu_count()} cores")
    repeated = statistics.median(value for _, again in times.values() for value in again)
    table.add_row("all", f"{statistics.median(medians.values()):.1f}", f"{repeated:.2f}")
    for name in sorted(times, key=lambda name: -medians[name])[:most]:
        table.add_row(name, f"{medians[name]:.1f}", f"{statistics.median(times[name][1]):.2f}")
    Console().print(table)


def main() -> None:
    """Measure and print."""
    questions = {slug: f"/q/{slug}" for slug in read_catalogue().questions}
    with Server(read_settings(os.environ).home) as server:
        things = {slug: f"/page/{slug}" for slug in [*largest_things(server.port), *SOME_THINGS]}
        show("pages to begin with", measure(server.port, BEGINNINGS), most=len(BEGINNINGS))
        show("question pages", measure(server.port, questions))
        show("pages of things", measure(server.port, things))


if __name__ == "__main__":
    main()
