"""Every kind of picture: with one row and five hundred, with hostile labels, in each language and theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from pyoxigraph import Literal

from kg.charts import KINDS, Chart, chart_of, empty_chart
from kg.charts.chart import MARGIN, WIDTHS
from kg.charts.render_worker import MOST_MARKS, marks
from kg.core.names import LANGUAGES, name
from tests.kg.charts.answers import HOSTILE, Cell, answer, data_of, strict_json, strings, words_of, written

TEXTS = {language: f"What it shows {language}" for language in LANGUAGES}
SPEC = {
    "mark": "point",
    "encoding": {"x": {"field": "a", "type": "nominal"}, "y": {"field": "n", "type": "quantitative"}},
}
CHARTS: dict[str, Mapping[str, Any]] = {
    "bars": {"kind": "bars", "category": "a", "value": "n", "group": "b"},
    "matrix": {"kind": "matrix", "x": "a", "y": "b", "value": "n"},
    "bullet": {"kind": "bullet", "label": "a", "official": "n", "latest": "m", "group": "b", "progress": "b"},
    "network": {"kind": "network", "from": "a", "to": "b", "weight": "n"},
    "timeline": {"kind": "timeline", "date": "d", "label": "a", "group": "b"},
    "multiples": {"kind": "multiples", "panel": "b", "category": "a", "value": "n"},
    "vega-lite": {"kind": "vega-lite", "text": TEXTS, "spec": SPEC},
}
COLUMNS = ("a", "b", "n", "m", "d")
EACH = pytest.mark.parametrize("kind", CHARTS)


def row(a: str, b: str = "group", number: int = 1, date: str = "2021-11-30") -> Sequence[Cell]:
    return (a, b, number, number + 1, Literal(date, datatype=name("xsd:date")))


def drawn(kind: str, rows: Sequence[Sequence[Cell]], language: str = "en") -> Chart:
    picture = chart_of(answer(CHARTS[kind], COLUMNS, rows, language))
    assert picture is not None
    return picture


def test_every_kind_is_tested() -> None:
    assert set(CHARTS) == set(KINDS)


@EACH
def test_one_row_is_drawn(kind: str) -> None:
    picture = drawn(kind, [row("only")])
    assert "only" in strict_json(picture)
    assert picture.text.startswith("Title en. ")


@EACH
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_alternative_is_in_the_language_of_the_answer(kind: str, language: str) -> None:
    picture = drawn(kind, [row("one", number=3), row("two", number=5)], language)
    assert picture.language == language
    assert picture.title == f"Title {language}"
    assert picture.spec["description"] == picture.text
    others = [
        text
        for other_language in LANGUAGES
        if other_language != language
        for text in (f"Title {other_language}", TEXTS[other_language])
    ]
    assert not any(text in strict_json(picture) for text in others)


@EACH
def test_five_hundred_rows_give_a_picture_that_can_be_drawn_or_say_what_is_left_out(kind: str) -> None:
    rows = [row(f"thing {n}", f"group {n % 70}", n, f"20{n % 90 + 10}-01-01") for n in range(500)]
    picture = drawn(kind, rows)
    assert marks(picture.spec) <= MOST_MARKS
    if kind != "vega-lite":
        assert picture.width == WIDTHS["wide"]
        assert "500" in picture.text or " of 70 " in picture.text
        assert "the table has them all" in picture.text


@EACH
def test_hostile_labels_do_no_harm(kind: str) -> None:
    picture = drawn(kind, [row(label, HOSTILE[n - 1], n) for n, label in enumerate(HOSTILE)])
    assert strict_json(picture)
    assert not any(ord(sign) < 32 or sign in "\u202e\u202c" for text in strings(picture.spec) for sign in text)
    if kind != "vega-lite":
        assert all(datum["text"] == " ".join(datum["text"].split()) for datum in data_of(picture, "text"))


@EACH
def test_the_same_answer_gives_the_same_picture_in_each_theme_with_the_same_words(kind: str) -> None:
    rows = [row(f"thing {n}", f"thing {(n * 7) % 11}", n % 5) for n in range(30)]
    result = answer(CHARTS[kind], COLUMNS, rows)
    light, again, dark = chart_of(result), chart_of(result), chart_of(result, "dark")
    assert light is not None
    assert dark is not None
    assert light == again
    assert (light.text, light.width, light.height) == (dark.text, dark.width, dark.height)
    assert light.spec["config"]["background"] != dark.spec["config"]["background"]


@EACH
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_narrow_picture_shows_the_same_and_nothing_leaves_it(kind: str, language: str) -> None:
    names = (
        "Technology",
        "Berufsbildungsqualifizierungsmaßnahmen in der Industrie",
        "“十四五”信息通信行业发展规划",
        "x" * 90,
    )
    rows = [row(f"{names[n % 4]} {n}", f"{names[n % 3]} {(n * 7) % 11 + 100}", n % 5 * 10) for n in range(40)]
    result = answer(CHARTS[kind], COLUMNS, rows, language)
    wide, narrow = chart_of(result), chart_of(result, width="narrow")
    assert wide is not None
    assert narrow is not None
    assert (narrow.text, narrow.width) == (wide.text, WIDTHS["narrow"])
    if kind != "vega-lite":
        ends = {text: right for text, left, _, right, _ in written(narrow) if left < -MARGIN or right > narrow.width}
        assert not ends
        assert {round(left) for _, left, *_ in written(narrow)} & {0, 3}


@EACH
def test_rows_without_any_value_give_no_picture_but_one_that_says_so(kind: str) -> None:
    result = answer(CHARTS[kind], COLUMNS, [(None, None, None, None, None)])
    if kind in ("timeline", "vega-lite"):
        assert chart_of(result) is not None
    else:
        assert chart_of(result) is None
    assert "Nothing in these rows can be drawn" in empty_chart(result).text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "no rows"), ("de", "keine Zeilen"), ("zh", "没有符合条件的结果")]
)
def test_an_answer_without_rows_has_a_picture_that_says_so(language: str, words: str) -> None:
    result = answer(CHARTS["bars"], COLUMNS, [], language)
    assert chart_of(result) is None
    picture = empty_chart(result, "dark")
    assert words in picture.text
    assert any(words in word for word in words_of(picture))


def test_a_question_without_a_chart_has_no_picture() -> None:
    assert chart_of(answer(None, COLUMNS, [row("one")])) is None


def test_a_picture_names_its_question_and_release() -> None:
    picture = drawn("bars", [row("one")])
    assert picture.spec["usermeta"] == {"question": "words", "release": "r1"}
    assert "FYP-KG · /q/words · release r1" in words_of(picture)


def test_a_tall_picture_has_fewer_pixels_for_each_css_pixel() -> None:
    assert drawn("bars", [row("one")]).scale == 2
    assert 1 <= Chart({}, "", "", "en", 640, 6000).scale < 1.5
