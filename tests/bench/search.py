"""How long a search takes at a hundred thousand labels: ``make bench-search``.

Makes entries of words and pieces of the real names, and words that nobody knows, writes their index and searches it as
people type; prints for each text the median and the slowest in milliseconds, and the median of what was computed of it,
which a busy machine does not lengthen.
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kg.engine.embedded import EmbeddedEngine
from kg.names import thing
from kg.release.shelf import Shelf, open_store
from kg.search import Entry, Role, SearchIndex, Text, read_entries, write_index
from kg.settings import read_settings

LABELS = 100_000
ROUNDS = 9
SEED = 14
SYLLABLES = ("ba", "ten", "ri", "mol", "kan", "ster", "ung", "ver", "pro", "tech", "lin", "dor", "ix", "al")
TEXTS = (
    *("a", "ai", "data", "plan", "industry", "internet", "industrial internet", "the industry of", "entwicklung der"),
    *("的", "数据", "工業互聯網", "工业互连网", "gong", "gongye hulianwang", "gyhlw"),
    *("Kuenstliche Intelligenz", "artifical inteligence", "industrail intrenet plattform", "xyzzy plugh"),
)


def synthetic(real: Sequence[Entry]) -> Iterator[Entry]:
    """Entries with three labels each, of the words of real ones and of strange ones."""
    chance = random.Random(SEED)  # noqa: S311 - nothing secret
    texts = [text for entry in real for text in entry.texts]
    words = {one: sorted({w for t in texts if t.language == one for w in t.text.split()}) for one in ("en", "de")}
    chinese = [text.text for text in texts if text.language == "zh" and text.role is Role.LABEL]
    strange = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(40_000)]

    def phrase(language: str) -> str:
        return " ".join(
            chance.choice(strange if chance.random() < 0.15 else words[language]) for _ in range(chance.randint(2, 7))
        )

    for number in range(LABELS // 3):
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


def milliseconds(index: SearchIndex, text: str, *, begins: bool) -> tuple[list[float], list[float]]:
    """How long each of some searches takes by the clock, and computing."""
    clock, computing = [], []
    for _ in range(ROUNDS):
        start, computed = time.perf_counter(), time.thread_time()
        index.find(text, begins=begins)
        clock.append(1000 * (time.perf_counter() - start))
        computing.append(1000 * (time.thread_time() - computed))
    return clock, computing


def main() -> None:
    """Measure and print."""
    settings = read_settings(os.environ)
    release = Shelf(settings.home).current()
    store = open_store(release, settings.memory_max_quads)
    real = read_entries(EmbeddedEngine(store, release.release_id, settings.max_nesting))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "search.sqlite"
        start = time.perf_counter()
        write_index([*real, *synthetic(real)], path, "synthetic")
        written, size = time.perf_counter() - start, path.stat().st_size / 1e6
        start = time.perf_counter()
        index = SearchIndex(path)
        opened = 1000 * (time.perf_counter() - start)
        title = f"{LABELS:,} labels: written in {written:.0f} s, {size:.0f} MB, opened in {opened:.0f} ms"
        headings = ("text", "things", "median", "slowest", "computing", "unfinished", "computing")
        table = Table(*headings, title=title)
        for text in TEXTS:
            (whole, computed), (typed, typed_computed) = (
                milliseconds(index, text, begins=one) for one in (False, True)
            )
            median = statistics.median
            numbers = (median(whole), max(whole), median(computed), median(typed), median(typed_computed))
            table.add_row(text, f"{index.find(text).total:,}", *(f"{number:.1f}" for number in numbers))
        index.close()
    Console().print(table)


if __name__ == "__main__":
    main()
