"""The parsed request of the gateway, from which the cache key and the WSGI environment are made.

The application sees only the headers that are named here. A shared response depends only on its key: each field of its
environment is a part of the key.
"""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask

from kg.core.client_address import client_key, is_loopback
from kg.core.errors import KgError, RequestInvalid
from kg.core.settings import Settings
from server.core.context import FORWARDED, LOCAL, READ, REFUSAL
from server.core.direct_requests import REFUSED, read_host
from server.core.http.codings import choose_coding
from server.core.http.paths import normal_path, unpinned
from server.core.i18n.language import preferred
from server.core.parameters import Reducer
from server.core.response_cache import Key

OPERATOR_PATHS = frozenset(["/metrics"])
"""Paths whose response depends on the client and is never shared."""

PROBE_PATHS = frozenset(["/health", "/metrics"])
"""Paths for monitoring. A probe of HTTP/1.0 names no host, and needs no links."""

_NO_HOST = "localhost"
_SHARED = ("GET", "HEAD", "POST", "QUERY")
_WITH_BODY = ("POST", "QUERY")
# methods are case-sensitive (RFC 9110, section 9.1), but Flask treats "get" as GET
_METHODS = frozenset(["GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"])
_UNKNOWN_METHOD = "UNKNOWN"
# the event loop computes the hash of the body, so the length is bounded
_LARGEST_BODY_IN_KEY = 64 * 1024
# headers of any length would fill the cache keys and the lru_caches below
_LONGEST_ACCEPT, _LONGEST_LIST = 4_000, 1_000


@dataclass(frozen=True)
class ParsedRequest:
    """The parts of a request that a response may depend on, in canonical form.

    Attributes:
        method: a method of HTTP in upper case, or any other text.
        scheme, host, root: the address of the service, from the request or from ``KG_PUBLIC_URL``.
        path: decoded, below ``root``.
        query_string: the parameters that the view of the path reads.
        coding, language: the best of ours for Accept-Encoding and Accept-Language.
        client: the address of the client.
        is_local: True if the client is this machine, without a proxy.
        refusal: the error to answer with.
        sent_path, sent_query: as the client wrote them, for the access log.
    """

    method: str
    scheme: str
    host: str
    root: str
    path: str
    query_string: str
    accept: str = ""
    coding: str = ""
    language: str = ""
    content_type: str = ""
    if_none_match: str = ""
    accept_datetime: str = ""
    range: str = ""
    if_range: str = ""
    preflight_method: str = ""
    preflight_headers: str = ""
    authorization: str = ""
    client: str = ""
    is_local: bool = False
    content_length: str = ""
    may_have_body: bool = False
    refusal: KgError | None = None
    sent_path: str = ""
    sent_query: str = ""

    @property
    def origin(self) -> str:
        """The scheme and host of every link."""
        return f"{self.scheme}://{self.host}"

    @property
    def client_key(self) -> str:
        """The key by which the limits for each client count."""
        return client_key(self.client)

    @property
    def may_be_shared(self) -> bool:
        """True if one response may answer many clients."""
        return (
            self.refusal is None
            and self.method in _SHARED
            and not self.accept_datetime
            and self.path not in OPERATOR_PATHS
        )

    def key(self, release_id: str, body: bytes) -> Key | None:
        """Return the cache key; None if the response is not shared, or the body is too long for a key."""
        # The key of a GET has no hash of the body, so a GET with a body is not shared. The media type is hashed as
        # well, because it decides how the body is parsed. The zero byte separates both.
        has_body = self.method in _WITH_BODY
        if not self.may_be_shared or len(body) > (_LARGEST_BODY_IN_KEY if has_body else 0):
            return None
        digest = hashlib.sha256(self.content_type.encode("utf-8") + b"\0" + body).hexdigest() if has_body else ""
        method = "GET" if self.method == "HEAD" else self.method
        place = (method, self.origin, self.root + self.path, self.query_string)
        return Key(*place, self.accept, self.coding, release_id, digest, self.language)

    def environ(self) -> dict[str, Any]:
        """Return the WSGI environment (PEP 3333), without the body.

        A HEAD becomes a GET, whose body is left out later.
        """
        # an IPv6 address in brackets has colons of its own, so its port is not split off
        name, _, port = self.host.partition(":") if not self.host.startswith("[") else (self.host, "", "")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET" if self.method == "HEAD" else self.method,
            "SCRIPT_NAME": _latin(self.root),
            "PATH_INFO": _latin(self.path),
            "QUERY_STRING": _latin(self.query_string),
            "SERVER_NAME": name,
            "SERVER_PORT": port or ("443" if self.scheme == "https" else "80"),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self.host,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self.scheme,
            "wsgi.input": io.BytesIO(),
            "wsgi.input_terminated": True,  # the body is complete, even if it came in chunks
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            READ: True,
        }
        environ |= {name: value for name, value in self._headers().items() if value}
        # other views never see the client: a shared response could otherwise depend on who asked first
        if self.path in OPERATOR_PATHS:
            environ |= {"REMOTE_ADDR": self.client, LOCAL: self.is_local}
        if self.refusal is not None:
            environ[REFUSAL] = self.refusal
        return environ

    def _headers(self) -> dict[str, str]:
        """Return the headers that the application sees, by their names in the environment."""
        seen = {
            "HTTP_ACCEPT": self.accept,
            "HTTP_ACCEPT_ENCODING": self.coding,
            "HTTP_ACCEPT_LANGUAGE": self.language,
            "HTTP_ACCEPT_DATETIME": self.accept_datetime,
            "HTTP_IF_NONE_MATCH": self.if_none_match,
        }
        if self.method not in ("GET", "HEAD"):
            seen["CONTENT_TYPE"] = self.content_type
        if self.method == "OPTIONS":
            seen["HTTP_ACCESS_CONTROL_REQUEST_METHOD"] = self.preflight_method
            seen["HTTP_ACCESS_CONTROL_REQUEST_HEADERS"] = self.preflight_headers
        if self.path in OPERATOR_PATHS:
            seen["HTTP_AUTHORIZATION"] = self.authorization
        return seen


