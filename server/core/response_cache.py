"""The cache of finished responses, before Flask. Its entries are compressed, as they are sent."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

from server.core.wsgi import Finished

# parts of the key, or headers that a request with a key does not have; a response that varies by more is not kept
_VARIES_BY = frozenset(["accept", "accept-encoding", "accept-language", "accept-datetime", ""])
_ANY = "\n"  # replaces Accept for a response that does not depend on it; no header contains it
# a larger response would evict too many others
_LARGEST_SHARE = 8
_ENTRY_BYTES = 1024


class Key(NamedTuple):
    """Everything that a response depends on.

    - ``body``: empty, or a hash of the body and its type.
    - ``language``: one of the languages of the service.
    """

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
    """The numbers of the cache for the metrics."""

    hits: int
    misses: int
    bytes: int
    entries: int


class Cache:
    """A thread-safe LRU cache of up to ``most_bytes`` of responses.

    One response takes at most an eighth of it.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._entries: OrderedDict[Key, Finished] = OrderedDict()
        self._bytes = self._hits = self._misses = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Finished | None:
        """Return the cached response for a key, or None."""
        with self._lock:
            # An entry is stored under one of two keys, depending on its Vary header. The request cannot know which, so
            # both are tried; the shared one answers more requests.
            for held in (key._replace(accept=_ANY), key):
                entry = self._entries.get(held)
                if entry is not None:
                    self._hits += 1
                    self._entries.move_to_end(held)
                    return entry
            self._misses += 1
            return None

    def put(self, key: Key, response: Finished) -> bool:
        """Store a response and return True, if ``may_keep`` allows it and it is small enough."""
        size = _size(key, response)
        if size > self._most_bytes // _LARGEST_SHARE or not may_keep(key, response):
            return False
        held = key if "accept" in _varies_by(response) else key._replace(accept=_ANY)
        with self._lock:
            # an equal entry would otherwise be counted twice
            self._drop(held)
            self._entries[held] = response
            self._bytes += size
            while self._bytes > self._most_bytes:
                # get() moves each entry that it finds to the end, so the first has been unused for the longest time
                self._drop(next(iter(self._entries)))
        return True

    def clear(self) -> None:
        """Drop all entries, because a new release is current."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    def facts(self) -> Facts:
        """Return the numbers of the cache."""
        with self._lock:
            return Facts(self._hits, self._misses, self._bytes, len(self._entries))

    def _drop(self, key: Key) -> None:
        dropped = self._entries.pop(key, None)
        if dropped is not None:
            self._bytes -= _size(key, dropped)


def may_keep(key: Key, response: Finished) -> bool:
    """Return True for a complete 200 that is public and depends on nothing outside its key.

    The release of a key is the current one. A pinned release is part of the path, so the key has it as well.
    """
    # A file is closed after it was sent, so it cannot answer twice. The release is compared because a new one may
    # arrive between the key and the answer.
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
    """Return the headers that a response varies by, in lower case (RFC 9110, section 12.5.5)."""
    return {name.strip() for name in response.header("vary").lower().split(",")}


def _size(key: Key, response: Finished) -> int:
    """Return the approximate bytes of an entry, with its headers and the overhead of Python."""
    return _ENTRY_BYTES + len(response.body) + sum(map(len, key))
