"""Text metrics: texts are cut and wrapped to the room that there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.charts.text_metrics import ELLIPSIS, clean, cut, distinct, lead, width, wrap

LONG = "14th Five-Year Plan for the Integration of Informatisation and Industrialisation"
CHINESE = "“十四五”信息化和工业化深度融合发展规划"


@given(st.text(max_size=80), st.integers(60, 400), st.integers(1, 4))
def test_no_line_is_wider_than_its_room_and_no_text_has_more_lines_than_allowed(
    text: str, room: int, most: int
) -> None:
    lines = wrap(clean(text), room, 14, most)
    assert 1 <= len(lines) <= most
    assert all(width(line, 14) <= room for line in lines)


def test_words_stay_whole_and_lines_are_of_like_length() -> None:
    assert wrap("Digitalisation rate of business management", 220, 14) == (
        "Digitalisation rate of",
        "business management",
    )
    assert wrap(LONG, 10_000, 14) == (LONG,)


def test_a_space_that_does_not_break_holds_two_words_together() -> None:
    assert wrap("aaaa bbbb\u00a0cc", width("aaaa bbbb", 10), 10) == ("aaaa", "bbbb\u00a0cc")


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    assert wrap(LONG, 120, 14)[-1].endswith(ELLIPSIS)
    assert cut(LONG, 120, 14).endswith(ELLIPSIS)
    assert cut("short", 120, 14) == "short"


def test_a_long_word_is_broken_with_a_hyphen_or_at_its_own() -> None:
    first, second = wrap("Netzwerkfunktionsvirtualisierung", 170, 14)
    assert first.endswith("-")
    assert first[:-1] + second == "Netzwerkfunktionsvirtualisierung"
    assert wrap("Big-Data-Industrieplattformen", 140, 14)[0] == "Big-Data-"


@pytest.mark.parametrize(
    ("word", "fitting", "first"),
    [
        ("Telekommunikationsgrunddiensten", "Telekommunikationsgrundd-", "Telekommunikationsgrund-"),
        ("Entwicklungsgeschwindigkeiten", "Entwicklungsgeschw-", "Entwicklungs-"),
        ("Telekommunikationsgrunddienste", "Telekommunikationsg-", "Telekommunika-"),
        ("bbbbbbbbbbbbbbbbbbbbbbbbbbbb", "bbbbbbbbb-", "bbbbbbbbb-"),
    ],
)
def test_a_long_word_is_broken_between_syllables_if_it_has_some_near(word: str, fitting: str, first: str) -> None:
    assert wrap(word, width(fitting, 14), 14)[0] == first


def test_chinese_breaks_between_signs_but_never_before_a_closing_mark() -> None:
    lines = wrap(CHINESE, 150, 14)
    assert "".join(lines) == CHINESE
    assert len(lines) == 2
    for room in range(60, 320, 10):
        assert all(line[0] not in "”，。" and line[-1] != "“" for line in wrap(CHINESE, room, 14, 9))


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\nb\t c", "a b c"),
        ("a\x00b\x07", "a b"),
        ("\u202eabc\u202c", "abc"),
        ("  ", ""),
        ("Häuser 工业 e\u0301", "Häuser 工业 e\u0301"),
    ],
)
def test_a_cleaned_text_is_one_line_without_unseen_signs(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_labels_that_come_again_are_numbered_within_their_section() -> None:
    assert distinct(["a", "b", "a", "a"]) == ("a", "b", "a (2)", "a (3)")
    assert distinct(["a", "a", "a"], ["x", "y", "y"]) == ("a", "a", "a (2)")


@pytest.mark.parametrize(
    ("labels", "common"),
    [
        (
            ["14th Five-Year Plan for Software", "14th Five-Year Plan for the Big Data Industry"],
            "14th Five-Year Plan for ",
        ),
        (["14th Five-Year Plan for Software"], ""),
        (["14th Five-Year Plan for Software", "Software"], ""),
        (["Big data", "Big bang"], ""),
        ([], ""),
    ],
)
def test_a_lead_is_the_long_beginning_that_all_labels_share(labels: list[str], common: str) -> None:
    assert lead(labels) == common


def test_chinese_is_as_wide_as_it_is_high() -> None:
    assert width("工业", 14) == 28
    assert width("“工”", 14) == 42
    assert width("e\u0301", 14) == width("e", 14)
