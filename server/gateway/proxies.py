"""Proxies in a page process for objects of the serving process. Each call goes over the socket of its request."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass

from kg.core.errors import Message, QuestionCancelled
from kg.engine import Answer, Engine, Question
from kg.engine.limits import CancellationToken
from kg.engine.pool.ipc import ConnectionClosed, Head, error_from_head, question_head, receive, send
from kg.engine.registry import EngineSource
from kg.release import Release
from kg.release.integrity import Integrity
from kg.release.verify import FileProblem
from server.gateway.page_request import answer_in


class Session:
    """The calls of one request to the serving process, in one thread. ``release_id`` is the current release."""

    def __init__(self, peer: socket.socket, release_id: str) -> None:
        self._peer, self.release_id = peer, release_id

    def call(self, head: Head, body: bytes = b"") -> tuple[Head, bytes, list[int]]:
        """Send a message and return the reply.

        Raises:
            QuestionCancelled: the request was cancelled, so the serving process shut down the socket.
            KgError: any error in the reply.
        """
        try:
            send(self._peer, head, body)
            reply = receive(self._peer)
        except ConnectionClosed as error:
            raise QuestionCancelled(Message("The client is gone.")) from error
        if "error" in reply[0]:
            raise error_from_head(reply[0])
        return reply

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let other requests run while the block waits for something; see ``Turn.paused``.

        Raises:
            QuestionCancelled: the client has gone.
        """
        self.call({"call": "pause"})
        try:
            yield
        finally:
            self.call({"call": "resume"})


# The application has one engine source, but each request has a socket of its own. The variable leads from the one to
# the other: each thread has its own value.
_SESSION: ContextVar[Session] = ContextVar("session")


@contextmanager
def using(session: Session) -> Iterator[None]:
    """Use this session for the calls of this thread within the block."""
    token = _SESSION.set(session)
    try:
        yield
    finally:
        _SESSION.reset(token)


@dataclass(frozen=True)
class ProxyEngine:
    """An engine that the serving process reserved for a request; ``loan`` is its number there."""

    session: Session
    loan: int
    release_id: str

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        """Return the answer of the serving process, which uses the token of the request; see ``Engine.answer``."""
        del cancellation
        head = {"call": "answer", "loan": self.loan, **question_head(question)}
        reply, body, descriptors = self.session.call(head, question.text.encode("utf-8"))
        return answer_in(reply, body, descriptors, question.form)


class ProxyEngineSource(EngineSource):
    """The engines of all releases. A reserved engine stays open until the request ends."""

    def __init__(self, *, has_older: bool) -> None:
        self._has_older = has_older

    @property
    def release_id(self) -> str:
        """The current release."""
        return _SESSION.get().release_id

    @property
    def has_older(self) -> bool:
        """True if older releases are available."""
        return self._has_older

    def acquire(self, release_id: str | None = None) -> AbstractContextManager[Engine]:
        """Return the engine of a release, or of the current one.

        Raises:
            As ``kg.engine.registry.EngineRegistry.acquire``.
        """
        session = _SESSION.get()
        reply, _, _ = session.call({"call": "lend", "release": release_id})
        # a new release may have become current since the request was sent
        if release_id is None:
            session.release_id = reply["release"]
        return nullcontext(ProxyEngine(session, reply["loan"], reply["release"]))

    def refuse_unknown(self, release_id: str) -> None:
        """Refuse an unknown release.

        Raises:
            As ``kg.engine.registry.EngineRegistry.refuse_unknown``.
        """
        _SESSION.get().call({"call": "refuse_unknown", "release": release_id})


class ReportingIntegrity(Integrity):
    """Knows the problems of each release, and reports those that a request finds to the serving process."""

    def suspect(self, release_id: str, detail: str) -> None:
        """Report a part of a release that could not be read."""
        _SESSION.get().call({"call": "suspect", "release": release_id, "detail": detail})

    def problem_of(self, release: Release, name: str) -> FileProblem | None:
        """Return the problem of one file, and report it; see ``Integrity.problem_of``."""
        problem = super().problem_of(release, name)
        if problem is not None:
            self.suspect(release.release_id, f"The file {problem}.")
        return problem
