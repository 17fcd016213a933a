"""Engines that fail: what can be answered is answered, the rest is reported, and nobody waits longer than the limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kg.core.errors import (
    EngineBusy,
    EngineUnreachable,
    KgError,
    QueryFailed,
    QuestionCancelled,
    QuestionTooLong,
    ReleaseNotPushed,
)
from kg.core.media_types import FORMS
from kg.core.settings import Settings, read_settings
from kg.engine import Question
from kg.engine.limits import CancellationToken
from tests.kg.engine.federation.remote import RESULTS, Handler, Script, says, serving
from tests.kg.engine.remote.conftest import EngineMaker
from tests.kg.engine.remote.fakes import NO, YES, Fake, cut, drops, fake, hangs
from tests.serving import HOST, free_port

ASK = Question("ASK {}", FORMS["csv"])
SELECT = Question("SELECT * { ?s ?p ?o }")
HELD_UP = 0.5


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Short limits, and no release: these engines hold none."""
    return read_settings({}, max_seconds=10.0, engine_connect_seconds=1.0)


@pytest.fixture
def make_fake() -> Iterator[Callable[..., Fake]]:
    with ExitStack() as opened:
        yield lambda script=None: opened.enter_context(fake(script or says(YES)))


def wait_until(true: Callable[[], bool], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        threading.Event().wait(0.005)
    return true()


BROKEN = {
    "an error of the server": says(b"sorry", "text/plain", 500),
    "a redirect": says(b"", "text/plain", 302, Location="http://127.0.0.1:9/"),
    "no right": says(b"", "text/plain", 401),
    "another type": says(b"<html>", "text/html"),
    "a broken body": says(b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":'),
    "no table": says(b"[1, 2]"),
    "a body that is cut off": cut(b'{"head":{"vars":["s"]},"results":{"bindings":['),
    "no word": drops,
    "a busy gateway": says(b"", "text/plain", 503),
}


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_another_replica_answers_where_one_fails(
    make_fake: Callable[..., Fake], make_remote: EngineMaker, script: Script
) -> None:
    bad, good = make_fake(script), make_fake()
    engine = make_remote(bad.url, good.url)
    for _ in range(4):
        bad.is_well = False
        assert engine.answer(ASK).body == b"true"
        assert wait_until(lambda: engine.pool_status().replicas["up"] > 0)
    assert bad.asked
    assert good.asked


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_without_another_one_it_gets_the_error_that_the_engine_fails(
    make_fake: Callable[..., Fake], make_remote: EngineMaker, script: Script
) -> None:
    bad = make_fake(script)
    engine = make_remote(bad.url)
    bad.is_well = False
    with pytest.raises(EngineUnreachable, match="in a moment") as raised:
        engine.answer(ASK)
    assert bad.url not in str(raised.value)
    assert HOST not in str(raised.value)


def test_a_replica_that_failed_is_asked_nothing_until_it_is_well(
    make_fake: Callable[..., Fake], make_remote: EngineMaker
) -> None:
    bad = make_fake(says(b"", "text/plain", 502))
    engine = make_remote(bad.url)
    bad.is_well = False
    with pytest.raises(EngineUnreachable):
        engine.answer(ASK)
    assert engine.pool_status().replicas == {"up": 0, "out": 1}
    asked = len(bad.asked)
    with pytest.raises(EngineUnreachable):
        engine.answer(ASK)
    assert len(bad.asked) == asked
    bad.script, bad.is_well = says(YES), True
    assert wait_until(lambda: engine.pool_status().replicas == {"up": 1, "out": 0})
    assert engine.answer(ASK).body == b"true"


def test_a_healthy_replica_is_not_asked_whether_it_is_well(
    make_fake: Callable[..., Fake], make_remote: EngineMaker
) -> None:
    good = make_fake()
    engine = make_remote(good.url)
    for _ in range(5):
        engine.answer(ASK)
    assert good.checks == 1  # when it was opened


def test_questions_go_to_all_replicas(make_fake: Callable[..., Fake], make_remote: EngineMaker) -> None:
    fakes = [make_fake() for _ in range(3)]
    engine = make_remote(*(replica.url for replica in fakes))
    for _ in range(9):
        engine.answer(ASK)
    assert [len(replica.asked) for replica in fakes] == [3, 3, 3]


def test_an_address_where_nothing_listens_is_left_out(make_fake: Callable[..., Fake], make_remote: EngineMaker) -> None:
    good = make_fake()
    engine = make_remote(f"http://{HOST}:{free_port()}/query", good.url)
    assert engine.pool_status().replicas == {"up": 1, "out": 1}
    assert engine.answer(ASK).body == b"true"


def test_an_engine_that_nobody_can_reach_is_reported_with_the_settings_to_look_at(make_remote: EngineMaker) -> None:
    with pytest.raises(EngineUnreachable, match="KG_ENGINE_URL"):
        make_remote(f"http://{HOST}:{free_port()}/query")


def test_a_replica_without_the_release_is_left_out(make_fake: Callable[..., Fake], make_remote: EngineMaker) -> None:
    class Lacking(Fake):
        def __call__(self, handler: Handler) -> None:
            says(NO)(handler)

    lacking, good = Lacking(), make_fake()
    with serving(lacking) as lacking.remote:
        engine = make_remote(lacking.url, good.url)
        assert engine.pool_status().replicas == {"up": 1, "out": 1}
        with pytest.raises(ReleaseNotPushed, match="kg push"):
            make_remote(lacking.url)


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (says(b"no such function", "text/plain", 400), QueryFailed),
        (says(b"cannot", "text/plain", 500), QueryFailed),
        (says(b"", "text/plain", 504), QuestionTooLong),
        (says(b"", "text/plain", 408), QuestionTooLong),
        (says(b"", "text/plain", 429), EngineBusy),
        (says(b"", "text/plain", 503), EngineUnreachable),
    ],
)
def test_a_question_that_is_to_blame_harms_no_replica(
    make_fake: Callable[..., Fake], make_remote: EngineMaker, script: Script, error: type[KgError]
) -> None:
    replica = make_fake(script)
    engine = make_remote(replica.url)
    for _ in range(4):
        with pytest.raises(error):
            engine.answer(ASK)
    assert engine.pool_status().replicas == {"up": 1, "out": 0}


