"""TriG: one block for each named graph."""

from __future__ import annotations

from typing import IO

from pyoxigraph import RdfFormat

from kg.core.turtle import write_stream
from kg.release.dump.source import Source


def write(source: Source, out: IO[bytes]) -> None:
    """Write the release as TriG."""
    write_stream(source.quads_by_graph(), RdfFormat.TRIG, out)
