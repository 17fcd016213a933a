"""The language of a page: by address, else by Accept-Language."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string

from kg.core.errors import ParameterInvalid
from server.core.i18n.language import gettext, language_of, ngettext, preferred, register, speaking


@pytest.fixture
def app() -> Flask:
    made = Flask("pages")
    register(made)
    return made


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


def test_texts_of_code_and_templates_are_in_the_language_of_the_page(app: Flask) -> None:
    for language, words in (("en", "Rows"), ("de", "Zeilen"), ("zh", "行数")):
        with app.test_request_context(f"/?lang={language}"):
            assert (gettext("Rows"), render_template_string("{{ _('Rows') }}")) == (words, words)


def test_two_requests_in_one_application_context_have_each_their_language(app: Flask) -> None:
    with app.app_context():
        for language, words in (("de", "Zeilen"), ("zh", "行数")):
            with app.test_request_context("/", headers={"Accept-Language": language}):
                assert gettext("Rows") == words


def test_a_forced_language_ends_with_its_block_and_may_be_nested(app: Flask) -> None:
    with app.test_request_context("/?lang=de"):
        with speaking("zh"):
            assert render_template_string("{{ _('Rows') }}") == "行数"
            with speaking("en"):
                assert gettext("Rows") == "Rows"
            assert gettext("Rows") == "行数"
        assert gettext("Rows") == "Zeilen"


def test_a_text_outside_a_request_is_as_it_is_written_unless_a_language_is_forced() -> None:
    assert gettext("Rows") == "Rows"
    with speaking("de"):
        assert gettext("Rows") == "Zeilen"


def test_values_and_numbers_are_put_into_texts_and_templates_escape_them(app: Flask) -> None:
    assert ngettext("%(num)d row", "%(num)d rows", 2) == "2 rows"
    assert gettext("%(name)s is 100%% odd", name="a<b") == "a<b is 100% odd"
    assert gettext("100% as it is written") == "100% as it is written"
    template = "{% trans name='a<b', count=2 %}{{ name }} row{% pluralize %}{{ name }} rows{% endtrans %}"
    with app.test_request_context("/"):
        assert render_template_string(template) == "a&lt;b rows"


def test_a_context_tells_equal_words_apart(app: Flask) -> None:
    with app.test_request_context("/?lang=de"):
        assert render_template_string("{{ pgettext('of a statement', 'Subject') }}") != "Subject"
