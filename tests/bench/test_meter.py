"""The meter counts what processes use while it runs, also those that have ended since."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tests.bench.meter import Meter

WORTH = 0.2  # seconds of the processor
COMPUTING = f"import time\nwhile time.process_time() < {WORTH}: pass\nprint(flush=True)\ninput()"


def test_a_process_that_has_ended_is_counted() -> None:
    with (
        Meter(os.getpid()) as meter,
        subprocess.Popen([sys.executable, "-c", COMPUTING], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child,
    ):
        assert child.stdout is not None
        child.stdout.readline()
        meter.read()
        child.communicate(b"\n")
    assert meter.seconds > 0.9 * WORTH


def test_what_was_used_before_is_not_counted() -> None:
    end = time.process_time() + WORTH
    while time.process_time() < end:
        """Compute."""
    with Meter(os.getpid()) as meter:
        """Do nothing."""
    assert meter.seconds < WORTH / 2
