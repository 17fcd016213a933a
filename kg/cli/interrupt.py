"""The end of a command by Ctrl-C or by a deadline, also while compiled code runs.

Python runs the handler of a signal between two of its own instructions. Evaluation in pyoxigraph is one instruction,
however long it takes. It lets other threads run, so a thread ends the process.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

INTERRUPTED = 130
"""The exit status of a command that Ctrl-C ended: 128 and the number of the signal."""

_GRACE_SECONDS = 0.3  # for the command to tidy up by itself


@contextmanager
def ending_on_interrupt() -> Iterator[None]:
    """End the process soon after SIGINT, with status 130, until the block ends.

    A handler that somebody else sets for SIGINT meanwhile, such as that of a server, is left to its work. Outside the
    main thread, which alone receives signals, nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    watcher = threading.Thread(target=_watch, args=(reading,), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(writing)
        watcher.join()
        os.close(reading)


def _watch(reading: int) -> None:
    """Wait for SIGINT, then for the block to end; if it does not end, end the process."""
    while received := os.read(reading, 1):
        if received[0] == signal.SIGINT and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            ended, _, _ = select.select([reading], [], [], _GRACE_SECONDS)
            if not ended:
                _end(INTERRUPTED)


@contextmanager
def deadline(seconds: float, message: str) -> Iterator[None]:
    """End the process with status 1 and a message if the block takes longer than that."""

    def expire() -> None:
        with suppress(OSError):
            sys.stderr.write(f"Error: {message}\n")
        _end(1)

    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _end(status: int) -> None:
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(status)
