"""A build that dies at a moment of the caller's choice: ``python -m tests.kg.release.dying HOME DATA MOMENT``."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from pyoxigraph import Quad

from kg.cli import main
from kg.release import build as module
from kg.release.shelf import Shelf
from kg.store import Store
from tests.kg.release.small import small_graph

STEPS = 6
MOMENTS = (
    "amid the quads",
    "after the quads",
    "after the store",
    "before the move",
    "after the move",
    "at the pointer",
)
SMALL_FILE = 1_000
MIDDLE_FILE = 5_000


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dies_after(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*given: Any) -> None:
        function(*given)
        die()

    return call


def dies_before(*_: Any) -> None:
    die()


def half_of(lines: list[bytes]) -> Iterable[bytes]:
    yield from islice(lines, len(lines) // 2)
    die()


def die_at(moment: str) -> None:
    """Arrange for this process to die when the build comes to the moment."""
    if moment == "amid the quads":
        whole: Callable[[Store], list[bytes]] = module.canonical_lines
        module.canonical_lines = lambda quads: half_of(whole(quads))  # type: ignore[arg-type, assignment, return-value]
    elif moment == "after the quads":
        module.write_store = dies_before
    elif moment == "after the store":
        module.write_store = dies_after(module.write_store)
    elif moment == "before the move":
        Shelf.keep = dies_before  # type: ignore[method-assign]
    elif moment == "after the move":
        Shelf.keep = dies_after(Shelf.keep)  # type: ignore[method-assign]
    elif moment == "at the pointer":
        move = Path.replace
        Path.replace = lambda path, to: die() if Path(to).name == "current" else move(path, to)  # type: ignore


def run(home: Path, data: Path, moment: str) -> None:
    count = iter(range(1, STEPS + 1))
    if not moment.startswith("real "):
        module.read_graph = small_graph
    die_at(moment)
    module.build(Shelf(home), [data], lambda _: die() if moment.endswith(f"step {next(count)}") else None)


def run_short_of_room(home: Path, data: Path, largest_file: int) -> None:
    """Run ``kg build`` where no file may grow beyond some bytes, which is what a full disk does to it."""
    module.read_graph = small_graph
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    main(["build", "--home", str(home), "--data", str(data)])


if __name__ == "__main__":
    if sys.argv[3].isdecimal():
        run_short_of_room(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
    else:
        run(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
