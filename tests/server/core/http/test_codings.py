"""Which content coding a client gets."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from flask_compress.flask_compress import _uncompress_data
from hypothesis import given
from hypothesis import strategies as st

from server.core.http.codings import CODINGS, IDENTITY, choose_coding

MANY_ROWS = "/sparql?query=SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 100"


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        ("", IDENTITY),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, br", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0", IDENTITY),
        ("br; q=0.0, gzip ; q=0.001", "gzip"),
        ("*", "zstd"),
        ("*;q=0", IDENTITY),
        ("zstd;q=0, *", "br"),
        ("identity, gzip;q=0.5", IDENTITY),
        ("identity;q=0.5, gzip", "gzip"),
        ("identity;q=0, gzip", "gzip"),
        ("deflate, compress", IDENTITY),
        ("gzip;q=nan", IDENTITY),
        ("gzip;q=lots", IDENTITY),
        ("gzip;q=2", IDENTITY),
        (",,gzip,", "gzip"),
    ],
)
def test_the_weights_decide(accept_encoding: str, coding: str) -> None:
    assert choose_coding(accept_encoding) == coding


@given(st.text())
def test_any_header_gives_a_coding(accept_encoding: str) -> None:
    assert choose_coding(accept_encoding) in (*CODINGS, IDENTITY)


@pytest.mark.parametrize("coding", [*CODINGS, IDENTITY])
def test_the_answer_is_the_same_in_each_coding(client: FlaskClient, coding: str) -> None:
    plain = client.get(MANY_ROWS)
    response = client.get(MANY_ROWS, headers={"Accept-Encoding": coding})
    assert response.headers.get("Content-Encoding", IDENTITY) == coding
    read = response.data if coding == IDENTITY else _uncompress_data(response.data, coding)
    assert read == plain.data
    assert response.content_length == len(response.data)
    assert "Accept-Encoding" in response.headers["Vary"]


def test_each_coding_has_its_own_entity_tag(client: FlaskClient) -> None:
    tags = {client.get(MANY_ROWS, headers={"Accept-Encoding": each}).headers["ETag"] for each in (*CODINGS, "")}
    assert len(tags) == len(CODINGS) + 1


def test_a_small_body_is_left_alone(client: FlaskClient) -> None:
    response = client.get("/sparql?query=ASK {}", headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in response.headers
    assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize("ending", ["srj", "srx", "csv", "tsv"])
def test_every_form_of_a_table_is_compressed(client: FlaskClient, ending: str) -> None:
    response = client.get(f"{MANY_ROWS}&format={ending}", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
