"""Single flight: of many who ask the same at once, one asks and the others wait for the same answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass
class Flight(Generic[T]):
    """Work on the way, what cancels it, and how many wait for it."""

    work: asyncio.Future[T]
    cancel: Callable[[], None]
    askers: int = 0


class Flights(Generic[T]):
    """The work on the way, by what was asked; for one event loop."""

    def __init__(self) -> None:
        self._flying: dict[Hashable, Flight[T]] = {}

    async def ask(self, key: Hashable, begin: Callable[[], Flight[T]], gone: asyncio.Future[Any]) -> T | None:
        """The outcome of the work, begun now if nobody else has; None when ``gone`` came first.

        The work is cancelled when the last of its askers is gone.
        """
        flight = self._flying.get(key)
        if flight is None:
            flight = self._flying[key] = begin()
            flight.work.add_done_callback(lambda _: self._forget(key, flight))
        flight.askers += 1
        either: set[asyncio.Future[Any]] = {flight.work, gone}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            flight.askers -= 1
            if not flight.askers and not flight.work.done():
                self._forget(key, flight)
                flight.cancel()
        return flight.work.result() if flight.work.done() else None

    def _forget(self, key: Hashable, flight: Flight[T]) -> None:
        if self._flying.get(key) is flight:
            del self._flying[key]
