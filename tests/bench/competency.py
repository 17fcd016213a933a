"""How long each canned question takes on the current release: ``make bench``.

Prints the median and the slowest of many runs in milliseconds, asked in this process, in memory and on disk.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from dataclasses import replace

import pyoxigraph
from rich.console import Console
from rich.table import Table

from kg.core.settings import read_settings
from kg.engine import Question
from kg.engine.embedded import EmbeddedEngine
from kg.questions.catalogue import CannedQuestion, bind, read_catalogue
from kg.release.store import ReleaseStore, open_store

RUNS = 50
MILLISECONDS_ALLOWED = 20.0


def measure(engine: EmbeddedEngine, question: CannedQuestion) -> list[float]:
    """Milliseconds of each run of the bound question, the answer serialised."""
    text = bind(question, {}, engine)
    figures = []
    for _ in range(RUNS):
        start = time.perf_counter()
        engine.answer(Question(text))
        figures.append((time.perf_counter() - start) * 1000)
    return figures


def main() -> None:
    """Measure every question on both stores and print a table."""
    settings = read_settings(os.environ)
    release = ReleaseStore(settings.home).current()
    stores = {"memory": settings, "disk": replace(settings, memory_max_quads=0)}
    engines = {
        name: EmbeddedEngine(open_store(release, store.memory_max_quads), release.release_id, store.max_nesting)
        for name, store in stores.items()
    }
    title = (
        f"Release {release.release_id}, {release.manifest.quads} quads; {RUNS} runs; milliseconds; "
        f"Python {platform.python_version()}, pyoxigraph {pyoxigraph.__version__}, {os.cpu_count()} cores"
    )
    table = Table("question", "memory median", "memory slowest", "disk median", "disk slowest", title=title)
    worst = 0.0
    for question in read_catalogue().questions.values():
        runs = [measure(engine, question) for engine in engines.values()]
        worst = max(worst, *map(statistics.median, runs))
        cells = [f"{value:.2f}" for store in runs for value in (statistics.median(store), max(store))]
        table.add_row(question.slug, *cells)
    console = Console()
    console.print(table)
    verdict = "all" if worst < MILLISECONDS_ALLOWED else "NOT all"
    console.print(f"{verdict} questions have a median under {MILLISECONDS_ALLOWED:.0f} ms (slowest {worst:.2f} ms)")


if __name__ == "__main__":
    main()
