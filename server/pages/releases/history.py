"""The history of the home as the requests of today see it: read anew only when a release comes or goes."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from kg.release.store import History, ReleaseStore, read_history
from server.core.context import app_state

# for what tells of several releases: each of them may get dumps or be removed while the current one stays
NO_CACHE = "no-cache"
_KEY = "fyp-kg.history"


@dataclass(frozen=True)
class _Read:
    """A history, and when the folder of releases was changed before it was read."""

    changed_ns: int
    history: History


def history_here() -> History:
    """The releases that an address may pin: all of the home, or the current one alone where older ones are not lent."""
    holding = app_state()
    shelf = ReleaseStore(holding.settings.home)
    try:
        changed_ns = shelf.folder.stat().st_mtime_ns
    except OSError:
        return History(())
    known: _Read | None = current_app.extensions.get(_KEY)
    if known is None or known.changed_ns != changed_ns:
        known = current_app.extensions[_KEY] = _Read(changed_ns, read_history(shelf))
    if holding.lends_older:
        return known.history
    current = known.history.get(holding.engine.release_id)
    return History((current,) if current is not None else ())


def history_until_now() -> History:
    """Those of them that were not rolled back."""
    return history_here().until(app_state().engine.release_id)
