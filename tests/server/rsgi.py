"""granian's side of RSGI, played by the tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Headers:
    """Request headers as granian gives them: lower case, repeated ones as pairs of their own."""

    pairs: list[tuple[str, str]]

    def items(self) -> list[tuple[str, str]]:
        return self.pairs


@dataclass
class Scope:
    """A request; the path comes decoded, the query string does not."""

    method: str = "GET"
    path: str = "/"
    query_string: str = ""
    headers: Headers = field(default_factory=lambda: Headers([("host", "example.org")]))
    client: str = "192.0.2.7:54321"
    server: str = "127.0.0.1:8000"
    scheme: str = "http"
    http_version: str = "1.1"
    authority: str | None = None


def scope(method: str = "GET", path: str = "/", query_string: str = "", *headers: tuple[str, str]) -> Scope:
    """A request to example.org."""
    return Scope(method, path, query_string, Headers([("host", "example.org"), *headers]))


@dataclass
class Protocol:
    """The client's side: sends the chunks of a body, may never end it, may leave; notes what it is answered."""

    chunks: tuple[bytes, ...] = ()
    stalls: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    path: str = ""

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._sent()

    async def _sent(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            yield chunk
        if self.stalls:
            await asyncio.Event().wait()

    async def client_disconnect(self) -> None:
        await self.gone.wait()

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers, self.body = status, dict(headers), None

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = status, dict(headers), body

    def response_file(self, status: int, headers: list[tuple[str, str]], path: str) -> None:
        self.status, self.headers, self.body = status, dict(headers), Path(path).read_bytes()
        self.path = path

    def response_file_range(self, status: int, headers: list[tuple[str, str]], path: str, start: int, end: int) -> None:
        """Granian's ``end`` is the byte after the last one."""
        self.status, self.headers, self.body = status, dict(headers), Path(path).read_bytes()[start:end]
        self.path = path
