"""Run the tests: most of them in parallel, then those that need a quiet machine, one after the other.

``python -m tests.run quick`` leaves out what needs a browser, other programs or much time; ``all`` leaves out nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.core.settings import PROJECT
from tests.selection import LEFT_OUT, QUICK, Selection

TESTS = PROJECT / "tests"
BYTECODE = PROJECT / ".tests" / "bytecode"
_MOST_WORKERS = 4  # each needs nearly a gigabyte, and collects all tests
# in the order of the folders: those with the longest files come early, so no worker is left with one at the end
_PARALLEL = ("--dist", "loadfile", "--no-loadscope-reorder")
_OPTIONS = {"quick": ("-q", "--hypothesis-profile=quick"), "all": ("-q",)}


def run(extent: str) -> bool:
    """Run the tests of an extent, ``quick`` or ``all``; return True if all passed."""
    begin = time.monotonic()
    keep_bytecode()
    files = serial_files()
    print(_preview(extent, len(files)), flush=True)
    selection = Selection()
    passed = [_parallel(extent, selection), _serial(extent, files)]
    print(f"\n{report(extent, selection)} {time.monotonic() - begin:.0f} seconds of tests.")
    return all(passed)


def keep_bytecode() -> None:
    """Keep compiled modules in a folder of the tests if the environment forbids them, as images of containers often do.

    Without them, each process that a test starts compiles all that it imports, which takes more than a second.
    """
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode, sys.pycache_prefix = False, str(BYTECODE)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(BYTECODE)


def serial_files() -> list[Path]:
    """The files with tests that other tests beside them would disturb."""
    return [path for path in sorted(TESTS.rglob("test_*.py")) if "mark.serial" in path.read_text("utf-8")]


def _parallel(extent: str, selection: Selection) -> bool:
    marker = f"not serial and {QUICK}" if extent == "quick" else "not serial"
    arguments = [*_OPTIONS[extent], *_PARALLEL, "-n", str(_workers()), "-m", marker, str(TESTS)]
    code = pytest.main(arguments, plugins=[selection])
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    return code == pytest.ExitCode.OK


def _workers() -> int:
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, _MOST_WORKERS)


def _serial(extent: str, files: list[Path]) -> bool:
    marker = f"serial and {QUICK}" if extent == "quick" else "serial"
    command = [sys.executable, "-m", "pytest", *_OPTIONS[extent], "-m", marker, *map(str, files)]
    return subprocess.run(command, cwd=PROJECT, check=False).returncode == pytest.ExitCode.OK


def _preview(extent: str, serial: int) -> str:
    plan = f"Tests in {_workers()} processes, then those of {serial} files that need a quiet machine"
    if extent == "all":
        return f"{plan}."
    left_out = [f"  {marker}: {text}" for marker, text in LEFT_OUT.items()]
    return "\n".join([f"{plan}. These are left out ('make test-all' runs them):", *left_out])


def report(extent: str, selection: Selection) -> str:
    """Return what a run of an extent left out, and how to run it."""
    if extent == "all":  # what one part deselects runs in the other
        return "Nothing was left out."
    counts = [f"{count} {marker}" for marker, count in sorted(selection.left_out.items())]
    if not counts:
        return "Nothing was left out."
    return f"Left out: {', '.join(counts)}; 'make test-all' runs them, '.venv/bin/pytest -m slow' those of one marker."


if __name__ == "__main__":
    sys.exit(0 if run(sys.argv[1]) else 1)
