"""Ctrl-C and deadlines: each command that may take long ends at once, with its exit status and no traceback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.core.settings import PROJECT
from tests.serving import HOST, descendants, free_port, is_alive, until

pytestmark = pytest.mark.serial

AT_ONCE_SECONDS = 5  # of a machine that does other work, too
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f }"


@dataclass(frozen=True)
class Place:
    """Resources of long-running commands: a home, a new folder, a pipe without a writer, a silent server."""

    home: Path
    folder: Path
    pipe: Path
    silent: str


@pytest.fixture
def place(home: Path, tmp_path: Path) -> Iterator[Place]:
    pipe = tmp_path / "pipe.ttl"
    os.mkfifo(pipe)
    with socket.create_server((HOST, 0)) as server:
        yield Place(home, tmp_path / "new", pipe, f"http://{HOST}:{server.getsockname()[1]}/x")


class Running:
    """``kg`` in a process of its own, in a group of its own."""

    def __init__(self, words: tuple[object, ...], **settings: object) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("KG_")}
        environment |= {f"KG_{name.upper()}": str(value) for name, value in settings.items()}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kg", *map(str, words)],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def interrupted(self, *, whole_group: bool) -> tuple[int, str, float]:
        """Send SIGINT; give the exit status, the errors, and the seconds until the end. No process may be left.

        The status is the one that a shell shows: 128 and the number of the signal for a process that it ended. CPython
        ends itself by the signal when that came while ``exec`` ran a text, as ``dataclass`` does while modules load.
        """
        family = descendants(self.process.pid)
        start = time.monotonic()
        (os.killpg if whole_group else os.kill)(self.process.pid, signal.SIGINT)
        _, errors = self.process.communicate(timeout=30)
        seconds = time.monotonic() - start
        until(lambda: not any(map(is_alive, family)))
        code = self.process.returncode
        return 128 - code if code < 0 else code, errors, seconds


LONG: dict[str, Callable[[Place], tuple[tuple[object, ...], dict[str, object]]]] = {
    "ask": lambda place: (("ask", "-e", HEAVY, "--home", place.home), {"max_seconds": 60}),
    "ask from the terminal": lambda place: (("ask", "-", "--home", place.home), {}),
    "build": lambda place: (("build", "--home", place.folder), {}),
    "check": lambda _: (("check",), {}),
    "evidence": lambda place: (("evidence", "--source", place.pipe), {}),
    "fetch": lambda place: (("fetch", place.silent, "--insecure", "--home", place.folder), {}),
    "fetch again and again": lambda place: (
        ("fetch", place.silent, "--insecure", "--every", 9, "--home", place.folder),
        {},
    ),
    "links check": lambda place: (("links", "check", place.pipe), {}),
    "links propose": lambda place: (("links", "propose", place.pipe), {}),
    "push": lambda place: (
        ("push", "--home", place.home),
        {"engine_url": place.silent, "engine_graph_store": place.silent},
    ),
}


def is_computing(process: int) -> Callable[[], bool]:
    """Return a check that a process has begun its work: it has read its modules, and uses or awaits something."""
    began = time.monotonic()
    return lambda: time.monotonic() - began > 1 and is_alive(process)


@pytest.mark.parametrize(
    ("command", "whole_group"),
    [*((command, False) for command in LONG), ("ask", True), ("fetch again and again", True)],
)
def test_an_interrupt_ends_a_long_command_at_once(place: Place, command: str, *, whole_group: bool) -> None:
    words, settings = LONG[command](place)
    running = Running(words, **settings)
    until(is_computing(running.process.pid))
    code, errors, seconds = running.interrupted(whole_group=whole_group)
    assert code == 130, errors
    assert "Traceback" not in errors
    assert seconds < AT_ONCE_SECONDS


def test_an_interrupt_while_modules_load_shows_no_traceback(home: Path) -> None:
    running = Running(("releases", "--home", home))
    time.sleep(0.2)
    code, errors, _ = running.interrupted(whole_group=False)
    assert code in (130, 0)  # it may have ended before
    assert "Traceback" not in errors


def test_a_service_still_ends_in_its_own_way(home: Path) -> None:
    running = Running(("serve", "--home", home, "--port", free_port()))
    assert running.process.stdout is not None
    assert running.process.stdout.readline().startswith("Ready at ")
    code, errors, _ = running.interrupted(whole_group=True)
    assert (code, errors) == (0, "")


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_question_ends_at_its_deadline(home: Path, form: str) -> None:
    running = Running(("ask", "--format", form, "-e", HEAVY, "--home", home), max_seconds=0.5)
    output, errors = running.process.communicate(timeout=30)
    assert running.process.returncode == 1
    assert output == ""
    assert errors.startswith("Error: The question ran longer than 0.5 seconds and was stopped")
    assert errors.count("\n") == 1
    assert "KG_MAX_SECONDS" in errors


def test_a_large_answer_is_not_ended_while_it_is_read_slowly(home: Path) -> None:
    words = ("ask", "--format", "csv", "-e", "SELECT * { ?s ?p ?o } LIMIT 20000", "--home", home)
    running = Running(words, max_seconds=5)
    time.sleep(8)  # the pipe is full, and the deadline is over
    output, errors = running.process.communicate(timeout=30)
    assert (running.process.returncode, errors) == (0, "")
    assert output.count("\n") >= 20_000