def test_what_the_engine_says_of_a_question_is_reported_in_our_names(
    make_fake: Callable[..., Fake], make_remote: EngineMaker
) -> None:
    body = b"No graph https://w3id.org/fyp-kg/graph-0123456789abcdef/graph/plan-x."
    engine = make_remote(make_fake(says(body, "text/plain", 400)).url)
    with pytest.raises(QueryFailed, match=r"No graph https://w3id.org/fyp-kg/graph/plan-x\.$"):
        engine.answer(ASK)


@pytest.mark.serial
def test_an_engine_that_hangs_is_left_at_the_deadline(make_fake: Callable[..., Fake], make_remote: EngineMaker) -> None:
    never = threading.Event()
    engine = make_remote(make_fake(hangs(never)).url, max_seconds=0.2)
    start = time.monotonic()
    with pytest.raises(QuestionTooLong, match=r"0\.2 seconds"):
        engine.answer(ASK)
    assert time.monotonic() - start < 0.2 + HELD_UP
    assert engine.pool_status().replicas == {"up": 1, "out": 0}  # it says that it is well
    never.set()


@pytest.mark.serial
def test_an_engine_that_hangs_with_all_is_out(make_fake: Callable[..., Fake], make_remote: EngineMaker) -> None:
    never = threading.Event()
    replica = make_fake(hangs(never))
    engine = make_remote(replica.url, max_seconds=0.1)
    replica.is_well = False
    start = time.monotonic()
    with pytest.raises(QuestionTooLong):
        engine.answer(ASK)
    assert time.monotonic() - start < 0.1 + HELD_UP
    assert wait_until(lambda: engine.pool_status().replicas == {"up": 0, "out": 1})
    never.set()


def test_a_question_whose_asker_goes_is_ended_at_once(make_fake: Callable[..., Fake], make_remote: EngineMaker) -> None:
    never, begun = threading.Event(), threading.Event()
    engine = make_remote(make_fake(hangs(never, begun)).url)
    cancellation = CancellationToken()

    def go() -> None:
        begun.wait(5)
        cancellation.cancel()

    canceller = threading.Thread(target=go)
    canceller.start()
    start = time.monotonic()
    with pytest.raises(QuestionCancelled):
        engine.answer(ASK, cancellation)
    assert time.monotonic() - start < 5
    assert engine.pool_status().running == {"remote": 0}
    canceller.join()
    never.set()


def test_a_question_without_a_place_gets_the_error_that_the_engine_is_busy(
    make_fake: Callable[..., Fake], make_remote: EngineMaker
) -> None:
    may, begun = threading.Event(), threading.Event()
    engine = make_remote(make_fake(hangs(may, begun)).url, engine_at_once=1, max_waiting=0)
    asking = threading.Thread(target=lambda: engine.answer(ASK))
    asking.start()
    assert begun.wait(5)
    with pytest.raises(EngineBusy):
        engine.answer(Question("ASK { ?s ?p ?o }"))
    may.set()
    asking.join()


def test_an_answer_may_say_that_it_is_not_whole(make_fake: Callable[..., Fake], make_remote: EngineMaker) -> None:
    endpoint = make_fake(says(YES, RESULTS, 200, X_SQL_State="S1TAT"))
    with pytest.raises(QuestionTooLong):
        make_remote(endpoint.url, engine_product="virtuoso").answer(ASK)
    assert make_remote(endpoint.url).answer(ASK).body == b"true"


def test_the_headers_of_the_operator_are_sent(
    make_fake: Callable[..., Fake], make_remote: EngineMaker, tmp_path: Path
) -> None:
    path = tmp_path / "headers"
    path.write_text("Authorization: Bearer of-a-secret\n")
    path.chmod(0o600)
    endpoint = make_fake()
    engine = make_remote(endpoint.url, engine_headers_file=path)
    engine.answer(ASK)
    assert {headers.get("Authorization") for _, _, headers, _ in endpoint.remote.requests} == {"Bearer of-a-secret"}
    endpoint.script = says(b"", "text/plain", 403)
    endpoint.is_well = False
    with pytest.raises(EngineUnreachable) as raised:
        engine.answer(ASK)
    assert "secret" not in str(raised.value)
