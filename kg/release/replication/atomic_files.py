"""Immutable files, written atomically: known by their hash, hard-linked instead of copied, renamed last."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def link(path: Path, place: Path) -> None:
    """Link a file (hard link), or copy it if the file system has no hard links; sync it to disk.

    Raises:
        OSError: the place cannot be written.
    """
    try:
        # a link is safe, since files of releases are replaced and never written to again (decision 0026)
        place.hardlink_to(path)
    except OSError:
        # another file system, or one without hard links; any other error comes again with the copy
        shutil.copyfile(path, place)
    to_disk(place)


def write_whole(place: Path, body: bytes) -> None:
    """Write a file atomically: readers see the old content or the new one.

    Raises:
        OSError: the place cannot be written.
    """
    draft = draft_of(place)
    draft.write_bytes(body)
    # the bytes must be on the disk before the name: a power cut could otherwise leave an empty file
    to_disk(draft)
    draft.replace(place)


def draft_of(place: Path) -> Path:
    """Return the temporary path that this process uses for a file."""
    # the leading dot hides the draft, and its ending keeps it out of searches for `*.json`
    return place.with_name(f".{place.name}-{os.getpid()}")


def to_disk(path: Path) -> None:
    """Wait until the bytes of a file, or the names in a folder, have reached the disk.

    A power cut must not leave a name without its bytes.
    """
    # a folder can be opened only for reading, which is enough for fsync
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
