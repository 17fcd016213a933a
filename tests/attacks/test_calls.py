"""No text calls another service: the guard is compared with the engine, which runs without limits of its process."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings

from kg.core.errors import KgError
from kg.core.media_types import FORMS
from kg.engine import Answer, Question
from kg.engine.federation import Call
from kg.engine.federation.allow import AllowList
from kg.engine.federation.engine import FederatingEngine
from kg.engine.federation.fetch import Fetcher
from kg.engine.limits import CancellationToken
from kg.sparql.guard import refuse_danger
from kg.sparql.parser import SyntaxFault, parse
from tests.attacks.calls import calls
from tests.attacks.texts import sparql_texts
from tests.attacks.unguarded import Engine, engine
from tests.kg.engine.federation.remote import LIMITS
from tests.serving import HOST

MANY = settings(
    deadline=None,
    max_examples=2500,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
DEEPEST = 128
ADDRESS = "http://127.0.0.1:{}/"


class Listener:
    """A socket on loopback that counts who connects, and closes each connection at once."""

    def __init__(self) -> None:
        self._socket = socket.create_server((HOST, 0))
        self.address = ADDRESS.format(self._socket.getsockname()[1])
        self.heard = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self._socket.accept()
                self.heard += 1
                peer.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.close()


@pytest.fixture(scope="module")
def free() -> Iterator[Engine]:
    with engine("free") as running:
        yield running


def is_refused(text: str) -> bool:
    try:
        refuse_danger(text, DEEPEST)
    except KgError:
        return True
    return False


def is_parsed(text: str) -> bool:
    try:
        parse(text)
    except SyntaxFault:
        return False
    return True


def test_the_listener_hears_a_call_that_nothing_guards(listener: Listener, free: Engine) -> None:
    heard, refused = 0, 0

    @settings(MANY, max_examples=300)
    @given(calls(listener.address))
    def count(text: str) -> None:
        nonlocal heard, refused
        before = listener.heard
        free.reads(text)
        if listener.heard > before:
            heard += 1
            refused += is_refused(text)

    count()
    assert heard > 20  # so the texts of the next tests do call
    assert refused == heard


@pytest.mark.slow
def test_what_the_guard_lets_through_calls_nobody(listener: Listener, free: Engine) -> None:
    @MANY
    @given(calls(listener.address))
    def holds(text: str) -> None:
        if not is_refused(text):
            free.reads(text)
        assert listener.heard == 0

    holds()


@pytest.mark.slow
def test_within_the_limits_of_a_worker_nobody_is_called_even_without_the_guard(listener: Listener) -> None:
    with engine("limited") as limited:

        @settings(MANY, max_examples=500)
        @given(calls(listener.address))
        def holds(text: str) -> None:
            limited.reads(text)
            assert listener.heard == 0

        holds()


class Asked:
    """An engine that passes each text to the process, as a worker would be asked."""

    release_id = "r"

    def __init__(self, process: Engine) -> None:
        self._process = process

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        del cancellation
        refuse_danger(question.text, DEEPEST)
        self._process.reads(question.text)
        return Answer(b"", question.form)

    def close(self) -> None:
        """Nothing is open."""


class NoRows(Fetcher):
    """Calls nobody: each endpoint of the allow-list gives one row without values."""

    async def fetch(self, call: Call) -> bytes:
        del call
        return b'{"head":{"vars":[]},"results":{"bindings":[{}]}}'


@pytest.mark.slow
def test_with_federation_on_nobody_is_called_but_those_who_are_allowed(listener: Listener, free: Engine) -> None:
    federating = FederatingEngine(Asked(free), NoRows(AllowList.parse("allowed.invalid"), LIMITS), DEEPEST)

    @MANY
    @given(calls(listener.address, "http://allowed.invalid/"))
    def holds(text: str) -> None:
        with suppress(KgError):
            federating.answer(Question(text, FORMS["srj"]))
        assert listener.heard == 0

    holds()


@pytest.mark.slow
def test_every_text_that_the_engine_reads_is_parsed_here(free: Engine) -> None:
    @settings(MANY, max_examples=1000)
    @given(sparql_texts().filter(lambda text: "127.0.0.1" not in text))
    def holds(text: str) -> None:
        assert is_parsed(text) or not free.reads(text)

    holds()


@pytest.mark.slow
def test_a_text_with_the_letters_of_service_is_parsed_or_refused_if_the_engine_reads_it(free: Engine) -> None:
    texts_of_the_engine_only = 0

    @settings(MANY, max_examples=1000)
    @given(calls(ADDRESS.format(1)))
    def holds(text: str) -> None:
        nonlocal texts_of_the_engine_only
        if is_parsed(text) or not free.reads(text):
            return
        texts_of_the_engine_only += 1
        assert is_refused(text)
        # without the call, which alone would be a reason to refuse it
        assert is_refused("# service\n" + re.sub("service", "", text, flags=re.IGNORECASE))

    holds()
    assert texts_of_the_engine_only > 20
