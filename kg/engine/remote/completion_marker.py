"""The mark of a release in the engine says that it is whole: one statement, so that no part of it can be seen."""

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
    """What was pushed: how many statements, in all and in each graph, a hash of them, and when (ISO 8601)."""

    release_id: str
    quads: int
    graphs: Mapping[str, int]
    sha256: str
    pushed: str

    def statement(self) -> bytes:
        """The mark as a line of N-Triples."""
        value = Literal(json.dumps(asdict(self), sort_keys=True))
        return f"{Triple(_release(self.release_id), _WHOLE, value)} .\n".encode()

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The mark that a literal holds, or None when it is none of ours."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            return None


def asks_for(naming: GraphNames) -> str:
    """The question whether a release is there whole."""
    return f"ASK {{ GRAPH {naming.mark} {{ {_release(naming.release_id)} {_WHOLE} ?mark }} }}"


def asks_for_all() -> str:
    """The question for all marks, each with its graph."""
    return f"SELECT ?graph ?mark {{ GRAPH ?graph {{ ?release {_WHOLE} ?mark }} }}"


def marks_in(rows: Iterable[tuple[object, object]]) -> dict[str, CompletionMarker]:
    """The marks by release, from the rows of the question for all; one in another graph than its own is none."""
    marks = {}
    for graph, value in rows:
        mark = CompletionMarker.read(value.value) if isinstance(value, Literal) else None
        if mark is not None and graph == GraphNames(mark.release_id).mark:
            marks[mark.release_id] = mark
    return marks


def _release(release_id: str) -> NamedNode:
    return NamedNode(f"{ROOT}release/{release_id}")
