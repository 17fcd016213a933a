"""Anything at all is sent to the real server: no 500, no traceback, no hang, no process left behind."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings

from tests.attacks.strangers import Sent, questions, requests_to, scrambled
from tests.serving import HOST, Server, is_alive

pytestmark = [pytest.mark.server, pytest.mark.serial, pytest.mark.slow]

DEADLINE_SECONDS, GRACE_SECONDS = 2.0, 0.5
QUICK_WORKERS, HEAVY_WORKERS = 2, 1
PAGE_WORKERS = QUICK_WORKERS // 2
OTHERS = 4  # processes that are no workers: the server, its web process, the page process, the zygote
EXAMPLES = settings(
    deadline=None,
    max_examples=300,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)

ANSWERS = {200, 303, 400, 403, 404, 406, 413, 415, 422, 429, 501, 502, 503, 504}


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "errors.txt"


@pytest.fixture(scope="module")
def server(home: Path, errors: Path) -> Iterator[Server]:
    limits = {
        "max_seconds": DEADLINE_SECONDS,
        "body_seconds": 0.5,
        "quick_seconds": 0.1,
        "quick_workers": QUICK_WORKERS,
        "heavy_workers": HEAVY_WORKERS,
        "memory_bytes": 2**28,
    }
    with Server(home, errors, **limits) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_is_left_behind(server: Server, errors: Path) -> Iterator[None]:
    """After each test: as many workers as there should be, none of them dead, and nothing that went wrong unseen."""
    yield
    end = time.monotonic() + 5
    while len(server.processes()) > OTHERS + QUICK_WORKERS + PAGE_WORKERS and time.monotonic() < end:
        threading.Event().wait(0.02)
    tree = server.processes()
    assert OTHERS < len(tree) <= OTHERS + QUICK_WORKERS + PAGE_WORKERS + HEAVY_WORKERS
    assert all(map(is_alive, tree))
    assert "Traceback" not in errors.read_text("utf-8")
    assert server.query("ASK {}").status == 200


def exchange(server: Server, sent: bytes, *, leave: bool = False) -> bytes:
    """Send bytes, and read all that comes back before the server ends the connection, which it must in time."""
    end = time.monotonic() + DEADLINE_SECONDS + GRACE_SECONDS
    received = b""
    with socket.create_connection((HOST, server.port)) as peer:
        peer.settimeout(DEADLINE_SECONDS + GRACE_SECONDS)
        try:
            peer.sendall(sent)
            if leave:
                peer.shutdown(socket.SHUT_WR)
            while chunk := peer.recv(65_536):
                received += chunk
                peer.settimeout(max(0.01, end - time.monotonic()))
        except TimeoutError:
            raise AssertionError(f"no end to the answer, which is until now {received[:500]!r}") from None
        except OSError:  # it need not read what it refuses
            return received
    return received


def status_of(received: bytes) -> int | None:
    """The status of the first response that is not merely provisional."""
    match = re.match(rb"(?:HTTP/1\.1 1\d\d [^\r]*\r\n\r\n)*HTTP/1\.[01] (\d{3}) ", received)
    return int(match[1]) if match else None


def test_texts_that_look_like_sparql_are_answered_or_refused(server: Server) -> None:
    @EXAMPLES
    @given(questions())
    def holds(sent: Sent) -> None:
        received = exchange(server, sent.whole)
        assert status_of(received) in ANSWERS, received[:500]
        head, _, body = received.partition(b"\r\n\r\n")
        if b"content-type: application/sparql-results+json" in head:
            assert {"head"} < set(json.loads(body))

    holds()


def test_requests_that_look_like_ours_are_answered_or_refused(server: Server, app: Flask) -> None:
    routes = sorted({rule.rule for rule in app.url_map.iter_rules()})

    @EXAMPLES
    @given(requests_to(routes))
    def holds(sent: Sent) -> None:
        received = exchange(server, sent.whole)
        assert status_of(received) not in {None, 500}, received[:500]

    holds()


def test_bytes_end_nothing(server: Server) -> None:
    @EXAMPLES
    @given(scrambled())
    def holds(sent: bytes) -> None:
        assert status_of(exchange(server, sent, leave=True)) != 500

    holds()
