"""Bodies of requests: the size limit of each address. A larger body is refused before it is read into memory."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Any

from kg.core.errors import BatchTooLarge, KgError, Message, QueryTooLarge
from kg.core.settings import Settings
from server.core.sparql_protocol.protocol import QUERY_TYPE

LARGEST_BATCH = 256 * 1024
"""The most bytes of a form that lists names or IRIs."""

# a body of this size costs so little memory that it arrives before its request counts for the client
_SHORT = 16 * 1024
# beyond either of these limits the refusal is sent while the client still sends
_MOST_DISCARDED, _DISCARD_SECONDS = 8 * 2**20, 1.0
# also below a pinned release
_BATCHES = re.compile(r"(?:/release/[^/]+)?/(?:reconcile|labels)(?:/.*)?", re.DOTALL)


def most_bytes(path: str, content_type: str, settings: Settings) -> int:
    """Return the most bytes that the body of a request may have.

    The limit is four times that of a query, because percent-encoding takes up to three bytes, and other fields follow.
    """
    most = settings.max_question_bytes * (1 if content_type.startswith(QUERY_TYPE) else 4)
    return min(most, LARGEST_BATCH) if _BATCHES.fullmatch(path) else most


def states_short_body(content_length: str) -> bool:
    """Return True if a Content-Length header promises a short body."""
    return content_length.isdecimal() and int(content_length) <= _SHORT


def too_large_body(path: str, most: int) -> KgError:
    """Return the error about a body of more than ``most`` bytes."""
    if _BATCHES.fullmatch(path):
        return BatchTooLarge(
            Message("The body is longer than %(most)s bytes: send fewer rows or names at once.", most=most)
        )
    return QueryTooLarge(
        Message(
            "The body is longer than %(most)s bytes: shorten the query, or download the data and query it locally.",
            most=most,
        )
    )


async def read_body(protocol: Any, most: int, error: KgError) -> bytes:
    """Return the body of a request, or raise ``error`` if it has more than ``most`` bytes."""
    held = bytearray()
    async for chunk in protocol:
        # the stated length may be missing or false, so the bytes are counted while they arrive
        held += chunk
        if len(held) > most:
            raise error
    return bytes(held)


async def discard(protocol: Any) -> None:
    """Discard a refused body for up to a second, because a client may not read the response while it sends."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_DISCARD_SECONDS):
            size = 0
            async for chunk in protocol:
                size += len(chunk)
                if size > _MOST_DISCARDED:
                    return
