"""An error while another error is written gives the one document that needs nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, Response

from kg.core.settings import Settings
from kg.engine.embedded import EmbeddedEngine
from server.app import create_app
from server.core.http.problem_document import DETAIL, static_problem


@pytest.fixture
def fresh(settings: Settings, engine: EmbeddedEngine) -> Flask:
    return create_app(settings, engine)


def breaking(*_: object, **__: object) -> str:
    raise RuntimeError("secret")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html,*/*;q=0.8", "text/html; charset=utf-8"),
        ("application/problem+json", "application/problem+json"),
        ("*/*", "text/plain; charset=utf-8"),
        ("", "text/plain; charset=utf-8"),
    ],
)
@pytest.mark.parametrize(
    "target", ["problems.render_template", "http.problem_document.negotiate", "problems.error_page_text"]
)
def test_a_page_about_a_problem_that_breaks_is_replaced(
    fresh: Flask, monkeypatch: pytest.MonkeyPatch, target: str, accept: str, media_type: str
) -> None:
    monkeypatch.setattr("server.core.problems.render_template", breaking)
    monkeypatch.setattr("server.core.http.problem_document._json", breaking)
    monkeypatch.setattr("server.core.http.problem_document._text", breaking)
    monkeypatch.setattr(f"server.core.{target}", breaking)
    response = fresh.test_client().get("/sparql?query=ASK", headers={"Accept": accept})
    assert response.status_code == 500
    assert (response.content_type, response.text) == static_problem(accept)
    assert response.content_type == media_type
    assert "secret" not in response.text
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("function", ["language_here", "gettext"])
def test_words_that_cannot_be_found_do_not_matter(fresh: Flask, monkeypatch: pytest.MonkeyPatch, function: str) -> None:
    monkeypatch.setattr(f"server.core.i18n.language.{function}", breaking)
    monkeypatch.setitem(fresh.jinja_env.globals, "page_language", breaking)
    response = fresh.test_client().get("/nowhere", headers={"Accept": "text/html"})
    assert response.status_code == 500
    assert DETAIL in response.text


def test_a_response_that_cannot_be_finished_is_reported_without_a_traceback(fresh: Flask) -> None:
    def break_off(_: Response) -> Response:
        raise RuntimeError("secret")

    hook: Callable[[Response], Response] = break_off
    fresh.after_request_funcs.setdefault(None, []).append(hook)
    response = fresh.test_client().get("/robots.txt")
    assert response.status_code == 500
    assert "secret" not in response.text


def test_it_says_so_in_three_languages() -> None:
    _, page = static_problem("text/html")
    assert all(f'<p lang="{language}">' in page for language in ("en", "de", "zh"))
