"""The requested range of a file (RFC 9110, section 14). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes\s*=\s*(\d*)\s*-\s*(\d*)", re.ASCII | re.IGNORECASE)
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
    first, last = match.groups()
    if not (first or last) or len(first) > _MOST_DIGITS or len(last) > _MOST_DIGITS:
        return None
    if not first:
        return Part(max(size - int(last), 0), size)
    if last and int(last) < int(first):
        return None
    return Part(int(first), min(int(last) + 1, size) if last else size)
