"""Single flight: of many who ask the same at once, one asks and the others wait for the same answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_SOON_SECONDS = 0.05


@dataclass
class SharedCall(Generic[T]):
    """Work on the way, what cancels it, and how many wait for it."""

    work: asyncio.Future[T]
    cancel: Callable[[], None]
    askers: int = 0


class SingleFlight(Generic[T]):
    """The work on the way, by what was asked; for one event loop."""

    def __init__(self) -> None:
        self._flying: dict[Hashable, SharedCall[T]] = {}

    async def ask(
        self, key: Hashable, begin: Callable[[], SharedCall[T]], leaving: Callable[[], Awaitable[object]]
    ) -> T | None:
        """The outcome of the work, begun now if nobody else has; None when the asker left before.

        ``leaving`` begins to watch for that, which costs more than most work, and is not done for what ends soon. The
        work is cancelled when the last of its askers has left.
        """
        flight = self._flying.get(key)
        if flight is None:
            flight = self._flying[key] = begin()
            flight.work.add_done_callback(lambda _: self._forget(key, flight))
        flight.askers += 1
        try:
            await _either(flight.work, leaving)
        finally:
            flight.askers -= 1
            if not flight.askers and not flight.work.done():
                self._forget(key, flight)
                flight.cancel()
        return flight.work.result() if flight.work.done() else None

    def _forget(self, key: Hashable, flight: SharedCall[T]) -> None:
        if self._flying.get(key) is flight:
            del self._flying[key]


async def _either(work: asyncio.Future[Any], leaving: Callable[[], Awaitable[object]]) -> None:
    """Wait until the work ends, or somebody leaves."""
    loop = asyncio.get_running_loop()
    either: asyncio.Future[None] = loop.create_future()
    watching: list[asyncio.Future[object]] = []

    def end(_: asyncio.Future[Any]) -> None:
        if not either.done():
            either.set_result(None)

    def watch() -> None:
        watching.append(asyncio.ensure_future(leaving()))
        watching[0].add_done_callback(end)

    work.add_done_callback(end)
    timer = loop.call_later(_SOON_SECONDS, watch)
    try:
        await either
    finally:
        timer.cancel()
        work.remove_done_callback(end)
        for task in watching:
            task.remove_done_callback(end)
            task.cancel()
