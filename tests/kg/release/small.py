"""A graph of a few quads, for tests of what a build does with a graph and not of the graph itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from pyoxigraph import Literal, QuerySolutions

from kg.build.build import Graph, build
from kg.engine.store import Store
from kg.release import Release
from kg.release.store import ReleaseStore, open_store
from kg.sources.files import Declarations, find_data_files, read_data_file


def small_graph(folders: Sequence[Path] = (), step: Callable[[str], object] = str) -> Graph:
    """Replace ``read_graph``: the quads of the data alone, without ontology, rules, checks and shapes."""
    for text in ("Reading the files", "Applying the rules", "Running the checks", "Checking the shapes"):
        step(text)
    data_files = [
        file for file in find_data_files(folders) if any(file.path.is_relative_to(folder) for folder in folders)
    ]
    return Graph(Store(quad for file in data_files for quad in read_data_file(file)), [], Declarations({}))


def write_data(folder: Path, word: str) -> Path:
    """Write a data folder whose graph says one word."""
    folder.mkdir(exist_ok=True)
    lines = [f'<https://example.org/{n}> <https://example.org/says> "{word} {n}" .' for n in range(200)]
    (folder / "links.ttl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def said(release: Release, memory_max_quads: int = 10**6) -> str:
    """The word that a release says."""
    text = 'SELECT ?word { <https://example.org/1> ?says ?said BIND(STRBEFORE(?said, " ") AS ?word) }'
    solutions = open_store(release, memory_max_quads).query(text)
    assert isinstance(solutions, QuerySolutions)
    return "".join(word.value for (word,) in solutions if isinstance(word, Literal))


def small_build(monkeypatch: pytest.MonkeyPatch, home: Path, data: Path) -> Release:
    """Build from a small data folder."""
    monkeypatch.setattr("kg.build.build.read_graph", small_graph)
    return build(ReleaseStore(home), [data])
