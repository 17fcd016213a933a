"""Requests that reach the application by WSGI, without the gateway. This module prepares them as the gateway would."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from kg.core.client_address import is_loopback
from kg.core.errors import RequestInvalid
from server.core.context import FORWARDED, LOCAL, READ, REFUSAL
from server.core.http.hosts import REFUSED, read_host
from server.core.http.paths import normal_path, unpinned
from server.core.parameters import Reducer
from server.core.wsgi import Wsgi

_NO_HOST = "localhost"


def register(app: Flask) -> None:
    """Prepare each request before anything else runs. Call this last, after other wrappers of ``wsgi_app``."""
    app.wsgi_app = _Reading(app, app.wsgi_app)  # type: ignore[method-assign]


class _Reading:
    """Refuses requests without a valid host, and drops the parameters that no view reads."""

    def __init__(self, app: Flask, application: Wsgi) -> None:
        self._reducer, self._application = Reducer(app), application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if READ not in environ:
            scheme = str(environ.get("wsgi.url_scheme", "http"))
            host = read_host(str(environ.get("HTTP_HOST", environ.get("SERVER_NAME", ""))), scheme)
            if host is None:
                environ["HTTP_HOST"] = _NO_HOST
                environ.setdefault(REFUSAL, RequestInvalid(REFUSED))
            forwarded = any(f"HTTP_{name.upper().replace('-', '_')}" in environ for name in FORWARDED)
            environ.setdefault(LOCAL, is_loopback(str(environ.get("REMOTE_ADDR", ""))) and not forwarded)
            path = normal_path(_decoded(environ.get("PATH_INFO", "")))
            query = _decoded(environ.get("QUERY_STRING", ""))
            environ["PATH_INFO"] = _encoded(path)
            method = str(environ["REQUEST_METHOD"])
            environ["QUERY_STRING"] = _encoded(self._reducer.reduced(method, unpinned(path), query))
        return self._application(environ, start_response)


def _decoded(text: str) -> str:
    """Return the real text of a PEP 3333 string, which holds bytes as Latin-1."""
    return text.encode("latin-1", "replace").decode("utf-8", "surrogateescape")


def _encoded(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("latin-1")
