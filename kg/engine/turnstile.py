"""The turnstile before an engine: counts the questions of each client, and tells the observer how each one ended."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from kg.engine.observer import Observer
from kg.engine.ticket import Ticket
from kg.errors import ClientBusy, KgError


class Turnstile:
    """Lets ``most`` questions of one client through at once; thread-safe."""

    def __init__(self, most: int, observer: Observer) -> None:
        self._most, self._observer = most, observer
        self._per_client: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def passed(self, ticket: Ticket) -> Iterator[None]:
        """While a question is answered.

        Raises:
            ClientBusy: its asker has too many questions at once.
        """
        with self._observed(ticket), self._counted(ticket):
            yield

    @contextmanager
    def _observed(self, ticket: Ticket) -> Iterator[None]:
        began, outcome = time.monotonic(), "ok"
        try:
            yield
        except KgError as error:
            outcome = type(error).__name__
            raise
        finally:
            self._observer.question_ended(outcome, ticket.lane, time.monotonic() - began)

    @contextmanager
    def _counted(self, ticket: Ticket) -> Iterator[None]:
        with self._lock:
            if ticket.client and self._per_client[ticket.client] >= self._most:
                raise ClientBusy(f"You ask more than {self._most} questions at once; let one end before the next.")
            self._per_client[ticket.client] += 1
        try:
            yield
        finally:
            with self._lock:
                self._per_client[ticket.client] -= 1
                if not self._per_client[ticket.client]:
                    del self._per_client[ticket.client]
