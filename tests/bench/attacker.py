"""An attacker: one process that attacks a server in one of five ways, each connection with an address of its own.

Run as ``python -m tests.bench.attacker ATTACK PORT``. It says ``ready`` when all its connections are at work.
When its standard input ends, it prints as JSON the answers that it got and the processor time that it took.
It has a low priority and bounded rates, so that it is the server that light queries wait for.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import resource
import socket
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote

import uvloop

HOST = "127.0.0.1"
_PAUSE_SECONDS = 0.2  # of a connection after each answer, so that quick refusals are no flood
_AGAIN_SECONDS = 1.0  # until a connection that was closed or refused is opened again
_NICENESS = 10
_READ_BYTES = 1 << 16
_SLOW_BYTES, _SLOW_SECONDS = 1024, 1.0
_START_SECONDS = 20.0
_FORM = "application/x-www-form-urlencoded"
_IDLE_NETWORK = 40  # addresses of attackers begin 127.40.
_PRODUCT = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
_MOST = 50  # The largest small number that all these pages accept.
# Most have parameters that the routes read, so that each number makes a page that no cache has.
PAGES = (
    "/search?q=plan+{n}",
    "/search?q=big+data&page={n}",
    "/search?q=industrial+internet&x={n}",
    "/search.json?q={n}+industry",
    "/page/plan-ii?property=fyp:hasObjective&page={n}",
    "/page/plan-ict?x={n}",
    "/fragments/quads?page={small}",
    "/sparql/form?query=SELECT+*+%7B+?s+?p+?o+%7D+LIMIT+{n}",
    "/explore?start=plan-ict&q=data+{n}",
    "/labels?iri=https://w3id.org/fyp-kg/id/plan-ii&iri=urn:x:{n}&evidence=1",
    "/q/all-targets?size=100&page={n}",
    "/data/plan-ii.ttl?x={n}",
    "/q/technology-network.svg?minimum={small}",
    "/compare?left=plan-ict&right=plan-bd&x={n}",
    "/openapi.json?x={n}",
    "/reconcile/suggest/entity?prefix=a{n}",
)


@dataclass
class AttackCounts:
    """Since all connections are at work: the answers by status, connections closed, and seconds of the processor."""

    statuses: Counter[str] = field(default_factory=Counter)
    ready: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Attack:
    """So many connections, and the work of each until it is cancelled."""

    connections: int
    work: Callable[[int, int, AttackCounts], Awaitable[None]]


def get(target: str) -> bytes:
    """A GET on a connection that stays open."""
    return f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\nAccept: */*\r\n\r\n".encode("ascii")


def post(target: str, body: bytes, media_type: str = _FORM) -> bytes:
    """A POST on a connection that stays open."""
    head = (
        f"POST {target} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


def page_requests() -> Iterator[bytes]:
    """Pages that no cache has."""
    for number, page in enumerate(itertools.cycle(PAGES), os.getpid() * 1000):
        yield get(page.format(n=number % 1_000_000, small=number // len(PAGES) % _MOST + 1))


def heavy_requests() -> Iterator[bytes]:
    """Queries that run until their deadline, each a new one."""
    for number in itertools.count(time.time_ns()):
        yield get(f"/sparql?query={quote(f'SELECT (COUNT(*) + {number} AS ?n) {_PRODUCT}')}")


def batch(queries: int, conditions: int, values: int, number: int = 0) -> bytes:
    """The body of a reconciliation batch of this size."""
    pairs = [
        {"pid": property_, "v": [f"Big Data {number} {value}" for value in range(values)]}
        for property_ in itertools.islice(itertools.cycle(["nameEn", "plan", "otherName", "coveredBy"]), conditions)
    ]
    asked = {
        f"q{index}": {"query": f"industrial internet {number} {index}", "properties": pairs} for index in range(queries)
    }
    return f"queries={quote(json.dumps(asked))}".encode("ascii")


def batch_requests(size: tuple[int, int, int]) -> Iterator[bytes]:
    """Batches of one size, each a new one."""
    for number in itertools.count():
        yield post("/reconcile", batch(*size, number))


def asking(requests: Iterator[bytes]) -> Callable[[int, int, AttackCounts], Awaitable[None]]:
    """The work of a connection that asks its next request soon after each answer."""

    async def work(port: int, number: int, counts: AttackCounts) -> None:
        reader, writer = await opened(port, number)
        try:
            counts.ready += 1
            while True:
                writer.write(next(requests))
                status, keeps = await _answer(reader)
                counts.statuses[status] += 1
                await asyncio.sleep(_PAUSE_SECONDS)
                if not keeps:
                    return
        finally:
            writer.close()

    return work


async def _answer(reader: asyncio.StreamReader) -> tuple[str, bool]:
    """The status of an answer that is read whole, and whether the connection stays open."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length, chunked = head.partition(b"\r\ncontent-length:")[2], b"transfer-encoding: chunked" in head
    if chunked:
        while size := int((await reader.readline()).split(b";")[0], 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    elif length:
        left = int(length.split(b"\r\n")[0])
        while left > 0:
            left -= len(await reader.readexactly(min(left, _READ_BYTES)))
    return head[9:12].decode("latin-1"), b"connection: close" not in head


async def idle(port: int, number: int, counts: AttackCounts) -> None:
    """Be silent from the start, within a head, after an answer, after the preface of HTTP/2, or within its streams."""
    reader, writer = await opened(port, number)
    try:
        sent = _BEGUN[number % len(_BEGUN)]
        writer.write(sent)
        if sent.endswith(b"\r\n\r\n") and sent.startswith(b"GET"):
            counts.statuses[(await _answer(reader))[0]] += 1
        counts.ready += 1
        while await reader.read(_READ_BYTES):
            """Wait until the server closes it."""
        counts.statuses["closed"] += 1
    finally:
        writer.close()


def _open_streams(count: int) -> bytes:
    """The preface of HTTP/2, empty settings, and requests whose bodies never come (RFC 9113; RFC 7541, appendix A)."""
    fields = b"\x83\x86\x44\x07/sparql\x41\x09127.0.0.1"  # POST, http, :path and :authority as literals
    frames = [
        len(fields).to_bytes(3, "big") + b"\x01\x04" + (2 * stream + 1).to_bytes(4, "big") + fields
        for stream in range(count)
    ]
    return _PREFACE + bytes(3) + b"\x04" + bytes(5) + b"".join(frames)


_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_BEGUN = (b"", b"GET /search?q=a HTTP/1.1\r\nHost: 127.0.0.1\r\nX-", get("/health"), _PREFACE, _open_streams(20))


async def slow(port: int, number: int, counts: AttackCounts) -> None:
    """Ask for megabytes and take a kilobyte a second."""
    text = f"SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT 60000 #{number} {time.time_ns()}"
    loop = asyncio.get_running_loop()
    with _socket(number, receive_bytes=4 * _SLOW_BYTES) as peer:
        await loop.sock_connect(peer, (HOST, port))
        await loop.sock_sendall(peer, get(f"/sparql?query={quote(text)}"))
        first = await loop.sock_recv(peer, _SLOW_BYTES)
        counts.statuses[first[9:12].decode("latin-1") or "no answer"] += 1
        counts.ready += 1
        while await loop.sock_recv(peer, _SLOW_BYTES):
            await asyncio.sleep(_SLOW_SECONDS)
        counts.statuses["closed"] += 1


def _socket(number: int, receive_bytes: int = 0) -> socket.socket:
    """A socket whose address nobody else has."""
    peer = socket.socket()
    peer.setblocking(False)  # noqa: FBT003 - the name of the standard library
    if receive_bytes:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    peer.bind((f"127.{_IDLE_NETWORK}.{number // 250}.{number % 250 + 1}", 0))
    return peer


async def opened(port: int, number: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection from an address that nobody else has."""
    peer = _socket(number)
    try:
        await asyncio.get_running_loop().sock_connect(peer, (HOST, port))
    except BaseException:
        peer.close()
        raise
    return await asyncio.open_connection(sock=peer)


def attacks(size: tuple[int, int, int]) -> dict[str, Attack]:
    """The five attacks by name; ``size`` is that of a reconciliation batch at the limit."""
    return {
        "pages": Attack(100, asking(page_requests())),
        "idle": Attack(1200, idle),
        "batches": Attack(40, asking(batch_requests(size))),
        "slow-readers": Attack(20, slow),
        "heavy": Attack(40, asking(heavy_requests())),
    }


async def attack(chosen: Attack, port: int) -> AttackCounts:
    """Attack until standard input ends; a connection that ends is opened again after a while."""
    counts, over = AttackCounts(), asyncio.Event()

    async def go_on(number: int) -> None:
        while True:
            try:
                await chosen.work(port, number, counts)
            except (OSError, EOFError, ValueError, asyncio.LimitOverrunError):
                counts.statuses["no answer"] += 1
            await asyncio.sleep(_AGAIN_SECONDS)

    asyncio.get_running_loop().add_reader(sys.stdin, over.set)
    tasks = [asyncio.create_task(go_on(number)) for number in range(chosen.connections)]
    end = time.monotonic() + _START_SECONDS
    while counts.ready < chosen.connections and time.monotonic() < end and not over.is_set():
        await asyncio.sleep(0.01)
    sys.stdout.write(f"ready {counts.ready}\n")
    sys.stdout.flush()
    counts.statuses, began = Counter(), time.process_time()
    await over.wait()
    counts.seconds = time.process_time() - began
    for task in tasks:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)
    return counts


def main() -> None:
    """Attack, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("attack", choices=list(attacks((1, 1, 1))))
    parser.add_argument("port", type=int)
    parser.add_argument(
        "--size", type=int, nargs=3, default=(50, 4, 50), help="queries, conditions and values of a batch"
    )
    options = parser.parse_args()
    os.nice(_NICENESS)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    chosen = attacks(tuple(options.size))[options.attack]
    counts = uvloop.run(attack(chosen, options.port))
    sys.stdout.write(json.dumps({"statuses": counts.statuses, "seconds": counts.seconds}) + "\n")


if __name__ == "__main__":
    main()
