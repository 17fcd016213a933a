"""The real server, in a process of its own."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

pytestmark = pytest.mark.server

PATIENCE = 5.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(home: Path, port: int, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A server that is starting; nothing of it is left behind."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "serve"],
        env={**os.environ, "KG_HOME": str(home), "KG_PORT": str(port), **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def refusal(home: Path, port: int, **more: str) -> str:
    """The message of a server that must not start."""
    with started(home, port, **more) as process:
        _, message = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "Traceback" not in message
    return message


def ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.fixture(scope="module")
def port(home: Path) -> Iterator[int]:
    """The port of a running server."""
    chosen = free_port()
    with started(home, chosen) as process:
        assert ready(process) == f"Ready at http://127.0.0.1:{chosen}/ (stop with Ctrl-C)\n"
        yield chosen
        process.terminate()
        _, err = process.communicate(timeout=PATIENCE)
        assert err == ""
        assert process.returncode == 0


def get(port: int, path: str, **headers: str) -> tuple[int, str, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.headers["Content-Type"], response.read()


def sent(port: int, request: bytes) -> bytes:
    """Return the answer to these bytes until the server closes the connection."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as peer, suppress(ConnectionError):
        peer.sendall(request)
        while piece := peer.recv(65_536):
            answer += piece
    return answer


def test_it_answers_as_soon_as_it_says_so(port: int) -> None:
    status, content_type, body = get(port, "/")
    assert (status, content_type) == (200, "text/html; charset=utf-8")
    assert f"http://127.0.0.1:{port}/sparql".encode() in body
    status, content_type, body = get(port, "/sparql?query=SELECT('%E4%B8%AD'AS?x)%7B%7D", Accept="application/json")
    assert (status, content_type) == (200, "application/sparql-results+json")
    assert json.loads(body)["results"]["bindings"] == [{"x": {"type": "literal", "value": "中"}}]


CLOSE = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    ("request_", "status", "end"),
    [
        (b"GET /sparql?query=SELECT('\xe4\xb8\xad'AS?x){}&format=csv" + CLOSE + b"\r\n", 200, b"\xe4\xb8\xad\r\n"),
        (
            b"POST /sparql"
            + CLOSE
            + b"Content-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n"
            + b"3\r\nASK\r\n2\r\n{}\r\n0\r\n\r\n",
            200,
            b'{"head":{},"boolean":true}',
        ),
        (b"HEAD /sparql?query=ASK%7B%7D" + CLOSE + b"\r\n", 200, b"\r\n\r\n"),
        (b"HEAD /nowhere" + CLOSE + b"\r\n", 404, b"\r\n\r\n"),
        (b"GET /nowhere" + CLOSE + b"\r\n", 404, b"\n"),
        (
            b"POST /sparql" + CLOSE + b"Content-Type: application/sparql-query\r\nContent-Length: 2000000\r\n\r\n",
            413,
            b"\n",
        ),
    ],
    ids=["raw UTF-8", "chunked", "HEAD", "HEAD of nothing", "GET of nothing", "too long"],
)
def test_it_speaks_http(port: int, request_: bytes, status: int, end: bytes) -> None:
    answer = sent(port, request_)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert answer.endswith(end)


def test_it_survives_two_hundred_hostile_requests(port: int) -> None:
    left_open = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) for _ in range(20)]
    try:
        for place, peer in enumerate(left_open):
            peer.sendall(b"GET /sparql?query=ASK HTTP/1.1\r\nHost: x\r\nX-Slow: "[: 1 + place * 3])
        for turn in range(20):
            noise = bytes((turn * 37 + place * place) % 256 for place in range(500))
            for request in (
                noise,
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + noise,
                b"GET " + noise + CLOSE + b"\r\n",
                b"GET /" + b"a" * (5_000 * turn) + CLOSE + b"\r\n",
                b"GET /" + CLOSE + b"X-Large: " + b"a" * (50_000 * turn) + b"\r\n\r\n",
                b"".join([b"GET /", CLOSE, *(b"X-%d: y\r\n" % place for place in range(20 * turn)), b"\r\n"]),
                b"CONNECT 127.0.0.1:%d" % port + CLOSE + b"\r\n",
                b"POST /sparql" + CLOSE + b"Content-Length: -%d\r\n\r\n" % turn + noise,
                b"POST /sparql"
                + CLOSE
                + b"Content-Type: "
                + noise.replace(b"\r", b"").replace(b"\n", b"")
                + b"\r\n\r\n",
            ):
                sent(port, request)
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as peer:  # half a request, then gone
                peer.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nquery="[: 3 * turn + 3])
        assert get(port, "/sparql?query=ASK%7B%7D")[::2] == (200, b'{"head":{},"boolean":true}')
    finally:
        for peer in left_open:
            peer.close()


@pytest.mark.parametrize(
    ("end", "kill"),
    [(signal.SIGTERM, os.kill), (signal.SIGTERM, os.killpg), (signal.SIGINT, os.killpg)],
    ids=["kill", "systemd", "Ctrl-C"],
)
def test_it_ends_at_once_and_leaves_no_process(
    home: Path, end: signal.Signals, kill: Callable[[int, int], None]
) -> None:
    port = free_port()
    with started(home, port) as process:
        assert ready(process)
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE):  # someone who says nothing
            kill(process.pid, end)
            process.communicate(timeout=PATIENCE)  # returns when the last process that holds the pipes has gone
        assert process.returncode == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def test_it_ends_while_it_works_on_an_answer(home: Path) -> None:
    port = free_port()
    heavy = b"GET /sparql?query=SELECT(COUNT(*)AS?n){?a?b?c.?d?e?f.?g?h?i}" + CLOSE + b"\r\n"
    with started(home, port, KG_MAX_SECONDS="1") as process:
        assert ready(process)
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as peer:
            peer.sendall(heavy)
            assert get(port, "/q/")[0] == 200
            process.terminate()
            process.communicate(timeout=PATIENCE)


def test_a_second_server_on_the_port_is_refused_with_advice(home: Path, port: int) -> None:
    message = refusal(home, port)
    assert f"127.0.0.1:{port} cannot be listened on" in message
    assert "Choose another port" in message
    assert get(port, "/")[0] == 200


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"KG_PORT": "abc"}, "KG_PORT='abc' is not valid: expected a whole number from 1 to 65535."),
        ({"KG_PRT": "8000"}, "Did you mean KG_PORT?"),
        ({"KG_HOME": "/nowhere"}, "Run 'kg build' first."),
        ({"KG_SOURCE_TEXT": "/nowhere/text"}, "/nowhere/text cannot be read as a UTF-8 text"),
    ],
)
def test_what_cannot_work_is_refused_in_words(home: Path, variables: dict[str, str], words: str) -> None:
    assert words in refusal(home, free_port(), **variables)


def test_what_few_requests_need_is_not_imported_at_the_start() -> None:
    """Each of these costs the start a twentieth of a second or more."""
    late = ("httpx2", "owlready2", "pyjelly", "rdflib", "rich", "vl_convert", "xlsxwriter")
    code = f"import sys, server.gateway.app; print(sorted(set({late!r}) & set(sys.modules)))"
    completed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert completed.stdout == "[]\n"
