"""Host headers (RFC 9110, section 7.2), and requests that reach Flask without the gateway."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import IPv6Address
from typing import Any

from flask import Flask

from kg.core.client_address import is_loopback
from kg.core.errors import Message, RequestInvalid
from server.core.context import FORWARDED, LOCAL, READ, REFUSAL
from server.core.http.paths import normal_path, unpinned
from server.core.parameters import Reducer
from server.core.wsgi import Wsgi

REFUSED = Message(
    "The Host header names no host. Send the name under which this service is reached, such as Host: example.org."
)

_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)(?::([0-9]{0,5}))?", re.ASCII)
# a name in DNS has at most 253 characters and a label 63 (RFC 1035, section 2.3.4, less the length bytes)
_LONGEST, _LONGEST_NAME, _LONGEST_LABEL, _LAST_PORT = 300, 253, 63, 65_535
_USUAL_PORTS = {"http": 80, "https": 443}


def read_host(sent: str, scheme: str) -> str | None:
    """Return the canonical host of a Host header with its port, or None if it is invalid.

    The canonical form has lower case, no dot at the end, and no default port of the scheme.
    """
    # the length is checked before the cache, so that no header of a client fills the memory
    return _read(sent, scheme) if len(sent) <= _LONGEST else None


@lru_cache(maxsize=256)  # a service has few names
def _read(sent: str, scheme: str) -> str | None:
    match = _AUTHORITY.fullmatch(sent.strip().lower())
    if match is None:
        return None
    name, port = match[1].removesuffix("."), int(match[2] or _USUAL_PORTS.get(scheme, 0))
    if port > _LAST_PORT or not (_is_ipv6(name) if name.startswith("[") else _is_name(name)):
        return None
    return name if port in (0, _USUAL_PORTS.get(scheme)) else f"{name}:{port}"


def _is_ipv6(bracketed: str) -> bool:
    try:
        IPv6Address(bracketed[1:-1])
    except ValueError:
        return False
    return True


def _is_name(name: str) -> bool:
    """Return True for a name that DNS can resolve. A Punycode name must decode to Unicode (RFC 5890)."""
    if len(name) > _LONGEST_NAME or any(len(label) > _LONGEST_LABEL for label in name.split(".")):
        return False
    try:
        name.encode("ascii").decode("idna")
    except UnicodeError:
        return False
    return True


_NO_HOST = "localhost"


def register(app: Flask) -> None:
    """Prepare each request before anything else runs. Call this last, after other wrappers of ``wsgi_app``."""
    # Flask documents the replacement of wsgi_app by a wrapper; mypy sees an assignment to a method
    app.wsgi_app = _RequestFilter(app, app.wsgi_app)  # type: ignore[method-assign]


class _RequestFilter:
    """Refuses requests without a valid host, and drops the parameters that no view reads."""

    def __init__(self, app: Flask, application: Wsgi) -> None:
        self._reducer, self._application = Reducer(app), application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # the gateway has already done all of this in server/gateway/request.py
        if READ not in environ:
            scheme = str(environ.get("wsgi.url_scheme", "http"))
            host = read_host(str(environ.get("HTTP_HOST", environ.get("SERVER_NAME", ""))), scheme)
            if host is None:
                # a valid host, so that the page about the error can make its links
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
