"""Whichever process is killed, no answer is wrong and nothing is left; ``make bench-kills`` does it more often."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.kills import killed
from tests.bench.processes import KINDS, marked, open_files, with_mark

TIMES = {"follower": 1, "serving": 4}  # the service ended at the second death of its serving process within six seconds


@pytest.mark.server
@pytest.mark.serial
@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_is_wrong_and_nothing_is_left_when_a_process_is_killed(home: Path, kind: str) -> None:
    outcome = killed(home, kind, TIMES.get(kind, 2))
    assert outcome.is_good, outcome


def test_a_process_is_found_by_its_mark_whoever_its_parent_is() -> None:
    orphaning = "import subprocess, sys; subprocess.Popen(['sleep', '60'])"
    with marked() as mark:
        subprocess.run([sys.executable, "-c", orphaning], check=True)
        (orphan,) = with_mark(mark)
        os.kill(orphan, 9)
    assert with_mark("0") == set()


def test_open_files_are_counted() -> None:
    before = open_files([os.getpid()])
    with Path(__file__).open():
        assert open_files([os.getpid()]) == before + 1
