"""``kg search``: a table of what is found, or of what is nearest."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.kg.cli.run import kg, told


def test_a_search_prints_what_it_finds_and_how_many_there_are(home: Path) -> None:
    result = kg("search", "gongye hulianwang", "--limit", "3", "--home", home)
    assert result.exit_code == 0
    assert "id:technology-industrial-internet" in result.stdout
    assert "工业互联网" in result.stdout
    assert "sounds" in result.stdout
    assert result.stderr.startswith("3 of ")


def test_a_search_is_narrowed_and_answers_in_a_language(home: Path) -> None:
    options = ("--kind", "fyp:Technology", "--plan", "id:plan-ii", "--lang", "de", "--home", home)
    result = kg("search", "industrial internet", *options)
    assert "Industrielles Internet" in result.stdout
    assert "id:area-" not in result.stdout


def test_what_is_not_found_has_nearest_names(home: Path) -> None:
    result = kg("search", "industrial xyzzy", "--home", home)
    assert result.exit_code == 0
    assert "Industrial" in result.stdout
    assert result.stderr == "Nothing matches; these are the nearest names.\n"
    assert kg("search", "xyzzy", "--home", home).stderr == "Nothing matches.\n"


def test_a_kind_that_is_none_and_a_text_too_long_are_reported(home: Path) -> None:
    assert "give a compact IRI such as fyp:Technology" in told(kg("search", "x", "--kind", "nope", "--home", home))
    assert "give at most 300" in told(kg("search", "x" * 301, "--home", home))


@pytest.mark.parametrize(("ending", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_a_list_for_programs_has_a_head_and_whole_cells(home: Path, ending: str, delimiter: str) -> None:
    result = kg("search", "industrial internet", "--format", ending, "--limit", 3, "--home", home)
    rows = list(csv.DictReader(io.StringIO(result.stdout), delimiter=delimiter))
    assert len(rows) == 3
    assert list(rows[0]) == ["iri", "thing", "label", "language", "matched", "how", "score"]
    assert rows[0]["iri"].startswith("https://w3id.org/fyp-kg/")
    assert result.stderr.startswith("3 of ")


def test_a_list_for_programs_comes_as_json(home: Path) -> None:
    result = kg("search", "工业互联网", "--format", "json", "--limit", 2, "--home", home)
    hits = json.loads(result.stdout)
    assert [hit["label"] for hit in hits if hit["matched"] == "工业互联网"]
    assert all(0 <= hit["score"] <= 1 for hit in hits)


def test_a_list_for_programs_may_be_empty(home: Path) -> None:
    assert json.loads(kg("search", "xyzzy", "--format", "json", "--home", home).stdout) == []


def test_a_search_has_a_deadline(home: Path) -> None:
    message = told(kg("search", "data", "--home", home, env={"KG_MAX_SECONDS": "0.0000001"}))
    assert "ran longer than 1e-07 seconds" in message
