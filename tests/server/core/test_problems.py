"""Every error is reported alike: as problem+json, as plain words, or as a page."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import responses
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.core import errors
from kg.core.errors import KgError, MappingInvalid, ParameterInvalid, QueryInvalid, TurtleInvalid
from kg.core.names import PROBLEM
from kg.core.settings import Settings
from kg.engine import Answer, Question
from kg.engine.limits import CancellationToken
from server.app import create_app
from server.core.http.problem_document import STATUS
from tests.server.page import Page

EXPECTED = {
    "QueryInvalid": 400,
    "QueryTooDeep": 400,
    "QueryFailed": 400,
    "RequestInvalid": 400,
    "ParameterInvalid": 400,
    "QueryRefused": 403,
    "WriteRefused": 403,
    "GraphUnknown": 404,
    "BodyTooSlow": 408,
    "AnswerTooLarge": 413,
    "ClientBusy": 429,
    "FederationFailed": 502,
    "EngineBusy": 503,
    "QuestionTooHeavy": 422,
    "PictureFailed": 422,
    "EnginePanicked": 501,
    "EngineLost": 503,
    "QuestionTooLong": 504,
    "FederationTooSlow": 504,
    "ThingUnknown": 404,
    "QuestionUnknown": 404,
    "FormUnavailable": 406,
    "QueryTooLarge": 413,
    "MediaTypeUnsupported": 415,
}
WORDS = "what <b>went</b> wrong & 'how' 中"


def family(of: type[KgError] = KgError) -> Iterator[type[KgError]]:
    yield of
    for subclass in of.__subclasses__():
        yield from family(subclass)


ALL = sorted({error for error in family() if error.__module__ == errors.__name__}, key=lambda error: error.__name__)


class Failing:
    """An engine whose every answer is an error."""

    release_id = "none"
    error: Exception = KgError(WORDS)

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:  # noqa: ARG002 - the interface of an engine
        raise self.error


@pytest.fixture(scope="module")
def failing(settings: Settings) -> tuple[FlaskClient, Failing]:
    engine = Failing()
    return create_app(settings, engine).test_client(), engine


def made(cls: type[KgError]) -> KgError:
    if cls is ParameterInvalid:
        return ParameterInvalid("technology", WORDS)
    if cls is TurtleInvalid:
        return TurtleInvalid(Path("plan.ttl"), WORDS, 7, 3)
    if cls is MappingInvalid:
        return MappingInvalid(Path("yso.sssom.tsv"), WORDS, 7, "confidence")
    return cls(WORDS)


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
def test_every_error_has_its_status_and_one_shape(failing: tuple[FlaskClient, Failing], cls: type[KgError]) -> None:
    client, engine = failing
    engine.error = made(cls)
    status = EXPECTED.get(cls.__name__, STATUS.get(cls, 500))

    refusal = client.get("/sparql?query=ASK{}", headers={"Accept": "application/sparql-results+json, application/json"})
    assert refusal.status_code == status
    assert refusal.content_type == "application/problem+json"
    assert refusal.json is not None
    assert (
        refusal.json.items()
        >= {
            "type": PROBLEM + cls.__name__,
            "title": responses.get(status, "Client Closed Request"),
            "status": status,
            "detail": str(engine.error),
        }.items()
    )
    assert "中" in refusal.text

    text = client.get("/sparql?query=ASK{}", headers={"Accept": "*/*"})
    assert (text.status_code, text.content_type) == (status, "text/plain; charset=utf-8")
    assert text.text.startswith(f"{engine.error}\n")

    html = client.get("/sparql?query=ASK{}", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (html.status_code, html.content_type) == (status, "text/html; charset=utf-8")
    assert "<b>" not in html.text
    assert str(engine.error) in Page(html.text).text
    assert Page(html.text).problems == []

    assert {response.headers["Vary"].partition(",")[0] for response in (refusal, text, html)} == {"Accept"}
    assert {response.headers["Cache-Control"] for response in (refusal, text, html)} == {"no-store"}


def test_the_statuses_are_those_that_were_agreed() -> None:
    assert EXPECTED.items() <= {cls.__name__: status for cls, status in STATUS.items()}.items()
    assert set(STATUS) <= set(ALL)


def test_an_error_in_the_query_has_its_place(failing: tuple[FlaskClient, Failing]) -> None:
    client, engine = failing
    engine.error = QueryInvalid(WORDS, 2, 17)
    problem = client.get("/sparql?query=ASK{}", headers={"Accept": "application/problem+json, */*;q=0.1"}).json
    assert problem is not None
    assert (problem["line"], problem["column"]) == (2, 17)


@pytest.mark.parametrize("accept", ["application/json", "text/html,*/*;q=0.8", "*/*"])
@pytest.mark.parametrize("error", [ZeroDivisionError("secret"), AssertionError("secret"), OSError(5, "secret", "/x")])
def test_the_words_of_an_unexpected_error_stay_inside(
    failing: tuple[FlaskClient, Failing], error: Exception, accept: str
) -> None:
    client, engine = failing
    engine.error = error
    response = client.get("/sparql?query=ASK{}", headers={"Accept": accept})
    assert response.status_code == 500
    assert "secret" not in response.text
    assert type(error).__name__ not in response.text
    if "json" in accept:
        assert response.json is not None
        assert set(response.json) == {"type", "title", "status", "detail"}


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/nowhere", 404, "NotFound"),
        ("GET", "/id/", 404, "NotFound"),
        ("GET", "/q/nowhere", 404, "QuestionUnknown"),
        ("GET", "/page/nowhere", 404, "ThingUnknown"),
        ("POST", "/", 405, "MethodNotAllowed"),
        ("DELETE", "/sparql", 405, "MethodNotAllowed"),
    ],
)
@pytest.mark.parametrize(
    "accept", ["application/json", "application/problem+json", "application/json, text/html;q=0.9"]
)
def test_errors_of_http_have_the_same_shape(
    client: FlaskClient, method: str, path: str, status: int, kind: str, accept: str
) -> None:
    response = client.open(path, method=method, headers={"Accept": accept})
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert response.json is not None
    assert set(response.json) == {"type", "title", "status", "detail"}
    assert response.json["type"] == PROBLEM + kind
    assert response.json["status"] == status
    assert ("Allow" in response.headers) == (status == 405)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/html", "text/html; charset=utf-8"),
        ("text/html;q=0.1, application/json", "application/problem+json"),
        ("text/html, application/json;q=0.1", "text/html; charset=utf-8"),
        ("text/html;q=0, application/json", "application/problem+json"),
        ("text/html;q=0", "text/plain; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("application/sparql-results+json", "text/plain; charset=utf-8"),
        ("image/png", "text/plain; charset=utf-8"),
        ("*/*", "text/plain; charset=utf-8"),
        ("", "text/plain; charset=utf-8"),
        (";;q=,json", "text/plain; charset=utf-8"),
    ],
)
def test_the_reader_chooses_how_an_error_is_reported(client: FlaskClient, accept: str, content_type: str) -> None:
    response = client.get("/nowhere", headers={"Accept": accept})
    assert response.status_code == 404
    assert response.content_type == content_type


@pytest.mark.parametrize(
    "path", ["/page/", "/id/", "/graph/", "/page/plan-ii/", "/links", "/reconcile/xx", "/problem/"]
)
def test_a_missing_page_has_links_to_others(client: FlaskClient, path: str) -> None:
    detail = client.get(path, headers={"Accept": "application/json"}).get_json()["detail"]
    assert detail.startswith(f"There is nothing at {path}. ")
    assert all(way in detail for way in ("/search", "/q/", "/openapi.json"))
    assert client.get(path).text == f"{detail}\n"
    page = Page(client.get(path, headers={"Accept": "text/html"}).text)
    assert detail in page.text
    assert {"/search", "/q/", "/openapi.json"} <= {link.partition("?")[0] for link in page.links}


def test_an_address_that_is_no_page_cannot_write_into_it(client: FlaskClient) -> None:
    html = client.get("/<script>x</script>", headers={"Accept": "text/html"}).text
    assert "<script>x" not in html
    assert len(client.get("/" + "x" * 5000).text) < 400


def test_an_unsupported_method_is_reported_with_those_that_are_supported(client: FlaskClient) -> None:
    assert client.delete("/q/").text == "/q/ does not take DELETE. Ask it by GET, HEAD, OPTIONS.\n"


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
def test_what_may_succeed_later_and_nothing_else_says_when(
    failing: tuple[FlaskClient, Failing], cls: type[KgError]
) -> None:
    client, engine = failing
    engine.error = made(cls)
    response = client.get("/sparql?query=ASK{}")
    assert ("Retry-After" in response.headers) is (response.status_code in (429, 503))
