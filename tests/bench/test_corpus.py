"""The synthetic corpus: the same each time, whole, and no harder for the canned questions than its size says."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.build.build import DATA, read_graph
from kg.core.settings import PROJECT
from tests.bench.corpus import write_corpus

TRIPLES_A_PLAN = 500
MOST_PASSES = 15  # twice and a half what the hardest question takes


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.ttl")}


def test_the_same_number_gives_the_same_bytes_and_a_larger_corpus_holds_the_same_plans(tmp_path: Path) -> None:
    for name, plans in (("one", 6), ("again", 6), ("larger", 12)):
        write_corpus(plans, tmp_path / name)
    first, larger = files(tmp_path / "one"), files(tmp_path / "larger")
    assert first == files(tmp_path / "again")
    assert len(first) == 3 * 6 + 2 + 1  # three for each plan, two for its document, and the vocabulary
    assert {path: text for path, text in larger.items() if path in first} | {
        "vocabulary/synthetic.ttl": b""
    } == first | {"vocabulary/synthetic.ttl": b""}


@pytest.mark.slow
def test_six_plans_break_no_rule_and_are_as_large_as_is_said(tmp_path: Path, graph: Any) -> None:
    write_corpus(6, tmp_path)
    both = read_graph([DATA, tmp_path])
    assert [violation.describe(both.where) for violation in both.violations] == []
    assert (len(both.store) - len(graph.store)) / 6 == pytest.approx(TRIPLES_A_PLAN, rel=0.1)


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    """Find what two hundred plans break, and the work of each question on them; in a process that may fork."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench.questions", "200"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
        timeout=900,
    )
    figures: dict[str, Any] = json.loads(ran.stdout)
    return figures


@pytest.mark.slow
def test_two_hundred_plans_break_no_rule(measured: dict[str, Any]) -> None:
    assert measured["violations"] == []


@pytest.mark.slow
def test_no_canned_question_is_more_work_than_a_few_passes_over_all_quads(measured: dict[str, Any]) -> None:
    assert len(measured["passes"]) > 50
    # the trap pairs everything with everything, and must be found
    assert {slug: passes for slug, passes in measured["passes"].items() if passes > MOST_PASSES} == {"trap": math.inf}
