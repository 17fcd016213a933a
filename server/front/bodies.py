"""The largest body that each address takes; a larger one is refused before it is read into memory."""

from __future__ import annotations

import re

from kg.errors import BatchTooLarge, KgError, QueryTooLarge
from kg.settings import Settings
from server.asking.protocol import QUERY_TYPE

LARGEST_BATCH = 256 * 1024
"""Bytes of a body that lists names or IRIs, as a form."""

_SHORT = 16 * 1024
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
        return BatchTooLarge(f"The body is longer than {most} bytes: send fewer rows or names at once.")
    return QueryTooLarge(f"The body is longer than {most} bytes: shorten the query, or take a dump and ask it at home.")
