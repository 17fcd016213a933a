"""A cancellation token: cancels the work for one request, from any thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class CancellationToken:
    """Cancels the questions of one request at any moment; thread-safe.

    The questions of one page share a token, and a deadline that counts from ``began``. They have a queue of their own,
    so that queries do not wait for them. ``queue_name`` is the queue of the latest question.
    """

    def __init__(self, client: str = "", *, is_page: bool = False) -> None:
        self.client, self.is_page = client, is_page
        self.began = time.monotonic()
        self.cancelled = False
        self.queue_name = ""
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None

    def attach(self, stop: Callable[[], None] | None) -> None:
        """Set the function that stops the question that runs now; an earlier cancel calls it at once."""
        with self._lock:
            self._stop = stop
            late = self.cancelled
        if late and stop is not None:
            stop()

    def cancel(self) -> None:
        """Stop the question, whether it waits or runs; a second call has no effect."""
        with self._lock:
            self.cancelled = True
            stop = self._stop
        if stop is not None:
            stop()
