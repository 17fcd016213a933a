"""What a release is in the engine: its graphs and their union, with the statements that each must hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.engine.remote.graph_names import GraphNames
from kg.release import QUADS_FILE, Release
from kg.release.push.digest import Digest

UNION = ""
"""The name of the union among the graphs, which are named as in the manifest."""


@dataclass(frozen=True)
class Contents:
    """The statements of a release by graph, counted and hashed; they are read from its file when they are needed."""

    naming: GraphNames
    path: Path
    graphs: Mapping[str, Digest]

    @classmethod
    def of(cls, release: Release) -> Contents:
        """Read a release once.

        Raises:
            CopyFailed: a graph of it is none of ours.
        """
        naming = GraphNames(release.release_id)
        for name in release.manifest.graphs:
            naming.graph_of(name)
        path = release.folder / QUADS_FILE
        graphs = {name: Digest() for name in (UNION, *sorted(release.manifest.graphs))}
        for name, line in statements(path, naming):
            graphs[name].add([line])
        return cls(naming, path, graphs)

    @property
    def total(self) -> int:
        """How many statements are to be there, those of the union counted as well."""
        return sum(digest.count for digest in self.graphs.values())

    def iri(self, name: str) -> str:
        """The name of a graph in the engine."""
        return (self.naming.union if name == UNION else self.naming.graph_of(name)).value

    def statements(self) -> Iterator[tuple[str, bytes]]:
        """Each statement as it is sent, with its graph."""
        return statements(self.path, self.naming)


def statements(path: Path, naming: GraphNames) -> Iterator[tuple[str, bytes]]:
    """The statements of a file of canonical quads: each in its graph, and once in the union.

    The lines are sorted, so that the same statement in two graphs comes twice running.
    """
    before = b""
    with path.open("rb") as file:
        for quad in file:
            name, line = naming.statement(quad)
            yield name, line
            if line != before:
                yield UNION, line
            before = line
