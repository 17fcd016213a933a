"""Addresses that lead where nobody should be led: none of them makes this process connect or look up a name."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import pytest

from kg.core.errors import QueryInvalid, QueryRefused
from kg.engine import Question
from tests.kg.engine.federation.remote import federating
from tests.kg.engine.federation.test_allow import PRIVATE

ALLOWED = "good.example, good.example:8080, inside.example"

HOSTILE = [
    "http://0x7f.1/",
    "http://0x7f000001/",
    "http://127.1/",
    "http://127.0.1/",
    "http://0177.0.0.1/",
    "http://0177.1/",
    "http://2130706433/",
    "http://017700000001/",
    "http://127.0.0.1/",
    "http://127.0.0.1:80/",
    "http://127.0.0.1./",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST/",
    "http://0/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[fe80::1%25eth0]/",
    "http://[::1]good.example/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://[fd00:ec2::254]/",
    "http://metadata.google.internal/",
    "http://good.example@127.0.0.1/",
    "http://user:secret@good.example/",
    "http://@good.example/",
    "http://127.0.0.1#@good.example/",
    "http://127.0.0.1?@good.example/",
    "http://127.0.0.1\\@good.example/",
    "http://good.example\\@127.0.0.1/",
    "http://good.example:80:127.0.0.1/",
    "http://good.example:/",
    "http://good.example:0/",
    "http://good.example:22/",
    "http://good.example:065616/",
    "http://good.example./",
    "http://good.example.127.0.0.1.nip.io/",
    "http://good%2eexample/",
    "http://good.example%00.evil.example/",
    "http://good。example/",
    "http://good．example/",
    "http://ｇood.example/",
    "http://①②⑦.⓪.⓪.①/",
    "http://ßood.example/",
    "http://good.example/\r\nHost: 127.0.0.1\r\n",
    "http://good.example /",
    "http://good.example\t/",
    "http:/good.example/",
    "http:good.example",
    "http:///good.example/",
    "http://",
    "//good.example/",
    "good.example",
    "file:///etc/passwd",
    "ftp://good.example/",
    "gopher://good.example:80/_GET",
    "dict://good.example:11211/",
    "unix:/var/run/docker.sock",
    "data:application/sparql-results+json,{}",
    "jar:http://good.example!/",
    "ws://good.example/",
    "urn:good.example",
    "javascript:alert(1)",
    "",
    "http://good.example/" + "a" * 2048,
    "http://" + "a" * 300 + "/",
]


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address that is connected to or looked up, without doing it."""
    touched: list[object] = []

    def touch(*address: object, **_: object) -> None:
        touched.append(address)
        raise OSError("not in this test")

    monkeypatch.setattr(socket.socket, "connect", touch)
    monkeypatch.setattr(socket.socket, "connect_ex", touch)
    monkeypatch.setattr(socket.socket, "sendto", touch)
    monkeypatch.setattr(socket, "getaddrinfo", touch)
    return touched


@pytest.mark.parametrize("silent", ["", "SILENT "])
@pytest.mark.parametrize("iri", HOSTILE, ids=lambda iri: ascii(iri)[:60])
def test_a_hostile_address_opens_no_socket(connected: list[object], iri: str, silent: str) -> None:
    looked_up: list[str] = []

    def resolver(host: str, _: int) -> Sequence[str]:
        looked_up.append(host)
        return ["8.8.8.8"]

    with pytest.raises((QueryRefused, QueryInvalid)):
        federating(ALLOWED, resolver=resolver).answer(
            Question(f"SELECT * {{ SERVICE {silent}<{iri}> {{ ?s ?p ?o }} }}")
        )
    assert connected == []
    assert looked_up == []


@pytest.mark.parametrize("address", PRIVATE)
def test_a_listed_name_with_a_private_address_opens_no_socket(connected: list[object], address: str) -> None:
    engine = federating(ALLOWED, resolver=lambda *_: ["8.8.8.8", address])
    with pytest.raises(QueryRefused, match="not a public one"):
        engine.answer(Question("SELECT * { SERVICE <http://inside.example/> { ?s ?p ?o } }"))
    assert connected == []


def test_a_friendly_address_would_open_a_socket(connected: list[object]) -> None:
    engine = federating(ALLOWED, resolver=lambda *_: ["8.8.8.8"])
    engine.answer(Question("SELECT * { SERVICE SILENT <http://good.example:8080/> { ?s ?p ?o } }"))
    assert [address[1:] for address in connected if isinstance(address, tuple)] == [(("8.8.8.8", 8080),)]
