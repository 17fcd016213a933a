"""A chart that cannot be drawn is refused; those of the catalogue are drawn, and each kind is documented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from kg.charts import KINDS, chart_of, check_chart
from kg.core.errors import HeaderInvalid
from kg.core.names import LANGUAGES
from kg.core.settings import PROJECT
from kg.engine.embedded import EmbeddedEngine
from kg.questions.catalogue import CannedQuestion
from kg.questions.result import answer_question
from tests.catalogue import project_catalogue
from tests.kg.charts.answers import question

TEXT = dict.fromkeys(LANGUAGES, "words")
CATALOGUE = project_catalogue().questions.values()


@pytest.mark.parametrize("canned_question", CATALOGUE, ids=lambda question: question.slug)
def test_every_chart_of_the_catalogue_names_columns_that_there_are(canned_question: CannedQuestion) -> None:
    check_chart(canned_question)


@pytest.mark.parametrize(
    "canned_question", [each for each in CATALOGUE if each.chart], ids=lambda question: question.slug
)
def test_every_chart_of_the_catalogue_is_drawn_in_three_languages(
    engine: EmbeddedEngine, canned_question: CannedQuestion
) -> None:
    result = answer_question(engine, canned_question, {})
    for language in LANGUAGES:
        picture = chart_of(replace(result, language=language))
        assert picture is not None
        assert picture.text.startswith(canned_question.title[language])


@pytest.mark.parametrize(
    ("chart", "words"),
    [
        ({}, "kind is None; it must be one of bars, "),
        ({"kind": "pie"}, "kind is 'pie'"),
        ({"kind": "bars", "value": "n"}, "bars needs category"),
        ({"kind": "bars", "category": "a", "colour": "n"}, "bars has no field colour; it may have category, value"),
        ({"kind": "bars", "category": "a", "value": "m"}, "m is no column; there are a, n"),
        ({"kind": "bars", "category": "a", "value": 3}, "3 is no column"),
        ({"kind": "bars", "category": "a", "value": ["n"]}, "is no column"),
        ({"kind": "vega-lite", "spec": {}}, "text must say in each of en, de, zh"),
        ({"kind": "vega-lite", "text": TEXT}, "spec must be a Vega-Lite specification"),
        ({"kind": "vega-lite", "text": TEXT, "spec": {"data": {"url": "http://x/"}}}, "must not load anything"),
        ({"kind": "vega-lite", "text": TEXT, "spec": {"layer": [{"encoding": {"x": {"field": "m"}}}]}}, "spec names m"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_refused_with_the_reason(chart: Mapping[str, Any], words: str) -> None:
    with pytest.raises(HeaderInvalid, match=r"^words\.rq: chart: ") as caught:
        check_chart(question(chart, ("a", "n")))
    assert words in str(caught.value)


def test_a_field_that_a_transform_makes_is_known() -> None:
    spec = {"transform": [{"calculate": "datum.n * 2", "as": "twice"}, {"fold": ["n"], "as": ["k", "v"]}]}
    encoding = {"x": {"field": "twice"}, "y": {"field": "v"}, "color": {"field": "a"}}
    check_chart(question({"kind": "vega-lite", "text": TEXT, "spec": {**spec, "encoding": encoding}}, ("a", "n")))


def test_a_question_without_a_chart_is_right() -> None:
    check_chart(question(None, ("a",)))


PAGE = (PROJECT / "docs" / "reference" / "charts.md").read_text("utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_documented_with_its_fields(kind: str) -> None:
    (needs, may) = re.findall(rf"^\| `{kind}` \|([^|]*)\|([^|]*)\|", PAGE, re.MULTILINE)[0]
    assert re.findall(r"`([\w-]+)`", needs) == list(KINDS[kind].needs)
    assert set(re.findall(r"`([\w-]+)`", may)) == {*KINDS[kind].may, *KINDS[kind].besides}


def test_no_kind_is_documented_that_there_is_not() -> None:
    assert re.findall(r"^\| `([\w-]+)` \|", PAGE, re.MULTILINE) == list(KINDS)
