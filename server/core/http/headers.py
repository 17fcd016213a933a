"""Headers of every response: CORS, the content security policy, and ranges of bytes (RFC 9110, section 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, request

_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; "
)
# A browser shows a picture in a document of its own with inline style. An SVG is a document that may hold scripts, so
# it keeps the policy of pages.
_PICTURE = "image/png"
_POLICY_OF_PICTURES = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none'; base-uri 'none'; "
)
_KEEP_OUT_OF_FRAMES, _LET_INTO_FRAMES = "frame-ancestors 'none'", "frame-ancestors *"

# views for a frame of another site
FRAMED = frozenset({"canned.embed", "reconcile.preview"})

_EXPOSED = (
    "Accept-Query, Accept-Ranges, Allow, Content-Disposition, Content-Encoding, Content-Length, Content-Location, "
    "Content-Range, ETag, FYP-Current-Release, FYP-Federation, FYP-Release, Link, Location, Memento-Datetime, "
    "Retry-After, Vary"
)
# Refused methods are included: the script can then read the reason, which a failed preflight would hide.
_METHODS = "GET, HEAD, POST, QUERY, OPTIONS, PUT, PATCH, DELETE"
# browsers remember the answer to a preflight for this time at most; some have a lower limit of their own
_DAY_SECONDS = 86_400


def register(app: Flask) -> None:
    """Add the headers to every response, errors included, and answer preflight requests."""
    app.before_request(_preflight)
    app.after_request(_add)


def _preflight() -> Response | None:
    """Return a 204 for a preflight of any method and path, else None (Fetch Standard, section 3.3.2)."""
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
        return None
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = _METHODS
    asked = request.headers.get("Access-Control-Request-Headers")
    response.headers["Access-Control-Allow-Headers"] = asked or "Accept, Content-Type, If-None-Match"
    response.headers["Access-Control-Max-Age"] = str(_DAY_SECONDS)
    response.headers["Vary"] = "Access-Control-Request-Headers"
    return response


def _add(response: Response) -> Response:
    is_picture, is_framed = response.mimetype == _PICTURE, request.endpoint in FRAMED
    response.headers.update(common_headers(response.status_code, is_picture=is_picture, is_framed=is_framed))
    return response


def common_headers(status: int, *, is_picture: bool = False, is_framed: bool = False) -> list[tuple[str, str]]:
    """Return the common headers for a status and kind of content."""
    headers = [
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", _EXPOSED),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
    ]
    if status != HTTPStatus.NOT_MODIFIED:  # the browser keeps the policy of its copy (RFC 9111, section 3.2)
        policy = _POLICY_OF_PICTURES if is_picture else _POLICY
        headers.append(("content-security-policy", policy + (_LET_INTO_FRAMES if is_framed else _KEEP_OUT_OF_FRAMES)))
    return headers


_RANGE = re.compile(r"bytes\s*=\s*(\d*)\s*-\s*(\d*)", re.ASCII | re.IGNORECASE)
# 18 digits always fit into an offset of 64 bits
_MOST_DIGITS = 18


@dataclass(frozen=True)
class Part:
    """The bytes of a file from ``start`` to before ``stop``. An empty part lies outside of the file."""

    start: int
    stop: int

    @property
    def bytes(self) -> int:
        """The number of bytes."""
        return max(self.stop - self.start, 0)

    def content_range(self, size: int) -> str:
        """Return the Content-Range header (section 14.4)."""
        return f"bytes {self.start}-{self.stop - 1}/{size}" if self.bytes else f"bytes */{size}"


def part_of(size: int, wanted: str, if_range: str = "", tag: str = "") -> Part | None:
    """Return the part of a file that a Range header asks for; None for the whole file.

    The result is None for several parts, and for an invalid header. It is also None if ``if_range`` is not the strong
    entity tag of this file: the client has a part of another version (section 13.1.5).
    """
    match = _RANGE.fullmatch(wanted.strip())
    if match is None or (if_range.strip() and (if_range.strip() != tag or tag.startswith("W/"))):
        return None
    # Three forms (RFC 9110, section 14.1.2): ``2-5``, ``2-`` from a place to the end, and ``-5`` for the last bytes. A
    # last place before the first makes the header invalid, which is ignored; a place after the end is a 416.
    first, last = match.groups()
    if not (first or last) or len(first) > _MOST_DIGITS or len(last) > _MOST_DIGITS:
        return None
    if not first:
        return Part(max(size - int(last), 0), size)
    if last and int(last) < int(first):
        return None
    return Part(int(first), min(int(last) + 1, size) if last else size)
