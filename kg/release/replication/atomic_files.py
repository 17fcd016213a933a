"""Files that never change, put into their place whole: known by their hash, linked rather than copied, moved last."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def link(path: Path, place: Path) -> None:
    """Give a file a second name, or copy it where the file system has no second names; either reaches the disk.

    Raises:
        OSError: the place cannot be written.
    """
    try:
        place.hardlink_to(path)
    except OSError:
        shutil.copyfile(path, place)
    to_disk(place)


def write_whole(place: Path, body: bytes) -> None:
    """Write a file so that whoever opens it sees all of what was there before, or all of this.

    Raises:
        OSError: the place cannot be written.
    """
    draft = draft_of(place)
    draft.write_bytes(body)
    to_disk(draft)
    draft.replace(place)


def draft_of(place: Path) -> Path:
    """Where this process writes what is to go to a place."""
    return place.with_name(f".{place.name}-{os.getpid()}")


def to_disk(path: Path) -> None:
    """Wait until the bytes of a file, or the names in a folder, have reached the disk.

    A power cut must not leave a name without its bytes.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
