"""How long a response may be kept, and when 304 is the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.core.settings import Settings
from kg.engine import Answer, Question
from kg.engine.embedded import EmbeddedEngine
from kg.engine.limits import CancellationToken
from server.app import create_app
from server.core.http.codings import CODINGS

ROWS = "/sparql?query=SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 100"
PAGE = "/q/technologies-by-plans"
VOLATILE = "/sparql?query=SELECT (NOW() AS ?n) {}"
FRESH = "public, max-age=60, must-revalidate"


class CountingEngine:
    """An engine that counts what it is asked."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self._engine, self.release_id, self.asked = engine, engine.release_id, 0

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        self.asked += 1
        return self._engine.answer(question, cancellation)


@pytest.mark.parametrize("path", [ROWS, PAGE, "/", "/q/", "/data/plan-ii.ttl", "/graph/plan-ii", "/sparql"])
def test_what_the_release_decides_is_fresh_for_a_while_and_has_a_strong_tag(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == FRESH
    assert response.headers["ETag"].startswith('"')
    assert response.headers["FYP-Release"]


@pytest.mark.parametrize("path", [ROWS, PAGE, "/data/plan-ii.ttl", "/graph/plan-ii"])
@pytest.mark.parametrize("coding", [*CODINGS, "identity"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_has_it_gets_304(client: FlaskClient, path: str, coding: str, method: str) -> None:
    accepting = {"Accept-Encoding": coding}
    tag = client.get(path, headers=accepting).headers["ETag"]
    for named in (tag, f'"other", W/{tag}'):
        response = client.open(path, method=method, headers=accepting | {"If-None-Match": named})
        assert response.status_code == 304
        assert response.data == b""
        assert response.headers["ETag"] == tag
        assert response.headers["Cache-Control"] == FRESH
        assert "Accept-Encoding" in response.headers["Vary"]
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Content-Length" not in response.headers
        assert "Content-Type" not in response.headers


@pytest.mark.parametrize("path", [ROWS, PAGE])
def test_the_tag_of_another_coding_is_no_match(client: FlaskClient, path: str) -> None:
    tag = client.get(path, headers={"Accept-Encoding": "br"}).headers["ETag"]
    assert client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": tag}).status_code == 200
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_the_tag_of_another_form_is_no_match(client: FlaskClient) -> None:
    tag = client.get(ROWS, headers={"Accept": "text/csv"}).headers["ETag"]
    response = client.get(ROWS, headers={"Accept": "application/sparql-results+json", "If-None-Match": tag})
    assert response.status_code == 200


def test_a_star_matches_whatever_is_there_and_nothing_that_is_not(client: FlaskClient) -> None:
    star = {"If-None-Match": "*"}
    assert client.get(ROWS, headers=star).status_code == 304
    assert client.get("/page/nothing-like-this", headers=star).status_code == 404
    assert client.get("/sparql?query=SELEC", headers=star).status_code == 400


def test_a_known_answer_is_not_asked_again(settings: Settings, engine: EmbeddedEngine) -> None:
    counting = CountingEngine(engine)
    client = create_app(settings, counting).test_client()
    tag = client.get(ROWS).headers["ETag"]
    asked = counting.asked
    assert client.get(ROWS, headers={"If-None-Match": tag}).status_code == 304
    assert counting.asked == asked


def test_a_post_is_never_answered_with_304(client: FlaskClient) -> None:
    form = {"query": "ASK {}"}
    tag = client.post("/sparql", data=form).headers["ETag"]
    assert client.post("/sparql", data=form, headers={"If-None-Match": tag}).status_code == 200


def test_get_and_post_of_one_question_have_one_tag(client: FlaskClient) -> None:
    assert (
        client.post("/sparql", data={"query": "ASK {}"}).headers["ETag"]
        == (client.get("/sparql?query=ASK {}").headers["ETag"])
    )


def test_what_differs_each_time_is_not_to_be_kept(client: FlaskClient) -> None:
    response = client.get(VOLATILE)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sparql?query=SELEC", 400),
        ("/page/nothing-like-this", 404),
        ("/nowhere", 404),
        ("/sparql?update=CLEAR ALL", 403),
    ],
)
def test_errors_are_not_to_be_kept(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_a_redirect_by_accept_may_be_kept_and_says_what_it_depends_on(client: FlaskClient) -> None:
    response = client.get("/id/plan-ii", headers={"Accept": "text/turtle"})
    assert response.status_code == 303
    assert response.headers["Cache-Control"] == FRESH
    assert "Accept" in response.headers["Vary"].split(", ")


def test_the_answers_say_what_they_depend_on(client: FlaskClient) -> None:
    assert client.get(ROWS).headers["Vary"] == "Accept, Accept-Encoding"


def test_static_files_stay_under_an_address_with_their_hash(client: FlaskClient, app: Flask) -> None:
    with app.test_request_context():
        address = app.url_for("static", filename="style.css")
    assert address in client.get("/").text
    with client.get(address) as response:
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with client.get(address.partition("?")[0]) as response:
        assert "immutable" not in response.headers["Cache-Control"]


def test_how_long_is_a_setting(settings: Settings, engine: EmbeddedEngine) -> None:
    client = create_app(replace(settings, max_age_seconds=5), engine).test_client()
    assert client.get(ROWS).headers["Cache-Control"] == "public, max-age=5, must-revalidate"
