"""The answers of a peer alone decide with what it is measured, and a slow answer stops nothing."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.bench.alone import Look, can_be_measured, differing, look, look_at_all, settle
from tests.bench.measuring import expected
from tests.bench.peers import Peer
from tests.serving import HOST

PATIENCE, NO_PROCESS = 0.2, -1
QUICK, SLOW, REFUSED = "SELECT ?quick {}", "SELECT ?slow {}", "SELECT ?refused {}"
QUESTIONS = [("quick", QUICK), ("slow", SLOW), ("refused", REFUSED)]


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A server with two rows for all that it answers, which gives no answer to what is slow."""
    ended = threading.Event()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "slow" in self.path:
                ended.wait()
                return
            self.send_response(400 if "refused" in self.path else 200)
            self.end_headers()
            self.wfile.write(b"x\r\n1\r\n2\r\n")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is that of the library
            """Tell nobody."""

    with ThreadingHTTPServer((HOST, 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        # its process is none, as this one computes
        yield Peer("theirs", f"{HOST}:{server.server_port}", "/", NO_PROCESS)
        ended.set()
        server.shutdown()
        thread.join()


def test_rows_are_counted_a_refusal_is_minus_one_and_what_is_slow_has_no_time(peer: Peer) -> None:
    looks, left_out = look_at_all([peer], QUESTIONS, PATIENCE)
    assert {name: by_peer["theirs"].rows for name, by_peer in looks.items()} == {"quick": 2, "slow": -1, "refused": -1}
    assert [name for name, by_peer in looks.items() if by_peer["theirs"].seconds is None] == ["slow"]
    assert left_out == []


def test_a_text_is_asked_in_the_wording_of_the_peer(peer: Peer) -> None:
    cautious = Peer(peer.name, peer.authority, peer.path, peer.process, (lambda text: text.replace("slow", "quick"),))
    assert look(cautious, SLOW, PATIENCE).rows == 2


def test_a_peer_that_computes_on_and_on_does_not_settle() -> None:
    ended = threading.Event()

    def compute() -> None:
        while not ended.is_set():
            sum(range(1000))

    thread = threading.Thread(target=compute)
    thread.start()
    assert not settle(Peer("busy", "", "", os.getpid()), most_seconds=0.1)
    ended.set()
    thread.join()


def test_only_what_every_peer_answers_in_time_is_in_the_mix() -> None:
    looks = {"ours": Look(3, 0.1), "late": Look(-1, None), "refusing": Look(-1, 0.1)}
    assert can_be_measured(looks, ["ours"])
    assert not can_be_measured(looks, ["ours", "late"])
    assert not can_be_measured(looks, ["ours", "refusing"])
    assert not can_be_measured(looks, ["ours", "left out"])


def test_an_answer_with_another_number_of_rows_is_reported_and_a_late_one_is_not() -> None:
    looks = {"a": {"ours": Look(3, 0.1), "other": Look(4, 0.1), "late": Look(-1, None)}}
    assert differing(looks, "ours") == [{"peer": "other", "question": "a", "rows": 4, "ours": 3}]


def test_the_time_of_a_round_is_foreseen_from_the_answers_alone() -> None:
    looks = {"a": {"x": Look(1, 0.2), "y": Look(-1, None)}, "b": {"x": Look(1, 0.4), "y": Look(1, 0.1)}}
    questions = [("a", ""), ("b", "")]
    assert expected("x", questions, looks, 10) == pytest.approx(3.0)
    assert expected("y", questions, looks, 10) == float("inf")
