"""A ticket: what an asker holds of a question, to cancel it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class CancellationToken:
    """What its asker holds of a question: with it, the question can be cancelled at any moment.

    Questions that are asked for one page share a ticket, and a deadline that counts from ``began``. They have places
    of their own, so that queries do not wait for them.
    """

    def __init__(self, client: str = "", *, is_page: bool = False) -> None:
        self.client, self.is_page = client, is_page
        self.began = time.monotonic()
        self.cancelled = False
        self.lane = ""  # where its latest question ran or waited
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None

    def attach(self, stop: Callable[[], None] | None) -> None:
        """Say what ends the question now; an earlier cancel ends it at once."""
        with self._lock:
            self._stop = stop
            late = self.cancelled
        if late and stop is not None:
            stop()

    def cancel(self) -> None:
        """End the question, whether it waits or runs; more than once does no harm."""
        with self._lock:
            self.cancelled = True
            stop = self._stop
        if stop is not None:
            stop()
