"""Follow: look at a publication again and again, and take each release that becomes current there."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

from kg.core.errors import KgError
from kg.release.replication.atomic_files import write_whole
from kg.release.replication.publication import Pointer
from kg.release.store import ReleaseStore

STATE_FILE = "following.json"
FOLLOWER_ENDED = "FollowerEnded"

_JITTER = 0.1


@dataclass(frozen=True)
class State:
    """How following goes: the release seen last, when that was (seconds since 1970), and what is wrong since then.

    ``expires_at`` is when its pointer expires, in seconds since 1970. ``problem`` is the class of the error, or that
    the process which follows has ended: strangers may read it, and they need not know more.
    """

    release_id: str = ""
    succeeded_at: float | None = None
    problem: str = ""
    expires_at: float | None = None

    def seconds_ago(self, now: float) -> float | None:
        """How long ago the publication was seen and its release was here; None if that never was."""
        return None if self.succeeded_at is None else max(0.0, now - self.succeeded_at)


def read_state(home: Path) -> State:
    """How following goes in a home; an empty state if nothing is known."""
    try:
        fields = json.loads((home / STATE_FILE).read_text(encoding="utf-8"))
        succeeded_at, expires_at = _number(fields["succeeded_at"]), _number(fields.get("expires_at"))
        return State(str(fields["release_id"]), succeeded_at, str(fields["problem"]), expires_at)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return State()


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def note_end(home: Path) -> None:
    """Say in a home that the process which follows has ended, as it can no longer say so."""
    _write_state(home, replace(read_state(home), problem=FOLLOWER_ENDED))


def _write_state(home: Path, state: State) -> None:
    write_whole(home / STATE_FILE, json.dumps(asdict(state)).encode("utf-8"))


class Publication(Protocol):
    """What is followed; see ``kg.release.replication.download.Origin``."""

    url: str

    def pointer(self) -> Pointer:
        """Return the pointer, which may be followed."""

    def forget(self) -> None:
        """Ask for the pointer anew."""


class Follower:
    """Follows a publication; ``take`` brings the release of a pointer and makes it current, ``tell`` is for the log.

    What is current there is current here: a roll-back here lasts until the next look, one there is followed.
    A failure leaves the current release as it is, and is told once, until something else goes wrong or it is over.
    """

    def __init__(
        self, shelf: ReleaseStore, origin: Publication, take: Callable[[Pointer], None], tell: Callable[[str], None]
    ) -> None:
        self._shelf, self._origin, self._take, self._tell = shelf, origin, take, tell
        self._state, self._complaint = read_state(shelf.home), ""

    def look(self) -> None:
        """Look once; nothing is asked again of a publication that says it is the same."""
        try:
            self._take_what_is_current()
        except (KgError, OSError) as error:
            self._origin.forget()
            self._complain(f"The publication cannot be followed, and the release that is here stays: {error}")
            with suppress(OSError):  # a full disk has been told of already
                self._note(replace(self._state, problem=type(error).__name__))
        else:
            if self._complaint:
                self._complain("")
                self._tell(f"{self._origin.url} is followed again.")

    def _take_what_is_current(self) -> None:
        pointer = self._origin.pointer()
        if not self._has(pointer.release_id):
            self._take(pointer)
        self._note(State(pointer.release_id, time.time(), expires_at=pointer.expires_at.timestamp()))

    def _complain(self, complaint: str) -> None:
        """Say it once, not at every look."""
        if complaint not in ("", self._complaint):
            self._tell(complaint)
        self._complaint = complaint

    def follow(self, seconds: float, wait: Callable[[float], None] = time.sleep) -> None:
        """Look for ever, at about this distance: readers that were started together must not all ask at once."""
        while True:
            self.look()
            wait(seconds * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311 - no secret

    def _has(self, release_id: str) -> bool:
        try:
            return self._shelf.current().release_id == release_id
        except KgError:
            return False

    def _note(self, state: State) -> None:
        self._state = state
        _write_state(self._shelf.home, state)
