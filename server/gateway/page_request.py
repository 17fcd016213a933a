"""Messages between the serving process and a page process, over ``kg.engine.pool.ipc``."""

from __future__ import annotations

import io
import os
import select
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from pathlib import Path
from typing import Any

from kg.core.errors import KgError
from kg.core.media_types import Form
from kg.engine import Answer, Engine
from kg.engine.federation import Call, FederatedAnswer
from kg.engine.limits import CancellationToken
from kg.engine.pool.ipc import ConnectionClosed, Head, error_from_head, error_head, question_in, receive, send
from kg.engine.registry import EngineSource
from kg.release.integrity import Integrity
from server.core.context import CANCELLATION, REFUSAL
from server.core.wsgi import Finished
from server.gateway.turn import Turn

_BODY, _ERRORS, _VERSION = "wsgi.input", "wsgi.errors", "wsgi.version"


def request_message(environ: dict[str, Any], release_id: str) -> tuple[Head, bytes]:
    """Return head and body of the message with a request; ``release_id`` is the current release."""
    # Only texts and truth values cross the process boundary. ``environ_in`` makes the streams and the token again on
    # the other side.
    cancellation, refusal = environ[CANCELLATION], environ.get(REFUSAL)
    head = {
        "environ": {key: value for key, value in environ.items() if isinstance(value, str | bool)},
        "refusal": error_head(refusal) if refusal is not None else None,
        # on Linux all processes share the monotonic clock, so the deadline stays the same
        "began": cancellation.began,
        "client": cancellation.client,
        "release": release_id,
    }
    return head, environ[_BODY].getvalue()


def environ_in(head: Head, body: bytes) -> dict[str, Any]:
    """Return the WSGI environment (PEP 3333) of a message, with a cancellation token of the same age."""
    cancellation = CancellationToken(head["client"])
    cancellation.began = head["began"]
    refusal = {} if head["refusal"] is None else {REFUSAL: error_from_head(head["refusal"])}
    fixed = {_BODY: io.BytesIO(body), _ERRORS: sys.stderr, _VERSION: (1, 0)}
    return {**head["environ"], **fixed, **refusal, CANCELLATION: cancellation}


def response_head(finished: Finished) -> Head:
    """Return the head of the message with a response. Its body, or a descriptor of its file, is sent along."""
    return {
        "status": finished.status,
        "headers": finished.headers,
        "route": finished.route,
        "disk_path": None if finished.disk_path is None else str(finished.disk_path),
        "outcome": finished.outcome,
    }


def response_in(head: Head, body: bytes, descriptors: Sequence[int]) -> Finished:
    """Return the response of a message."""
    return Finished(
        head["status"],
        [(key, value) for key, value in head["headers"]],
        body,
        os.fdopen(descriptors[0], "rb") if descriptors else None,
        head["route"],
        None if head["disk_path"] is None else Path(head["disk_path"]),
        head["outcome"],
    )


def answer_head(answer: Answer) -> Head:
    """Return the head of the message with an answer. Its body, or a descriptor of its spill file, is sent along."""
    calls = None
    if isinstance(answer, FederatedAnswer):
        calls = [{key: value for key, value in vars(call).items() if key != "failure"} for call in answer.calls]
    return {"size": answer.spilled_bytes, "calls": calls}


def answer_in(head: Head, body: bytes, descriptors: Sequence[int], form: Form) -> Answer:
    """Return the answer of a message."""
    spill = os.fdopen(descriptors[0], "rb") if descriptors else None
    if head["calls"] is None:
        return Answer(body, form, spill, head["size"])
    return FederatedAnswer(body, form, spill, head["size"], [Call(**call) for call in head["calls"]])


# A page process must end a cancelled request within this time, or it is killed.
GRACE_SECONDS = 5.0
# a cancellation does not wake the poll, so it is looked for at this interval
_LOOK_MILLISECONDS = 500


class PageOverdue(Exception):
    """The page process did not end a cancelled request, or did not accept a request."""


class PageRequest:
    """One request over ``peer``, the socket of one thread of a page process.

    If its token is cancelled, the writing side of the socket is shut down. The page process notices this at once, and
    the socket cannot be used for another request.
    """

    def __init__(
        self, peer: socket.socket, environ: dict[str, Any], turn: Turn, lending: EngineSource, integrity: Integrity
    ) -> None:
        self._peer, self._environ, self._turn = peer, environ, turn
        self._cancellation: CancellationToken = environ[CANCELLATION]
        self._lending, self._integrity = lending, integrity
        self._engines: list[Engine] = []
        self._loans = ExitStack()
        self._is_paused = False
        self._calls: dict[str, Callable[[Head], Head]] = {
            "lend": self._acquire,
            "refuse_unknown": self._refuse_unknown,
            "suspect": self._suspect,
            "pause": self._pause,
            "resume": self._resume,
        }

    def answer(self) -> Finished:
        """Send the request and return its response.

        Raises:
            ConnectionClosed: the page process ended, or the request was cancelled before it was sent.
            PageOverdue: the request was cancelled, but the page process did not end it.
        """
        with self._loans:
            try:
                send(self._peer, *request_message(self._environ, self._lending.release_id))
                return self._served()
            finally:
                # the socket may serve another request next, which a late cancellation must not shut down
                self._cancellation.attach(None)
                if self._is_paused:  # the page process ended during a pause
                    self._turn.resume()

    def _served(self) -> Finished:
        """Answer the calls of the page process until it sends the response."""
        # The page process sends either a call or the response. Each call is answered in this thread, which has the
        # engine and the turn of the request.
        while True:
            self._cancellation.attach(self._shut_down)  # the engine replaced it during a query
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
            if self._cancellation.cancelled:
                cancelled_at = cancelled_at or time.monotonic()
                if time.monotonic() > cancelled_at + GRACE_SECONDS:
                    raise PageOverdue

    def _shut_down(self) -> None:
        with suppress(OSError):  # the page process has ended
            # only the writing side: the end of the request can still be received
            self._peer.shutdown(socket.SHUT_WR)

    def _reply(self, head: Head, body: bytes) -> None:
        """Answer one call with its result or its error."""
        answer: Answer | None = None
        try:
            if head["call"] == "answer":
                answer = self._answer(head, body)
                reply = answer_head(answer)
            else:
                reply = self._calls[head["call"]](head)
        except KgError as error:
            reply = error_head(error)
        with suppress(ConnectionClosed):  # after a cancellation the page process itself ends the request
            if answer is None:
                send(self._peer, reply)
            elif answer.spill is None:
                send(self._peer, reply, answer.body)
            else:
                # the page process gets a descriptor of its own, so a large answer is never copied between the processes
                with answer.spill:
                    send(self._peer, reply, descriptors=(answer.spill.fileno(),))

    def _answer(self, head: Head, body: bytes) -> Answer:
        with self._paused():
            return self._engines[head["loan"]].answer(question_in(head, body), self._cancellation)

    def _acquire(self, head: Head) -> Head:
        with self._paused():  # opening an older release takes seconds
            engine = self._loans.enter_context(self._lending.acquire(head["release"]))
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
        """Return a context that lets other requests run, unless the request is paused already."""
        return nullcontext() if self._is_paused else self._turn.paused()
