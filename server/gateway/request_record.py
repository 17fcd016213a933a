"""The record of a request, and the access log: one JSON object a line for each request."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from typing import Any

from kg.core.disk import write_failed
from kg.core.errors import KgError
from server.core.context import REFUSAL
from server.core.response_cache import Key
from server.core.wsgi import Finished, give_body
from server.gateway.request import ParsedRequest

OFF, STANDARD_ERROR = "off", "-"


class AccessLog:
    """Writes to standard error (``-``), to a file that log rotation may move, or nowhere (``off``)."""

    def __init__(self, target: str) -> None:
        self._handler = _handler(target)

    @property
    def is_enabled(self) -> bool:
        """True unless the log is off."""
        return self._handler is not None

    def write(self, facts: Mapping[str, object]) -> None:
        """Write the facts of a request, with ``time``: the end of the request in UTC."""
        if self._handler is None:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = json.dumps({"time": now, **facts})
        # the handler is called without a logger: its lock keeps lines whole, and a file is reopened after a rotation
        self._handler.handle(logging.makeLogRecord({"msg": line}))

    def close(self) -> None:
        """Close the log."""
        if self._handler is not None:
            self._handler.close()


class _File(WatchedFileHandler):
    """Writes to a file. A line that cannot be written is lost; the first loss in a row is reported."""

    def __init__(self, path: str) -> None:
        super().__init__(path, encoding="utf-8", errors="backslashreplace")
        self._failed = self._reported = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        # ``_failed`` is about this line, ``_reported`` about the lines before it. A line that is written ends the row,
        # so that the next loss is reported again.
        self._failed = False
        try:
            super().emit(record)
        except OSError:  # for example, its folder was removed
            self.handleError(record)
        self._reported = self._failed

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name of the base class
        """Report the current exception, once in a row."""
        del record
        self._failed, error = True, sys.exc_info()[1]
        if not self._reported and isinstance(error, Exception):
            remedy = "Lines are lost until there is room, or KG_ACCESS_LOG names another file."
            sys.stderr.write(f"{write_failed('The access log', error, remedy)}\n")


def _handler(target: str) -> logging.Handler | None:
    if target == OFF:
        return None
    if target == STANDARD_ERROR:
        return logging.StreamHandler(sys.stderr)
    try:
        return _File(target)
    except OSError as error:
        raise write_failed(f"The access log {target}", error, "Choose another with KG_ACCESS_LOG.") from error


CLIENT_GONE = 499  # nginx's number for a client that disconnected
# bounds the lines of the log, since a client chooses the length of its path, query and body
_LONGEST_LOGGED = 10_000


@dataclass
class RequestRecord:
    """A request with its body and its outcome.

    Attributes:
        refusal: the error to answer with, if the request is refused before it is processed.
        began: in seconds of ``time.monotonic``.
    """

    request: ParsedRequest
    body: bytes = b""
    refusal: KgError | None = None
    began: float = field(default_factory=time.monotonic)
    # a request that ends in an exception before any response is logged with this status
    status: int = 500
    sent_bytes: int = 0
    cache: str = "none"
    queue_name: str = ""
    route: str = ""
    release_id: str = ""

    def __post_init__(self) -> None:
        """Copy the refusal of the parsed request."""
        self.refusal = self.refusal or self.request.refusal

    @property
    def method(self) -> str:
        """The method of the request."""
        return self.request.method

    @property
    def client(self) -> str:
        """The key by which the limits for each client count."""
        return self.request.client_key

    @property
    def coding(self) -> str:
        """The content coding for the client."""
        return self.request.coding

    @property
    def content_type(self) -> str:
        """The media type of the body."""
        return self.request.content_type

    @property
    def if_none_match(self) -> str:
        """The entity tags that the client has."""
        return self.request.if_none_match

    def key(self, release_id: str) -> Key | None:
        """Return the cache key; see ``ParsedRequest.key``."""
        return self.request.key(release_id, self.body) if self.refusal is None else None

    def environ(self) -> dict[str, Any]:
        """Return the WSGI environment, with the body or the refusal."""
        environ = self.request.environ()
        if self.refusal is None:
            give_body(environ, self.body)
        else:
            environ[REFUSAL] = self.refusal
        return environ

    @property
    def may_be_unchanged(self) -> bool:
        """True if If-None-Match applies (RFC 9110, section 13.1.2)."""
        return bool(self.if_none_match) and self.method in ("GET", "HEAD", "QUERY")

    def ended(self, response: Finished, sent_bytes: int) -> None:
        """Record the response and the number of bytes sent."""
        self.status, self.sent_bytes = response.outcome or response.status, sent_bytes
        self.route, self.release_id = response.route, response.header("fyp-release")

    @property
    def seconds(self) -> float:
        """The seconds since the start of the request."""
        return time.monotonic() - self.began

    def facts(self, *, with_query: bool) -> dict[str, object]:
        """Return the facts for the access log, with the text of queries only on demand."""
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
            "lane": self.queue_name or None,
            "cache": self.cache,
        }
