from __future__ import annotations

import json
import socket
import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from kg.core.errors import FederationFailed, FederationTooSlow, QueryRefused
from kg.engine.federation import Limits
from tests.kg.engine.federation.remote import (
    LIMITS,
    RESULTS,
    Handler,
    Script,
    ask,
    federating,
    iri,
    says,
    serving,
    table,
)

GOOD = says(table({"x": iri("a")}))


def text_for(url: str, silent: str = "") -> str:
    return f"SELECT * {{ SERVICE {silent} <{url}> {{ ?x ?y ?z }} }}"


def failure(script: Script, limits: Limits = LIMITS) -> str:
    """Return the message about an endpoint that answers so."""
    with serving(script) as remote, pytest.raises(FederationFailed) as caught:
        ask(federating(remote.authority, limits), text_for(remote.url))
    assert str(caught.value).startswith(f"SERVICE <{remote.url}> failed: ")
    assert [call["error"] for call in caught.value.calls] == [str(caught.value.__cause__)]
    return str(caught.value.__cause__)


def test_an_endpoint_is_asked_by_post_with_plain_headers() -> None:
    with serving(GOOD) as remote:
        ask(federating(remote.authority), text_for(remote.url))
    ((method, path, headers, query),) = remote.requests
    assert (method, path) == ("POST", "/sparql")
    assert query == "SELECT * WHERE { ?x ?y ?z }\nLIMIT 101"
    assert headers["Host"] == remote.authority
    assert headers["Accept"] == f"{RESULTS}, application/json"
    assert headers["Accept-Encoding"] == "identity"
    assert headers["User-Agent"].startswith("fyp-kg ")
    assert not {"Authorization", "Cookie", "Referer"} & set(headers)


def test_nothing_from_the_environment_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:1")
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w", encoding="ascii") as file:  # noqa: PTH123 - the name is all that matters
        file.write("machine 127.0.0.1 login someone password something\n")
    monkeypatch.setenv("NETRC", netrc)
    with serving(GOOD) as remote:
        ask(federating(remote.authority), text_for(remote.url))
    assert "Authorization" not in remote.requests[0][2]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (says(b"Too much, sorry.\n", "text/plain", 500), "answers 500: Too much, sorry."),
        (says(b"<h1>no</h1>", "text/html", 429), "answers 429."),
        (says(b'{"error":"no"}', "application/json", 404), 'answers 404: {"error":"no"}.'),
        (says(b"<html>", "text/html"), f"answers with text/html, not with {RESULTS}."),
        (says(b"hello"), "no table in SPARQL JSON"),
        (says(b""), "no table in SPARQL JSON"),
        (says(b'{"head":{},"boolean":true}'), "no table in SPARQL JSON"),
        (says(table({"x": iri("a")}), Content_Encoding="gzip"), "compresses its answer"),
        (says(table({"x": iri("a")}), Content_Length="100000"), "breaks off"),
        (says(b"", status=204), "no table in SPARQL JSON"),
    ],
)
def test_an_answer_that_cannot_be_used_is_reported(script: Script, words: str) -> None:
    assert words in failure(script)


def test_a_redirect_without_an_address_is_refused() -> None:
    assert failure(says(b"", status=307, Location="/sparql")) == "the endpoint redirects more than 3 times."


def test_a_connection_that_is_refused_is_reported() -> None:
    with socket.socket() as taken:  # bound, and listens to nobody
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(FederationFailed, match=f"127.0.0.1:{port} cannot be reached"):
            ask(federating(f"127.0.0.1:{port}"), text_for(f"http://127.0.0.1:{port}/"))


def test_a_slow_endpoint_is_left_at_the_limit() -> None:
    left = threading.Event()

    def slow(_: Handler) -> None:
        assert left.wait(10)

    with serving(slow) as remote:
        with pytest.raises(FederationTooSlow, match=r"longer than 0\.2 seconds"):
            ask(federating(remote.authority, replace(LIMITS, seconds=0.2)), text_for(remote.url))
        left.set()


