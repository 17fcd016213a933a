"""The cache of finished responses, in front of Flask; its entries are as they are sent, compressed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

from server.core.wsgi import Finished

# what the key holds, or what a request with a key does not have; a response that varies by more is not kept
_VARIES_BY = frozenset(["accept", "accept-encoding", "accept-language", "accept-datetime", ""])
_ANY = "\n"  # in place of Accept, for a response that does not depend on it; no header holds it
_LARGEST_SHARE = 8
_ENTRY_BYTES = 1024


class Key(NamedTuple):
    """What a response depends on: ``body`` is empty or a hash of the body and its type; ``language`` is one of ours."""

    method: str
    origin: str
    path: str
    query_string: str
    accept: str
    coding: str
    release_id: str
    body: str = ""
    language: str = ""


@dataclass(frozen=True)
class Facts:
    """The cache in numbers."""

    hits: int
    misses: int
    bytes: int
    entries: int


class Cache:
    """Holds ``most_bytes`` of responses, and drops first what was not asked for longest; thread-safe.

    One response takes an eighth of it at most.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._entries: OrderedDict[Key, Finished] = OrderedDict()
        self._bytes = self._hits = self._misses = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Finished | None:
        """The response to a request like this one."""
        with self._lock:
            for held in (key._replace(accept=_ANY), key):
                entry = self._entries.get(held)
                if entry is not None:
                    self._hits += 1
                    self._entries.move_to_end(held)
                    return entry
            self._misses += 1
            return None

    def put(self, key: Key, response: Finished) -> bool:
        """Keep a response, if it is whole, small, of the release of the key, and may be kept; says whether it was."""
        size = _size(key, response)
        if size > self._most_bytes // _LARGEST_SHARE or not may_keep(key, response):
            return False
        held = key if "accept" in _varies_by(response) else key._replace(accept=_ANY)
        with self._lock:
            self._drop(held)
            self._entries[held] = response
            self._bytes += size
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._entries)))
        return True

    def clear(self) -> None:
        """Drop everything: there is a new release."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    def facts(self) -> Facts:
        """The cache in numbers."""
        with self._lock:
            return Facts(self._hits, self._misses, self._bytes, len(self._entries))

    def _drop(self, key: Key) -> None:
        dropped = self._entries.pop(key, None)
        if dropped is not None:
            self._bytes -= _size(key, dropped)


def may_keep(key: Key, response: Finished) -> bool:
    """Whether a response is a whole 200 that says that it may be kept, and depends on nothing outside its key.

    The release of a key is the current one. One that the address pins is in the path, so that the key has it as well.
    """
    directives = {directive.strip() for directive in response.header("cache-control").lower().split(",")}
    return (
        response.status == 200
        and response.file is None
        and response.disk_path is None
        and "public" in directives
        and not directives & {"no-store", "no-cache", "private"}
        and _varies_by(response) <= _VARIES_BY
        and (response.header("fyp-current-release") or response.header("fyp-release")) in ("", key.release_id)
    )


def _varies_by(response: Finished) -> set[str]:
    """The headers that a response depends on, in lower case (RFC 9110, section 12.5.5)."""
    return {name.strip() for name in response.header("vary").lower().split(",")}


def _size(key: Key, response: Finished) -> int:
    """Bytes of an entry, about: its body, and what Python and the headers take."""
    return _ENTRY_BYTES + len(response.body) + sum(map(len, key))
