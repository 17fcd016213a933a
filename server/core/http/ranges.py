"""Ranges: which part of a file a client asks for (RFC 9110, section 14). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes\s*=\s*(\d*)\s*-\s*(\d*)", re.ASCII | re.IGNORECASE)
_MOST_DIGITS = 18


@dataclass(frozen=True)
class Part:
    """The bytes of a file from ``start`` to before ``stop``; an empty part is one that the file does not have."""

    start: int
    stop: int

    @property
    def bytes(self) -> int:
        """How many they are."""
        return max(self.stop - self.start, 0)

    def content_range(self, size: int) -> str:
        """The header that says which part of how much this is (section 14.4)."""
        return f"bytes {self.start}-{self.stop - 1}/{size}" if self.bytes else f"bytes */{size}"


def part_of(size: int, wanted: str, if_range: str = "", tag: str = "") -> Part | None:
    """The part of a file that a Range header asks for; None for the whole file.

    It is the whole where the header asks for several parts or cannot be read, and where ``if_range`` is not the strong
    entity tag of the file (section 13.1.5): the client then has a part of another one.
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
