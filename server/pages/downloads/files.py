"""Files that are made from a release: those of a group at once, and each only once, as a release never changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from flask import Flask, current_app

from kg.engine import Engine

_KEY = "fyp-kg.made"
_MOST_BYTES = 24 * 1024 * 1024

Bodies = Mapping[str, bytes]
"""The bytes of files by their paths."""


@dataclass(frozen=True)
class File:
    """A file of any release: its address below that of the service, its media type, and what it holds.

    ``query`` is the one that gives the same rows, if there is one.
    """

    path: str
    media_type: str
    what: str
    query: str = ""


@dataclass(frozen=True)
class Group:
    """Files that are made together: what they are good for, and how they are made from a release."""

    key: str
    title: str
    use: str
    files: tuple[File, ...]
    make: Callable[[Engine], Bodies]


@dataclass
class _Held:
    """What was asked for last; ``lock`` guards the rest."""

    groups: OrderedDict[tuple[str, str], Bodies] = field(default_factory=OrderedDict)
    size: int = 0
    lock: Lock = field(default_factory=Lock)


def register(app: Flask) -> None:
    """Begin to hold files."""
    app.extensions[_KEY] = _Held()


def made(engine: Engine, group: Group) -> Bodies:
    """The files of a group, of the engine's release.

    Raises:
        As ``group.make``.
    """
    held, key = current_app.extensions[_KEY], (engine.release_id, group.key)
    assert isinstance(held, _Held)  # noqa: S101 - register() is the only writer
    with held.lock:
        if key in held.groups:
            held.groups.move_to_end(key)
            return held.groups[key]
    bodies = group.make(engine)
    with held.lock:
        if key not in held.groups:
            held.groups[key] = bodies
            held.size += _size(bodies)
        while held.size > _MOST_BYTES:
            held.size -= _size(held.groups.popitem(last=False)[1])
    return bodies


def _size(bodies: Bodies) -> int:
    return sum(map(len, bodies.values()))