def test_an_endpoint_that_drips_is_left_at_the_limit() -> None:
    gone = threading.Event()

    def drip(handler: Handler) -> None:
        says(b"")(handler)
        try:
            while not gone.wait(0.01):
                handler.wfile.write(b" ")
        finally:
            gone.set()

    with serving(drip) as remote:
        with pytest.raises(FederationTooSlow) as caught:
            ask(federating(remote.authority, replace(LIMITS, seconds=0.3)), text_for(remote.url))
        assert gone.wait(5)
    (call,) = caught.value.calls
    assert call["status"] == 200
    assert isinstance(call["ms"], int)
    assert 300 <= call["ms"] < 800


def test_an_endless_answer_is_left_at_the_limit() -> None:
    gone = threading.Event()

    def endless(handler: Handler) -> None:
        says(b"[")(handler)
        try:
            while True:
                handler.wfile.write(b" " * 65536)
        finally:
            gone.set()

    assert failure(endless) == "the answer is larger than 1048576 bytes: ask for less within the clause."
    assert gone.wait(5)


def test_an_answer_of_just_the_limit_is_taken() -> None:
    body = table({"x": iri("a")})
    with serving(says(body)) as remote:
        ask(federating(remote.authority, replace(LIMITS, bytes=len(body))), text_for(remote.url))
    assert "larger than" in failure(says(body), replace(LIMITS, bytes=len(body) - 1))


def test_too_many_rows_are_reported() -> None:
    assert "more than 2 rows" in failure(says(table(*[{"x": iri("a")}] * 3)), replace(LIMITS, rows=2))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_a_listed_host_is_followed(status: int) -> None:
    with serving(GOOD) as there, serving(says(b"", status=status, Location=there.url + "?x=1")) as here:
        rows, _ = ask(federating(f"{here.authority},{there.authority}"), text_for(here.url))
    assert rows == [{"x": "https://example.org/a"}]
    ((method, path, headers, query),) = there.requests
    assert (method, path, headers["Host"]) == ("GET" if status == 303 else "POST", "/sparql?x=1", there.authority)
    assert bool(query) == (status != 303)


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:1/",
        "http://localhost/",
        "//169.254.169.254/latest",
        "file:///etc/passwd",
        "http://a@b.org/",
        "x:",
    ],
)
def test_a_redirect_to_another_host_is_not_followed(location: str) -> None:
    assert f"redirects to {location!r}, which is not among 127.0.0.1:" in failure(
        says(b"", status=307, Location=location)
    )


def test_a_redirect_to_a_listed_name_with_a_private_address_is_not_followed() -> None:
    with serving(says(b"", status=307, Location="http://inside.example/")) as remote:
        engine = federating(f"{remote.authority},inside.example", resolver=lambda *_: ["10.0.0.1"])
        with pytest.raises(QueryRefused, match="not a public one"):
            ask(engine, text_for(remote.url))


def test_ipv6_is_spoken() -> None:
    try:
        with serving(GOOD, "::1") as remote:
            _, answer = ask(federating(remote.authority), text_for(remote.url))
    except OSError:
        pytest.skip("no IPv6 here")
    assert remote.requests[0][2]["Host"] == remote.authority
    assert answer.calls[0].address == remote.authority


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["::1"], ["8.8.8.8", "127.0.0.1"], ["10.1.2.3"], ["::ffff:8.8.8.8"]]
)
def test_a_name_with_an_address_that_is_not_public_is_refused(addresses: Sequence[str]) -> None:
    engine = federating("inside.example", resolver=lambda *_: addresses)
    with pytest.raises(QueryRefused, match=r"inside\.example has an address that is not a public one"):
        ask(engine, text_for("http://inside.example/"))


