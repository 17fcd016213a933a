"""Engines that misbehave: HTTP servers on a loopback address that answer each question as a test says."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.kg.engine.federation.remote import RESULTS, Handler, Remote, Script, says, serving

YES = json.dumps({"head": {}, "boolean": True}).encode()
NO = json.dumps({"head": {}, "boolean": False}).encode()


@dataclass
class Fake:
    """An engine that holds the release, and does with other questions what ``script`` does.

    ``is_well`` says whether it tells that it holds the release; where it does not, it fails.
    """

    script: Script = field(default=says(YES))
    is_well: bool = True
    asked: list[str] = field(default_factory=list)
    checks: int = 0

    def __call__(self, handler: Handler) -> None:
        """Answer a request."""
        query = self.remote.requests[-1][3]
        if "engine#whole" in query:
            self.checks += 1
            says(YES, RESULTS, 200 if self.is_well else 500)(handler)
            return
        self.asked.append(query)
        self.script(handler)

    remote: Remote = field(init=False)

    @property
    def url(self) -> str:
        """Where it is."""
        return self.remote.url


@contextmanager
def fake(script: Script = says(YES)) -> Iterator[Fake]:  # noqa: B008 - it holds nothing
    """An engine that misbehaves."""
    endpoint = Fake(script)
    with serving(endpoint) as endpoint.remote:
        yield endpoint


def cut(body: bytes = YES, stated: int = 10_000) -> Script:
    """A script that promises more than it sends."""

    def script(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", RESULTS)
        handler.send_header("Content-Length", str(stated))
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return script


def hangs(until: threading.Event, begun: threading.Event | None = None) -> Script:
    """A script that says nothing until it may."""

    def script(handler: Handler) -> None:
        if begun is not None:
            begun.set()
        until.wait(30)
        with contextlib.suppress(OSError):
            says(YES)(handler)

    return script


def drops(handler: Handler) -> None:
    """A script that ends the connection without a word."""
    handler.close_connection = True
    handler.connection.shutdown(2)
