"""What import-linter cannot see: one owner for each library, small modules, generated documentation that is true."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from kg.core.settings import PROJECT

MODULES = sorted(path for folder in ("kg", "server") for path in (PROJECT / folder).rglob("*.py"))

OWNERS = {  # library: the only modules that import it
    "babel": {"server/core/i18n/numbers.py"},
    "backports": {"kg/release/dump/compression.py", "server/core/http/codings.py"},
    "brotli": {"server/core/http/codings.py"},
    "click": {"kg/cli/__init__.py", "kg/cli/ask.py", "kg/cli/build.py", "kg/cli/dump.py", "kg/cli/evidence.py"}
    | {"kg/cli/fetch.py", "kg/cli/publish.py"}
    | {"kg/cli/group.py", "kg/cli/links.py", "kg/cli/new.py", "kg/cli/options.py", "kg/cli/push.py"}
    | {"kg/cli/releases.py", "kg/cli/search.py", "kg/cli/serve.py"},
    "flask_compress": {"server/core/http/codings.py"},
    "granian": {"kg/cli/serve.py"},
    "cryptography": {"kg/release/replication/minisign.py", "kg/release/replication/signing.py"},
    # a download in the open and a call that strangers choose have nothing in common but the protocol
    "httpx2": {"kg/engine/federation/fetch.py", "kg/release/replication/download.py", "kg/engine/remote/client.py"},
    "markdown_it": {"server/core/i18n/filters.py"},
    "gettext": {"server/core/i18n/language.py"},
    "prometheus_client": {"server/core/metrics.py"},
    "owlready2": {"kg/build/reasoner.py"},
    "pyjelly": {"kg/release/dump/jelly.py"},
    "pypinyin": {"kg/search/pinyin.py"},
    "pyshacl": set(),  # a second opinion, in tests only
    "rdflib": set(),
    "opencc": {"kg/search/folding.py"},
    "rapidfuzz": {
        "kg/search/ranking.py",
        "kg/search/scoring.py",
        "kg/search/vocabulary.py",
        "kg/diagnostics/term_suggestions.py",
    },
    "rich": {"kg/cli/ask.py", "kg/cli/options.py", "kg/cli/search.py"},
    "sqlite3": {f"kg/search/{name}.py" for name in ("connections", "index", "profiles", "ranking", "hits")}
    | {"kg/search/vocabulary.py", "kg/search/writer.py"},
    "xlsxwriter": {"kg/output/export/cells.py", "kg/output/export/spreadsheet.py"},
    "vl_convert": {"kg/charts/render.py"},
    "yaml": {"kg/sparql/header.py"},
}
WEB = PROJECT / "server" / "web"
SCRIPTS = sorted(path for path in WEB.rglob("*.ts") if "node_modules" not in path.parts)
LONGEST_MODULE, LONGEST_FUNCTION = 500, 40


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(tree(path)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {name.partition(".")[0] for name in plain | {str(n.module) for n in nodes if isinstance(n, ast.ImportFrom)}}


@pytest.mark.parametrize("library", sorted(OWNERS))
def test_a_library_is_imported_by_its_owner_only(library: str) -> None:
    found = {path.relative_to(PROJECT).as_posix() for path in MODULES if library in imported(path)}
    assert found == OWNERS[library]


def test_only_the_store_opens_a_pyoxigraph_store() -> None:
    uses = {path.name for path in MODULES if "pyoxigraph.Store" in path.read_text("utf-8")}
    assert uses == {"store.py"}


def test_only_names_spells_a_prefix_of_ours() -> None:
    spelt = {path.relative_to(PROJECT).as_posix() for path in MODULES if "w3id.org/fyp-kg" in path.read_text("utf-8")}
    assert spelt == {"kg/core/names.py"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_modules_and_functions_are_small_and_say_what_they_are_for(path: Path) -> None:
    module = tree(path)
    assert ast.get_docstring(module), "a module's docstring is its purpose in one line"
    assert path.read_text("utf-8").count("\n") <= LONGEST_MODULE
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(WEB).as_posix())
def test_scripts_are_small_and_say_what_they_are_for(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith("// "), "a script's first line is its purpose"
    assert text.count("\n") <= LONGEST_MODULE
