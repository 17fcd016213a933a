"""Headers of every response."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

PATHS = [
    "/",
    "/q/",
    "/q",
    "/nowhere",
    "/sparql?query=ASK{}",
    "/sparql?query=SELECT",
    "/id/plan-ii",
    "/data/plan-ii.ttl",
]


@pytest.mark.parametrize("path", [*PATHS, "/static/style.css"])
def test_every_response_is_open_to_scripts_of_others_and_closed_to_scripts_within(
    client: FlaskClient, path: str
) -> None:
    with client.get(path) as response:
        headers = response.headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Access-Control-Expose-Headers"] == "FYP-Release"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer-when-downgrade"
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_a_script_of_another_site_may_post_a_query(client: FlaskClient) -> None:
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    response = client.options("/sparql", headers=asked)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Headers"] == "Content-Type"


def test_no_cookie_is_ever_set(client: FlaskClient) -> None:
    assert [path for path in PATHS if "Set-Cookie" in client.get(path).headers] == []
