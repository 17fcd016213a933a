"""Small graphs for tests, written as TriG."""

from __future__ import annotations

import hashlib

import pyoxigraph
from pyoxigraph import RdfFormat

from kg.core.names import PREFIXES
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store

_PROLOGUE = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())


def engine_over(trig: str) -> EmbeddedEngine:
    """An engine over a graph in TriG, which may use our prefixes; like releases, other graphs have other ids."""
    quads = pyoxigraph.parse(_PROLOGUE + trig, format=RdfFormat.TRIG)
    return EmbeddedEngine(Store(quads), hashlib.sha256(trig.encode()).hexdigest()[:16], 128)