def test_a_name_with_a_listed_address_is_called_by_its_name() -> None:
    with serving(GOOD) as remote:
        engine = federating(f"inside.example:{remote.port},{remote.authority}", resolver=lambda *_: ["127.0.0.1"])
        _, answer = ask(engine, text_for(f"http://inside.example:{remote.port}/sparql"))
    assert remote.requests[0][2]["Host"] == f"inside.example:{remote.port}"
    assert answer.calls[0].address == remote.authority


def test_a_name_is_looked_up_once_so_that_it_cannot_change_its_meaning() -> None:
    asked: list[tuple[str, int]] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return ["127.0.0.1" if len(asked) == 1 else "10.0.0.1"]

    with serving(GOOD) as remote:
        engine = federating(f"inside.example:{remote.port},{remote.authority}", resolver=rebinding)
        ask(engine, text_for(f"http://inside.example:{remote.port}/"))
        assert asked == [("inside.example", remote.port)]
        with pytest.raises(QueryRefused, match="not a public one"):
            ask(engine, text_for(f"http://inside.example:{remote.port}/"))
    assert len(remote.requests) == 1


def test_the_system_resolver_is_asked_when_no_other_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(host: str, port: int, **_: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, host, ("127.0.0.1", port))] * 2

    monkeypatch.setattr("kg.engine.federation.fetch.socket.getaddrinfo", getaddrinfo)
    from kg.engine.federation.fetch import resolve

    assert resolve("inside.example", 80) == ["127.0.0.1"]
    with pytest.raises(QueryRefused, match="not a public one"):
        ask(federating("inside.example", resolver=resolve), text_for("http://inside.example/"))


def test_the_next_address_is_tried_where_one_refuses() -> None:
    with serving(GOOD) as remote:
        listed = f"inside.example:{remote.port},[::1]:{remote.port},{remote.authority}"
        engine = federating(listed, resolver=lambda *_: ["::1", "127.0.0.1"])
        rows, answer = ask(engine, text_for(f"http://inside.example:{remote.port}/"))
    assert len(rows) == 1
    assert answer.calls[0].address == remote.authority


@pytest.mark.parametrize("problem", [OSError("no"), UnicodeError("label too long")])
def test_an_unknown_name_is_reported(problem: Exception) -> None:
    def unknown(*_: object) -> Sequence[str]:
        raise problem

    with pytest.raises(FederationFailed, match=r"the name nowhere\.example is not known"):
        ask(federating("nowhere.example", resolver=unknown), text_for("http://nowhere.example/"))


def test_a_look_up_that_never_ends_is_left_at_the_limit() -> None:
    end = threading.Event()

    def endless(host: str, port: int) -> Sequence[str]:
        assert end.wait(10), (host, port)
        return ["8.8.8.8"]

    engine = federating("slow.example", replace(LIMITS, seconds=0.2), endless)
    with pytest.raises(FederationTooSlow):
        ask(engine, text_for("http://slow.example/"))
    end.set()


def test_https_asks_for_the_name_and_trusts_no_unknown_certificate() -> None:
    hello: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            peer, _ = server.accept()
            with peer:
                hello.append(peer.recv(4096))

        thread = threading.Thread(target=listen)
        thread.start()
        port = server.getsockname()[1]
        engine = federating(f"inside.example:{port},127.0.0.1:{port}", resolver=lambda *_: ["127.0.0.1"])
        with pytest.raises(FederationFailed, match="cannot be reached"):
            ask(engine, text_for(f"https://inside.example:{port}/"))
        thread.join()
    assert b"inside.example" in hello[0]


def test_a_report_can_be_written_as_json() -> None:
    with serving(GOOD) as remote:
        _, answer = ask(federating(remote.authority), text_for(remote.url))
    report = json.loads(json.dumps(answer.calls[0].report()))
    assert isinstance(report.pop("ms"), int)
    assert report == {
        "url": remote.url,
        "status": 200,
        "rows": 1,
        "address": remote.authority,
        "silent": False,
        "query": "SELECT * WHERE { ?x ?y ?z }\nLIMIT 101",
        "error": None,
    }
