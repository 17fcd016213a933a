"""Words match others: compounds, typing errors, syllables."""

from __future__ import annotations

import pytest

from kg.search.query import Vocabulary, allowed_edits

KNOWN = Vocabulary(
    ("artificial", "daten", "datenbranche", "industrie", "industrieinternet", "intelligence", "internet", "netz"),
    frozenset(("an", "gong", "hu", "lian", "lu", "se", "wang", "xi", "xian", "ye", "5g")),
)


@pytest.mark.parametrize(("word", "most"), [("ai", 0), ("net", 0), ("netz", 1), ("daten", 1), ("internet", 2)])
def test_longer_words_may_have_more_slips(word: str, most: int) -> None:
    assert allowed_edits(word) == most


def test_a_word_is_found_inside_others() -> None:
    assert KNOWN.inside("internet") == ["industrieinternet"]
    assert KNOWN.inside("branche") == ["datenbranche"]
    assert KNOWN.inside("te") == []


@pytest.mark.parametrize(
    ("word", "similar"),
    [
        ("artifical", "artificial"),
        ("artificail", "artificial"),
        ("inteligence", "intelligence"),
        ("daen", "daten"),
        ("nezt", "netz"),
    ],
)
def test_typing_errors_are_corrected(word: str, similar: str) -> None:
    assert KNOWN.similar(word)[0] == similar


def test_the_beginning_of_an_unfinished_word_may_have_a_slip() -> None:
    assert KNOWN.similar("artefic") == []
    assert KNOWN.similar("artefic", unfinished=True) == ["artificial"]


def test_a_compound_is_split_into_words_that_are_known() -> None:
    assert KNOWN.split("industrieintelligence") == ["industrie", "intelligence"]
    assert KNOWN.split("industriesnetz") == ["industrie", "netz"]
    assert KNOWN.split("industrieinternet") == ["industrieinternet"]
    assert KNOWN.split("xyzzyplugh") == ["xyzzyplugh"]


@pytest.mark.parametrize(
    ("letters", "ways"),
    [
        ("gongye", ["gong ye"]),
        ("xian", ["xian", "xi an"]),
        ("lvse", ["lu se"]),
        ("5glvse", ["5g lu se"]),
        ("gongyeh", ["gong ye h"]),
        ("gong1ye4", ["gong ye"]),
        ("data", []),
        ("wang" * 100, []),
    ],
)
def test_letters_are_parted_into_syllables(letters: str, ways: list[str]) -> None:
    assert KNOWN.sounds(letters) == ways
