"""Another endpoint: a real HTTP server on a loopback address, with an answer that a test writes."""

from __future__ import annotations

import http.server
import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from pyoxigraph import Literal, NamedNode, Quad

from kg.engine import Question
from kg.engine.embedded import EmbeddedEngine
from kg.engine.federation import FederatedAnswer, Limits
from kg.engine.federation.allow import AllowList
from kg.engine.federation.engine import FederatingEngine
from kg.engine.federation.fetch import Fetcher, Resolver
from kg.engine.store import Store

RESULTS = "application/sparql-results+json"
EXAMPLE = "https://example.org/"
NESTING = 128


@dataclass
class Remote:
    """An endpoint that runs, and what it was sent."""

    host: str
    port: int
    requests: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)
    """Method, path, headers, query of each."""
    bodies: list[bytes] = field(default_factory=list)

    @property
    def authority(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.authority}/sparql"


Handler = http.server.BaseHTTPRequestHandler
Script = Callable[[Handler], None]


@contextmanager
def serving(script: Script, host: str = "127.0.0.1") -> Iterator[Remote]:
    """Serve until the end of the block; the script answers each request, whose body was read."""

    class Scripted(Handler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            remote.bodies.append(body)
            query = parse_qs(body.decode()).get("query", [""])[0]
            remote.requests.append((self.command, self.path, dict(self.headers), query))
            try:
                script(self)
            except OSError:
                self.close_connection = True  # the caller has gone

        do_GET = do_POST = do_DELETE = answer  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: Any) -> None:
            """Be quiet."""

    class Server(http.server.ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

    with Server((host, 0), Scripted) as server:
        remote = Remote(host, server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield remote
        finally:
            server.shutdown()


def says(body: bytes, content_type: str = RESULTS, status: int = 200, **headers: str) -> Script:
    """A script that answers with a body."""

    def script(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return script


def table(*rows: dict[str, dict[str, Any]], names: Sequence[str] = ()) -> bytes:
    """Rows as SPARQL JSON."""
    columns = names or list(dict.fromkeys(name for row in rows for name in row))
    return json.dumps({"head": {"vars": columns}, "results": {"bindings": rows}}).encode()


def iri(local: str) -> dict[str, str]:
    """The cell of an IRI."""
    return {"type": "uri", "value": EXAMPLE + local}


LIMITS = Limits(seconds=5, bytes=2**20, rows=100, redirects=3, clauses=4, at_once=8)


class Closable(EmbeddedEngine):
    """An engine in this process, which holds nothing."""

    def close(self) -> None:
        """Nothing is held."""


class Local(Closable):
    """An engine over three labelled resources, which records what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        label = NamedNode(EXAMPLE + "label")
        graph = NamedNode(EXAMPLE + "graph")
        quads = [Quad(NamedNode(EXAMPLE + name), label, Literal(name.upper()), graph) for name in ("a", "b", "c")]
        super().__init__(Store(quads), "release", NESTING)

    def answer(self, question: Question, cancellation: Any = None) -> Any:
        self.asked.append(question.text)
        return super().answer(question, cancellation)


def no_names(host: str, port: int) -> Sequence[str]:
    """A resolver that knows no name."""
    raise OSError(host, port)


def federating(allow: str, limits: Limits = LIMITS, resolver: Resolver = no_names) -> FederatingEngine:
    """An engine that may call the hosts given, around a Local one."""
    return FederatingEngine(Local(), Fetcher(AllowList.parse(allow), limits, resolver), NESTING)


def ask(engine: FederatingEngine, text: str) -> tuple[list[dict[str, str]], FederatedAnswer]:
    """The rows of an answer as they are in JSON, without their types, and the answer."""
    answer = engine.answer(Question(text))
    assert isinstance(answer, FederatedAnswer)
    rows = json.loads(answer.body)["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows], answer
