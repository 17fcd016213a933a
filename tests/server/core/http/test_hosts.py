"""Odd Host headers are refused with a problem document, whatever the page; one host is written in one way."""

from __future__ import annotations

import json
import logging

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import create_environ

from server.core.direct_requests import read_host
from server.core.wsgi import Finished, run

ODD = [
    "xn--a",
    "www.xn--a.example",
    "..",
    ".",
    ".example.org",
    "a..b",
    "",
    " ",
    "a b",
    "a>b",
    "a\\b",
    "a/b?c#d",
    "user@host",
    "例",
    "b\u00fccher.example",
    "evil}.example",
    "x:99999999",
    "x:-1",
    "x:y",
    "x:65536",
    "[",
    "[]",
    "[::1",
    "[::1]x",
    "[::1]:x",
    "[:::1]",
    "[1:2:3:4:5:6:7:8:9]",
    "[v1.a]",
    "[fe80::1%25eth0]",
    "::1",
    "a" * 64,
    ".".join(["a" * 60] * 5),
    "a" * 100_000,
    "a,b",
    "a\tb",
    "%41",
]
PATHS = ["/", "/sparql", "/page/plan-ii", "/nowhere", "/openapi.json", "/static/style.css", "/release/r0/"]


@pytest.mark.parametrize("host", ODD)
def test_an_odd_host_is_none(host: str) -> None:
    assert read_host(host, "http") is None


@pytest.mark.parametrize(
    ("sent", "host"),
    [
        ("example.org", "example.org"),
        ("EXAMPLE.org.", "example.org"),
        ("example.org:80", "example.org"),
        ("example.org:", "example.org"),
        ("example.org:443", "example.org:443"),
        ("example.org:0080", "example.org"),
        ("my_service", "my_service"),
        ("my_service.ns.svc.cluster.local:8000", "my_service.ns.svc.cluster.local:8000"),
        ("127.0.0.1:8000", "127.0.0.1:8000"),
        ("[2001:DB8::1]:8000", "[2001:db8::1]:8000"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_a_host_is_written_in_one_way(sent: str, host: str) -> None:
    assert read_host(sent, "http") == host
    assert read_host(host, "http") == host


def test_the_usual_port_is_that_of_the_scheme() -> None:
    assert read_host("example.org:443", "https") == "example.org"
    assert read_host("example.org:80", "https") == "example.org:80"


@given(st.text(max_size=80) | st.text("xn-a1.:[]", max_size=20))
def test_any_text_is_a_host_or_none(text: str) -> None:
    host = read_host(text, "http")
    assert host is None or read_host(host, "http") == host


def ask(app: Flask, path: str, host: str, **headers: str) -> Finished:
    """Ask without a client of werkzeug, which makes addresses of the host itself."""
    environ = create_environ(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return run(app.wsgi_app, environ | {"HTTP_HOST": host})


@pytest.mark.parametrize("accept", ["text/html", "application/problem+json", "*/*"])
@pytest.mark.parametrize("host", ["xn--a", "..", "", "a b", "[:::1]", "a" * 10_000, "user@host"])
@pytest.mark.parametrize("path", PATHS)
def test_a_request_without_a_host_is_a_problem_of_400(
    app: Flask, caplog: pytest.LogCaptureFixture, path: str, host: str, accept: str
) -> None:
    with caplog.at_level(logging.WARNING):
        response = ask(app, path, host, Accept=accept)
    text = response.body.decode()
    assert response.status == 400
    assert "The Host header names no host." in text
    assert "example.org" in text
    assert host not in text or len(host) < 3
    if "json" in accept:
        assert json.loads(text)["type"].endswith("/problem/RequestInvalid")
    assert not caplog.records


def test_the_message_is_in_a_language_of_ours(app: Flask) -> None:
    for language, words in (("de", "Der Header Host nennt keinen Rechner."), ("zh", "Host 标头没有指明主机。")):
        response = ask(app, "/", "xn--a", Accept="text/html", Accept_Language=language)
        assert words in response.body.decode()


@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*"])
@pytest.mark.parametrize("path", ["/release/1a3cda/look", "/page/nothing", "/nowhere", "/q/nothing", "/sparql?query=x"])
def test_an_error_at_a_host_that_flask_makes_no_links_for_is_an_error_and_no_fault(
    app: Flask, path: str, accept: str
) -> None:
    response = app.test_client().get(path, headers={"Host": "my_service", "Accept": accept})
    assert 400 <= response.status_code < 500
