"""The fingerprint of a build: a hash of everything that decides the content of a release."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from kg.core.settings import PROJECT
from kg.sources.files import find_data_files

QUERIES = ("*.yaml", "checks/*.rq", "options/*.rq", "pages/*.rq", "rules/*.rq")
"""The files of ``queries/`` that become statements, or that decide whether a build succeeds."""

MODULES = (
    "__init__.py",
    "build/**/*.py",
    "core/**/*.py",
    "engine/*.py",
    "engine/counts.py",
    "graph/*.py",
    "output/*.py",
    "output/metadata/*.py",
    "questions/**/*.py",
    "release/*.py",
    "release/dump/*.py",
    "release/replication/__init__.py",
    "release/replication/atomic_files.py",
    "search/**/*.py",
    "sources/**/*.py",
    "sparql/**/*.py",
)
"""The modules of ``kg/`` that write the release. A test compares them with what ``kg.build.build`` imports."""

LIBRARIES = ("opencc", "pyjelly", "pyoxigraph", "pypinyin", "pyyaml", "rapidfuzz")
"""The libraries that read, infer or write the content of a release."""


def fingerprint(folders: Sequence[Path]) -> str:
    """Return a hash of the data in the folders, the ontology, the queries, the modules and the libraries.

    A change of anything else, such as a chart, a page or a test, does not change the fingerprint. The release is then
    not built again.
    """
    named = [(file.graph.value, file.path) for file in find_data_files(folders)]
    named += _matches(PROJECT / "queries", QUERIES)
    named += _matches(PROJECT / "kg", MODULES)
    total = hashlib.sha256("".join(map(version, LIBRARIES)).encode())
    for label, path in named:
        # the name is hashed too: the same content in another graph is another release
        total.update(label.encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _matches(folder: Path, patterns: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Yield the files that match a pattern, with their paths in the folder, in order."""
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern)}):
        yield path.relative_to(folder).as_posix(), path
