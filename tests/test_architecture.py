"""Rules that import-linter cannot see: one owner for each library, small modules, correct generated documentation."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from kg.core.settings import PROJECT

MODULES = sorted(path for folder in ("kg", "server") for path in (PROJECT / folder).rglob("*.py"))

OWNERS = {  # library: the only modules that import it
    "babel": {"server/core/i18n/numbers.py"},
    "backports": {"kg/release/dump/formats.py", "server/core/http/codings.py"},
    "brotli": {"server/core/http/codings.py"},
    "click": {"kg/cli/__init__.py", "kg/cli/ask.py", "kg/cli/build.py", "kg/cli/dump.py", "kg/cli/evidence.py"}
    | {"kg/cli/fetch.py", "kg/cli/publish.py"}
    | {"kg/cli/links.py", "kg/cli/new.py", "kg/cli/options.py", "kg/cli/push.py"}
    | {"kg/cli/releases.py", "kg/cli/search.py", "kg/cli/serve.py"},
    "flask_compress": {"server/core/http/codings.py"},
    "granian": {"kg/cli/serve.py"},
    "cryptography": {"kg/release/replication/minisign.py"},
    # a public download and a call that a visitor chooses have only the protocol in common
    "httpx2": {"kg/engine/federation/fetch.py", "kg/release/replication/download.py", "kg/engine/remote/client.py"},
    "markdown_it": {"server/core/i18n/filters.py"},
    "gettext": {"server/core/i18n/language.py"},
    "prometheus_client": {"server/core/metrics.py"},
    "owlready2": {"kg/build/reasoner.py"},
    "pyjelly": {"kg/release/dump/formats.py"},
    "pypinyin": {"kg/search/folding.py"},
    "pyshacl": set(),  # a second opinion, in tests only
    "rdflib": set(),
    "opencc": {"kg/search/folding.py"},
    "rapidfuzz": {
        "kg/search/query.py",
        "kg/search/ranking.py",
        "kg/diagnostics/term_suggestions.py",
    },
    "rich": {"kg/cli/ask.py", "kg/cli/options.py", "kg/cli/search.py"},
    "sqlite3": {f"kg/search/{name}.py" for name in ("database", "index", "query", "ranking")},
    "xlsxwriter": {"kg/output/export/spreadsheet.py"},
    "vl_convert": {"kg/charts/render_worker.py"},
    "yaml": {"kg/sparql/header.py"},
}
WEB = PROJECT / "server" / "web"
SCRIPTS = sorted(path for path in WEB.rglob("*.ts") if "node_modules" not in path.parts)
LONGEST_MODULE, LONGEST_FUNCTION = 500, 40
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def text_of(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


@cache
def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(tree(path)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {name.partition(".")[0] for name in plain | {str(n.module) for n in nodes if isinstance(n, ast.ImportFrom)}}


def name_of(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("library", sorted(OWNERS))
def test_a_library_is_imported_by_its_owner_only(library: str) -> None:
    assert {name_of(path) for path in MODULES if library in imported(path)} == OWNERS[library]


def test_only_the_store_opens_a_pyoxigraph_store() -> None:
    assert {path.name for path in MODULES if "pyoxigraph.Store" in text_of(path)} == {"store.py"}


def test_only_names_spells_a_prefix_of_ours() -> None:
    assert {name_of(path) for path in MODULES if "w3id.org/fyp-kg" in text_of(path)} == {"kg/core/names.py"}


def test_modules_say_what_they_are_for() -> None:
    """A module's docstring is its purpose in one line, and so is a script's first line."""
    assert [name_of(path) for path in MODULES if not ast.get_docstring(tree(path))] == []
    assert [name_of(path) for path in SCRIPTS if not text_of(path).startswith("// ")] == []


def test_modules_and_scripts_are_short() -> None:
    assert len(MODULES) > 100
    assert len(SCRIPTS) > 10
    assert [name_of(path) for path in (*MODULES, *SCRIPTS) if text_of(path).count("\n") > LONGEST_MODULE] == []


def test_functions_are_short() -> None:
    functions = [(path, node) for path in MODULES for node in ast.walk(tree(path)) if isinstance(node, FUNCTIONS)]
    assert len(functions) > 1_000
    lengths = {f"{name_of(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1 for path, node in functions}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}
