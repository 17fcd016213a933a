"""The language of a page: by address, else by Accept-Language."""

from __future__ import annotations

import pytest

from kg.errors import ParameterInvalid
from server.words.language import language_of, preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT", "de"),
        ("zh-Hans-CN,zh;q=0.9", "zh"),
        ("ZH", "zh"),
        ("fr, de;q=0.5, en;q=0.4", "de"),
        ("en;q=0.4, de;q=0.5", "de"),
        ("de;q=0, zh;q=0.1", "zh"),
        ("fr", "en"),
        ("*", "en"),
        ("de;q=oops", "en"),
        (";;;,,,", "en"),
        ("x" * 100_000, "en"),
        ("de," * 50_000, "de"),
    ],
    ids=lambda value: value[:20],
)
def test_the_best_of_our_languages_is_chosen(header: str, language: str) -> None:
    assert preferred(header) == language


def test_the_address_goes_before_the_browser() -> None:
    assert language_of([("lang", "zh")], "de") == ("zh", True)
    assert language_of([("lang", "de"), ("lang", "zh")], "") == ("zh", True)
    assert language_of([("other", "zh")], "de") == ("de", False)


@pytest.mark.parametrize("language", ["fr", "", "EN", "en ", "<b>"])
def test_a_language_that_we_have_not_is_refused(language: str) -> None:
    with pytest.raises(ParameterInvalid, match="choose en or de or zh"):
        language_of([("lang", language)], "")
