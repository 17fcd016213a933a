"""Lint one file and run the tests nearest to it: ``python -m tests.nearest kg/sparql/parser.py``."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from kg.core.settings import PROJECT

TESTS = PROJECT / "tests"


def nearest_tests(file: Path) -> list[Path]:
    """Return the test modules that mirror a file's path; if there are none, the nearest folder of tests."""
    inside = file.resolve().relative_to(PROJECT)
    if inside.parts[0] == TESTS.name and inside.name.startswith("test_"):
        return [PROJECT / inside]
    mirrored = TESTS / inside.parent if inside.parts[0] != TESTS.name else PROJECT / inside.parent
    name = inside.parent.name if inside.stem == "__init__" else inside.stem
    modules = sorted({*mirrored.glob(f"test_{name}.py"), *mirrored.glob(f"test_{name}_*.py")})
    return modules or [next(folder for folder in (mirrored, *mirrored.parents) if any(folder.glob("test_*.py")))]


def commands(file: Path) -> Iterator[list[str]]:
    """Yield the commands that check a file: the linters, if it is Python, and the tests."""
    if file.suffix == ".py":
        yield ["ruff", "check", "--quiet", str(file)]
        yield ["ruff", "format", "--check", "--quiet", str(file)]
        yield ["mypy", str(file)]
    yield ["pytest", "-q", *map(str, nearest_tests(file))]


def check(file: Path) -> bool:
    """Run all commands, each after the other, and return True if each succeeded."""
    succeeded = True
    for command in commands(file):
        print("+", *command, flush=True)
        succeeded &= subprocess.run([sys.executable, "-m", *command], cwd=PROJECT, check=False).returncode == 0
    return succeeded


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.exit("Name one file: make check FILE=kg/sparql/parser.py")
    sys.exit(0 if check(Path(sys.argv[1])) else 1)
