"""The real server with an allow-list: its setting, its walls, and callers that leave."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests.kg.engine.federation.remote import Handler, iri, says, serving, table
from tests.serving import HOST
from tests.serving import serving as serving_graph

pytestmark = pytest.mark.server

LONG_SECONDS = 60


def path_of(url: str) -> str:
    query = f"SELECT * {{ SERVICE <{url}> {{ ?x ?y ?z }} }}"
    return "/sparql?" + urlencode({"query": query, "format": "srj"})


def test_a_caller_that_leaves_ends_the_call_and_the_next_is_answered(home: Path) -> None:
    asked, left = threading.Event(), threading.Event()

    def held(handler: Handler) -> None:
        if asked.is_set():
            says(table({"x": iri("a")}))(handler)
            return
        asked.set()
        assert handler.rfile.read(1) == b""  # nothing comes until the caller goes
        left.set()

    with serving(held) as remote:
        allowed = {"federation_allow": f"elsewhere.example, {remote.authority}", "federation_seconds": LONG_SECONDS}
        with serving_graph(home, **allowed) as port:
            with socket.create_connection((HOST, port)) as caller:
                caller.sendall(f"GET {path_of(remote.url)} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
                assert asked.wait(10)
            assert left.wait(5)
            with urlopen(f"http://{HOST}:{port}{path_of(remote.url)}") as response:
                (call,) = json.loads(response.headers["FYP-Federation"])
                rows = json.loads(response.read())["results"]["bindings"]
    assert (call["status"], call["rows"]) == (200, 1)
    assert rows == [{"x": iri("a")}]
