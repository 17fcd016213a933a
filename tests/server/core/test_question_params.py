"""The parameters of a request: its fields are sorted, and written back as an address with the same meaning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.errors import ParameterInvalid
from server.core.question_params import LARGEST_PAGE, QuestionParams, first_page, read_question_params

WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=9)


def test_parameters_facets_and_reserved_fields_are_distinguished() -> None:
    fields = [("plan", "id:plan-ii"), ("plan", "id:plan-gr"), ("only.kind", "x"), ("lang", "de"), ("sort", "-n")]
    params = read_question_params(
        [*fields, ("page", "2"), ("size", "10"), ("bom", "0"), ("theme", "dark"), ("width", "narrow")]
    )
    assert params.values == {"plan": ("id:plan-ii", "id:plan-gr")}
    assert params.only == {"kind": ("x",)}
    assert (params.language, params.sort, params.page, params.size, params.bom) == ("de", "-n", 2, 10, False)
    assert (params.theme, params.width) == ("dark", "narrow")


def test_an_address_without_fields_has_the_default_parameters() -> None:
    assert read_question_params([]) == QuestionParams()
    assert QuestionParams().fields() == []


@given(
    st.dictionaries(
        WORDS.filter(
            lambda word: (
                not word.startswith("only.")
                and word not in ("bom", "lang", "page", "release", "size", "sort", "theme", "width")
            )
        ),
        st.tuples(WORDS),
    ),
    st.dictionaries(WORDS, st.tuples(WORDS, WORDS)),
    st.sampled_from(["en", "de", "zh"]),
    st.integers(1, 99),
)
def test_parameters_are_written_as_fields_with_the_same_meaning(
    values: dict[str, tuple[str, ...]], only: dict[str, tuple[str, ...]], language: str, page: int
) -> None:
    params = QuestionParams(values=values, only=only, language=language, page=page, sort="-plan", size=7)
    assert read_question_params(params.fields()) == params


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("page", "0", "whole number from 1"),
        ("page", "-1", "whole number"),
        ("page", "1e3", "whole number"),
        ("page", "９", "whole number"),
        ("page", "9" * 5000, "whole number"),
        ("size", str(LARGEST_PAGE + 1), f"from 1 to {LARGEST_PAGE}"),
        ("lang", "fr", "choose en or de or zh"),
        ("theme", "pink", "choose light or dark"),
        ("width", "thin", "choose wide or narrow"),
        ("bom", "yes", "choose 1 or 0"),
    ],
)
def test_a_reserved_field_with_a_value_that_it_cannot_have_is_refused(key: str, value: str, words: str) -> None:
    with pytest.raises(ParameterInvalid, match=f"^{key}: .*{words}"):
        read_question_params([(key, value)])


def test_another_language_or_the_first_page_leave_the_rest_as_it_is() -> None:
    params = read_question_params([("plan", "id:plan-ii"), ("page", "3"), ("sort", "n")])
    assert params.in_language("zh").fields() == [*params.fields()[:1], ("lang", "zh"), *params.fields()[1:]]
    assert first_page(params).page == 1
    assert first_page(params).values == params.values
