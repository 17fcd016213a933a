"""N-Quads: the canonical quads as they are, so that their SHA-256 is the one that names the release."""

from __future__ import annotations

import shutil
from typing import IO

from kg.release.dump.source import Source


def write(source: Source, out: IO[bytes]) -> None:
    """Write the release as N-Quads."""
    with source.path.open("rb") as file:
        shutil.copyfileobj(file, out)
