"""Connections to one base that is only read: each is lent to one thread at a time.

A file on disk may have been altered. So a base with other tables, views or triggers than this program makes is
refused, its schema may run no functions, and SQL that runs for too long is interrupted.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from kg.core.errors import QuestionTooLong, ReleaseBroken
from kg.core.messages import Message
from kg.engine.budget import UNLIMITED, Budget
from kg.search.writer import schema_of, written_schema

_MOST_SECONDS = 10.0
_STEPS = 10_000  # of SQLite's virtual machine between two looks at the clock
_SAFE = "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
_MOST_RESTING = 4  # each holds up to two megabytes of pages


class Connections:
    """Opens as many connections as are used at once, and keeps a few of them; each use may take so many ``seconds``."""

    def __init__(self, path: Path, seconds: float = _MOST_SECONDS) -> None:
        self._seconds = seconds
        self._address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
        self._resting: list[sqlite3.Connection] = []
        self._lock = Lock()
        self._closed = False

    @contextmanager
    def lend(self, budget: Budget = UNLIMITED) -> Iterator[sqlite3.Connection]:
        """Lend a connection that nobody else uses meanwhile; a query in it ends when the budget is used up.

        Raises:
            ReleaseBroken: there is no such base, it was altered, or it cannot be read on.
            QuestionTooLong: the block runs SQL for too long.
            As ``Budget.check``.
        """
        with self._lock:
            base = self._resting.pop() if self._resting else None
        end = time.monotonic() + self._seconds
        try:
            base = base or self._open()
            base.set_progress_handler(lambda: time.monotonic() > end or budget.problem() is not None, _STEPS)
            yield base
        except sqlite3.Error as error:
            budget.check()
            if time.monotonic() > end:
                raise QuestionTooLong(
                    Message(
                        "The search took longer than %(seconds)s seconds. Search for fewer or rarer words.",
                        seconds=f"{self._seconds:g}",
                    )
                ) from error
            raise ReleaseBroken(
                f"The search index cannot be read as an index ({error}). Run 'kg build' or 'kg fetch' again."
            ) from error
        finally:
            if base is not None:
                self._take_back(base)

    def _open(self) -> sqlite3.Connection:
        base = sqlite3.connect(self._address, uri=True, check_same_thread=False)
        try:
            end = time.monotonic() + self._seconds
            base.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
            base.executescript(_SAFE)
            _see_that_schema_is_known(base)
        except BaseException:
            base.close()
            raise
        return base

    def _take_back(self, base: sqlite3.Connection) -> None:
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


def _see_that_schema_is_known(base: sqlite3.Connection) -> None:
    if schema_of(base) != written_schema():
        raise sqlite3.DatabaseError("it has other tables or indexes than this program writes")
