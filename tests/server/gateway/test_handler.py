"""The gateway: bodies within limits, clients that leave, the cache, single flight, HEAD, proxies, new releases."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request

from kg.core.errors import ClientBusy, EngineLost, ReleaseBroken
from kg.core.settings import Settings
from kg.engine.limits import CancellationToken
from server.core import problems
from server.core.context import CANCELLATION, REFUSAL
from server.core.http import freshness, headers
from server.core.i18n.language import preferred
from server.core.metrics import Metrics
from server.core.parameters import reads
from server.core.response_cache import Cache
from server.core.wsgi import HELD_BYTES, OUTCOME, note_route
from server.gateway.bodies import LARGEST_BATCH
from server.gateway.handler import Gateway
from server.gateway.request_record import AccessLog
from tests.server.core.test_metrics import read
from tests.server.rsgi import Protocol, Scope, scope

PATIENCE_SECONDS = 10
LARGE_BYTES = 1000 * (HELD_BYTES // 1000 + 1)


@dataclass
class FakeEngine:
    """An engine of which the gateway knows little."""

    release_id: str = "r1"
    refreshed: threading.Event = field(default_factory=threading.Event)
    outcomes: list[bool | Exception] = field(default_factory=list)
    closed: bool = False

    def refresh(self) -> bool:
        outcome = self.outcomes.pop(0) if self.outcomes else False
        if not self.outcomes:
            self.refreshed.set()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def close(self) -> None:
        self.closed = True


class Views:
    """A small application, and what its views have seen."""

    def __init__(self) -> None:
        self.seen = 0
        self.began, self.may_end = threading.Event(), threading.Event()
        self.cancelled: list[bool] = []
        self.busy: set[str] = set()

    def make(self, settings: Settings) -> Flask:
        app = Flask("server")
        problems.register(app)
        headers.register(app)
        freshness.register(app, settings)
        note_route(app)

        app.before_request(self.refuse)
        app.add_url_rule("/echo/<path:rest>", view_func=echo, methods=["GET", "POST", "PUT"])
        app.add_url_rule("/slow", view_func=self.slow, methods=["GET", "POST"])
        app.add_url_rule("/slow/<int:number>", "slow-one", lambda number: self.slow())  # noqa: ARG005 - one view for all
        app.add_url_rule("/large", view_func=large)
        app.add_url_rule("/breaks", view_func=breaks)
        app.add_url_rule("/short", view_func=short)
        app.add_url_rule("/never-kept", view_func=never_kept)
        app.add_url_rule("/spoken", view_func=spoken)
        app.add_url_rule("/told", view_func=self.told)
        return app

    def refuse(self) -> None:
        self.seen += 1
        if REFUSAL in request.environ:
            raise request.environ[REFUSAL]

    def slow(self) -> str:
        cancellation = request.environ[CANCELLATION]
        assert isinstance(cancellation, CancellationToken)
        cancellation.queue_name = "heavy"
        cancellation.attach(self.may_end.set)
        self.began.set()
        assert self.may_end.wait(PATIENCE_SECONDS)
        self.cancelled.append(cancellation.cancelled)
        if cancellation.client in self.busy:
            raise ClientBusy("Too many at once.")
        return "slow"

    def told(self) -> Response:
        """As ``slow``, with a problem reported as a success, as the editor wants it."""
        try:
            return Response(self.slow())
        except ClientBusy:
            request.environ[OUTCOME] = 429
            return Response("busy", headers={"Cache-Control": "no-store"})


@reads(rest=True, verbatim=True)
def echo(rest: str) -> dict[str, Any]:
    return {
        "rest": rest,
        "url": request.url,
        "root": request.script_root,
        "query": request.query_string.decode(),
        "body": request.get_data().decode("latin-1"),
        "accept": request.headers.get("Accept"),
        "client": request.environ[CANCELLATION].client,
        "range": request.headers.get("Range"),
    }


def large() -> Response:
    return Response(bytes(1000) for _ in range(LARGE_BYTES // 1000))


def breaks() -> Response:
    def chunks() -> Iterator[bytes]:
        yield b"half of it"
        raise OSError("the other half is lost")

    return Response(chunks())


def short() -> Response:
    return Response(iter([b"half of it"]), headers={"Content-Length": "20"})


def spoken() -> Response:
    language = preferred(request.headers.get("Accept-Language", ""))
    return Response(language, headers={"Content-Language": language, "Vary": "Accept-Language"})


def never_kept() -> Response:
    return Response("now", headers={"Cache-Control": "no-store"})


@dataclass
class Stage:
    """A front with all its parts."""

    front: Gateway
    views: Views
    engine: FakeEngine
    cache: Cache
    metrics: Metrics
    log: Path

    async def ask(self, asked: Scope, protocol: Protocol | None = None) -> Protocol:
        protocol = protocol or Protocol()
        await asyncio.wait_for(self.front.__rsgi__(asked, protocol), PATIENCE_SECONDS)
        return protocol

    def get(self, asked: Scope, protocol: Protocol | None = None) -> Protocol:
        return asyncio.run(self.ask(asked, protocol))

    async def end(self) -> None:
        self.front.__rsgi_del__(asyncio.get_running_loop())

    def logged(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


StageMaker = Callable[..., Stage]


@pytest.fixture
def make_stage(settings: Settings, tmp_path: Path) -> Iterator[StageMaker]:
    stages: list[Stage] = []

    def make(page_processes: Any = None, **changed: Any) -> Stage:
        chosen = replace(settings, **changed)
        views, engine, cache, metrics = Views(), FakeEngine(), Cache(chosen.cache_bytes), Metrics()
        path = tmp_path / "access.log"
        log = AccessLog(str(path))
        parts: dict[str, Any] = {"cache": cache, "metrics": metrics, "log": log, "page_processes": page_processes}
        front = Gateway(views.make(chosen), chosen, engine, **parts)
        stages.append(Stage(front, views, engine, cache, metrics, path))
        return stages[-1]

    yield make
    for stage in stages:
        stage.views.may_end.set()
        asyncio.run(stage.end())


@pytest.fixture
def stage(make_stage: StageMaker) -> Stage:
    return make_stage()


def test_the_path_comes_decoded_and_the_query_string_as_it_was_sent(stage: Stage) -> None:
    answered = stage.get(scope("GET", "/echo/a b/é/五", "q=%20a%2B&x=%E4%BA%94"))
    seen = json.loads(answered.body or b"")
    assert answered.status == 200
    assert seen["rest"] == "a b/é/五"
    assert seen["query"] == "q=%20a%2B&x=%E4%BA%94"
    assert seen["client"] == "192.0.2.7"


def test_repeated_headers_are_joined_with_a_comma(stage: Stage) -> None:
    answered = stage.get(scope("GET", "/echo/x", "", ("accept", "text/csv"), ("accept", "text/html;q=0.5")))
    assert json.loads(answered.body or b"")["accept"] == "text/csv, text/html;q=0.5"


def test_a_body_arrives_whole(stage: Stage) -> None:
    answered = stage.get(scope("POST", "/echo/x"), Protocol((b"one ", b"two")))
    assert json.loads(answered.body or b"")["body"] == "one two"


def test_a_body_that_does_not_end_is_408(make_stage: StageMaker) -> None:
    stage = make_stage(body_seconds=0.05)
    answered = stage.get(scope("POST", "/echo/x"), Protocol((b"query=",), stalls=True))
    assert answered.status == 408
    assert b"0.05 seconds" in (answered.body or b"")
    assert answered.headers["access-control-allow-origin"] == "*"


def test_a_body_that_is_too_large_is_413(make_stage: StageMaker) -> None:
    stage = make_stage(max_question_bytes=100)
    answered = stage.get(scope("POST", "/echo/x"), Protocol((bytes(300), bytes(101), bytes(100)), stalls=True))
    assert answered.status == 413
    assert answered.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile/de", "/release/0123456789abcdef/reconcile", "/labels"])
def test_a_body_that_lists_names_has_a_limit_of_its_own(stage: Stage, path: str) -> None:
    answered = stage.get(scope("POST", path), Protocol((bytes(LARGEST_BATCH), b"x"), stalls=True))
    assert answered.status == 413
    assert b"send fewer rows or names at once" in (answered.body or b"")


def test_a_body_that_states_its_length_is_refused_before_it_is_read(stage: Stage) -> None:
    stated = ("content-length", str(LARGEST_BATCH + 1))
    assert stage.get(scope("POST", "/reconcile", "", stated), Protocol(stalls=True)).status == 413
    assert stage.get(scope("POST", "/echo/reconcile", "", stated), Protocol((b"short",))).status == 200


@pytest.mark.parametrize(
    ("asked", "chunks", "status"),
    [
        (scope("POST", "/echo/x", "", ("content-length", "9000")), (), 413),
        (scope("POST", "/echo/x"), (bytes(9000),), 413),
        (scope("POST", "/echo/x"), (b"query=",), 408),
    ],
    ids=["states too much", "is too long", "does not end"],
)
def test_a_refused_body_is_released_with_the_response(
    make_stage: StageMaker, asked: Scope, chunks: tuple[bytes, ...], status: int
) -> None:
    """The server closes the connection once nothing holds the body, so that must not wait for a garbage collection."""
    stage = make_stage(max_question_bytes=100, body_seconds=0.05)

    async def ask() -> weakref.ref[Protocol]:
        protocol = await stage.ask(asked, Protocol(chunks, stalls=True))
        assert protocol.status == status
        return weakref.ref(protocol)

    async def is_released() -> bool:
        released = await ask()
        await asyncio.sleep(0)
        return released() is None

    gc.disable()
    try:
        assert asyncio.run(is_released())
    finally:
        gc.enable()


def test_a_client_that_leaves_cancels_its_token(stage: Stage) -> None:
    async def leave() -> None:
        protocol = Protocol()
        asking = asyncio.ensure_future(stage.ask(scope("GET", "/slow"), protocol))
        await asyncio.to_thread(stage.views.began.wait, PATIENCE_SECONDS)
        protocol.gone.set()
        await asking
        assert protocol.status == 0

    asyncio.run(leave())
    assert stage.logged()[0]["status"] == 499
    assert stage.views.may_end.wait(PATIENCE_SECONDS)


def test_a_task_that_granian_cancels_cancels_the_token(stage: Stage) -> None:
    async def cancel() -> None:
        asking = asyncio.ensure_future(stage.ask(scope("GET", "/slow")))
        await asyncio.to_thread(stage.views.began.wait, PATIENCE_SECONDS)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    asyncio.run(cancel())
    assert stage.logged()[0]["status"] == 499
    assert stage.views.may_end.wait(PATIENCE_SECONDS)


def test_many_who_ask_the_same_at_once_are_answered_by_one_view(stage: Stage) -> None:
    async def many() -> list[Protocol]:
        asking = [asyncio.ensure_future(stage.ask(scope("GET", "/slow"))) for _ in range(5)]
        await asyncio.to_thread(stage.views.began.wait, PATIENCE_SECONDS)
        stage.views.may_end.set()
        return await asyncio.gather(*asking)

    assert [answered.body for answered in asyncio.run(many())] == [b"slow"] * 5
    assert stage.views.seen == 1


def test_one_who_leaves_does_not_take_the_others_along(stage: Stage) -> None:
    async def one_leaves() -> Protocol:
        leaving, staying = Protocol(), Protocol()
        first = asyncio.ensure_future(stage.ask(scope("GET", "/slow"), leaving))
        second = asyncio.ensure_future(stage.ask(scope("GET", "/slow"), staying))
        await asyncio.to_thread(stage.views.began.wait, PATIENCE_SECONDS)
        leaving.gone.set()
        await first
        stage.views.may_end.set()
        await second
        return staying

    assert asyncio.run(one_leaves()).body == b"slow"
    assert stage.views.cancelled == [False]


def test_a_refusal_of_one_client_is_not_shared_with_another(stage: Stage) -> None:
    stage.views.busy.add("192.0.2.7")

    async def two() -> list[int]:
        other = replace(scope("GET", "/slow"), client="192.0.2.8:1")
        asking = [asyncio.ensure_future(stage.ask(each)) for each in (scope("GET", "/slow"), other)]
        await asyncio.to_thread(stage.views.began.wait, PATIENCE_SECONDS)
        stage.views.may_end.set()
        return [answered.status for answered in await asyncio.gather(*asking)]

    assert asyncio.run(two()) == [429, 200]


def test_a_refusal_that_is_reported_as_a_success_counts_as_a_refusal(stage: Stage) -> None:
    stage.views.busy.add("192.0.2.7")

    async def two() -> list[bytes | None]:
        other = replace(scope("GET", "/told"), client="192.0.2.8:1")
        asking = [asyncio.ensure_future(stage.ask(each)) for each in (scope("GET", "/told"), other)]
        await asyncio.to_thread(stage.views.began.wait, PATIENCE_SECONDS)
        stage.views.may_end.set()
        answered = await asyncio.gather(*asking)
        assert [response.status for response in answered] == [200, 200]
        return [response.body for response in answered]

    assert asyncio.run(two()) == [b"busy", b"slow"]
    assert [line["status"] for line in stage.logged()] == [429, 200]
    assert read(stage.metrics, "fyp_requests_total", route="/told", status="429") == 1


@pytest.fixture
def refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.gateway.handler._REFUSED_SECONDS", 0.001)


def from_client(number: int, path: str, query: str) -> Scope:
    return replace(scope("GET", path, query, ("accept", "application/json")), client=f"192.0.2.{number}:1")


@pytest.mark.usefixtures("refused_at_once")
@pytest.mark.parametrize("path", ["/slow", "/echo/x", "/nowhere", "/static/none"])
def test_a_client_with_too_many_requests_is_refused_on_every_route_and_others_are_not(
    make_stage: StageMaker, path: str
) -> None:
    stage = make_stage(max_per_client=2, threads=4)

    async def ask() -> None:
        first = [asyncio.ensure_future(stage.ask(from_client(1, f"/slow/{number}", ""))) for number in range(2)]
        end = time.monotonic() + PATIENCE_SECONDS
        while stage.views.seen < 2 and time.monotonic() < end:
            await asyncio.sleep(0.001)
        refused = await stage.ask(from_client(1, path, "x=3"))
        assert (refused.status, refused.headers["retry-after"]) == (429, "1")
        assert json.loads(refused.body or b"")["type"].endswith("ClientBusy")
        assert stage.views.seen == 2
        other = asyncio.ensure_future(stage.ask(from_client(2, path, "x=3")))
        stage.views.may_end.set()
        assert (await other).status in (200, 404)
        assert [answered.status for answered in await asyncio.gather(*first)] == [200, 200]
        assert (await stage.ask(from_client(1, path, "x=4"))).status in (200, 404)

    asyncio.run(ask())


@pytest.mark.usefixtures("refused_at_once")
@pytest.mark.parametrize(
    ("accept", "kind", "start"),
    [
        ("text/html,*/*;q=0.8", "text/html; charset=utf-8", b"<!doctype html>"),
        ("*/*", "text/plain; charset=utf-8", b"You ask"),
        ("application/sparql-results+json", "application/problem+json", b"{"),
    ],
)
def test_a_refusal_comes_in_the_form_that_the_client_reads(
    make_stage: StageMaker, accept: str, kind: str, start: bytes
) -> None:
    stage = make_stage(max_per_client=1)

    async def ask() -> Protocol:
        slow = asyncio.ensure_future(stage.ask(scope("GET", "/slow")))
        await asyncio.to_thread(stage.views.began.wait, PATIENCE_SECONDS)
        refused = await stage.ask(scope("GET", "/echo/x", "", ("accept", accept)))
        stage.views.may_end.set()
        await slow
        return refused

    refused = asyncio.run(ask())
    assert (refused.headers["content-type"], (refused.body or b"")[: len(start)]) == (kind, start)


def test_a_page_that_passes_its_deadline_is_504_and_its_client_may_ask_again(make_stage: StageMaker) -> None:
    stage = make_stage(max_seconds=0.05, max_per_client=1)
    assert stage.get(scope("GET", "/slow")).status == 504
    assert stage.views.may_end.wait(PATIENCE_SECONDS)
    assert stage.get(scope("GET", "/echo/x")).status == 200


def test_a_page_that_waits_for_its_turn_until_its_deadline_is_503(make_stage: StageMaker) -> None:
    stage = make_stage(threads=1, max_seconds=1)

    async def ask() -> Protocol:
        slow = asyncio.ensure_future(stage.ask(from_client(1, "/slow", "")))
        await asyncio.to_thread(stage.views.began.wait, PATIENCE_SECONDS)
        waited = await stage.ask(from_client(2, "/echo/x", ""))
        assert (await slow).status == 504
        return waited

    assert asyncio.run(ask()).status == 503


def test_pages_of_one_client_do_not_keep_those_of_another_waiting(make_stage: StageMaker) -> None:
    stage, order = make_stage(threads=1), list[int]()

    async def ask(number: int, query: str) -> None:
        await stage.ask(from_client(number, f"/echo/{query}", ""))
        order.append(number)

    async def all_ask() -> None:
        slow = asyncio.ensure_future(stage.ask(from_client(3, "/slow", "")))
        await asyncio.to_thread(stage.views.began.wait, PATIENCE_SECONDS)
        asking = [asyncio.ensure_future(ask(1, f"x={number}")) for number in range(6)]
        await asyncio.sleep(0.01)
        asking.append(asyncio.ensure_future(ask(2, "x=other")))
        await asyncio.sleep(0.01)
        stage.views.may_end.set()
        await asyncio.gather(slow, *asking)

    asyncio.run(all_ask())
    assert 2 in order[:2]


@pytest.mark.usefixtures("refused_at_once")
def test_large_answers_that_a_client_does_not_read_are_bounded(make_stage: StageMaker) -> None:
    stage = make_stage(spill_bytes_per_client=HELD_BYTES + 2000)

    class Silent(Protocol):
        def response_file(self, status: int, headers: list[tuple[str, str]], path: str) -> None:
            self.status, self.headers, self.path = status, dict(headers), path

    async def all_ask() -> list[int]:
        statuses = []
        for each in [from_client(1, "/large", "x=0"), from_client(1, "/large", "x=1"), from_client(2, "/large", "x=0")]:
            statuses.append((await stage.ask(each, Silent())).status)
        return statuses

    assert asyncio.run(all_ask()) == [200, 429, 200]


def test_an_answer_is_kept_and_given_again(stage: Stage) -> None:
    first, second = stage.get(scope("GET", "/echo/x")), stage.get(scope("GET", "/echo/x"))
    assert first.body == second.body
    assert stage.views.seen == 1
    assert [line["cache"] for line in stage.logged()] == ["miss", "hit"]


def test_head_is_answered_from_the_entry_of_get_and_fills_it(stage: Stage) -> None:
    head = stage.get(scope("HEAD", "/echo/x"))
    full = stage.get(scope("GET", "/echo/x"))
    again = stage.get(scope("HEAD", "/echo/x"))
    assert (head.status, head.body, again.body) == (200, None, None)
    assert head.headers == full.headers == again.headers
    assert head.headers["content-length"] == str(len(full.body or b""))
    assert stage.views.seen == 1


def test_head_of_what_is_not_there_has_no_body(stage: Stage) -> None:
    head = stage.get(scope("HEAD", "/nowhere"))
    assert (head.status, head.body) == (404, None)


def test_who_has_it_gets_304_from_the_cache_and_before(stage: Stage) -> None:
    tag = stage.get(scope("GET", "/echo/x")).headers["etag"]
    for _ in range(2):
        not_modified = stage.get(scope("GET", "/echo/x", "", ("if-none-match", f'"other", W/{tag}')))
        assert (not_modified.status, not_modified.body) == (304, None)
        assert not_modified.headers["etag"] == tag
        assert "content-length" not in not_modified.headers
        stage.cache.clear()
    assert stage.get(scope("GET", "/echo/x", "", ("if-none-match", "*"))).status == 304
    assert stage.get(scope("GET", "/echo/x", "", ("if-none-match", '"other"'))).status == 200
    assert stage.get(scope("POST", "/echo/x", "", ("if-none-match", "*"))).status == 200


def test_a_304_does_not_keep_the_next_one_from_the_whole(stage: Stage) -> None:
    tag = stage.get(scope("GET", "/echo/x")).headers["etag"]
    stage.cache.clear()
    assert stage.get(scope("GET", "/echo/x", "", ("if-none-match", tag))).status == 304
    assert stage.get(scope("GET", "/echo/x")).status == 200
    assert stage.views.seen == 2


def test_each_coding_is_kept_apart(stage: Stage) -> None:
    codings = ["gzip", "br", "identity", "gzip;q=0"]
    asked = [scope("GET", "/echo/" + 600 * "x", "", ("accept-encoding", coding)) for coding in codings]
    answered = [stage.get(each) for each in [*asked, *asked]]
    assert [each.headers.get("content-encoding") for each in answered] == 2 * ["gzip", "br", None, None]
    assert stage.views.seen == 3


def test_each_of_our_languages_is_kept_apart_and_no_other(stage: Stage) -> None:
    wanted = ["de", "de-AT, fr;q=0.9", "zh", "fr", ""]
    asked = [scope("GET", "/spoken", "", ("accept-language", accepted)) for accepted in wanted]
    answered = [stage.get(each) for each in [*asked, *asked]]
    assert [each.body for each in answered] == 2 * [b"de", b"de", b"zh", b"en", b"en"]
    assert len({each.headers["etag"] for each in answered}) == 3
    assert stage.views.seen == 3


def test_those_who_read_other_languages_do_not_share_a_flight(stage: Stage) -> None:
    async def both() -> list[Protocol]:
        asked = (scope("GET", "/spoken", "", ("accept-language", language)) for language in ("de", "zh"))
        return await asyncio.gather(*(stage.ask(each) for each in asked))

    assert [each.body for each in asyncio.run(both())] == [b"de", b"zh"]


def test_ranges_are_not_served_so_that_nobody_gets_the_part_of_another(stage: Stage) -> None:
    answered = stage.get(scope("GET", "/echo/x", "", ("range", "bytes=0-1")))
    assert answered.status == 200
    assert json.loads(answered.body or b"")["range"] is None


def test_a_small_body_is_part_of_the_question(stage: Stage) -> None:
    asked = scope("POST", "/slow", "", ("content-type", "text/plain"))
    stage.views.may_end.set()
    for body in (b"one", b"other"):
        assert stage.get(asked, Protocol((body,))).status == 200
    assert stage.views.seen == 2


def test_a_request_that_changes_things_is_never_kept(stage: Stage) -> None:
    for _ in range(2):
        stage.get(scope("PUT", "/echo/x"))
    assert stage.views.seen == 2
    assert stage.logged()[0]["cache"] == "none"


def test_what_is_not_to_be_kept_is_asked_each_time(stage: Stage) -> None:
    for _ in range(2):
        stage.get(scope("GET", "/never-kept"))
    assert stage.views.seen == 2


def test_another_host_gets_its_own_links(stage: Stage) -> None:
    for host in ("one.example", "other.example"):
        asked = scope("GET", "/echo/x")
        asked.headers.pairs[0] = ("host", host)
        assert host in json.loads(stage.get(asked).body or b"")["url"]


def test_http_2_names_the_host_as_authority(stage: Stage) -> None:
    asked = replace(scope("GET", "/echo/x"), authority="two.example", http_version="2")
    asked.headers.pairs.clear()
    assert json.loads(stage.get(asked).body or b"")["url"] == "http://two.example/echo/x"


@pytest.mark.parametrize("path", ["/echo/x", "/fyp/echo/x"])
def test_behind_a_proxy_links_are_made_for_its_address(make_stage: StageMaker, path: str) -> None:
    stage = make_stage(public_url="https://kg.example/fyp")
    seen = json.loads(stage.get(scope("GET", path)).body or b"")
    assert seen["url"] == "https://kg.example/fyp/echo/x"
    assert seen["root"] == "/fyp"


@pytest.mark.parametrize(
    ("proxies", "client"), [(0, "192.0.2.7"), (1, "198.51.100.3"), (2, "203.0.113.2"), (9, "10.0.0.1")]
)
def test_the_client_is_who_our_own_proxies_saw(make_stage: StageMaker, proxies: int, client: str) -> None:
    stage = make_stage(proxies=proxies)
    forwarded = ("x-forwarded-for", "10.0.0.1, 203.0.113.2"), ("x-forwarded-for", "198.51.100.3")
    assert json.loads(stage.get(scope("GET", "/echo/x", "", *forwarded)).body or b"")["client"] == client


def test_a_large_answer_is_sent_from_a_file_and_is_not_kept(stage: Stage) -> None:
    for _ in range(2):
        answered = stage.get(scope("GET", "/large"))
        assert (
            answered.headers["content-length"] == str(len(answered.body or b"")) == str(1000 * (HELD_BYTES // 1000 + 1))
        )
    assert stage.views.seen == 2
    assert stage.get(scope("HEAD", "/large")).body is None


def test_a_large_answer_is_compressed_whole(stage: Stage) -> None:
    answered = stage.get(scope("GET", "/large", "", ("accept-encoding", "gzip")))
    assert answered.headers["content-length"] == str(len(answered.body or b""))


def test_an_answer_that_breaks_off_is_never_a_200(stage: Stage) -> None:
    answered = stage.get(scope("GET", "/breaks"))
    assert answered.status == 500
    assert answered.body == b"The answer was lost: the other half is lost. Ask again later.\n"
    assert answered.headers["access-control-allow-origin"] == "*"


def test_an_answer_that_is_shorter_than_it_says_is_never_a_200(stage: Stage) -> None:
    assert stage.get(scope("GET", "/short")).status == 500


def test_requests_are_counted_by_route(stage: Stage) -> None:
    for path in ("/echo/x", "/echo/x", "/echo/y", "/nowhere", "/no/where"):
        stage.get(scope("GET", path))
    name, route = "fyp_requests_total", "/echo/<path:rest>"
    assert read(stage.metrics, name, route=route, method="GET", status="200", cache="miss") == 2
    assert read(stage.metrics, name, route=route, method="GET", status="200", cache="hit") == 1
    assert read(stage.metrics, name, route="none", status="404") == 2


def test_a_line_is_logged_for_each_request_without_its_query(stage: Stage) -> None:
    stage.views.may_end.set()
    stage.get(scope("POST", "/slow", "query=secret"), Protocol((b"also secret",)))
    (line,) = stage.logged()
    assert line.pop("time")
    assert line.pop("milliseconds") > 0
    assert line == {
        "method": "POST",
        "path": "/slow",
        "status": 200,
        "bytes": 4,
        "client": "192.0.2.7",
        "release": None,
        "lane": "heavy",
        "cache": "miss",
    }


def test_the_query_is_logged_where_the_operator_wants_it(make_stage: StageMaker) -> None:
    stage = make_stage(log_queries=True)
    stage.get(scope("POST", "/echo/x", "query=ASK{}"), Protocol((b"\xffbody",)))
    assert stage.logged()[0]["query"] == "query=ASK{}"
    assert stage.logged()[0]["body"] == "\\xffbody"


async def watch(stage: Stage) -> None:
    stage.front.__rsgi_init__(asyncio.get_running_loop())
    await asyncio.to_thread(stage.engine.refreshed.wait, PATIENCE_SECONDS)
    await stage.end()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.gateway.handler._REFRESH_SECONDS", 0.001)


@pytest.mark.usefixtures("at_once")
def test_a_new_release_empties_the_cache(stage: Stage) -> None:
    stage.get(scope("GET", "/echo/x"))
    stage.engine.outcomes = [True, False, False]
    asyncio.run(watch(stage))
    assert stage.cache.facts().entries == 0


@pytest.mark.usefixtures("at_once")
def test_a_broken_release_is_reported_once_and_the_watch_goes_on(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = ReleaseBroken("The release r2 is not whole.")
    stage.engine.outcomes = [broken, broken, OSError("no process"), True, False, False]
    stage.get(scope("GET", "/echo/x"))
    asyncio.run(watch(stage))
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "The new release cannot be served; the old one stays: The release r2 is not whole.",
        "The new release cannot be served; the old one stays: no process",
    ]
    assert stage.cache.facts().entries == 0


class FailingPageProcesses:
    """Page processes whose start fails, is not yet tried again, succeeds, and fails in the end."""

    was_ready = False

    def __init__(self) -> None:
        lost = EngineLost("no room")
        self.outcomes: list[bool | EngineLost] = [lost, False, lost, True, lost, False]
        self.ended = threading.Event()

    def refill(self) -> bool:
        outcome = self.outcomes.pop(0) if self.outcomes else False
        if not self.outcomes:
            self.ended.set()
        if isinstance(outcome, EngineLost):
            raise outcome
        return outcome

    def close(self) -> None:
        """Hold nothing."""


@pytest.mark.usefixtures("at_once")
def test_a_failed_start_of_page_processes_is_reported_once_until_one_succeeds(
    make_stage: StageMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = FailingPageProcesses()
    stage = make_stage(failing)

    async def watch_pages() -> None:
        stage.front.__rsgi_init__(asyncio.get_running_loop())
        await asyncio.to_thread(failing.ended.wait, PATIENCE_SECONDS)
        await stage.end()

    asyncio.run(watch_pages())
    assert capsys.readouterr().err.splitlines() == 2 * ["Pages cannot be made: no room"]


def test_at_the_end_the_engine_is_closed(stage: Stage) -> None:
    asyncio.run(stage.end())
    assert stage.engine.closed
