"""A request in a page process asks the serving process for answers, and ends when that shuts down the socket."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask, Response, request

from kg.core.errors import QueryInvalid, ReleaseBroken, ReleaseUnknown, RequestInvalid
from kg.core.media_types import FORMS
from kg.core.settings import Settings
from kg.engine import Answer, Question
from kg.engine.federation import Call, FederatedAnswer
from kg.engine.limits import CancellationToken
from kg.engine.pool.ipc import ConnectionClosed, error_from_head, error_head
from kg.engine.pool.queue import WorkQueue
from kg.engine.store import Store
from kg.release.integrity import Integrity
from server.app import create_app
from server.core.context import CANCELLATION, REFUSAL
from server.core.sparql_protocol.reply import reply_to
from server.core.wsgi import Finished, answer_whole
from server.gateway import page_request
from server.gateway.page_process import CancellationWatch, answer_requests
from server.gateway.page_request import PageOverdue, PageRequest
from server.gateway.proxies import ProxyEngineSource, ReportingIntegrity
from server.gateway.turn import Turn
from tests.server.two_releases import QUESTION, Stage, make_home, make_stage

PATIENCE_SECONDS = 20
LARGE = b"x" * 100_000


@dataclass
class Pair:
    """An application whose engines are here, and one that borrows them over a socket, in a thread."""

    stage: Stage
    borrowing: Flask
    integrity: Integrity
    queue_name: WorkQueue

    def answer(self, environ: dict[str, Any]) -> Finished:
        """Answer as the serving process does by way of a page process."""
        ours, theirs = socket.socketpair()
        thread = threading.Thread(
            target=answer_requests, args=(self.borrowing, theirs, CancellationWatch()), daemon=True
        )
        thread.start()
        turn = Turn(self.queue_name, environ[CANCELLATION])
        asyncio.run(turn.take(time.monotonic() + PATIENCE_SECONDS))
        with ours:
            try:
                return PageRequest(ours, environ, turn, self.stage.lender, self.integrity).answer()
            finally:
                turn.give_up()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, settings: Settings, store: Store) -> Iterator[Pair]:
    home = tmp_path_factory.mktemp("pair")
    stage = make_stage(home, settings, *make_home(home, store))
    borrowing = create_app(
        replace(settings, home=home), ProxyEngineSource(has_older=True), None, ReportingIntegrity(stage.shelf)
    )

    @borrowing.get("/wait")
    def wait() -> str:
        cancellation: CancellationToken = request.environ[CANCELLATION]
        BEGUN.set()
        while not cancellation.cancelled:
            time.sleep(0.01)
        CANCELLED.set()
        return ""

    @borrowing.get("/hang")
    def hang() -> str:
        BEGUN.set()
        MAY_END.wait(PATIENCE_SECONDS)
        return ""

    @borrowing.get("/large")
    def large() -> Response:
        return reply_to(Question("SELECT * {}", FORMS["csv"]))

    yield Pair(stage, borrowing, Integrity(stage.shelf), WorkQueue("pages", 1, 10))
    stage.lender.close()


BEGUN, CANCELLED, MAY_END = threading.Event(), threading.Event(), threading.Event()


def environ_of(path: str, accept: str = "text/html") -> dict[str, Any]:
    path, _, query = path.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "kg.example",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "kg.example",
        "HTTP_ACCEPT": accept,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        CANCELLATION: CancellationToken("192.0.2.1"),
    }


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize(
    "path", ["/q/", QUESTION, "/page/plan-ii", "/search?q=robot", "/nothing", "/release/0123456789abcdef/", "/catalog"]
)
def test_a_page_process_answers_as_the_serving_process_does(pair: Pair, path: str, accept: str) -> None:
    there, direct = (
        pair.answer(environ_of(path, accept)),
        answer_whole(pair.stage.app.wsgi_app, environ_of(path, accept)),
    )
    assert (there.status, there.headers, there.route) == (
        direct.status,
        direct.headers,
        direct.route,
    )
    assert there.body == direct.body


def test_a_pinned_release_is_asked_by_way_of_the_serving_process(pair: Pair) -> None:
    path = f"/release/{pair.stage.old}{QUESTION}"
    there, direct = pair.answer(environ_of(path)), answer_whole(pair.stage.app.wsgi_app, environ_of(path))
    assert there.header("fyp-release") == pair.stage.old
    assert there.body == direct.body
    assert pair.queue_name.running == 0


def test_an_error_that_was_found_before_is_reported(pair: Pair) -> None:
    environ = environ_of("/q/") | {REFUSAL: RequestInvalid("The parameter is wrong.")}
    told_there = pair.answer(environ)
    assert told_there.status == 400
    assert b"The parameter is wrong." in told_there.body


def test_a_cancelled_request_is_ended_by_the_page_process(pair: Pair) -> None:
    environ = environ_of("/wait")
    BEGUN.clear()
    outcome = _in_thread(lambda: pair.answer(environ))
    assert BEGUN.wait(PATIENCE_SECONDS)
    environ[CANCELLATION].cancel()
    assert CANCELLED.wait(PATIENCE_SECONDS)
    outcome()


def test_a_request_that_goes_on_after_its_end_is_overdue(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_request, "GRACE_SECONDS", 0.1)
    monkeypatch.setattr(page_request, "_LOOK_MILLISECONDS", 20)
    environ = environ_of("/hang")
    BEGUN.clear()
    outcome = _in_thread(lambda: pair.answer(environ))
    assert BEGUN.wait(PATIENCE_SECONDS)
    environ[CANCELLATION].cancel()
    with pytest.raises(PageOverdue):
        outcome()
    MAY_END.set()


def test_a_page_process_that_has_ended_is_reported(pair: Pair) -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    environ = environ_of("/q/")
    with ours, pytest.raises(ConnectionClosed):
        PageRequest(
            ours, environ, Turn(pair.queue_name, environ[CANCELLATION]), pair.stage.lender, pair.integrity
        ).answer()


def _in_thread(work: Callable[[], object]) -> Callable[[], None]:
    """Begin some work in a thread; what is returned waits for its end, and raises what it has raised."""
    raised = list[Exception]()

    def run() -> None:
        try:
            work()
        except (ConnectionClosed, PageOverdue) as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()

    def end() -> None:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()
        if raised:
            raise raised[0]

    return end


def test_errors_keep_their_attributes_on_the_way() -> None:
    invalid = QueryInvalid("A brace is missing.", 3, 7)
    unknown = error_from_head(error_head(ReleaseUnknown.named("0123456789abcdef", ["fedcba9876543210"])))
    again = error_from_head(error_head(invalid))
    assert isinstance(again, QueryInvalid)
    assert (str(again), again.line, again.column) == (str(invalid), 3, 7)
    assert isinstance(unknown, ReleaseUnknown)
    assert list(unknown.available) == ["fedcba9876543210"]


def test_a_large_answer_of_the_engine_comes_as_a_file(pair: Pair) -> None:
    spill = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the request
    spill.write(LARGE)
    with engine_that_says(pair, lambda question: Answer(b"", question.form, spill, len(LARGE))):
        assert pair.answer(environ_of("/large")).body == LARGE
    assert spill.closed


def test_an_answer_that_rests_on_other_endpoints_says_so(pair: Pair) -> None:
    call = Call("http://127.0.0.1:9/", "SELECT * {}", silent=True, status=200, milliseconds=7, rows=1)
    with engine_that_says(pair, lambda question: FederatedAnswer(b"x\n", question.form, calls=[call])):
        response = pair.answer(environ_of("/large"))
    assert json.loads(response.header("fyp-federation")) == [{"url": call.url, "status": 200, "ms": 7, "rows": 1}]
    assert response.header("cache-control") == "no-store"


def test_a_part_that_cannot_be_read_is_reported_to_the_serving_process(pair: Pair) -> None:
    def fail(question: Question) -> Answer:
        raise ReleaseBroken(f"A part cannot be read for {question.text}.")

    with engine_that_says(pair, fail):
        assert pair.answer(environ_of("/large")).status == 503
    assert "A part cannot be read" in pair.integrity.detail(pair.stage.new)


@contextmanager
def engine_that_says(pair: Pair, say: Callable[[Question], Answer]) -> Iterator[None]:
    """Let the engine of the current release answer so."""

    class Saying:
        release_id = pair.stage.new

        def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
            del cancellation
            return say(question)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pair.stage.lender, "acquire", lambda _: nullcontext(Saying()))
        yield
