"""The fingerprint changes with everything that decides the content of a release, and with nothing else."""

from __future__ import annotations

import ast
import functools
import shutil
import sys
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

from kg.build.build import DATA
from kg.build.fingerprint import LIBRARIES, MODULES, fingerprint
from kg.core.settings import PROJECT
from kg.sources.files import find_data_files

INPUTS = ("ontology", "graph_data", "queries", "kg")
PACKING = {"backports-zstd"}  # the codings of the dumps; their content is the same
DECIDES = (
    "graph_data/plan/gr.ttl",
    "graph_data/links/wikidata.sssom.tsv",
    "ontology/core.ttl",
    "ontology/alignment.ttl",
    "ontology/modules.ttl",
    "ontology/shapes.ttl",
    "queries/rules/inverse.rq",
    "queries/checks/label-missing-violation.rq",
    "queries/pages/key-messages.rq",
    "queries/options/technologies.rq",
    "queries/subjects.yaml",
    "kg/build/build.py",
    "kg/search/folding.py",
    "kg/sources/files.py",
    "kg/engine/store.py",
)
DECIDES_NOTHING = ("kg/cli/build.py", "kg/charts/render_worker.py", "queries/examples/*.rq", "kg/engine/pool/pool.py")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of all that a build reads, which the fingerprint is taken of."""
    copy = tmp_path / "project"
    for folder in INPUTS:
        shutil.copytree(PROJECT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr("kg.build.fingerprint.PROJECT", copy)
    in_copy = functools.partial(find_data_files, ontology=copy / "ontology")
    monkeypatch.setattr("kg.build.fingerprint.find_data_files", in_copy)
    return copy


def changes(project: Path, pattern: str) -> bool:
    """Append a comment to the first file of a pattern, and return whether the fingerprint changes."""
    before = fingerprint([project / "graph_data"])
    with min(project.glob(pattern)).open("a", encoding="utf-8") as file:
        file.write("\n# a change\n")
    return fingerprint([project / "graph_data"]) != before


@pytest.mark.parametrize("changed", DECIDES)
def test_each_kind_of_input_changes_it(project: Path, changed: str) -> None:
    assert fingerprint([project / "graph_data"]) == fingerprint([DATA])
    assert changes(project, changed)


@pytest.mark.parametrize("changed", DECIDES_NOTHING)
def test_a_file_that_decides_nothing_does_not_change_it(project: Path, changed: str) -> None:
    assert not changes(project, changed)


def test_a_proposal_does_not_change_it(project: Path) -> None:
    assert not changes(project, "graph_data/links/proposed/*.sssom.tsv")


@pytest.mark.parametrize("library", LIBRARIES)
def test_each_library_changes_it(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint([DATA])
    monkeypatch.setattr("kg.build.fingerprint.version", lambda name: "99" if name == library else version(name))
    assert fingerprint([DATA]) != before


@cache
def names_imported_by(path: Path) -> set[str]:
    """Everything that a module imports, also inside of functions: modules, and names that may be modules."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def files_of(name: str) -> set[Path]:
    """The files of a module of ours and of the packages around it; of a name in a module, those of the module."""
    files: set[Path] = set()
    while name.startswith("kg"):
        base = PROJECT / name.replace(".", "/")
        files |= {path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()}
        name = name.rpartition(".")[0]
    return files


@cache
def build_modules() -> frozenset[Path]:
    """The files that the build imports, through any number of others."""
    reached: set[Path] = set()
    pending = files_of("kg.build.build")
    while pending:
        path = pending.pop()
        reached.add(path)
        pending |= {file for name in names_imported_by(path) for file in files_of(name)} - reached
    return frozenset(reached)


def test_the_modules_of_the_fingerprint_are_all_that_the_build_imports() -> None:
    declared = {path for pattern in MODULES for path in (PROJECT / "kg").glob(pattern)}
    assert build_modules() - declared == set(), "add their folders to MODULES in kg/build/fingerprint.py"


def test_no_pattern_is_left_over() -> None:
    used = {pattern for pattern in MODULES if build_modules() & set((PROJECT / "kg").glob(pattern))}
    assert set(MODULES) - used == set()


def test_the_modules_of_the_fingerprint_are_not_those_of_pages_and_servers() -> None:
    declared = {
        path.relative_to(PROJECT / "kg").parts[0] for pattern in MODULES for path in PROJECT.glob(f"kg/{pattern}")
    }
    assert declared.isdisjoint({"charts", "cli", "diagnostics", "links", "reconcile"})


def test_the_libraries_of_the_fingerprint_are_all_that_the_build_imports() -> None:
    roots = {name.partition(".")[0] for path in build_modules() for name in names_imported_by(path)}
    distributions = packages_distributions()
    external = roots - {"kg"} - set(sys.stdlib_module_names) - {"_typeshed", "compression"}
    used = {distribution.lower().replace(".", "-") for root in external for distribution in distributions[root]}
    assert used - PACKING - set(LIBRARIES) == set()
