"""Every kind of problem that visitors meet has a title and a way on in each language."""

from __future__ import annotations

import pytest
from flask import Flask

from server.core.http.problem_document import STATUS
from server.core.i18n.error_pages import error_page_text


def test_every_kind_with_a_status_has_words_of_its_own(app: Flask) -> None:
    with app.test_request_context("/"):
        other = error_page_text("Teapot")
        assert [kind.__name__ for kind in STATUS if error_page_text(kind.__name__) == other] == []


@pytest.mark.parametrize("language", ["de", "zh"])
def test_they_are_in_the_language_of_the_page(app: Flask, language: str) -> None:
    kinds = [kind.__name__ for kind in STATUS]
    with app.test_request_context("/"):
        english = [error_page_text(kind) for kind in (*kinds, "NotFound", "Teapot")]
    with app.test_request_context(f"/?lang={language}"):
        translated = [error_page_text(kind) for kind in (*kinds, "NotFound", "Teapot")]
    assert all(
        local.title != other.title and local.on != other.on for local, other in zip(translated, english, strict=True)
    )
