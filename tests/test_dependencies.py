"""The project declares the libraries that it imports, and no others; the lock files hold them by hash."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import packages_distributions
from typing import Any

import pytest

from kg.core.settings import PROJECT

CONFIGURATION: Mapping[str, Any] = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
OURS = {"kg", "server", "tests", "docs"}
NOT_INSTALLED = {"_typeshed", "compression"}
"""Imported for type checkers alone, and part of Python from 3.14 on."""
LOCKS = {name: PROJECT / name for name in sorted(path.name for path in PROJECT.glob("requirements*.lock"))}


def normal(name: str) -> str:
    """Return the normal form of a distribution's name (PyPA specification of names)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def named(requirements: Iterable[str]) -> set[str]:
    return {normal(re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]) for requirement in requirements}


def declared(group: str = "") -> set[str]:
    """Return the distributions that a dependency group names, or those of the project with its extras."""
    if group:
        return named(entry for entry in CONFIGURATION["dependency-groups"][group] if isinstance(entry, str))
    project = CONFIGURATION["project"]
    return named(project["dependencies"]) | {
        name for extra in project["optional-dependencies"].values() for name in named(extra)
    }


def imported(*folders: str) -> set[str]:
    """Return the distributions that the modules in these folders import; the top-level name of each import counts."""
    tops = set()
    for path in (path for folder in folders for path in (PROJECT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                tops |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                tops.add(str(node.module))
    distributions = packages_distributions()
    names = {name.partition(".")[0] for name in tops} - OURS - NOT_INSTALLED - sys.stdlib_module_names
    # several distributions may share a namespace, such as backports: any of them that is declared will do
    imports: set[str] = set()
    for name in names:
        candidates = {normal(distribution) for distribution in distributions.get(name, [name])}
        imports |= candidates & (declared() | declared("test")) or candidates
    return imports


def test_the_libraries_that_the_program_imports_are_declared() -> None:
    assert imported("kg", "server") - declared() == set()


def test_the_declared_libraries_are_imported() -> None:
    assert declared() - imported("kg", "server") == set()


def test_the_libraries_that_the_tests_import_are_declared() -> None:
    assert imported("tests", "docs") - declared() - declared("test") - declared("build") - declared("lint") == set()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_holds_hashes_and_no_addresses(name: str) -> None:
    text = LOCKS[name].read_text("utf-8")
    entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.search(r"://|\s@\s|--(extra-)?index|--find-links", text) is None


def pins(name: str) -> dict[str, set[str]]:
    """Return the versions that a lock file holds of each distribution; markers may tell several apart."""
    versions: dict[str, set[str]] = {}
    for line in LOCKS[name].read_text("utf-8").splitlines():
        if match := re.match(r"([\w.-]+)==([\w.+!-]+)", line):
            versions.setdefault(normal(match[1]), set()).add(match[2])
    return versions


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-build.lock"])
def test_the_lock_file_of_the_development_tools_extends_the_others(name: str) -> None:
    """So adding the tools changes no library of the service."""
    whole = pins("requirements-dev.lock")
    assert {library: pinned for library, pinned in pins(name).items() if not pinned <= whole.get(library, set())} == {}


def test_the_service_needs_no_tool_and_no_build_from_source() -> None:
    serving = pins("requirements.lock").keys()
    assert declared() - declared_extra() <= serving
    tools = declared("test") | declared("lint") | declared("build") | declared_extra()
    assert tools & serving <= {"uvloop"}  # an extra of granian, too


def declared_extra() -> set[str]:
    return {name for extra in CONFIGURATION["project"]["optional-dependencies"].values() for name in named(extra)}
