"""The data against a local copy of the policy update: places, figures, and no sentence copied."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import Literal

from kg.core.names import sparql_prologue
from kg.core.settings import PROJECT
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.graph.evidence import SourceText, problems, read_source_text

FIRST_LINE, LAST_LINE = 16, 222
LONGEST_RUN_OF_WORDS = 8


@pytest.fixture(scope="module")
def source(source_path: Path, store: Store) -> SourceText:
    return read_source_text(source_path, store)


def test_every_passage_and_mention_lies_where_the_data_say(store: Store, source: SourceText) -> None:
    assert problems(store, source) == []


def test_every_figure_of_the_text_is_in_some_printed_form(engine: EmbeddedEngine, source: SourceText) -> None:
    printed = " ".join(_texts(engine, "?x fyp:asPrinted ?text"))
    years = set(
        _texts(engine, "{ ?x fyp:year|fyp:milestoneYear|fyp:planStartYear|fyp:planEndYear ?n BIND(STR(?n) AS ?text) }")
    )
    declared = set(_texts(engine, "{ ?x fyp:declaredTargetCount ?n BIND(STR(?n) AS ?text) }"))
    missing = [
        (number, figure)
        for number, line in enumerate(source.text.split("\n")[FIRST_LINE - 1 : LAST_LINE], FIRST_LINE)
        for figure in _figures(line)
        if not re.search(rf"(?<!\d)(?<!\d\.){re.escape(figure)}(?!\d)", printed) and figure not in years | declared
    ]
    assert missing == []


def _figures(line: str) -> list[str]:
    """The groups of digits of a line, without list numbers, periods of years and names such as 5G."""
    line = re.sub(r"^\s*(?:[-•o]\s+)?\d\.\s", "", line)
    line = re.sub(r"20(?:16|21)-20\d\d", "", line)
    line = re.sub(r"[A-Za-z]+-?[A-Za-z]*\d\w*|\d+(?:G|th)\b", "", line)
    return re.findall(r"\d+(?:\.\d+)?(?:-\d+)?", line)


def _texts(engine: EmbeddedEngine, pattern: str) -> list[str]:
    table = select(engine, sparql_prologue("fyp") + f"SELECT DISTINCT ?text {{ {pattern} }}")
    return [cell.value for cell in table.column("text") if isinstance(cell, Literal)]


def test_figures_are_found_and_names_are_not() -> None:
    assert _figures("- 1. from 2.64 trillion in 2021-2025, 5G, 6G, IPv6, C-V2X, 2-3 and 20.000") == [
        "2.64",
        "2-3",
        "20.000",
    ]


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z0-9%]+", text.lower())


def test_no_file_of_the_project_copies_a_sentence(source: SourceText) -> None:
    size = LONGEST_RUN_OF_WORDS + 1
    words = _words(source.text)
    runs = {tuple(words[start : start + size]) for start in range(len(words) - size + 1)}
    folders = ("ontology", "graph_data", "queries", "kg", "server", "tests", "docs")
    paths = [
        path
        for folder in folders
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in {".ttl", ".rq", ".py", ".md", ".html", ".csv"}
    ]
    copied = [
        (path.name, " ".join(words[start : start + size]))
        for path in [*paths, *PROJECT.glob("*.md")]
        for words in [_words(path.read_text("utf-8"))]
        for start in range(len(words) - size + 1)
        if tuple(words[start : start + size]) in runs
    ]
    assert copied == []
