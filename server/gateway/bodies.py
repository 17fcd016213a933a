"""Bodies of requests: how large each address takes them; a larger one is refused before it is read into memory."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Any

from kg.core.errors import BatchTooLarge, KgError, QueryTooLarge
from kg.core.messages import Message
from kg.core.settings import Settings
from server.core.sparql_protocol.protocol import QUERY_TYPE

LARGEST_BATCH = 256 * 1024
"""Bytes of a body that lists names or IRIs, as a form."""

_SHORT = 16 * 1024
_MOST_DISCARDED, _DISCARD_SECONDS = 8 * 2**20, 1.0
# the same addresses below a release that they pin
_BATCHES = re.compile(r"(?:/release/[^/]+)?/(?:reconcile|labels)(?:/.*)?", re.DOTALL)


def most_bytes(path: str, content_type: str, settings: Settings) -> int:
    """Return the bytes that the body of a request may have.

    Percent-encoding makes a text up to three times longer, and fields come along.
    """
    most = settings.max_question_bytes * (1 if content_type.startswith(QUERY_TYPE) else 4)
    return min(most, LARGEST_BATCH) if _BATCHES.fullmatch(path) else most


def states_short_body(content_length: str) -> bool:
    """Return True if a Content-Length header promises a body that takes little memory."""
    return content_length.isdecimal() and int(content_length) <= _SHORT


def too_large_body(path: str, most: int) -> KgError:
    """Return the error about a body of more bytes than that."""
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
    """Return the body of a request, or raise ``error`` when it passes ``most`` bytes."""
    held = bytearray()
    async for chunk in protocol:
        held += chunk
        if len(held) > most:
            raise error
    return bytes(held)


async def discard(protocol: Any) -> None:
    """Read a body that is refused and drop it, for a moment: a client that is still sending sees no response."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_DISCARD_SECONDS):
            size = 0
            async for chunk in protocol:
                size += len(chunk)
                if size > _MOST_DISCARDED:
                    return
