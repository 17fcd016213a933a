"""The client limit of an engine: counts the questions of each client, and reports how each one ended."""

from __future__ import annotations

import threading
import time
from collections import Counter

from kg.core.errors import ClientBusy, KgError
from kg.core.messages import Message
from kg.engine.cancellation import CancellationToken
from kg.engine.observer import Observer


class ClientLimit:
    """Lets ``most`` questions of one client through at once; thread-safe."""

    def __init__(self, most: int, observer: Observer) -> None:
        self._most, self._observer = most, observer
        self._per_client: Counter[str] = Counter()
        self._lock = threading.Lock()

    def passed(self, cancellation: CancellationToken) -> Admission:
        """Return the block in which a question is answered."""
        return Admission(self, cancellation)

    def enter(self, cancellation: CancellationToken) -> None:
        """Count a question of its client.

        Raises:
            ClientBusy: the client has too many questions at once.
        """
        with self._lock:
            if cancellation.client and self._per_client[cancellation.client] >= self._most:
                raise ClientBusy(
                    Message(
                        "You ask more than %(most)s questions at once; let one end before the next.", most=self._most
                    )
                )
            self._per_client[cancellation.client] += 1

    def leave(self, cancellation: CancellationToken) -> None:
        """Stop counting a question."""
        with self._lock:
            self._per_client[cancellation.client] -= 1
            if not self._per_client[cancellation.client]:
                del self._per_client[cancellation.client]

    def note(self, cancellation: CancellationToken, outcome: str, seconds: float) -> None:
        """Report how a question ended."""
        self._observer.question_ended(outcome, cancellation.queue_name, seconds)


class Admission:
    """A block in which a question is answered; a task or a thread may enter it.

    Raises:
        ClientBusy: the client has too many questions at once.
    """

    def __init__(self, client_limit: ClientLimit, cancellation: CancellationToken) -> None:
        self._client_limit, self._cancellation = client_limit, cancellation
        self._began = time.monotonic()

    def __enter__(self) -> None:
        """Count the question, or refuse it."""
        try:
            self._client_limit.enter(self._cancellation)
        except ClientBusy as error:
            self._note(type(error))
            raise

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Stop counting the question, and report how it ended."""
        self._client_limit.leave(self._cancellation)
        self._note(kind)

    def _note(self, kind: type[BaseException] | None) -> None:
        outcome = kind.__name__ if kind is not None and issubclass(kind, KgError) else "ok"
        self._client_limit.note(self._cancellation, outcome, time.monotonic() - self._began)
