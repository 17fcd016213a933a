"""A publication: releases as plain files in a folder, for any number of readers to copy.

``current.json`` points to the listing of one release, ``<id>.json`` to that of each; listings and the files that they
name lie in ``files/`` under the SHA-256 of their bytes. So all but the pointers never changes, and each pointer is
replaced in one step.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kg.errors import CopyFailed

FORMAT = 1
POINTER_FILE = "current.json"
FILES_FOLDER = "files"
MOST_POINTER_BYTES = 2**16
MOST_LISTING_BYTES = 2**22

_MOST_FILES = 1_000
_SHOWN = 60
_ID = re.compile(r"[0-9a-f]{16}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# no way out of the folder, no hidden file, and never the store and the counts, which each reader makes itself
_NAME = re.compile(r"(?!(store|dumps|counts\.nq)$)(dumps/)?[a-zA-Z0-9][a-zA-Z0-9._-]{0,199}")


@dataclass(frozen=True)
class Blob:
    """Bytes by their SHA-256 in hexadecimal digits, which is also their name in ``files/``."""

    sha256: str
    bytes: int

    def __post_init__(self) -> None:
        """Raises ValueError or TypeError where it is not as it must be."""
        if not _SHA256.fullmatch(self.sha256):
            raise ValueError(f"{self.sha256!r} is no SHA-256")
        if type(self.bytes) is not int or self.bytes < 0:
            raise ValueError(f"{self.bytes!r} is no number of bytes")


@dataclass(frozen=True)
class Part:
    """A file of a release: its name in the release's folder, and its bytes."""

    name: str
    blob: Blob

    def __post_init__(self) -> None:
        """Raises ValueError or TypeError where the name leads elsewhere."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name[:_SHOWN]!r} is no name of a file of a release")


@dataclass(frozen=True)
class Pointer:
    """What a pointer says: the release, its listing, and the moment of its publication (ISO 8601, UTC)."""

    release_id: str
    listing: Blob
    published_at: str

    def to_json(self) -> bytes:
        """The pointer as JSON."""
        return _json({"format": FORMAT, **asdict(self)})


@dataclass(frozen=True)
class Listing:
    """All files of a release but its store; ``release_format`` is that of its manifest."""

    release_id: str
    release_format: int
    made_with: dict[str, str]
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """All files together, in bytes."""
        return sum(part.blob.bytes for part in self.parts)

    def to_json(self) -> bytes:
        """The listing as JSON, the same for the same files."""
        files = [{"name": part.name, **asdict(part.blob)} for part in self.parts]
        told = {"release_id": self.release_id, "release_format": self.release_format, "made_with": self.made_with}
        return _json({"format": FORMAT, **told, "files": files})


def read_pointer(body: bytes, where: str) -> Pointer:
    """Read a pointer.

    Raises:
        CopyFailed: it is none, or one of a later format.
    """
    fields = _fields(body, where, "pointer to a release")
    try:
        return Pointer(_release_id(fields), _blob(fields["listing"]), _text(fields["published_at"]))
    except (KeyError, ValueError, TypeError) as error:
        raise _not_as_it_must_be(where, "pointer to a release", error) from error


def read_listing(body: bytes, where: str) -> Listing:
    """Read a listing.

    Raises:
        CopyFailed: it is none, or one of a later format, or names a file that no release may have.
    """
    fields = _fields(body, where, "listing of a release")
    try:
        parts = tuple(Part(_text(one["name"]), _blob(one)) for one in fields["files"])
        made_with = {str(name): str(version) for name, version in fields["made_with"].items()}
        listing = Listing(_release_id(fields), int(fields["release_format"]), made_with, parts)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise _not_as_it_must_be(where, "listing of a release", error) from error
    if len({part.name for part in parts}) != len(parts) or len(parts) > _MOST_FILES:
        raise CopyFailed(f"{where} lists a file twice, or more than {_MOST_FILES} files. Have it published anew.")
    return listing


def _fields(body: bytes, where: str, what: str) -> Mapping[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        shown = body[:_SHOWN].decode("utf-8", "replace")
        raise CopyFailed(
            f"{where} is no {what}: it begins with {shown!r}. Name the folder that 'kg publish' wrote, or a pointer "
            "in it."
        ) from error
    if not isinstance(fields, dict):
        raise _not_as_it_must_be(where, what, TypeError("it is no object"))
    if fields.get("format", FORMAT) != FORMAT:
        raise CopyFailed(
            f"{where} is a {what} of format {fields['format']!r}, and this program reads {FORMAT}. Update this program."
        )
    return fields


def _release_id(fields: Mapping[str, Any]) -> str:
    found = _text(fields["release_id"])
    if not _ID.fullmatch(found):
        raise ValueError(f"{found!r} is no id of a release")
    return found


def _blob(fields: Mapping[str, Any]) -> Blob:
    return Blob(_text(fields["sha256"]), fields["bytes"])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _not_as_it_must_be(where: str, what: str, error: Exception) -> CopyFailed:
    told = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return CopyFailed(f"{where} is not as a {what} must be: {told[:200]}. Have it published anew.")


def _json(fields: Mapping[str, object]) -> bytes:
    return (json.dumps(fields, indent=1, sort_keys=True) + "\n").encode("utf-8")
