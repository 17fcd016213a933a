"""Restarting for ``kg serve``: a serving process that ends by itself is started again, as often as it ends.

granian gives up when its worker ends twice within six seconds. So granian does not start workers again, and here the
whole of it is run again after a pause.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from types import FrameType

_TICK_SECONDS = 0.05


class Ending(Enum):
    """Why a run of the server ended.

    STOPPED: by a signal to this process. UNUSABLE: the service could not be made, and said why. DIED: any other way.
    """

    STOPPED = "stopped"
    UNUSABLE = "unusable"
    DIED = "died"


@dataclass(frozen=True)
class Run:
    """A run of the server that ended, and whether it was ready to serve before."""

    ending: Ending
    was_ready: bool = False


@dataclass(frozen=True)
class Backoff:
    """Seconds until the next start: the first pause, twice as long each time, at most ``most``.

    The pauses start again from ``first`` after a run of ``calm`` seconds.
    """

    first: float = 0.1
    most: float = 5.0
    calm: float = 60.0


class StopSignals:
    """Notes SIGINT and SIGTERM; granian has handlers of its own while it runs."""

    def __init__(self) -> None:
        self.received = False
        self.listen()

    def listen(self) -> None:
        """Take the signals from now on."""
        signal.signal(signal.SIGINT, self._note)
        signal.signal(signal.SIGTERM, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.received = True

    def wait(self, seconds: float) -> None:
        """Wait so long, or until a signal has come."""
        end = time.monotonic() + seconds
        while not self.received and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _TICK_SECONDS))


def keep_serving(run: Callable[[], Run], signals: StopSignals, backoff: Backoff | None = None) -> None:
    """Run the server again and again until it is stopped.

    Raises:
        SystemExit: with 1, when the service was never ready and cannot be made: a new start would end as well.
    """
    chosen = backoff or Backoff()
    pause, was_ready = chosen.first, False
    while not signals.received:
        began = time.monotonic()
        ended = run()
        signals.listen()
        was_ready = was_ready or ended.was_ready
        if ended.ending is Ending.STOPPED or signals.received:
            return
        if ended.ending is Ending.UNUSABLE and not was_ready:
            raise SystemExit(1)
        if time.monotonic() - began >= chosen.calm:
            pause = chosen.first
        sys.stderr.write(f"The serving process ended; it is started again in {pause:g} s.\n")
        sys.stderr.flush()
        signals.wait(pause)
        pause = min(2 * pause, chosen.most)
