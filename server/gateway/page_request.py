"""A request in a page process, as the serving process sees it: what the page process asks for it is answered here."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from typing import Any

from kg.core.errors import KgError
from kg.engine import Answer, Engine
from kg.engine.cancellation import CancellationToken
from kg.engine.pool.ipc import Closed, Head, question_in, receive, send, told
from kg.engine.registry import EngineSource
from kg.release.integrity import Integrity
from server.core.context import CANCELLATION
from server.core.wsgi import Finished
from server.gateway.page_messages import answer_head, request_message, response_in
from server.gateway.turn import Turn

# A page process that has been told to stop a request ends it within this time; one that does not is killed.
GRACE_SECONDS = 5.0
_LOOK_MILLISECONDS = 500


class PageOverdue(Exception):
    """The page process does not end a request that was cancelled, or does not take one."""


class PageRequest:
    """One request that is answered over ``peer``, the socket of one thread of a page process.

    When its ticket is cancelled, the writing side of the socket is shut down: the page process sees that at once, and
    the socket cannot be used for another request.
    """

    def __init__(
        self, peer: socket.socket, environ: dict[str, Any], turn: Turn, lending: EngineSource, integrity: Integrity
    ) -> None:
        self._peer, self._environ, self._turn = peer, environ, turn
        self._ticket: CancellationToken = environ[CANCELLATION]
        self._lending, self._integrity = lending, integrity
        self._engines: list[Engine] = []
        self._loans = ExitStack()
        self._is_paused = False
        self._calls: dict[str, Callable[[Head], Head]] = {
            "lend": self._lend,
            "refuse_unknown": self._refuse_unknown,
            "suspect": self._suspect,
            "pause": self._pause,
            "resume": self._resume,
        }

    def answer(self) -> Finished:
        """Hand over the request and return its response.

        Raises:
            Closed: the page process has ended, or the request was cancelled before it was handed over.
            PageOverdue: the request was cancelled, and the page process goes on with it.
        """
        with self._loans:
            try:
                send(self._peer, *request_message(self._environ, self._lending.release_id))
                return self._served()
            finally:
                self._ticket.attach(None)
                if self._is_paused:  # the page process ended meanwhile
                    self._turn.resume()

    def _served(self) -> Finished:
        """Answer the calls of the page process until it sends the response."""
        while True:
            self._ticket.attach(self._shut_down)  # the engine has taken its place during a question
            self._wait()
            head, body, descriptors = receive(self._peer)
            if "call" not in head:
                return response_in(head, body, descriptors)
            self._reply(head, body)

    def _wait(self) -> None:
        """Wait for a message."""
        poll, cancelled_at = select.poll(), None
        poll.register(self._peer, select.POLLIN)
        while not poll.poll(_LOOK_MILLISECONDS):
            if self._ticket.cancelled:
                cancelled_at = cancelled_at or time.monotonic()
                if time.monotonic() > cancelled_at + GRACE_SECONDS:
                    raise PageOverdue

    def _shut_down(self) -> None:
        with suppress(OSError):  # the page process has ended
            self._peer.shutdown(socket.SHUT_WR)

    def _reply(self, head: Head, body: bytes) -> None:
        """Answer one call, also one that fails."""
        answer: Answer | None = None
        try:
            if head["call"] == "answer":
                answer = self._answer(head, body)
                reply = answer_head(answer)
            else:
                reply = self._calls[head["call"]](head)
        except KgError as error:
            reply = told(error)
        with suppress(Closed):  # cancelled; the page process ends the request, and says so
            if answer is None:
                send(self._peer, reply)
            elif answer.spill is None:
                send(self._peer, reply, answer.body)
            else:
                with answer.spill:
                    send(self._peer, reply, descriptors=(answer.spill.fileno(),))

    def _answer(self, head: Head, body: bytes) -> Answer:
        with self._paused():
            return self._engines[head["loan"]].answer(question_in(head, body), self._ticket)

    def _lend(self, head: Head) -> Head:
        with self._paused():  # a release that rests is opened first, which takes seconds
            engine = self._loans.enter_context(self._lending.lend(head["release"]))
        self._engines.append(engine)
        return {"loan": len(self._engines) - 1, "release": engine.release_id}

    def _refuse_unknown(self, head: Head) -> Head:
        self._lending.refuse_unknown(head["release"])
        return {}

    def _suspect(self, head: Head) -> Head:
        self._integrity.suspect(head["release"], head["detail"])
        return {}

    def _pause(self, head: Head) -> Head:
        del head
        self._is_paused = True
        self._turn.give_up()
        return {}

    def _resume(self, head: Head) -> Head:
        del head
        self._is_paused = False
        self._turn.resume()
        return {}

    def _paused(self) -> AbstractContextManager[None]:
        """Let other requests run meanwhile, unless they do already."""
        return nullcontext() if self._is_paused else self._turn.paused()
