"""A queue in which clients take turns: a client with many requests delays each other client by one of them only."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Waiting entries, each of one client; not thread-safe.

    ``pop`` serves clients round-robin, and the entries of one client first come first served.
    """

    def __init__(self) -> None:
        self._first: deque[T] = deque()
        self._clients: OrderedDict[str, deque[T]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def push(self, client: str, entry: T, *, first: bool = False) -> None:
        """Add an entry; ``first`` puts it before those of all clients, behind others of its kind."""
        queue = self._first if first else self._clients.setdefault(client, deque())
        queue.append(entry)
        self._size += 1

    def pop(self) -> T:
        """Remove and return the next entry.

        Raises:
            LookupError: there is none.
        """
        if self._first:
            self._size -= 1
            return self._first.popleft()
        client, queue = next(iter(self._clients.items()), ("", None))
        if queue is None:
            raise LookupError("the queue is empty")
        entry = queue.popleft()
        self._size -= 1
        if queue:
            self._clients.move_to_end(client)
        else:
            del self._clients[client]
        return entry

    def remove(self, client: str, entry: T) -> None:
        """Remove an entry of a client.

        Raises:
            ValueError: it does not wait.
        """
        queue = self._clients.get(client)
        if queue is not None and entry in queue:
            queue.remove(entry)
            if not queue:
                del self._clients[client]
        else:
            self._first.remove(entry)
        self._size -= 1

    def pop_surplus(self, client: str) -> T | None:
        """Remove and return the newest entry of the client with most entries; None if ``client`` would then have most.

        It makes room in a full queue: who waits with few entries is not refused for the many of another.
        """
        if not self._clients:
            return None
        largest = max(self._clients, key=lambda each: len(self._clients[each]))
        if len(self._clients[largest]) <= len(self._clients.get(client, ())) + 1:
            return None
        self._size -= 1
        return self._clients[largest].pop()
