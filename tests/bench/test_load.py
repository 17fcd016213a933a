"""The client of the benchmarks takes an answer for whole when it is, and counts what fails as failed."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest

from tests.bench.load import RESULTS, Request, new, repeated, request, run
from tests.serving import HOST

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
REFUSED = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"


def answering(answer: bytes, pieces: int) -> tuple[str, threading.Thread]:
    """The authority of a server that gives this answer, in so many pieces, to all that one client asks."""
    listening = socket.create_server((HOST, 0))

    def answer_all() -> None:
        with listening, listening.accept()[0] as peer:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while peer.recv(65536):
                size = -(-len(answer) // pieces)
                for start in range(0, len(answer), size):
                    peer.sendall(answer[start : start + size])

    thread = threading.Thread(target=answer_all)
    thread.start()
    return f"{HOST}:{listening.getsockname()[1]}", thread


@pytest.mark.parametrize("answer", [OK, CHUNKED])
@pytest.mark.parametrize("pieces", [1, 7])
def test_an_answer_is_whole_however_it_comes(answer: bytes, pieces: int) -> None:
    authority, thread = answering(answer, pieces)
    times = run(authority, iter([Request("a", b"GET")]), clients=1, seconds=0.0)
    assert (len(times.by_name["a"]), times.failed) == (1, 0)
    thread.join()


def test_a_refusal_is_no_answer() -> None:
    authority, thread = answering(REFUSED, 1)
    times = run(authority, iter([Request("a", b"GET")]), clients=1, seconds=0.0)
    assert (times.all, times.failed) == ([], 1)
    assert times.failures == {"503": 1}
    thread.join()


def test_a_connection_that_the_server_closes_is_opened_again() -> None:
    listening = socket.create_server((HOST, 0))

    def answer_once_on_each() -> None:
        with suppress(OSError):
            while True:
                with listening.accept()[0] as peer:
                    peer.recv(65536)
                    peer.sendall(OK)

    thread = threading.Thread(target=answer_once_on_each)
    thread.start()
    authority = f"{HOST}:{listening.getsockname()[1]}"
    times = run(authority, iter([Request("a", b"GET")] * 9), clients=1, seconds=0.0, least=5)
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()
    assert len(times.all) + times.failed == 5
    assert len(times.all) > 1  # what was sent before the close was seen has failed


def test_a_new_question_is_never_asked_twice_and_a_repeated_one_is_always_the_same() -> None:
    questions = [("one", "ASK {}"), ("two", "ASK { ?s ?p ?o }")]
    fresh = new("h:1", "/sparql", questions, 0)
    assert len({next(fresh).sent for _ in range(100)}) == 100
    same = repeated("h:1", "/sparql", questions)
    assert len({next(same).sent for _ in range(100)}) == 2
    assert RESULTS.encode() in request("h:1", "/", "", "ASK {}").sent


def test_a_server_that_never_answers_is_not_waited_for_indefinitely() -> None:
    authority, thread = answering(OK[:-1], 1)
    times = run(authority, iter([Request("a", b"GET")]), clients=1, seconds=0.0, patience=0.05)
    assert (times.all, times.failed) == ([], 1)
    thread.join()


def test_a_client_opens_a_new_connection_after_so_many_requests_from_its_own_address() -> None:
    listening, peers = socket.create_server((HOST, 0)), list[str]()

    def answer_all() -> None:
        for _ in range(3):
            with listening.accept()[0] as peer:
                peers.append(peer.getpeername()[0])
                while peer.recv(65536):
                    peer.sendall(OK)

    thread = threading.Thread(target=answer_all)
    thread.start()
    authority = f"{HOST}:{listening.getsockname()[1]}"
    run(authority, iter([Request("a", b"GET")] * 6), clients=1, seconds=0.0, least=6, source="127.0.0.3", lasting=2)
    thread.join()
    listening.close()
    assert peers == ["127.0.0.3"] * 3
