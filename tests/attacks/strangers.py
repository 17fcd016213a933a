"""Strategies of hypothesis for hostile input: questions, requests that look like ours, and plain bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, quote_from_bytes, urlencode

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kg.core.media_types import FORMS
from tests.attacks.texts import sparql_texts

QUERY_TYPE, FORM_TYPE = "application/sparql-query", "application/x-www-form-urlencoded"
KNOWN_PARTS = [
    "technology-big-data",
    "plan-ii",
    "targets-with-baseline",
    "style.css",
    "ttl",
    "..",
    "%2e%2e",
    "%00",
    "%",
]
KEYS = [
    "query",
    "update",
    "format",
    "explain",
    "default-graph-uri",
    "named-graph-uri",
    "default",
    "graph",
    "technology",
]
VALUES = [*FORMS, "json", "empty", "federation", "", "https://w3id.org/fyp-kg/graph/plan-ii", "urn:x", "id:x", "<", "%"]
METHODS = ["GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "get", "X-1"]
MEDIA_TYPES = [
    QUERY_TYPE,
    FORM_TYPE,
    "application/sparql-update",
    "multipart/form-data; boundary=x",
    "text/html",
    "*/*",
]
HEADERS = {  # header: values that have their own meaning
    "Accept": ["", "*/*;q=0", "text/html", "text/csv;q=nan, */*;q=-1", "a/b;q=1e999", ";,;q=", "text/*;level=1"],
    "Accept-Encoding": ["", "gzip;q=nan", "br, zstd, gzip", "*;q=0", "identity;q=0", ";q=,;"],
    "Content-Encoding": ["gzip", "x"],
    "Content-Type": [*MEDIA_TYPES, f"{QUERY_TYPE}; charset=utf-16", "text", ";", 'a/b; c="', f"{FORM_TYPE};charset=é"],
    "Content-Length": ["0", "1", "-1", "1e3", "9" * 30],
    "Cookie": ["a=b; =; c"],
    "Expect": ["100-continue", "x"],
    "Host": ["", "[", "[::1]:x", "a b", "user@host", "例", "x:99999999", "a/b?c#d"],
    "If-None-Match": ["*", '""', 'W/"', '"x", W/"y",,'],
    "If-Modified-Since": ["x", "Thu, 01 Jan 1970 00:00:00 GMT"],
    "Origin": ["null", "http://x"],
    "Range": ["bytes=0-0", "bytes=-", "bytes=9-1", "x"],
    "Transfer-Encoding": ["chunked", "x", "chunked, chunked"],
    "Upgrade": ["websocket", "h2c"],
    "X-Forwarded-For": [",", "x", "1.2.3.4"],
    "X-HTTP-Method-Override": ["DELETE"],
}


@dataclass(frozen=True)
class Sent:
    """A request; its parts may be anything, but it says that the connection ends with its response."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    @property
    def whole(self) -> bytes:
        """Return the bytes that are sent."""
        lengths = {"content-length", "transfer-encoding"}
        headers = list(self.headers)
        if self.body and not lengths & {name.lower() for name, _ in headers}:
            headers.append(("Content-Length", str(len(self.body))))
        if "Host" not in dict(headers):
            headers.insert(0, ("Host", "127.0.0.1"))
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode("utf-8", "surrogateescape") + self.body


def asked(text: str, how: int, accept: str, extra: dict[str, str]) -> Sent:
    """A text as a query, by one of the ways that the endpoint offers."""
    query = urlencode({"query": text, **extra}, errors="surrogatepass")
    headers = (("Accept", accept),)
    if how == 0:
        return Sent("GET", f"/sparql?{query}", headers)
    if how == 1:
        return Sent("GET", f"/sparql/form?{query}", headers)
    if how == 2:
        return Sent("POST", "/sparql", (*headers, ("Content-Type", FORM_TYPE)), query.encode("ascii"))
    body = text.encode("utf-8", "surrogatepass")
    method = "POST" if how == 3 else "QUERY"
    return Sent(method, f"/sparql?{urlencode(extra)}", (*headers, ("Content-Type", QUERY_TYPE)), body)


def questions() -> SearchStrategy[Sent]:
    """Texts that look like SPARQL, as questions."""
    accepts = ["application/sparql-results+json, */*;q=0.1", "*/*", "", "text/html, */*;q=0.1", "text/csv"]
    extras = [{}, {}, {}, {"explain": "empty"}, {"explain": "federation"}, {"format": "csv"}, {"format": "ttl"}]
    return st.builds(asked, sparql_texts(), st.integers(0, 4), st.sampled_from(accepts), st.sampled_from(extras))


def _targets(routes: Sequence[str]) -> SearchStrategy[str]:
    part = (
        st.sampled_from(KNOWN_PARTS) | st.text(max_size=12).map(_quoted) | st.binary(max_size=6).map(quote_from_bytes)
    )
    paths = st.tuples(st.sampled_from(routes), st.lists(part, min_size=2, max_size=2)).map(lambda pair: _filled(*pair))
    value = (
        st.sampled_from(VALUES).map(quote) | sparql_texts().map(_quoted) | st.binary(max_size=9).map(quote_from_bytes)
    )
    parameter = st.tuples(st.sampled_from(KEYS) | part, st.sampled_from(["=", "=", "=", "", "=="]), value).map("".join)
    query = st.lists(parameter, max_size=3).map("&".join)
    raw = st.text(st.characters(codec="ascii", min_codepoint=33), max_size=30)
    ours = st.tuples(paths, query).map(lambda pair: "?".join(pair) if pair[1] else pair[0])
    return st.one_of(
        ours, ours, ours, raw.map("/".__add__), st.sampled_from(["*", "//", "/?", "http://x/sparql", "x:1"])
    )


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="/?*")


def _filled(route: str, parts: list[str]) -> str:
    left = iter(parts)
    return re.sub("<[^>]+>", lambda _: next(left), route)


def requests_to(routes: Sequence[str]) -> SearchStrategy[Sent]:
    """Requests whose method, address, headers and body are ours, nearly ours or anything; routes are Flask's rules."""
    special = st.sampled_from(sorted(HEADERS)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(HEADERS[name]))
    )
    anything = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=20)
    named = st.tuples(st.sampled_from(sorted(HEADERS)), anything)
    latin = st.binary(max_size=12).map(
        lambda value: re.sub(rb"[\r\n\0]", b"", value).decode("utf-8", "surrogateescape")
    )
    free = st.tuples(st.text("abcXYZ-_1", min_size=1, max_size=9), anything | latin)
    headers = st.lists(special | named | free, max_size=5).map(tuple)
    bodies = (
        st.just(b"") | st.binary(max_size=60) | sparql_texts().map(lambda text: text.encode("utf-8", "surrogatepass"))
    )
    return st.builds(Sent, st.sampled_from(METHODS), _targets(routes), headers, bodies)


def scrambled() -> SearchStrategy[bytes]:
    """Bytes: any, beginnings of other protocols, and requests with a piece lost or put in anywhere."""
    request = questions().map(lambda sent: sent.whole)
    begun = st.sampled_from(
        [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/1.0\r\n\r\n"]
    )
    places = st.integers(0, 400)

    def spliced(whole: bytes, at: int, lost: int, put: bytes) -> bytes:
        return whole[:at] + put + whole[at + lost :]

    damaged = st.builds(spliced, request, places, st.integers(0, 40), st.binary(max_size=20))
    return st.one_of(damaged, damaged, st.binary(max_size=300), st.tuples(begun, st.binary(max_size=80)).map(b"".join))