class RequestReader:
    """Reads the requests to an application. ``settings`` name its address and the proxies before it."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._reducer, self._proxies = Reducer(app), settings.proxies
        self._is_behind_unknown_proxy = settings.public_url is not None and not settings.proxies
        scheme, _, rest = (settings.public_url or "").partition("://")
        host, slash, path = rest.partition("/")
        self._public = (scheme, host, slash + path) if scheme else None

    def read(self, scope: Any) -> ParsedRequest:
        """Return the parsed request of a granian scope. Repeated headers form one list (RFC 9110, section 5.2)."""
        # only headers that are named below reach the application, as a name with an underscore is ambiguous in WSGI
        sent: dict[str, list[str]] = {}
        for name, value in scope.headers.items():
            sent.setdefault(name.lower(), []).append(value)

        def header(name: str) -> str:
            return ", ".join(sent.get(name, ()))

        method = scope.method if scope.method in _METHODS or scope.method.upper() not in _METHODS else _UNKNOWN_METHOD
        root = self._public[2] if self._public is not None else ""
        path = normal_path(_below(root, scope.path))
        scheme, host, refusal = self._place(scope, sent.get("host", ()), path)
        return ParsedRequest(
            method=method,
            scheme=scheme,
            host=host,
            root=root,
            path=path,
            query_string=self._reducer.reduced(method, unpinned(path), scope.query_string),
            accept=_accept(header("accept")),
            coding=_coding(header("accept-encoding")[:_LONGEST_LIST]),
            language=_language(header("accept-language")[:_LONGEST_LIST]),
            content_type=header("content-type"),
            if_none_match=header("if-none-match"),
            accept_datetime=header("accept-datetime"),
            range=header("range"),
            if_range=header("if-range"),
            preflight_method=header("access-control-request-method"),
            preflight_headers=header("access-control-request-headers"),
            authorization=header("authorization"),
            client=_client(scope.client, header("x-forwarded-for"), self._proxies),
            is_local=path in OPERATOR_PATHS and self._is_local(scope.client, sent.keys()),
            content_length=header("content-length"),
            may_have_body=_may_have_body(method, scope.http_version, sent.keys()),
            refusal=refusal,
            sent_path=scope.path,
            sent_query=scope.query_string,
        )

    def _place(self, scope: Any, hosts: Sequence[str], path: str) -> tuple[str, str, KgError | None]:
        """Return the scheme and host for links, and an error if the request names no valid host.

        An absolute target and HTTP/2 name the host as the authority (RFC 9112, section 3.2.2).
        """
        if self._public is not None:
            return self._public[0], self._public[1], None
        named = [scope.authority] if scope.authority else list(hosts)
        # more than one Host header is refused (RFC 9112, section 3.2)
        host = read_host(named[0], scope.scheme) if len(named) == 1 else None
        if host is not None:
            return scope.scheme, host, None
        is_probe = not named and path in PROBE_PATHS
        return scope.scheme, _NO_HOST, None if is_probe else RequestInvalid(REFUSED)

    def _is_local(self, peer: str, names: Set[str]) -> bool:
        """Return True if the client is this machine, without a proxy.

        A proxy that ``KG_PROXIES`` does not count may send no client address. All its clients would then seem local.
        """
        forwarded = any(name in names for name in FORWARDED)
        return is_loopback(peer) and not forwarded and not self._is_behind_unknown_proxy


@lru_cache(maxsize=512)
def _coding(accept_encoding: str) -> str:
    return choose_coding(accept_encoding)


@lru_cache(maxsize=512)
def _language(accept_language: str) -> str:
    return preferred(accept_language)


def _client(peer: str, forwarded_for: str, proxies: int) -> str:
    """Return the address of the client: the peer, or the entry of our outermost proxy. Other entries may be forged."""
    named = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    if proxies and named:
        # each proxy appends the address of its own client, so the entries of our proxies are at the end
        return named[-min(proxies, len(named))]
    return peer.rpartition(":")[0]


def _may_have_body(method: str, http_version: str, names: Set[str]) -> bool:
    """Return False if the request has no body. HTTP/1 announces the body of a GET (RFC 9112, section 6.3)."""
    announced = "content-length" in names or "transfer-encoding" in names
    return method not in ("GET", "HEAD") or not http_version.startswith("1") or announced


def _below(root: str, path: str) -> str:
    """Return the path below the root of the service, if the proxy left the root in it."""
    return path.removeprefix(root) or "/" if root and f"{path}/".startswith(f"{root}/") else path


def _accept(sent: str) -> str:
    """Return an Accept header of bounded length, cut at the end of a media range."""
    return sent if len(sent) <= _LONGEST_ACCEPT else sent[:_LONGEST_ACCEPT].rpartition(",")[0]


def _latin(text: str) -> str:
    """Return a text in the form of PEP 3333: its UTF-8 bytes decoded as Latin-1."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")
