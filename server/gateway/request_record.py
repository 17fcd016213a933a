"""A request record: one request as the gateway sees it, and how it was answered."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from kg.core.errors import KgError
from server.core.context import REFUSAL
from server.core.response_cache import Key
from server.core.wsgi import Finished, give_body
from server.gateway.request import ParsedRequest

CLIENT_GONE = 499  # nginx's number for a client that did not wait
_LONGEST_LOGGED = 10_000


@dataclass
class RequestRecord:
    """A request with its body, and how it was answered.

    Attributes:
        refusal: the error that it is answered with, if it is not even asked.
        began: in seconds of ``time.monotonic``.
    """

    request: ParsedRequest
    body: bytes = b""
    refusal: KgError | None = None
    began: float = field(default_factory=time.monotonic)
    status: int = 500
    sent_bytes: int = 0
    cache: str = "none"
    lane: str = ""
    route: str = ""
    release_id: str = ""

    def __post_init__(self) -> None:
        """Take over the refusal of the parsed request."""
        self.refusal = self.refusal or self.request.refusal

    @property
    def method(self) -> str:
        """Return the method of the request."""
        return self.request.method

    @property
    def client(self) -> str:
        """Return what the limits of each client count by."""
        return self.request.client_key

    @property
    def coding(self) -> str:
        """Return the content coding that the client wants."""
        return self.request.coding

    @property
    def content_type(self) -> str:
        """The media type of the body."""
        return self.request.content_type

    @property
    def if_none_match(self) -> str:
        """Return the entity tags that the client has."""
        return self.request.if_none_match

    def key(self, release_id: str) -> Key | None:
        """Return what its response depends on; see ``ParsedRequest.key``."""
        return self.request.key(release_id, self.body) if self.refusal is None else None

    def environ(self) -> dict[str, Any]:
        """Return its WSGI environment, with its body and its refusal."""
        environ = self.request.environ()
        if self.refusal is None:
            give_body(environ, self.body)
        else:
            environ[REFUSAL] = self.refusal
        return environ

    @property
    def may_be_unchanged(self) -> bool:
        """Return True if If-None-Match means something (RFC 9110, section 13.1.2)."""
        return bool(self.if_none_match) and self.method in ("GET", "HEAD", "QUERY")

    def ended(self, response: Finished, sent_bytes: int) -> None:
        """Note how it was answered."""
        self.status, self.sent_bytes = response.outcome or response.status, sent_bytes
        self.route, self.release_id = response.route, response.header("fyp-release")

    @property
    def seconds(self) -> float:
        """Return how long it has taken until now."""
        return time.monotonic() - self.began

    def facts(self, *, with_query: bool) -> dict[str, object]:
        """Return what the access log says of it; the text of queries only if wanted."""
        query: dict[str, object] = {}
        if with_query:
            query["query"] = self.request.sent_query[:_LONGEST_LOGGED]
            query["body"] = self.body[:_LONGEST_LOGGED].decode("utf-8", "backslashreplace")
        return {
            "method": self.method,
            "path": self.request.sent_path[:_LONGEST_LOGGED],
            **query,
            "status": self.status,
            "milliseconds": round(1000 * self.seconds, 3),
            "bytes": self.sent_bytes,
            "client": self.request.client,
            "release": self.release_id or None,
            "lane": self.lane or None,
            "cache": self.cache,
        }
