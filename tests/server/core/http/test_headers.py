"""Headers of every response: CORS on every route and error, preflight for every method."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

PATHS = ["/", "/sparql", "/sparql?query=ASK{}", "/sparql?query=ASK{", "/q/", "/nowhere", "/static/style.css", "/health"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_scripts_of_other_sites_may_read_every_response(client: FlaskClient, path: str, method: str) -> None:
    with client.open(path, method=method) as response:  # a static file is open until the response is closed
        headers = response.headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    exposed = headers["Access-Control-Expose-Headers"].split(", ")
    assert {"ETag", "Link", "FYP-Release", "Retry-After", "Content-Length"} <= set(exposed)
    assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "QUERY", "PUT", "DELETE", "PATCH"])
def test_every_preflight_is_answered(client: FlaskClient, path: str, method: str) -> None:
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "content-type, x-mine",
    }
    response = client.options(path, headers=asked)
    assert response.status_code == 204
    assert response.data == b""
    assert method in response.headers["Access-Control-Allow-Methods"].split(", ")
    assert response.headers["Access-Control-Allow-Headers"] == "content-type, x-mine"
    assert response.headers["Access-Control-Max-Age"] == "86400"
    assert "Access-Control-Request-Headers" in response.headers["Vary"]


def test_options_without_a_preflight_tells_what_is_allowed(client: FlaskClient) -> None:
    response = client.options("/sparql")
    assert response.status_code == 200
    assert {"GET", "HEAD", "POST"} <= set(response.headers["Allow"].replace(" ", "").split(","))


def test_pages_load_no_script_of_others(client: FlaskClient) -> None:
    headers = client.get("/").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"


PICTURE = "/q/targets-against-outcomes.{}"


def test_a_picture_may_be_in_the_document_that_a_browser_makes_of_it(client: FlaskClient) -> None:
    response = client.get(PICTURE.format("png"))
    policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    assert response.mimetype == "image/png"
    assert policy == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "'self'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    again = client.get(PICTURE.format("png"), headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert "Content-Security-Policy" not in again.headers, "the browser would keep to it with the picture that it has"


@pytest.mark.parametrize(
    "path", [PICTURE.format("svg"), PICTURE.format("csv"), "/q/nowhere.png", "/static/style.css", "/page/plan-ict"]
)
def test_whatever_else_may_not_style_itself(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        policy = response.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "style-src 'self'; " in policy
    assert "script-src 'self'; " in policy
