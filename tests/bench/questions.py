"""How much work the canned questions are on a synthetic corpus: ``python -m tests.bench.questions N``.

Work is counted in passes. A pass is the processor time of one look at every quad of the same store in the same run.
The question runs in a process of its own. So a slow or busy machine changes little, and a question that looks at each
quad once stays at one pass, however large the corpus. A question past ``MOST_PASSES`` is ended.
"""

from __future__ import annotations

import json
import math
import os
import resource
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from kg.build.build import DATA, read_graph
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.questions.catalogue import read_catalogue
from kg.questions.result import answer_question
from tests.bench.corpus import write_corpus

COUNT_ALL = "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"
TRAP = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
MOST_PASSES = 60
_NESTING = 128


def seconds_of(work: Callable[[], object], limit: int) -> float:
    """Processor seconds of some work in a fork of this process; infinite if it fails or takes more than the limit."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            work()
            code = 0
        finally:
            os._exit(code)
    _, status, usage = os.wait4(child, 0)
    return usage.ru_utime + usage.ru_stime if status == 0 else math.inf


def measured(plans: int) -> tuple[list[str], dict[str, float]]:
    """Find what breaks a check in a corpus of so many plans, and the passes of each canned question with its defaults.

    The last is no question of ours but a trap, to see that one would be found.
    """
    with TemporaryDirectory() as folder:
        write_corpus(plans, Path(folder))
        graph = read_graph([DATA, Path(folder)])
    engine = EmbeddedEngine(graph.store, "corpus", _NESTING)
    idle = seconds_of(int, 1)
    one_pass = min(seconds_of(lambda: select(engine, COUNT_ALL), 600) for _ in range(3)) - idle
    limit = math.ceil(MOST_PASSES * one_pass) + 1
    work: dict[str, Callable[[], object]] = {
        slug: partial(answer_question, engine, question, {}) for slug, question in read_catalogue().questions.items()
    }
    work["trap"] = partial(select, engine, TRAP)
    passes = {slug: (seconds_of(amount, limit) - idle) / one_pass for slug, amount in work.items()}
    return [violation.describe(graph.where) for violation in graph.violations], passes


def main() -> None:
    """Measure and print: a table, or JSON where nobody looks."""
    plans = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    violations, passes = measured(plans)
    if not sys.stdout.isatty():
        json.dump({"violations": violations, "passes": passes}, sys.stdout)
        return
    table = Table("question", "passes", title=f"{plans} synthetic plans beside the real ones")
    for slug, number in sorted(passes.items(), key=lambda item: -item[1]):
        table.add_row(slug, f"{number:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
