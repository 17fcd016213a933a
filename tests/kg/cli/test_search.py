"""``kg search``: a table of what is found, or of what is nearest."""

from __future__ import annotations

from pathlib import Path

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


def test_a_kind_that_is_none_and_a_text_too_long_are_told(home: Path) -> None:
    assert "give a compact IRI such as fyp:Technology" in told(kg("search", "x", "--kind", "nope", "--home", home))
    assert "give at most 300" in told(kg("search", "x" * 301, "--home", home))
