"""Which questions are answered more slowly from memory than from disk: ``python -m tests.bench.stores N``.

Oxigraph's store in memory has no index of subject and property together. For each look-up it walks along all statements
of the subject, or of the property or object if these are fewer. Some questions look up a hub again
and again, such as a plan that two thousand others implement. Their time grows with the square of the corpus. The remedy
is in the wording: to count in a sub-select first, and then to look up each hub once.

The report gives the processor time of each canned question, and of some that count, in a process of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from kg.build.build import DATA, build
from kg.core.names import sparql_prologue
from kg.engine import Engine, select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.questions.catalogue import CannedQuestion, read_catalogue
from kg.questions.result import answer_question
from kg.release import Release
from kg.release.store import ReleaseStore, open_store
from tests.bench.corpus import write_corpus
from tests.bench.questions import seconds_of

COUNTING = {
    "properties by class": "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o } GROUP BY ?c ?p",
    "links between classes": "SELECT ?c ?p ?d (COUNT(*) AS ?n) { ?s ?p ?o . ?s a ?c . ?o a ?d } GROUP BY ?c ?p ?d",
    "most named things": "SELECT ?o (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?o ORDER BY DESC(?n) LIMIT 10",
    "classes in graphs": "SELECT ?g ?c (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?c } } GROUP BY ?g ?c",
    "distinct statements": "SELECT (COUNT(*) AS ?n) { { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } } }",
    "things without a class": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o FILTER NOT EXISTS { ?s a ?c } }",
    "labelled things by class": "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c ; skos:prefLabel ?l } GROUP BY ?c",
    "plans by technology": """SELECT ?label ?n { { SELECT ?t (COUNT(?plan) AS ?n) { ?plan fyp:coversTechnology ?t }
GROUP BY ?t } ?t skos:prefLabel ?label }""",
    # two that are slower from memory, to see that such are found
    "trap: plans by label of technology": """SELECT ?label (COUNT(?plan) AS ?n) { ?plan fyp:coversTechnology ?t .
?t skos:prefLabel ?label } GROUP BY ?label""",
    "trap: classes of higher plans": "SELECT ?c (COUNT(*) AS ?n) { ?plan fyp:implementsPlan ?p . ?p a ?c } GROUP BY ?c",
}
NOTABLE_TIMES = 2.0
NOTABLE_SECONDS = 0.02  # what is shorter is lost among the ticks of the system's clock
_LIMIT_SECONDS = 120
_NESTING = 128

Work = Callable[[Engine], object]


def works() -> dict[str, Work]:
    """Return the questions by name."""
    prologue = sparql_prologue("fyp", "skos")
    asked: dict[str, Work] = {name: partial(_count, prologue + text) for name, text in COUNTING.items()}
    return asked | {slug: partial(_answer, question) for slug, question in read_catalogue().questions.items()}


def _count(text: str, engine: Engine) -> object:
    return select(engine, text)


def _answer(question: CannedQuestion, engine: Engine) -> object:
    return answer_question(engine, question, {})


def compared(release: Release) -> dict[str, tuple[float, float]]:
    """Seconds of processor in memory and on disk; a store on disk has threads, so each process opens its own."""
    in_memory = open_store(release, release.manifest.quads)

    def on_disk() -> Store:
        return open_store(release, 0)

    def seconds(work: Work, store: Callable[[], Store]) -> float:
        return seconds_of(lambda: work(EmbeddedEngine(store(), "corpus", _NESTING)), _LIMIT_SECONDS)

    idle = seconds_of(int, 1), seconds_of(on_disk, 1)
    return {
        name: (seconds(work, lambda: in_memory) - idle[0], seconds(work, on_disk) - idle[1])
        for name, work in works().items()
    }


def main() -> None:
    """Measure and print."""
    plans = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with TemporaryDirectory() as folder:
        write_corpus(plans, Path(folder) / "data")
        release = build(ReleaseStore(Path(folder) / "home"), [DATA, Path(folder) / "data"])
        figures = compared(release)
    table = Table("question", "memory s", "disk s", "times", "", title=f"{plans} synthetic plans beside the real ones")
    for name, (memory, disk) in sorted(figures.items(), key=lambda item: -item[1][0] / max(item[1][1], 0.001)):
        times = memory / max(disk, 0.001)
        notable = times > NOTABLE_TIMES and memory > NOTABLE_SECONDS
        table.add_row(name, f"{memory:.3f}", f"{disk:.3f}", f"{times:.2f}", "slower from memory" if notable else "")
    Console().print(table)


if __name__ == "__main__":
    main()
