"""How the canned questions grow with the data, and with their answers: ``python -m tests.bench.growth HOME HOME ...``.

One client sends every question as new text to our service over each home. Time and rows go into
docs/reference/benchmarks.json, next to those of other sizes. The page names questions that outgrow their answers.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.core.names import sparql_prologue
from kg.core.settings import read_settings
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.questions.catalogue import read_catalogue
from kg.release import Release
from kg.release.store import ReleaseStore, open_store
from tests.bench import load, peers
from tests.bench.alone import Question, look, settle
from tests.bench.engines import machine, questions, record
from tests.bench.figures import FIGURES
from tests.bench.growing import LABEL
from tests.bench.measuring import Figures
from tests.bench.meter import Meter
from tests.bench.peers import Peer

_SYNTHETIC = sparql_prologue("fyp") + (
    'SELECT DISTINCT ?plan { ?plan a fyp:SectoralPlan FILTER(REGEX(STR(?plan), "/plan-x[0-9]{5}$")) }'
)


@dataclass(frozen=True)
class Amount:
    """How often a question is asked: so many times at least, and for so many seconds; how long one is waited for."""

    times: int
    seconds: float
    patience: float


def synthetic_plans(release: Release) -> int:
    """How many plans of a release are synthetic."""
    engine = EmbeddedEngine(open_store(release, 0), release.release_id, read_settings(os.environ).max_nesting)
    return len(select(engine, _SYNTHETIC).rows)


def grown(peer: Peer, question: Question, amount: Amount) -> dict[str, float]:
    """The rows of a question and what an answer takes, by the clock and computing; no times when it is too slow."""
    name, text = question
    first = look(peer, text, amount.patience)
    if first.seconds is None or first.rows < 0:
        settle(peer)
        return {"rows": first.rows}
    asked = load.new(peer.authority, peer.path, [(name, peer.worded(text))], time.time_ns())
    figures = Figures()
    with Meter(peer.process) as meter:
        times = load.run(peer.authority, asked, 1, amount.seconds, patience=amount.patience, least=amount.times)
    figures.add(times, meter.seconds)
    return {"rows": first.rows, **figures.summary()}


def measured(release: Release, amount: Amount) -> dict[str, Any]:
    """All questions over one release."""
    chosen, figures = questions(release, list(read_catalogue().questions)), {}
    with peers.ours(release) as peer:
        for question in chosen:
            figures[question[0]] = grown(peer, question, amount)
            sys.stderr.write(f"{question[0]} {figures[question[0]].get('processor_ms', 'too slow')}\n")
    return {"release": release.release_id, "quads": release.manifest.quads, "questions": figures}


def beside_others(size: str, run: Mapping[str, Any]) -> dict[str, Any]:
    """Return the records of all sizes, with this one replaced."""
    recorded = json.loads(FIGURES.read_text("utf-8")).get(LABEL, {}) if FIGURES.exists() else {}
    return {**recorded.get("sizes", {}), size: run}


def main() -> None:
    """Measure and record, home by home."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("homes", type=Path, nargs="+")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.3)
    parser.add_argument("--patience", type=float, default=20)
    options = parser.parse_args()
    amount = Amount(options.times, options.seconds, options.patience)
    for home in options.homes:
        release = ReleaseStore(home).current()
        sizes = beside_others(str(synthetic_plans(release)), measured(release, amount))
        record(LABEL, {"machine": machine(), "patience": options.patience, "sizes": sizes})


if __name__ == "__main__":
    main()
