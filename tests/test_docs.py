"""The documentation is true: generated parts are what the code says, examples give their answers, links lead on."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner
from flask.testing import FlaskClient

from docs import generate
from kg import __version__
from kg.build.build import Graph
from kg.cli import main
from kg.core.settings import PROJECT, SETTINGS

DOCS = PROJECT / "docs"
REFERENCE = DOCS / "reference"
README = PROJECT / "README.md"
PAGES = sorted(
    [
        *PROJECT.glob("*.md"),
        *(page for folder in ("docs", "graph_data", "ontology") for page in (PROJECT / folder).rglob("*.md")),
    ]
)
GENERATED = {
    "commands": REFERENCE / "commands.md",
    "settings": REFERENCE / "settings.md",
    "questions": REFERENCE / "questions.md",
    "rules": REFERENCE / "rules-and-checks.md",
    "checks": REFERENCE / "rules-and-checks.md",
    "shapes": REFERENCE / "rules-and-checks.md",
    "metrics": REFERENCE / "metrics.md",
    "error_classes": REFERENCE / "errors.md",
}


def named(page: Path) -> str:
    return page.relative_to(PROJECT).as_posix()


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def shell_blocks(page: Path) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", text_of(page), re.MULTILINE | re.DOTALL)


def shell_block(page: Path, start: str) -> list[str]:
    """The words of the one block that starts so."""
    (block,) = [block for block in shell_blocks(page) if block.startswith(start)]
    return shlex.split(block)


@pytest.mark.parametrize("part", sorted(GENERATED))
def test_a_generated_part_is_what_the_code_says(part: str) -> None:
    assert getattr(generate, part)() in text_of(GENERATED[part]), "run 'make docs'"


def test_the_counts_of_the_readme_are_those_of_the_graph(graph: Graph) -> None:
    assert generate.count_table(graph.store) in text_of(README), "run 'make docs'"


def test_nothing_is_left_out() -> None:
    for page, names in (
        ("commands.md", [f"## kg {name}" for name in main.commands]),
        ("settings.md", [setting.variable for setting in SETTINGS]),
        ("questions.md", [f"/q/{path.stem}`" for path in (PROJECT / "queries" / "pages").glob("*.rq")]),
        ("rules-and-checks.md", [f"`{path.stem}`" for path in (PROJECT / "queries" / "rules").glob("*.rq")]),
        ("rules-and-checks.md", [f"`{path.stem}`" for path in (PROJECT / "tests" / "seeds" / "checks").glob("*.trig")]),
        ("rules-and-checks.md", [f"`{path.stem}`" for path in (PROJECT / "tests" / "seeds" / "shapes").glob("*.ttl")]),
        (
            "errors.md",
            [
                f"`{name}`"
                for name in re.findall(r"^class (\w+)\(KgError\)", text_of(PROJECT / "kg" / "core" / "errors.py"), re.M)
            ],
        ),
    ):
        assert names
        assert [name for name in names if name not in text_of(REFERENCE / page)] == [], page


def test_every_page_of_the_documentation_is_generated_on_any_machine_alike() -> None:
    assert [named(page) for page in PAGES if str(PROJECT) in text_of(page)] == []


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads(text_of(PROJECT / "pyproject.toml"))["project"]["version"]
    (newest, *_) = re.findall(
        r"^## (\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d\)$", text_of(PROJECT / "CHANGES.md"), re.MULTILINE
    )
    citation = yaml.safe_load(text_of(PROJECT / "CITATION.cff"))
    assert {project, newest, citation["version"], citation["preferred-citation"]["version"]} == {__version__}


def test_changes_begin_with_what_is_unreleased() -> None:
    assert re.findall(r"^## (.*)$", text_of(PROJECT / "CHANGES.md"), re.MULTILINE)[0] == "Unreleased"


def test_the_citation_has_what_the_format_asks_for() -> None:
    citation = yaml.safe_load(text_of(PROJECT / "CITATION.cff"))
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["cff-version"] == "1.2.0"
    assert citation["license"] == "Apache-2.0"
    assert {"type", "title", "authors"} <= citation["preferred-citation"].keys()
    assert citation["preferred-citation"]["license"] == "CC-BY-4.0"


def test_decisions_are_numbered_without_a_gap_and_have_three_headings() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    assert [page.name[:5] for page in pages] == [f"{number:04}-" for number in range(1, len(pages) + 1)]
    for page in pages:
        assert text_of(page).startswith(f"# {page.name[:4]} ")
        assert re.findall(r"^## (.*)$", text_of(page), re.MULTILINE) == ["Context", "Decision", "Consequences"], (
            page.name
        )


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.*)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_relative_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for target, anchor in re.findall(r"\]\((?!\w+:)([^)#\s]*)#?([^)\s]*)\)", text_of(page)):
        place = (page.parent / target).resolve() if target else page
        assert place.exists(), target
        assert not anchor or anchor in anchors(place), f"{target}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_command_that_is_named_exists(page: Path) -> None:
    targets = re.findall(r"^([a-z]+):.*##", text_of(PROJECT / "Makefile"), re.MULTILINE)
    code = "\n".join([*shell_blocks(page), *re.findall(r"`([^`\n]+)`", text_of(page))])
    assert set(re.findall(r"^make ([a-z]+)", code, re.MULTILINE)) <= {*targets, "help"}
    for words in re.findall(r"^(?:\.venv/bin/)?kg ([a-z].*)$", code, re.MULTILINE):
        command = main.commands.get(words.split()[0])
        assert command is not None, words
        options = {option for parameter in command.params for option in parameter.opts}
        if not isinstance(command, click.Group):
            assert set(re.findall(r"(?<=\s)--?[a-z][a-z-]*\b", words.partition("'")[0])) <= options, words


def test_the_first_question_of_the_readme_has_the_answer_that_it_shows(client: FlaskClient) -> None:
    _, address, header, accept, encoded, query = shell_block(README, "curl")
    assert (address, header, encoded) == ("http://127.0.0.1:8000/sparql", "-H", "--data-urlencode")
    form = {"query": query.removeprefix("query=")}
    answer = client.post("/sparql", data=form, headers={"Accept": accept.removeprefix("Accept: ")})
    assert answer.status_code == 200
    assert f"```\n{answer.text.replace(chr(13), '')}```" in text_of(README)


def test_the_question_without_a_server_has_the_answer_that_it_shows(home: Path) -> None:
    words = shell_block(README, ".venv/bin/kg ask")
    answer = CliRunner().invoke(main, [*words[1:], "--home", str(home)])
    assert answer.exit_code == 0
    assert f"```\n{answer.stdout}```" in text_of(README)


def test_the_example_of_the_search_is_what_it_answers(client: FlaskClient) -> None:
    """Where the example is cut it says so by dots."""
    (written,) = re.findall(r"^```json\n(.*?)^```$", text_of(REFERENCE / "search.md"), re.MULTILINE | re.DOTALL)
    shown = json.loads(written.replace(", …", "").replace("…/", "http://localhost/"))
    response = client.get("/search.json?q=gyhlw&size=1").get_json()
    assert shown.keys() == response.keys()
    for key in ("query", "total", "page", "size", "hits"):
        assert shown[key] == response[key], key
    for key in ("kinds", "plans"):
        assert shown[key] == response[key][: len(shown[key])], key
    assert shown["labels"].items() <= response["labels"].items()


def test_each_hook_before_a_commit_is_a_command_of_make_lint() -> None:
    recipe = text_of(PROJECT / "Makefile").partition("\nlint:")[2].partition("\n\n")[0]
    commands = recipe.replace("$(BIN)", ".venv/bin").replace(" --check-fail-msg=\"Run 'make docs'.\"", "")
    (repository,) = yaml.safe_load(text_of(PROJECT / ".pre-commit-config.yaml"))["repos"]
    entries = [hook["entry"].removeprefix("sh -c '").removesuffix("'") for hook in repository["hooks"]]
    assert len(set(entries)) == len(entries) > 1
    assert [entry for entry in entries if f"@{entry}" not in commands] == []


def test_the_index_links_every_page() -> None:
    linked = {(DOCS / target).resolve() for target in re.findall(r"\]\(([^)#]+)", text_of(DOCS / "README.md"))}
    start_groups = [
        page for folder in ("tutorial", "how-to", "reference", "explanation") for page in (DOCS / folder).glob("*.md")
    ]
    assert len(start_groups) > len(GENERATED)
    assert [named(page) for page in [*start_groups, *DOCS.glob("*.md")] if page not in linked] == [
        named(DOCS / "README.md")
    ]


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name != "decisions"], ids=named)
def test_a_file_that_a_page_names_exists(page: Path) -> None:
    """Decisions and changes tell of files of their time."""
    paths = re.findall(r"(?<!\])`((?:kg|server|tests|queries|deploy|docs)/[\w/.-]+)`", text_of(page))
    assert page.name == "CHANGES.md" or [path for path in paths if not (PROJECT / path).exists()] == []
