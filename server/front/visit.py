"""A visit: one request as the front sees it, and what became of it."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import Any

from server.front.cache import Key
from server.front.gateway import Finished
from server.http.codings import choose_coding
from server.words.language import preferred

CLIENT_GONE = 499  # nginx's number for a client that did not wait
_SHARED = ("GET", "HEAD", "POST", "QUERY")
_LARGEST_BODY_IN_KEY = 64 * 1024
_LONGEST_LOGGED = 10_000


@dataclass
class Visit:
    """What a request asks, and, when it is over, how it was answered; ``began`` is in seconds of ``time.monotonic``."""

    method: str
    origin: str
    path: str
    query_string: str
    accept: str
    coding: str
    content_type: str
    if_none_match: str
    client: str
    accept_datetime: str = ""
    range: str = ""
    if_range: str = ""
    language: str = ""
    body: bytes = b""
    began: float = field(default_factory=time.monotonic)
    status: int = 500
    sent_bytes: int = 0
    cache: str = "none"
    lane: str = ""
    route: str = ""
    release_id: str = ""

    @classmethod
    def of(cls, scope: Any, proxies: int) -> Visit:
        """The visit of a request; ``proxies`` of ours stand in front, each adding to X-Forwarded-For."""
        sent: dict[str, list[str]] = {}
        for key, value in scope.headers.items():
            sent.setdefault(key, []).append(value)

        def header(name: str) -> str:
            return ", ".join(sent.get(name, ()))

        return cls(
            method=scope.method,
            origin=f"{scope.scheme}://{scope.authority or header('host')}",
            path=scope.path,
            query_string=scope.query_string,
            accept=header("accept").replace(" ", "").lower(),
            coding=choose_coding(header("accept-encoding")),
            content_type=header("content-type"),
            if_none_match=header("if-none-match"),
            accept_datetime=header("accept-datetime"),
            range=header("range"),
            if_range=header("if-range"),
            language=preferred(header("accept-language")),
            client=_client(scope.client, header("x-forwarded-for"), proxies),
        )

    def key(self, release_id: str) -> Key | None:
        """What its response depends on; None when that is too much to remember, or a time long gone."""
        has_body = self.method in ("POST", "QUERY")
        if (
            self.accept_datetime
            or self.method not in _SHARED
            or len(self.body) > (_LARGEST_BODY_IN_KEY if has_body else 0)
        ):
            return None
        body = hashlib.sha256(self.content_type.encode("utf-8") + b"\0" + self.body).hexdigest() if has_body else ""
        method = "GET" if self.method == "HEAD" else self.method
        place = (method, self.origin, self.path, self.query_string)
        return Key(*place, self.accept, self.coding, release_id, body, self.language)

    @property
    def may_be_unchanged(self) -> bool:
        """Whether If-None-Match means something (RFC 9110, section 13.1.2)."""
        return bool(self.if_none_match) and self.method in ("GET", "HEAD", "QUERY")

    def ended(self, response: Finished, sent_bytes: int) -> None:
        """Note how it was answered."""
        self.status, self.sent_bytes = response.outcome or response.status, sent_bytes
        self.route, self.release_id = response.route, response.header("fyp-release")

    @property
    def seconds(self) -> float:
        """How long it has taken until now."""
        return time.monotonic() - self.began

    def facts(self, *, with_query: bool) -> dict[str, object]:
        """What the access log says of it; the text of queries only if wanted."""
        query: dict[str, object] = {}
        if with_query:
            query["query"] = self.query_string[:_LONGEST_LOGGED]
            query["body"] = self.body[:_LONGEST_LOGGED].decode("utf-8", "backslashreplace")
        return {
            "method": self.method,
            "path": self.path[:_LONGEST_LOGGED],
            **query,
            "status": self.status,
            "milliseconds": round(1000 * self.seconds, 3),
            "bytes": self.sent_bytes,
            "client": self.client,
            "release": self.release_id or None,
            "lane": self.lane or None,
            "cache": self.cache,
        }


def _client(peer: str, forwarded_for: str, proxies: int) -> str:
    """The address of the client: its peer, or what the outermost of our own proxies saw; nobody else is believed."""
    named = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    if proxies and named:
        return named[-min(proxies, len(named))]
    return peer.rpartition(":")[0]
