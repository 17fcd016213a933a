"""Restarts for ``kg serve``, and the follower process that fetches new releases beside it.

granian gives up when its worker ends twice within six seconds. So granian does not start workers again, and here the
whole of it is run again after a pause.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from types import FrameType

from kg.cli.fetch import start_follower
from kg.core.settings import Settings
from kg.release.replication.fetch import note_end

# the handler of a signal only sets a flag, so a wait looks at it so often
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
        # granian has set handlers of its own meanwhile
        signals.listen()
        was_ready = was_ready or ended.was_ready
        if ended.ending is Ending.STOPPED or signals.received:
            return
        # a service that was ready before is tried again, since a build may repair the release (decision 0035)
        if ended.ending is Ending.UNUSABLE and not was_ready:
            raise SystemExit(1)
        if time.monotonic() - began >= chosen.calm:
            pause = chosen.first
        sys.stderr.write(f"The serving process ended; it is started again in {pause:g} s.\n")
        sys.stderr.flush()
        signals.wait(pause)
        pause = min(2 * pause, chosen.most)


@dataclass(frozen=True)
class RestartDelays:
    """Seconds until a process that ended is started again: the first time, and at most; each is twice the last one.

    The pauses start again from ``first`` after a run of ``well`` seconds.
    """

    first: float = 1.0
    most: float = 60.0
    well: float = 60.0


@contextmanager
def following(chosen: Settings) -> Iterator[None]:
    """Follow the publication that the settings name, if they do, until the block ends."""
    if chosen.follow is None:
        yield
        return

    def report_exit(code: int, pause: float) -> None:
        text = f"The process that follows the publication {exit_code_text(code)}; it is started again in {pause:g} s.\n"
        sys.stderr.write(text)
        sys.stderr.flush()

    def note() -> None:
        with suppress(OSError):  # a full disk; the time since the last success is reported all the same
            note_end(chosen.home)

    with supervised(lambda: start_follower(chosen), report_exit, note):
        yield


@contextmanager
def supervised(
    start: Callable[[], subprocess.Popen[str]],
    report_exit: Callable[[int, float], None],
    note: Callable[[], None],
    pauses: RestartDelays | None = None,
) -> Iterator[None]:
    """Keep a process running until the block ends.

    Each unexpected end is noted. The exit code and the pause are reported once, until the process was well again.
    """
    keeper = _Supervisor(start, report_exit, note, pauses or RestartDelays())
    thread = threading.Thread(target=keeper.keep)
    thread.start()
    try:
        yield
    finally:
        keeper.end()
        thread.join()


def exit_code_text(code: int) -> str:
    """Return an exit code in words."""
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"


class _Supervisor:
    """Starts the process in the thread that makes it, and afterwards in its own, with which the process would end."""

    def __init__(
        self,
        start: Callable[[], subprocess.Popen[str]],
        report_exit: Callable[[int, float], None],
        note: Callable[[], None],
        pauses: RestartDelays,
    ) -> None:
        self._start, self._tell, self._note, self._pauses = start, report_exit, note, pauses
        self._over, self._lock = threading.Event(), threading.Lock()
        self._process, self._began = start(), time.monotonic()

    def keep(self) -> None:
        """Wait for the end of the process, and start it again; for a thread of its own."""
        pause, reported = self._pauses.first, False
        while True:
            code = self._process.wait()
            if self._over.is_set():
                return
            if time.monotonic() - self._began >= self._pauses.well:
                pause, reported = self._pauses.first, False
            self._note()
            if not reported:
                self._tell(code, pause)
            reported = True
            if not self._again(pause):
                return
            pause = min(2 * pause, self._pauses.most)

    def _again(self, pause: float) -> bool:
        """Start it again after a pause; False when all is over before it was started."""
        while not self._over.wait(pause):
            # under the lock no process can start after `end` has terminated the last one
            with self._lock, suppress(OSError):  # no memory for a process now; there may be some after the next pause
                if self._over.is_set():
                    return False
                self._process, self._began = self._start(), time.monotonic()
                return True
        return False

    def end(self) -> None:
        """End the process, and wait for that."""
        with self._lock:
            self._over.set()
            self._process.terminate()
        self._process.wait()
