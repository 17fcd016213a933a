"""Connections to one base that is only read: each is lent to one thread at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from kg.engine.budget import UNLIMITED, Budget

# each holds up to two megabytes of pages
_MOST_RESTING = 4
_INSTRUCTIONS = 10_000  # of SQLite between two looks at the budget: about a tenth of a millisecond


class Connections:
    """Opens as many connections as are used at once, and keeps a few of them."""

    def __init__(self, path: Path) -> None:
        self._address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
        self._resting: list[sqlite3.Connection] = []
        self._lock = Lock()
        self._closed = False

    @contextmanager
    def lend(self, budget: Budget = UNLIMITED) -> Iterator[sqlite3.Connection]:
        """Lend a connection that nobody else uses meanwhile; a query in it ends when the budget is used up.

        Raises:
            sqlite3.Error: there is no such base.
            As ``Budget.check``.
        """
        with self._lock:
            base = self._resting.pop() if self._resting else None
        base = base or sqlite3.connect(self._address, uri=True, check_same_thread=False)
        base.set_progress_handler(lambda: int(budget.problem() is not None), _INSTRUCTIONS)
        try:
            yield base
        except sqlite3.OperationalError:
            budget.check()
            raise
        finally:
            base.set_progress_handler(None, 0)
            with self._lock:
                keep = not self._closed and len(self._resting) < _MOST_RESTING
                if keep:
                    self._resting.append(base)
            if not keep:
                base.close()

    def close(self) -> None:
        """Close what rests now, and what is lent when it comes back."""
        with self._lock:
            self._closed = True
            resting, self._resting = self._resting, []
        for base in resting:
            base.close()
