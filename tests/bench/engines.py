"""New and repeated questions, ours and other engines' servers over the same quads: ``make bench-engines``.

Measures the peers in turn, compares what they answer, and writes the figures into docs/benchmarks.json.
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

from kg.catalogue import bind, read_catalogue
from kg.engine.embedded import EmbeddedEngine
from kg.release import Release
from kg.release.shelf import Shelf, open_store
from kg.settings import read_settings
from tests.bench import load, peers
from tests.bench.figures import FIGURES, draw
from tests.bench.measuring import Plan, Question, compare, measure, proportional_bytes
from tests.bench.peers import Peer

# light, medium and heavy ones, by their time on disk at the real size: from a third of a millisecond to fifty
SLUGS = (
    *("challenges-of-a-plan", "key-messages", "top-level-objectives", "titles-of-the-plans"),
    *("technologies-with-wikidata", "stakeholders-by-plan", "sectors-by-plan", "technologies-of-a-plan"),
    *("overlap-of-plans", "claims-per-source", "technology-pairs", "planned-growth"),
    *("technologies-by-kind-of-element", "printed-against-official", "structure-of-a-plan", "discrepancies"),
)


def questions(release: Release) -> list[Question]:
    """The questions of the mix, with the default values of their parameters."""
    settings = read_settings(os.environ)
    engine = EmbeddedEngine(
        open_store(release, settings.memory_max_quads), release.release_id, max_nesting=settings.max_nesting
    )
    catalogue = read_catalogue()
    return [(slug, bind(catalogue.get(slug), {}, engine)) for slug in SLUGS]


def begun(release: Release, names: Sequence[str], stack: ExitStack) -> list[Peer]:
    """The peers of these names, which run until the stack is unwound; a chosen one that is not installed ends all."""
    starts: dict[str, AbstractContextManager[Peer]] = {
        "ours": peers.ours(release),
        "disk": peers.ours(release, "ours, on disk", memory_max_quads=0),
        "oxigraph": peers.oxigraph_on_disk(release),
        "oxigraph-memory": peers.oxigraph_in_memory(release),
        "rdflib": peers.rdflib_endpoint(release),
    }
    return [stack.enter_context(starts[name]) for name in names]


def ask_new(peer: Peer, chosen: Sequence[Question]) -> Iterator[load.Request]:
    """Texts that nobody has asked before: a second's nanoseconds begin the numbers that make them new."""
    return load.new(peer.authority, peer.path, chosen, time.time_ns())


def ask_again(peer: Peer, chosen: Sequence[Question]) -> Iterator[load.Request]:
    """The same texts again and again."""
    return load.repeated(peer.authority, peer.path, chosen)


def measured(running: Sequence[Peer], chosen: Sequence[Question], options: argparse.Namespace) -> dict[str, object]:
    """All figures of the peers."""
    differing = compare(running, chosen)
    short = Plan(options.rounds, options.seconds, options.clients)
    long = Plan(options.rounds, 4 * options.seconds, options.clients)
    single = {}
    for question in chosen:
        single[question[0]] = measure(running, [question], ask_new, short)
        sys.stderr.write(f"{question[0]}\n")
    return {
        "differing": differing,
        "questions": single,
        "mix": measure(running, chosen, ask_new, long),
        "repeated": measure(running, chosen, ask_again, long),
        "bytes": {peer.name: proportional_bytes(peer.processes) for peer in running},
    }


def machine() -> dict[str, object]:
    """What the figures hold for."""
    model = [line for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if line.startswith("model name")]
    return {
        "date": time.strftime("%Y-%m-%d"),
        "processor": model[0].partition(":")[2].strip() if model else platform.machine(),
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
        "python": platform.python_version(),
        **{name: version(name) for name in ("pyoxigraph", "oxigraph", "granian", "flask")},
        "rdflib-endpoint": peers.RDFLIB_VERSIONS[0].partition("==")[2],
    }


def record(label: str, run: dict[str, object]) -> None:
    """Put the figures of a run into the file, beside those of other labels."""
    kept = json.loads(FIGURES.read_text("utf-8")) if FIGURES.exists() else {}
    kept[label] = run
    FIGURES.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=read_settings(os.environ).home)
    parser.add_argument("--label", default="real size")
    parser.add_argument("--peers", nargs="+", default=["ours", "oxigraph", "oxigraph-memory"])
    parser.add_argument("--clients", nargs="+", type=int, default=[1, 8, 32])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.5)
    options = parser.parse_args()
    release = Shelf(options.home).current()
    chosen = questions(release)
    with ExitStack() as stack:
        figures = measured(begun(release, options.peers, stack), chosen, options)
    about = {"release": release.release_id, "quads": release.manifest.quads, "rounds": options.rounds}
    run = {**about, "seconds": options.seconds, "machine": machine(), **figures}
    record(options.label, run)
    draw(run)


if __name__ == "__main__":
    main()
