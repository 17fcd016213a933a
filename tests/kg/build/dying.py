"""Builds that die: ``python -m tests.kg.build.dying FOLDER`` makes one for each moment in ``FOLDER/<moment>``.

Each build runs in a fork of this process, so that the libraries are loaded once; the output has their exit codes.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from kg.build import build as module
from kg.build import canonical
from kg.cli import main
from kg.engine.store import write_store
from kg.release.dump import write as dump
from kg.release.store import ReleaseStore
from tests.kg.release.small import small_graph

STEPS = (*(f"step {number}" for number in range(1, 10)), "step 6 of a real build")
MIDST = (
    *("amid the quads", "after the quads", "after the store", "amid the dumps"),
    *("before the move", "after the move", "at the pointer"),
)
KILLED = STEPS + MIDST
# the index of so few quads has 64 KiB, and the options that RocksDB notes a little more
LARGEST_FILE = {"no room for the quads": 1_000, "no room for the search index": 50_000, "no room for the store": 66_000}


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any) -> None:
        function(*arguments)
        die()

    return call


def half_then_die(function: Callable[..., Iterator[bytes]]) -> Callable[..., Iterable[bytes]]:
    def call(*arguments: Any) -> Iterable[bytes]:
        lines = list(function(*arguments))
        yield from islice(lines, len(lines) // 2)
        die()

    return call


def die_at_the_pointer(path: Path, to: Path, move: Callable[[Path, Path], Path] = Path.replace) -> Path:
    if to.name == "current":
        die()
    return move(path, to)


def patches() -> dict[str, tuple[Any, str, Any]]:
    """Return the replacements with which a build dies at the moment."""
    return {
        "amid the quads": (module, "canonical_lines_of", half_then_die(canonical.canonical_lines_of)),
        "after the quads": (module, "write_store", die),
        "after the store": (module, "write_store", then_die(write_store)),
        "amid the dumps": (dump, "sums", die),
        "before the move": (ReleaseStore, "keep", die),
        "after the move": (ReleaseStore, "keep", then_die(ReleaseStore.keep)),
        "at the pointer": (Path, "replace", die_at_the_pointer),
    }


def build(folder: Path, moment: str) -> None:
    """Build in this process, and die at the moment or run short of room."""
    if not moment.endswith("real build"):
        module.read_graph = small_graph
    if moment in LARGEST_FILE:
        # a limit on the size of files is what a full disk is to a writer: the system refuses the next byte
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE[moment], LARGEST_FILE[moment]))
        main(["build", "--home", str(folder / "home"), "--data", str(folder / "data")])
    if moment in MIDST:
        setattr(*patches()[moment])
    count = iter(STEPS)
    module.build(
        ReleaseStore(folder / "home"), [folder / "data"], lambda _: die() if moment.startswith(next(count)) else None
    )


def exit_code_of(folder: Path, moment: str) -> int:
    """Fork, build in the child, and wait for its end; what it says goes to ``FOLDER/<moment>/told``."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    output = os.open(folder / "told", os.O_WRONLY | os.O_CREAT)
    os.dup2(output, 1)
    os.dup2(output, 2)
    code = 0
    try:
        build(folder, moment)
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:  # noqa: BLE001 - the child must not return into the parent's code
        traceback.print_exc()
        code = 70
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    print(json.dumps({moment: exit_code_of(Path(sys.argv[1]) / moment, moment) for moment in [*KILLED, *LARGEST_FILE]}))
