"""Damage that tests do: flipped bits, changed labels, full disks."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg.release import STORE_FOLDER, Release


def flip(path: Path, at: float = 0.5) -> None:
    """Change one bit of a file at a part of its length; its size stays."""
    body = bytearray(path.read_bytes())
    body[int(len(body) * at)] ^= 1
    path.write_bytes(body)


def flip_blocks(release: Release) -> list[str]:
    """Change a bit in a block of data of each larger file of the store, and give their names."""
    tables = [path for path in (release.folder / STORE_FOLDER).glob("*.sst") if path.stat().st_size > 3_000]
    for path in tables:
        flip(path, 0.1)
    return sorted(f"{STORE_FOLDER}/{path.name}" for path in tables)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a file system of so many bytes on a new folder; skips where that is not allowed."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except OSError:
        pytest.skip("needs the command mount")
    if done.returncode:
        pytest.skip("needs the right to mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
