"""A page process: the application without engines, for requests from the serving process.

Run as ``python -m server.gateway.page_process DESCRIPTOR``, where the descriptor is its end of the control socket. It
ends when that closes. Each further socket that arrives over it gets a thread, which answers one request after the
other.
"""

from __future__ import annotations

import gc
import os
import pickle
import select
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import Flask

from kg.engine.limits import CancellationToken
from kg.engine.pool.ipc import ConnectionClosed, receive, send
from kg.engine.pool.processes import PAGES, Priority, lower_priority, raise_oom_score, return_freed_memory
from kg.release.store import ReleaseStore
from server.app import create_app
from server.core.context import CANCELLATION, WAITING
from server.core.wsgi import Finished, answer_whole
from server.gateway.page_request import environ_in, response_head
from server.gateway.proxies import ProxyEngineSource, ReportingIntegrity, Session, using


class CancellationWatch:
    """Cancels the token of a request when the serving process shuts down its side of the socket."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._cancellations: dict[int, CancellationToken] = {}
        threading.Thread(target=self._watch, name="cancellations", daemon=True).start()

    @contextmanager
    def watched(self, peer: socket.socket, cancellation: CancellationToken) -> Iterator[None]:
        """Watch a socket during the block."""
        descriptor = peer.fileno()
        # Stored before the registration, as the event may come at once. EPOLLRDHUP reports that the other side was shut
        # down. Without EPOLLONESHOT it would be reported again and again until the request ends.
        self._cancellations[descriptor] = cancellation
        self._epoll.register(descriptor, select.EPOLLRDHUP | select.EPOLLONESHOT)
        try:
            yield
        finally:
            self._epoll.unregister(descriptor)
            del self._cancellations[descriptor]

    def _watch(self) -> None:
        while True:
            for descriptor, _ in self._epoll.poll():
                # None if the request ended between the event and this line
                cancellation = self._cancellations.get(descriptor)
                if cancellation is not None:
                    cancellation.cancel()


def main(descriptor: int) -> None:
    """Run the application that the first message describes, and answer requests until the socket closes."""
    raise_oom_score(PAGES)
    return_freed_memory()
    # The serving process has the only other end. The kernel closes that end even if the serving process is killed, so
    # this process does not outlive it.
    control = socket.socket(fileno=descriptor)
    # ConnectionClosed is the normal end: the serving process has closed the control socket
    with suppress(ConnectionClosed):
        _, body, _ = receive(control)
        settings = pickle.loads(body)  # noqa: S301 - from the process that started this one
        engines = ProxyEngineSource(has_older=settings.older_releases > 0)
        app = create_app(settings, engines, integrity=ReportingIntegrity(ReleaseStore(settings.home)))
        gc.freeze()  # stops the collector from scanning permanent objects
        lower_priority(Priority.PAGES.value)  # light queries go first
        cancellations = CancellationWatch()
        # the reply to the settings: ``PageProcess.begin`` waits until the application is ready
        send(control, {})
        while True:
            _, _, descriptors = receive(control)
            peer = socket.socket(fileno=descriptors[0])
            threading.Thread(target=answer_requests, args=(app, peer, cancellations), daemon=True).start()
            send(control, {})
    os._exit(0)  # even if threads still run


def answer_requests(app: Flask, peer: socket.socket, cancellations: CancellationWatch) -> None:
    """Answer the requests that arrive over a socket, one after the other, until it closes."""
    with peer, suppress(ConnectionClosed):
        while True:
            head, body, _ = receive(peer)
            environ = environ_in(head, body)
            session = Session(peer, head["release"])
            environ[WAITING] = session.waiting
            with using(session), cancellations.watched(peer, environ[CANCELLATION]):
                finished = answer_whole(app.wsgi_app, environ)
            _send(peer, finished)


def _send(peer: socket.socket, finished: Finished) -> None:
    """Send a response. A large one is sent as a descriptor of its file."""
    if finished.file is None:
        send(peer, response_head(finished), finished.body)
        return
    # the kernel copies the descriptor into the message, so ours can be closed after the send
    with finished.file:
        send(peer, response_head(finished), descriptors=(finished.file.fileno(),))


if __name__ == "__main__":
    main(int(sys.argv[1]))
