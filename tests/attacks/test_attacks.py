"""No query can hurt the service: each attack ends in time with a proper status, and others are served meanwhile."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.serving import Reply, Server, is_alive

pytestmark = [pytest.mark.server, pytest.mark.serial, pytest.mark.slow]

DEADLINE_SECONDS = 2.0
GRACE_SECONDS = 0.5
NOISE_SECONDS = 0.02  # what a busy machine adds to anything; `make bench-heavy` prints the ratio itself
MEMORY_BYTES = 2**28
TREE_BYTES = 3 * 2**30

LIGHT = "SELECT * { ?plan a <https://w3id.org/fyp-kg/ontology#SectoralPlan> }"
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"

ATTACKS = {  # name: text of the query
    "count over a cross product": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    "count of distinct combinations": f"SELECT (COUNT(DISTINCT CONCAT(STR(?a), STR(?d), STR(?g))) AS ?n) {{ {CROSS} }}",
    "stream of a cross product": f"SELECT * {{ {CROSS} }}",
    "sorted cross product": f"SELECT * {{ {CROSS} }} ORDER BY ?c ?f ?i LIMIT 1",
    "one string of everything": f"SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f))) AS ?x) {{ {CROSS} }}",
    "grouped cross product": f"SELECT ?a ?d (COUNT(*) AS ?n) {{ {CROSS} }} GROUP BY ?a ?d ?g",
    "constructed cross product": f"CONSTRUCT {{ ?a ?e ?i }} WHERE {{ {CROSS} }}",
    "doubling string": "SELECT (STRLEN(?z) AS ?n) { BIND('ab' AS ?s0) "
    + " ".join(f"BIND(CONCAT(?s{n}, ?s{n}) AS ?s{n + 1})" for n in range(40))
    + " BIND(?s40 AS ?z) }",
    "greedy regular expression": f"SELECT * {{ {CROSS} FILTER(REGEX(STR(?c), '(a+)+$')) }}",
    "unbounded paths": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b . ?c (!<urn:x>|^!<urn:x>)* ?d }",
    "negation of a product": f"SELECT * {{ {CROSS} FILTER NOT EXISTS {{ ?c ?f ?i . ?i ?f ?c }} }}",
    "nested not": "SELECT (" + "!" * 100_000 + "true AS ?x) {}",
    "nested parentheses": "SELECT (" + "(" * 50_000 + "1" + ")" * 50_000 + " AS ?x) {}",
    "nested groups": "SELECT * " + "{" * 20_000 + "}" * 20_000,
    "nested lists": "SELECT * { ?s ?p " + "(" * 20_000 + ")" * 20_000 + " }",
    "many unions": "SELECT * {" + " UNION ".join(["{ ?s ?p ?o }"] * 10_000) + "}",
    "many optionals": "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o } " * 5_000 + "}",
    "many binds": "SELECT * {" + "".join(f"BIND({n} AS ?v{n}) " for n in range(5_000)) + "}",
    "many filters": "SELECT * { ?s ?p ?o " + "FILTER(?s != 1) " * 10_000 + "}",
    "many patterns": "SELECT * {" + "?s ?p ?o . " * 5_000 + "}",
    "long conjunction": "SELECT * { FILTER(" + "true && " * 20_000 + "true) }",
    "long sum": "SELECT (" + "1+" * 50_000 + "1 AS ?x) {}",
    "long values": "SELECT * { VALUES ?v {" + " 1" * 100_000 + "} }",
    "many variables": "SELECT " + " ".join(f"?v{n}" for n in range(5_000)) + " { ?s ?p ?o }",
    "long path": "SELECT * { ?s " + "/".join(["<urn:x>"] * 5_000) + " ?o }",
}

STATUSES = {200, 400, 403, 413, 422, 429, 501, 503, 504}


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    with Server(home, max_seconds=DEADLINE_SECONDS, memory_bytes=MEMORY_BYTES, max_per_client=64) as running:
        yield running


def is_whole(reply: Reply) -> bool:
    """Return True if a 200 holds a whole JSON answer, never a part."""
    return reply.status != 200 or "results" in json.loads(reply.body) or "boolean" in json.loads(reply.body)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_ends_in_time_with_a_proper_status_and_hurts_nobody(server: Server, name: str) -> None:
    accept = "text/turtle" if ATTACKS[name].startswith("CONSTRUCT") else "application/sparql-results+json"
    reply = server.query(ATTACKS[name], accept=accept)
    assert reply.seconds < DEADLINE_SECONDS + GRACE_SECONDS
    assert reply.status in STATUSES
    assert accept == "text/turtle" or is_whole(reply)
    assert reply.status == 200 or len(reply.body) > 20
    assert server.resident_bytes() < TREE_BYTES
    assert server.query(LIGHT).status == 200


@pytest.mark.parametrize(
    ("text", "field", "status"),
    [
        ("SELECT * { SERVICE <URL> { ?s ?p ?o } }", "query", 403),
        ("SELECT * { SERVICE#c\n<URL> { ?s ?p ?o } }", "query", 403),
        ("SELECT * { sErViCe SILENT <URL> { ?s ?p ?o } }", "query", 403),
        ("BASE <URL> SELECT * { SERVICE <> { ?s ?p ?o } }", "query", 403),
        ("PREFIX a: <URL> ASK { FILTER(trueSERVICE a: {}) }", "query", 400),
        ("PREFIX a: <URL> SELECT * { ?s ?p 1SERVICE a: { ?s ?p ?o } }", "query", 403),
        ("SELECT * { VALUES ?x { <URL> } SERVICE ?x { ?s ?p ?o } }", "query", 403),
        ("SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }", "query", 400),
        ("LOAD <URL>", "query", 403),
        ("LOAD <URL>", "update", 403),
        ("LOAD SILENT <URL> INTO GRAPH <urn:g>", "update", 403),
        ("INSERT DATA { <urn:a> <urn:b> 1 }", "update", 403),
        ("DELETE WHERE { ?s ?p ?o }", "query", 403),
        ("SELECT * FROM <URL> { ?s ?p ?o }", "query", 200),
        ("SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }", "query", 200),
    ],
)
def test_no_socket_is_opened_to_anywhere(server: Server, text: str, field: str, status: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        reply = server.query(text.replace("URL", f"http://127.0.0.1:{listener.getsockname()[1]}/x"), field=field)
        assert reply.status in {status, 400, 403} if status != 200 else reply.status == 200
        with pytest.raises(TimeoutError):
            listener.accept()


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[18]


def test_light_questions_keep_their_pace_while_forty_heavy_ones_run(server: Server) -> None:
    numbers = itertools.count(1000)  # each question is new: equal ones would share one answer

    def ask_lightly() -> Reply:
        return server.query(f"{LIGHT} LIMIT {next(numbers)}", method="GET", source="127.0.0.2")

    idle = [ask_lightly().seconds for _ in range(60)]
    replies: list[Reply] = []

    def ask_heavily(number: int) -> None:
        heavy = f"SELECT (COUNT(*) + {number} AS ?n) {{ {CROSS} }}"
        replies.append(server.query(heavy, source=f"127.0.1.{number + 1}"))

    threads = [threading.Thread(target=ask_heavily, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    busy: list[Reply] = []
    while any(thread.is_alive() for thread in threads):
        busy.append(ask_lightly())
        if len(busy) % 10 == 0:  # reading the memory takes longer than ten replies, and few replies have no percentile
            assert server.resident_bytes() < TREE_BYTES
    for thread in threads:
        thread.join()
    assert {reply.status for reply in busy} == {200}
    assert all(reply.seconds < DEADLINE_SECONDS + GRACE_SECONDS for reply in replies)
    assert set(Counter(reply.status for reply in replies)) <= {503, 504}
    assert p95([reply.seconds for reply in busy]) < 3 * p95(idle) + NOISE_SECONDS


def test_a_client_that_leaves_frees_its_worker_at_once(home: Path) -> None:
    with Server(home, max_seconds=30, quick_workers=1, heavy_workers=1) as server:
        heavy = ATTACKS["count over a cross product"].replace(" ", "%20").replace("?", "%3F").replace("{", "%7B")
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", server.port)) as peer:
                peer.sendall(f"GET /sparql?query={heavy.replace('}', '%7D')} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                threading.Event().wait(0.6)
        start = time.monotonic()
        assert server.query(LIGHT).status == 200
        assert time.monotonic() - start < 1.0
        assert _busy_workers(server) == 0


def _busy_workers(server: Server) -> int:
    """Workers that use the processor now."""

    def ticks() -> dict[int, int]:
        by_process = {}
        for process in server.processes():
            with suppress(OSError):
                # workers are forks of the zygote; a page process may still be importing its modules
                if b"kg.engine.pool.zygote" not in Path(f"/proc/{process}/cmdline").read_bytes():
                    continue
                fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
                by_process[process] = int(fields[11])
        return by_process

    before = ticks()
    threading.Event().wait(0.3)
    return sum(1 for process, used in ticks().items() if used - before.get(process, used) > 10)


def test_slow_senders_hold_up_nobody(home: Path) -> None:
    with Server(home, body_seconds=1) as server:
        peers = []
        for _ in range(30):
            peer = socket.create_connection(("127.0.0.1", server.port), timeout=5)
            peer.sendall(
                b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
                b"Content-Length: 1000\r\n\r\nSEL"
            )
            peers.append(peer)
        assert server.query(LIGHT).seconds < 1.0
        for peer in peers:
            with closing(peer):
                assert peer.recv(64).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(
    "sent",
    [
        b"CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"GET /sparql?query=ASK%7B%7D HTTP/9.9\r\n\r\n",
        b"GET " + b"/" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
        bytes(range(256)) * 50,
    ],
    ids=["connect", "tls", "version", "long line", "many headers", "false chunk", "bytes"],
)
def test_bytes_that_are_no_request_end_nothing(server: Server, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=2) as peer, suppress(OSError):
        peer.sendall(sent)
        peer.recv(100)
    assert server.query(LIGHT).status == 200


@pytest.mark.parametrize("victim", ["worker", "zygote", "server"])
def test_killing_any_process_loses_nothing_and_leaves_none_behind(home: Path, victim: str) -> None:
    with Server(home) as server:
        assert server.query(LIGHT).status == 200
        tree = server.processes()
        order = sorted(tree)  # the server, then the web process, the zygote, and its workers
        target = {"worker": order[-1], "zygote": _zygote(tree), "server": server.process.pid}[victim]
        os.kill(target, signal.SIGKILL)
        if victim != "server":
            assert server.query(LIGHT).status == 200
        else:
            os.killpg(server.process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while any(map(is_alive, tree)) and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    assert not [process for process in tree if is_alive(process)]


def _zygote(tree: set[int]) -> int:
    commands = {process: Path(f"/proc/{process}/cmdline").read_bytes() for process in tree}
    return min(process for process, command in commands.items() if b"kg.engine.pool.zygote" in command)
