"""How long a search takes among very many labels: ``make bench-search``, a million of them by ``--labels``.

Makes entries of words and pieces of the real names, and invented words. Writes their index and searches it as people
type. Prints for each text the median and the slowest time in milliseconds, and the median processor time, which a busy
machine does not lengthen. Then serves the same labels and searches for words in each language. Asks the native Oxigraph
server for them with a FILTER. These figures go into docs/reference/benchmarks.json.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import Literal, Quad
from rich.console import Console
from rich.table import Table

from kg.core.names import graph, name, thing
from kg.core.settings import read_settings
from kg.engine.embedded import EmbeddedEngine
from kg.release import SEARCH_FILE, Release
from kg.release.store import ReleaseStore, open_store
from kg.search import Entry, Role, SearchIndex, Text, read_entries, write_index
from tests.bench import peers
from tests.bench.engines import machine, record
from tests.bench.strain import searches
from tests.serving import make_release

LABELS_A_THING = 3
SEED = 14
LABEL, TYPE, GRAPH = name("skos:prefLabel"), name("rdf:type"), graph("synthetic")
SYLLABLES = ("ba", "ten", "ri", "mol", "kan", "ster", "ung", "ver", "pro", "tech", "lin", "dor", "ix", "al")
TEXTS = (
    *("a", "ai", "data", "plan", "industry", "internet", "industrial internet", "the industry of", "entwicklung der"),
    *("的", "数据", "工業互聯網", "工业互连网", "gong", "gongye hulianwang", "gyhlw"),
    *("Kuenstliche Intelligenz", "artifical inteligence", "industrail intrenet plattform", "xyzzy plugh"),
)


def synthetic(real: Sequence[Entry], things: int) -> Iterator[Entry]:
    """Entries with three labels each, of the words of real ones and of strange ones."""
    chance = random.Random(SEED)  # noqa: S311 - nothing secret
    texts = [text for entry in real for text in entry.texts]
    words = {code: sorted({w for t in texts if t.language == code for w in t.text.split()}) for code in ("en", "de")}
    chinese = [text.text for text in texts if text.language == "zh" and text.role is Role.LABEL]
    strange = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(40_000)]

    def phrase(language: str) -> str:
        return " ".join(
            chance.choice(strange if chance.random() < 0.15 else words[language]) for _ in range(chance.randint(2, 7))
        )

    for number in range(things):
        like, slug = chance.choice(real), f"synthetic-{number}"
        label = chance.choice(chinese)[: chance.randint(3, 8)] + chance.choice(chinese)[-4:]
        made = (
            Text(Role.LABEL, "en", phrase("en")),
            Text(Role.LABEL, "de", phrase("de")),
            Text(Role.LABEL, "zh", label),
            Text(Role.IDENTIFIER, "", slug),
            Text(Role.DESCRIPTION, "en", " ".join(phrase("en") for _ in range(3))),
        )
        yield Entry(thing(slug), made, like.kinds, like.all_kinds, like.plans)


def milliseconds(index: SearchIndex, text: str, rounds: int, *, begins: bool) -> tuple[list[float], list[float]]:
    """How long each of some searches takes by the clock, and computing."""
    clock, computing = [], []
    for _ in range(rounds):
        start, computed = time.perf_counter(), time.thread_time()
        index.find(text, begins=begins)
        clock.append(1000 * (time.perf_counter() - start))
        computing.append(1000 * (time.thread_time() - computed))
    return clock, computing


def quads_of(entry: Entry) -> Iterator[Quad]:
    """The labels and the class of an item, as in the data."""
    for text in entry.texts:
        if text.role is Role.LABEL:
            yield Quad(entry.thing, LABEL, Literal(text.text, language=text.language), GRAPH)
    for kind in entry.kinds:
        yield Quad(entry.thing, TYPE, kind, GRAPH)


def make_home(home: Path, things: int) -> Release:
    """Make a release with the real data and so many more items, and the index of all."""
    settings = read_settings(os.environ)
    real = ReleaseStore(settings.home).current()
    store = open_store(real, 0)
    entries = read_entries(EmbeddedEngine(store, real.release_id, settings.max_nesting))
    made = list(synthetic(entries, things))
    release = make_release(home, chain(store, chain.from_iterable(map(quads_of, made))))
    began = time.process_time()
    written = home / SEARCH_FILE  # beside, so that a half-written one is never taken for whole
    write_index(chain(entries, made), written, release.release_id)
    size = written.stat().st_size / 1e6
    written.replace(release.folder / SEARCH_FILE)
    Console().print(f"The index was written in {time.process_time() - began:.0f} s of the processor: {size:.0f} MB")
    return release


def searched(release: Release, title: str, rounds: int) -> Table:
    """Measure searches in this process, as people type."""
    start = time.perf_counter()
    index = SearchIndex(release.folder / SEARCH_FILE)
    opened = 1000 * (time.perf_counter() - start)
    headings = ("text", "things", "median", "slowest", "computing", "unfinished", "computing")
    table = Table(*headings, title=f"{title}, opened in {opened:.0f} ms")
    for text in TEXTS:
        (whole, computed), (typed, typed_computed) = (
            milliseconds(index, text, rounds, begins=begins) for begins in (False, True)
        )
        median = statistics.median
        numbers = (median(whole), max(whole), median(computed), median(typed), median(typed_computed))
        table.add_row(text, f"{index.find(text).total:,}", *(f"{number:.1f}" for number in numbers))
    index.close()
    return table


def beside_a_filter(release: Release) -> dict[str, dict[str, float]]:
    """Our service and the native server over the same store on disk, both asked over HTTP."""
    with peers.ours(release, memory_max_quads=0) as ours, peers.oxigraph_on_disk(release) as other:
        return searches(ours, other)


def main() -> None:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=int, default=1_000_000)
    parser.add_argument("--home", type=Path, help="where the labels are kept; without it they are made anew")
    parser.add_argument("--rounds", type=int, default=5, help="of searches in this process; 0 leaves them out")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        searchable = [
            release_entry
            for release_entry in ReleaseStore(home).releases()
            if (release_entry.folder / SEARCH_FILE).exists()
        ]
        release = searchable[0] if searchable else make_home(home, options.labels // LABELS_A_THING)
        title = f"{options.labels:,} labels"
        if options.rounds:
            Console().print(searched(release, title, options.rounds))
        figures = beside_a_filter(release)
    about = {"release": release.release_id, "quads": release.manifest.quads, "machine": machine()}
    record(title, {**about, "beside_filter": figures})
    Console().print_json(data=figures)


if __name__ == "__main__":
    main()
