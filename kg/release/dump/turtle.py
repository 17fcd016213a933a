"""Turtle: the union of all graphs, each statement once; it cannot say which graph a statement is in."""

from __future__ import annotations

from typing import IO

from pyoxigraph import RdfFormat

from kg.core.turtle import write_stream
from kg.release.dump.source import Source


def write(source: Source, out: IO[bytes]) -> None:
    """Write the release as Turtle."""
    write_stream(source.triples(), RdfFormat.TURTLE, out)
