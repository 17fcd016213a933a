"""The lender: the engine of any release, be it the current one or an older one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kg.engine.current import ClosableEngine, CurrentEngine
from kg.engine.older import OlderEngines
from kg.errors import ReleaseUnknown


class Lender:
    """Lends the engine of the current release, or of the one that is named; thread-safe."""

    def __init__(self, current: CurrentEngine, older: OlderEngines) -> None:
        self.current, self.older = current, older

    @property
    def release_id(self) -> str:
        """The current release."""
        return self.current.release_id

    @contextmanager
    def lend(self, release_id: str | None = None) -> Iterator[ClosableEngine]:
        """The engine of a release, open at least as long as it is lent; no second one of the current release is opened.

        Raises:
            As ``OlderEngines.lend``.
        """
        with self.current.lend() as engine:
            if release_id is None or release_id == engine.release_id:
                yield engine
                return
        self.refuse_unknown(release_id)
        with self.older.lend(release_id) as engine:
            yield engine

    def refuse_unknown(self, release_id: str) -> None:
        """Refuse a release that would not be lent, without opening any.

        Raises:
            ReleaseUnknown: there is no such release, or only the current one is lent.
        """
        if release_id == self.release_id:
            return
        if not self.older.most_open:
            raise ReleaseUnknown.named(release_id, [self.release_id])
        self.older.refuse_unknown(release_id)

    def refresh(self) -> bool:
        """Follow the pointer to another release, and close older ones that rest; see ``CurrentEngine.refresh``.

        Raises:
            KgError: the new release cannot be opened; the old one stays.
        """
        self.older.sweep()
        return self.current.refresh()

    def close(self) -> None:
        """End all, also what is lent."""
        self.older.close()
        self.current.close()
