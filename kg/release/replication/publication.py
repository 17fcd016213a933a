"""A publication: releases as plain files in a folder, for any number of readers to copy.

``current.json`` is the pointer to one release, ``<id>.json`` that to each. A pointer lists all files of its release,
which are in ``files/`` under the SHA-256 of their bytes. So is the signature of a pointer, with the ending
``.minisig``. All files but the pointers never change, and each pointer is replaced in one step.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kg.core.errors import CopyFailed
from kg.release import MANIFEST_FILE, QUADS_FILE, SELF_TEST_FILE

FORMAT = 2
POINTER_FILE = "current.json"
FILES_FOLDER = "files"
SIGNATURE_ENDING = ".minisig"
# a pointer is read into memory, and its server may be hostile
MOST_POINTER_BYTES = 2**20
# the expiry limits how long a server can hold back a new release (decision 0036)
MOST_DAYS = 366

_MOST_FILES = 1_000
_MOST_FILE_BYTES = 2**50
_MOST_SEQUENCE = 2**53 - 1  # larger integers are not exact in every JSON parser
_SHOWN = 60
_ID = re.compile(r"[0-9a-f]{16}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# No path out of the folder, no hidden file, and nothing that a reader builds: store, counts, search index, list.
_NAME = re.compile(
    rf"{re.escape(MANIFEST_FILE)}|{re.escape(QUADS_FILE)}|{re.escape(SELF_TEST_FILE)}|dumps/[a-zA-Z0-9][a-zA-Z0-9._-]{{0,199}}"
)
_FIELDS = frozenset(
    (
        *("format", "release_id", "release_format", "made_with", "files"),
        *("sequence", "released", "rolls_back", "published_at", "expires_at"),
    )
)


class OlderFormat(CopyFailed):
    """A pointer was written by an older program, without expiry."""


@dataclass(frozen=True)
class Blob:
    """Bytes by their SHA-256 in hexadecimal digits, which is also their name in ``files/``."""

    sha256: str
    bytes: int

    def __post_init__(self) -> None:
        """Check the fields; raises ValueError or TypeError."""
        if not _SHA256.fullmatch(self.sha256):
            raise ValueError(f"{self.sha256!r} is no SHA-256")
        _whole(self.bytes, 0, _MOST_FILE_BYTES)


@dataclass(frozen=True)
class Part:
    """A file of a release: its name in the release's folder, and its bytes."""

    name: str
    blob: Blob

    def __post_init__(self) -> None:
        """Check that the name stays inside the folder; raises ValueError or TypeError."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name[:_SHOWN]!r} is no name of a file of a release")


@dataclass(frozen=True)
class Pointer:
    """The content of a pointer, which its signature covers.

    Each new pointer of a publication has a higher ``sequence``. ``released`` is the sequence of the first pointer to
    this release, so it orders releases. ``rolls_back`` says that an older release is meant to be current again. The
    times are in UTC. ``release_format`` is that of the manifest.
    """

    release_id: str
    release_format: int
    made_with: Mapping[str, str]
    parts: tuple[Part, ...]
    sequence: int
    released: int
    published_at: datetime.datetime
    expires_at: datetime.datetime
    rolls_back: bool = False

    def __post_init__(self) -> None:
        """Check the fields; raises ValueError or TypeError."""
        if not _ID.fullmatch(self.release_id):
            raise ValueError(f"{self.release_id!r} is no id of a release")
        # the signature covers the pointer, but the limits hold also for readers without a key
        if not self.parts or len(self.parts) > _MOST_FILES:
            raise ValueError(f"it lists no file, or more than {_MOST_FILES} files")
        if len({part.name for part in self.parts}) != len(self.parts):
            raise ValueError("it lists a file twice")
        _whole(self.release_format, 0, 10**6)
        _whole(self.sequence, 1, _MOST_SEQUENCE)
        _whole(self.released, 1, self.sequence)
        if not datetime.timedelta(0) < self.expires_at - self.published_at <= datetime.timedelta(MOST_DAYS):
            raise ValueError(f"it is valid for no time, or for more than {MOST_DAYS} days")

    @property
    def size(self) -> int:
        """Return the size of all files in bytes."""
        return sum(part.blob.bytes for part in self.parts)

    def blob(self, name: str) -> Blob | None:
        """Return the bytes of a file of the release, or None if it has none of that name."""
        return next((part.blob for part in self.parts if part.name == name), None)

    def to_json(self) -> bytes:
        """Return the pointer as JSON."""
        times = {name: getattr(self, name).isoformat(timespec="seconds") for name in ("published_at", "expires_at")}
        fields = {
            "format": FORMAT,
            "release_id": self.release_id,
            "release_format": self.release_format,
            "made_with": dict(self.made_with),
            "files": [{"name": part.name, **asdict(part.blob)} for part in self.parts],
            "sequence": self.sequence,
            "released": self.released,
            "rolls_back": self.rolls_back,
            **times,
        }
        return (json.dumps(fields, indent=1, sort_keys=True) + "\n").encode("utf-8")


def read_pointer(body: bytes, where: str) -> Pointer:
    """Read a pointer; ``where`` is its address, for messages.

    Raises:
        CopyFailed: it is none, or one of another format, or names a file that no release may have.
    """
    fields = _read_fields(body, where)
    try:
        _check_all_known(fields)
        return Pointer(
            release_id=_text(fields["release_id"]),
            release_format=fields["release_format"],
            made_with={_text(name): _text(version) for name, version in fields["made_with"].items()},
            parts=tuple(_part(entry) for entry in fields["files"]),
            sequence=fields["sequence"],
            released=fields["released"],
            published_at=_time(fields["published_at"]),
            expires_at=_time(fields["expires_at"]),
            rolls_back=_flag(fields["rolls_back"]),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise _malformed(where, error) from error


def _check_all_known(fields: Mapping[str, Any]) -> None:
    """Raise ValueError for an unknown field: it could restrict the meaning of the others."""
    unknown = sorted(fields.keys() - _FIELDS)
    if unknown:
        raise ValueError(f"it has an unknown field {unknown[0][:_SHOWN]!r}")


def signature_name(body: bytes) -> str:
    """Return the name in ``files/`` of the signature of a pointer."""
    return hashlib.sha256(body).hexdigest() + SIGNATURE_ENDING


def _read_fields(body: bytes, where: str) -> Mapping[str, Any]:
    try:
        fields = json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        start = body[:_SHOWN].decode("utf-8", "replace")
        raise CopyFailed(
            f"{where} is no pointer to a release: it begins with {start!r}. Name the folder that 'kg publish' wrote, "
            "or a pointer in it."
        ) from error
    if not isinstance(fields, dict):
        raise _malformed(where, TypeError("it is no object"))
    if fields.get("format") == 1:
        raise OlderFormat(
            f"{where} was published by an older program, without expiry and signature. Publish the release again with "
            "this program, 'kg publish --key'."
        )
    if fields.get("format") != FORMAT:
        raise CopyFailed(
            f"{where} is a pointer of format {str(fields.get('format'))[:_SHOWN]!r}, and this program reads {FORMAT}. "
            "Update this program."
        )
    return fields


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the fields of an object; a repeated field is an error, since another reader might take the other value."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field comes twice")
    return fields


def _part(fields: Mapping[str, Any]) -> Part:
    if fields.keys() != {"name", "sha256", "bytes"}:
        raise ValueError("a file has other fields than name, sha256 and bytes")
    return Part(_text(fields["name"]), Blob(_text(fields["sha256"]), fields["bytes"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:_SHOWN]!r} is no text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{str(value)[:_SHOWN]!r} is neither true nor false")
    return value


def _whole(value: object, least: int, most: int) -> None:
    """Raise ValueError unless the value is an integer in the range."""
    # `isinstance` would accept True and False, which are integers in Python
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{str(value)[:_SHOWN]!r} is no whole number from {least} to {most}")


def _time(value: object) -> datetime.datetime:
    # a time without a zone has no offset and is refused too
    moment = datetime.datetime.fromisoformat(_text(value))
    if moment.utcoffset() != datetime.timedelta(0):
        raise ValueError(f"{str(value)[:_SHOWN]!r} is no time in UTC")
    return moment.astimezone(datetime.UTC)


def _malformed(where: str, error: Exception) -> CopyFailed:
    reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return CopyFailed(f"{where} is not as a pointer must be: {reason[:200]}. Have it published anew.")
