"""JSON-LD, expanded: one object for each named graph, with its statements in ``@graph``."""

from __future__ import annotations

from typing import IO

import pyoxigraph
from pyoxigraph import RdfFormat

from kg.release.dump.source import Source


def write(source: Source, out: IO[bytes]) -> None:
    """Write the release as JSON-LD."""
    pyoxigraph.serialize(source.quads_by_graph(), out, format=RdfFormat.JSON_LD)
