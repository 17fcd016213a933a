"""TriG: one block for each named graph."""

from __future__ import annotations

from typing import IO

from pyoxigraph import RdfFormat

from kg.dump.source import Source
from kg.turtle import write_stream


def write(source: Source, out: IO[bytes]) -> None:
    """Write the release as TriG."""
    write_stream(source.quads_by_graph(), RdfFormat.TRIG, out)
