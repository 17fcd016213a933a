"""A query for other programs: as texts that ask exactly it, of today's data or of one release."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

WAYS = ["curl", "Python", "R", "JavaScript"]


def told(client: FlaskClient, **fields: str) -> dict[str, Any]:
    response = client.post("/snippets", data=fields)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.get_json()
    return answer


def test_there_is_a_text_for_each_way_with_a_release_and_without(client: FlaskClient) -> None:
    answer = told(client, query="ASK {}")
    assert sorted(answer["current"]) == sorted(answer["pinned"]) == sorted(WAYS)
    for way in WAYS:
        assert "http://localhost/sparql" in answer["current"][way]
        assert f"http://localhost/release/{answer['release']}/sparql" in answer["pinned"][way]


def test_the_release_that_answered_is_kept_to(client: FlaskClient) -> None:
    release = told(client, query="ASK {}")["release"]
    assert told(client, query="ASK {}", release=release)["release"] == release
    assert client.post("/snippets", data={"query": "ASK {}", "release": "0" * 16}).status_code == 404
    assert client.post("/snippets", data={"query": "ASK {}", "release": "/../x"}).status_code == 404


@pytest.mark.parametrize(
    ("query", "media_type"),
    [("SELECT * {}", "text/csv"), ("CONSTRUCT {} {}", "application/n-triples"), ("nonsense", "text/csv")],
)
def test_the_form_fits_the_kind_of_the_query(client: FlaskClient, query: str, media_type: str) -> None:
    assert media_type in told(client, query=query)["current"]["curl"]


def test_what_the_endpoint_would_not_take_is_refused(client: FlaskClient) -> None:
    assert client.get("/snippets").status_code == 400
    assert client.get("/snippets?query=a&query=b").status_code == 400
    assert client.post("/snippets", data={"query": "#" * 100_001}).status_code == 413
    assert client.post("/snippets", json={}).status_code == 415
