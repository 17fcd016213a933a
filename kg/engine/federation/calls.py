"""All calls of a question at once, each within its time, and ended when the asker goes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from kg.core.errors import FederationFailed, FederationTooSlow, QueryRefused, QuestionCancelled
from kg.core.messages import Message
from kg.engine.cancellation import CancellationToken
from kg.engine.federation import Call
from kg.engine.federation.rows import NOTHING, read_rows

if TYPE_CHECKING:  # httpx2 takes a quarter of a second, which only those pay who call others
    from kg.engine.federation.fetch import Fetcher


def call_all(fetcher: Fetcher, calls: Sequence[Call], cancellation: CancellationToken) -> list[str]:
    """Make all calls side by side, and give a VALUES block for each; what failed is told in the call.

    Raises:
        QuestionCancelled: the asker has gone.
    """
    return asyncio.run(_together(fetcher, calls, cancellation))


async def _together(fetcher: Fetcher, calls: Sequence[Call], cancellation: CancellationToken) -> list[str]:
    loop = asyncio.get_running_loop()
    work = asyncio.gather(*(_one(fetcher, call) for call in calls))

    def stop() -> None:
        with suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(work.cancel)

    cancellation.attach(stop)
    try:
        return await work
    except asyncio.CancelledError as error:
        raise QuestionCancelled(Message("The client is gone.")) from error
    finally:
        cancellation.attach(None)


async def _one(fetcher: Fetcher, call: Call) -> str:
    begin = time.monotonic()
    try:
        async with asyncio.timeout(fetcher.limits.seconds):
            body = await fetcher.fetch(call)
        block, call.rows = read_rows(body, fetcher.limits.rows)
    except TimeoutError:
        call.failure = FederationTooSlow(
            Message("the endpoint took longer than %(seconds)s seconds.", seconds=f"{fetcher.limits.seconds:g}")
        )
    except (FederationFailed, QueryRefused) as error:
        call.failure = error
    else:
        return block
    finally:
        call.milliseconds = round(1000 * (time.monotonic() - begin))
    return NOTHING
