"""The mark of a complete release in the engine: a single statement, so that it is never visible in part."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Self

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.names import ROOT
from kg.engine.remote.graph_names import GraphNames

_WHOLE = NamedNode(ROOT + "engine#whole")


@dataclass(frozen=True)
class CompletionMarker:
    """The record of a push: number of statements, in all and in each graph, their hash, and the time (ISO 8601)."""

    release_id: str
    quads: int
    graphs: Mapping[str, int]
    sha256: str
    pushed: str

    def statement(self) -> bytes:
        """Return the mark as a line of N-Triples."""
        value = Literal(json.dumps(asdict(self), sort_keys=True))
        return f"{Triple(_release(self.release_id), _WHOLE, value)} .\n".encode()

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the mark that a literal holds, or None if it does not hold one."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            return None


def asks_for(naming: GraphNames) -> str:
    """Return the query that asks if a release is complete in the engine."""
    return f"ASK {{ GRAPH {naming.mark} {{ {_release(naming.release_id)} {_WHOLE} ?mark }} }}"


def asks_for_all() -> str:
    """Return the query for all marks, each with its graph."""
    return f"SELECT ?graph ?mark {{ GRAPH ?graph {{ ?release {_WHOLE} ?mark }} }}"


def marks_in(rows: Iterable[tuple[object, object]]) -> dict[str, CompletionMarker]:
    """Return the marks by release, from the rows of the query for all; ignore a mark in a wrong graph."""
    marks = {}
    for graph, value in rows:
        mark = CompletionMarker.read(value.value) if isinstance(value, Literal) else None
        if mark is not None and graph == GraphNames(mark.release_id).mark:
            marks[mark.release_id] = mark
    return marks


def _release(release_id: str) -> NamedNode:
    return NamedNode(f"{ROOT}release/{release_id}")
