"""New and repeated questions, ours and other engines' servers over the same quads: ``make bench-engines``.

Measures the peers in turn, compares what they answer, and writes the figures into docs/reference/benchmarks.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from importlib.metadata import version
from pathlib import Path

from kg.core.settings import read_settings
from kg.engine.embedded import EmbeddedEngine
from kg.questions.catalogue import bind, read_catalogue
from kg.release import Release
from kg.release.store import ReleaseStore, open_store
from tests.bench import load, peers
from tests.bench.alone import Question, can_be_measured, differing, look_at_all
from tests.bench.figures import DRAWN, FIGURES, draw
from tests.bench.measuring import Plan, measure, proportional_bytes
from tests.bench.peers import Peer

# light, medium and heavy ones, by their time on disk at the real size: from a third of a millisecond to fifty
SLUGS = (
    *("challenges-of-a-plan", "key-messages", "top-level-objectives", "titles-of-the-plans"),
    *("technologies-with-wikidata", "stakeholders-by-plan", "sectors-by-plan", "technologies-of-a-plan"),
    *("overlap-of-plans", "claims-per-source", "technology-pairs", "planned-growth"),
    *("technologies-by-kind-of-element", "printed-against-official", "structure-of-a-plan", "discrepancies"),
)


NAMES = ("ours", "disk", "oxigraph", "oxigraph-memory", "rdflib", "virtuoso")


def questions(release: Release, slugs: Sequence[str] = SLUGS) -> list[Question]:
    """These canned questions, with the default values of their parameters."""
    store = open_store(release, 0)  # on disk: it is read once, and other servers need the memory
    engine = EmbeddedEngine(store, release.release_id, read_settings(os.environ).max_nesting)
    catalogue = read_catalogue()
    return [(slug, bind(catalogue.get(slug), {}, engine)) for slug in slugs]


def begun(release: Release, names: Sequence[str], stack: ExitStack) -> list[Peer]:
    """The peers of these names, which run until the stack is unwound; a chosen one that is not installed ends all."""
    starts: dict[str, AbstractContextManager[Peer]] = {
        "ours": peers.ours(release),
        "disk": peers.ours(release, "ours, on disk", memory_max_quads=0),
        "oxigraph": peers.oxigraph_on_disk(release),
        "oxigraph-memory": peers.oxigraph_in_memory(release),
        "rdflib": peers.rdflib_endpoint(release),
        "virtuoso": peers.virtuoso_on_disk(release),
    }
    return [stack.enter_context(starts[name]) for name in names]


def ask_new(peer: Peer, chosen: Sequence[Question]) -> Iterator[load.Request]:
    """Texts that nobody has asked before: a second's nanoseconds begin the numbers that make them new."""
    return load.new(peer.authority, peer.path, _worded(peer, chosen), time.time_ns())


def ask_again(peer: Peer, chosen: Sequence[Question]) -> Iterator[load.Request]:
    """The same texts again and again."""
    return load.repeated(peer.authority, peer.path, _worded(peer, chosen))


def _worded(peer: Peer, chosen: Sequence[Question]) -> list[Question]:
    return [(name, peer.worded(text)) for name, text in chosen]


def measured(running: Sequence[Peer], chosen: Sequence[Question], options: argparse.Namespace) -> dict[str, object]:
    """All figures of the peers."""
    looks, left_out = look_at_all(running, chosen, options.patience)
    remaining = [peer for peer in running if peer.name not in left_out]
    names = [peer.name for peer in remaining]
    mix = [question for question in chosen if can_be_measured(looks[question[0]], names)]
    short = Plan(options.rounds, options.seconds, options.clients, options.patience)
    long = Plan(options.rounds, 4 * options.seconds, options.clients, 4 * options.patience)
    single = {}
    for question in chosen:
        single[question[0]] = measure(remaining, [question], ask_new, short, looks)
        sys.stderr.write(f"{question[0]}\n")
    return {
        "differing": differing(looks, running[0].name),
        "alone": {question: {name: look.seconds for name, look in looks[question].items()} for question in looks},
        "left_out": left_out,
        "mixed": [name for name, _ in mix],
        "questions": single,
        "mix": measure(remaining, mix, ask_new, long, looks),
        "repeated": measure(remaining, mix, ask_again, long, looks),
        "bytes": {peer.name: proportional_bytes(peer.processes) for peer in remaining},
    }


def machine() -> dict[str, object]:
    """Return the conditions for which the figures hold."""
    model = [line for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if line.startswith("model name")]
    return {
        "date": time.strftime("%Y-%m-%d"),
        "processor": model[0].partition(":")[2].strip() if model else platform.machine(),
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
        "python": platform.python_version(),
        **{name: version(name) for name in ("pyoxigraph", "oxigraph", "granian", "flask")},
        "rdflib-endpoint": peers.RDFLIB_VERSIONS[0].partition("==")[2],
        "Virtuoso": peers.version_of_virtuoso(),
    }


def record(label: str, run: dict[str, object]) -> None:
    """Put the figures of a run into the file, beside those of other labels."""
    recorded = json.loads(FIGURES.read_text("utf-8")) if FIGURES.exists() else {}
    recorded[label] = run
    FIGURES.write_text(json.dumps(recorded, indent=1, sort_keys=True) + "\n", "utf-8")


def main() -> None:
    """Measure and record."""
    options = read_options()
    release = ReleaseStore(options.home).current()
    chosen = questions(release)
    with ExitStack() as stack:
        figures = measured(begun(release, options.peers, stack), chosen, options)
    about = {"release": release.release_id, "quads": release.manifest.quads, "machine": machine()}
    amount = {"rounds": options.rounds, "seconds": options.seconds, "patience": options.patience}
    run = {**about, **amount, **figures}
    record(options.label, run)
    if options.label == DRAWN:
        draw(run)


def read_options() -> argparse.Namespace:
    """Read the subject and duration of the measurement; by default it is done within ten minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=read_settings(os.environ).home)
    parser.add_argument("--label", default=DRAWN)
    parser.add_argument("--peers", nargs="+", choices=NAMES, default=["ours", "oxigraph", "oxigraph-memory"])
    parser.add_argument("--clients", nargs="+", type=int, default=[1, 8, 32])
    parser.add_argument("--rounds", type=int, default=3, help="of each peer, question and number of clients")
    parser.add_argument("--seconds", type=float, default=0.5, help="of a round; one of the mix is four times as long")
    parser.add_argument("--patience", type=float, default=10, help="seconds that one answer may take")
    return parser.parse_args()


if __name__ == "__main__":
    main()
