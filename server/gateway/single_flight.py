"""Single flight: equal requests at the same time share one call and its result."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# granian's watch for disconnects costs more than most queries, so it starts only for those that take longer
_SOON_SECONDS = 0.05


@dataclass
class SharedCall(Generic[T]):
    """A running call, the function that cancels it, and the number of its waiting requests."""

    work: asyncio.Future[T]
    cancel: Callable[[], None]
    askers: int = 0


class SingleFlight(Generic[T]):
    """The running calls by key; for one event loop."""

    def __init__(self) -> None:
        self._calls: dict[Hashable, SharedCall[T]] = {}

    async def ask(
        self, key: Hashable, begin: Callable[[], SharedCall[T]], leaving: Callable[[], Awaitable[object]]
    ) -> T | None:
        """Return the result of the call with this key, begun now if it is not running; None if the client left.

        ``leaving`` waits until the client disconnects. That costs more than most calls, so it starts only after a
        moment. The call is cancelled when the last of its requests has left.
        """
        call = self._calls.get(key)
        if call is None:
            call = self._calls[key] = begin()
            call.work.add_done_callback(lambda _: self._forget(key, call))
        call.askers += 1
        try:
            # the call is not awaited itself: a cancelled request would cancel the work that others wait for
            await _either(call.work, leaving)
        finally:
            call.askers -= 1
            if not call.askers and not call.work.done():
                # forgotten before it is cancelled, so that an equal request begins a new call
                self._forget(key, call)
                call.cancel()
        return call.work.result() if call.work.done() else None

    def _forget(self, key: Hashable, call: SharedCall[T]) -> None:
        # a newer call may have the key by now, as this one was forgotten before it ended
        if self._calls.get(key) is call:
            del self._calls[key]


async def _either(work: asyncio.Future[Any], leaving: Callable[[], Awaitable[object]]) -> None:
    """Wait until the call ends or the client leaves."""
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
        # a long call would otherwise collect the callbacks of all requests that have left
        work.remove_done_callback(end)
        for task in watching:
            task.remove_done_callback(end)
            task.cancel()
