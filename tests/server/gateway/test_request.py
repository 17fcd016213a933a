"""The parsed request: for any two requests with equal keys the application gives equal bytes and headers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

import server
from kg.core.settings import Settings
from server.core.context import REFUSAL
from server.core.wsgi import give_body, run
from server.gateway.request import ParsedRequest, RequestReader
from tests.server.rsgi import Headers, Scope, scope

PATHS = [
    *("/look", "/robots.txt", "/ontology", "/id/plan-ii", "/data/plan-ii", "/data/plan-ii.ttl", "/sparql"),
    *("/opensearch.xml", "/a\ufffdb", "*"),
    *("/static/style.css", "/q/key-messages.csv", "/q/key-messages.rq", "/kinds", "/problem/QueryInvalid", "/linkset"),
    *("/openapi.json", "/labels", "/search.json", "/nowhere", "/releases", "/metrics", "/health", "/graph/plan-ii"),
    *("/release/r0/look", "/release/r0//look", "/release/r0/static/style.css", "//look", "/look/", "/%2e%2e"),
]  # fmt: skip
QUERIES = ["", "lang=de", "query=ASK{}", "q=plan", "format=nt", "about=/page/plan-ii", "iri=urn:x", "v=1", "default"]
ACCEPTS = [
    *("", "*/*", "text/html", "text/html,*/*;q=0.8", "application/rdf+xml", "text/turtle;q=0.9, text/html;q=0.1"),
    *("application/json", "Application/JSON", "application/rdf+xml;q=0. 9,text/html;q=0.8", "te xt/html", ",;q="),
]
VALUES: dict[str, list[str]] = {
    "accept": ACCEPTS,
    "accept-encoding": ["gzip", "br;q=1, gzip;q=0.5", "GZIP", "identity", "gzip;q=0", "*", "zstd , br", "x"],
    "accept-language": ["de", "de-AT, en;q=0.5", "DE", "zh;q=0.1, de;q=0.2", "fr", "en", "*", "x" * 1200 + ",de"],
    "if-none-match": ["*", '"x"', 'W/"x"'],
    "range": ["bytes=0-0"],
    "if-modified-since": ["Thu, 01 Jan 2099 00:00:00 GMT"],
    "accept-datetime": ["Wed, 25 Nov 2026 09:00:00 GMT"],
    "content-type": ["application/sparql-query", "application/x-www-form-urlencoded", "text/plain"],
    "content-length": ["0", "6", "x"],
    "cookie": ["a=b"],
    "origin": ["https://evil.example"],
    "referer": ["https://evil.example/"],
    "user-agent": ["evil"],
    "authorization": ["Bearer evil"],
    "accept-charset": ["utf-16"],
    "x-forwarded-for": ["203.0.113.9", "127.0.0.1"],
    "x-forwarded-host": ["evil.example"],
    "x-forwarded-proto": ["https"],
    "x-forwarded-prefix": ["/evil"],
    "forwarded": ["for=127.0.0.1;host=evil.example"],
    "access-control-request-method": ["GET"],
    "access-control-request-headers": ["x-evil"],
    "transfer-encoding": ["chunked"],
    "proxy": ["http://evil.example"],
}
UNSEEN = [
    "range",
    "if-modified-since",
    "cookie",
    "origin",
    "referer",
    "user-agent",
    "accept-charset",
    "x-forwarded-for",
]
HOSTS = ["example.org", "EXAMPLE.org", "example.org:80", "example.org.", "other.example", "xn--a", "", "a b"]
Change = Callable[[Scope], Scope]


def spelt(name: str) -> SearchStrategy[str]:
    return st.sampled_from([name, name, name.upper(), name.title(), name.replace("-", "_"), f"{name}_", f"x-{name}"])


def unseen_header() -> SearchStrategy[tuple[str, str]]:
    return st.sampled_from(UNSEEN).map(lambda name: (name, VALUES[name][0]))


def one_header() -> SearchStrategy[tuple[str, str]]:
    return st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(spelt(name), st.sampled_from(VALUES[name])))


def requests() -> SearchStrategy[Scope]:
    def made(method: str, path: str, query: str, host: str, headers: list[tuple[str, str]]) -> Scope:
        return Scope(method, path, query, Headers([("host", host), *headers]))

    methods = st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "QUERY", "OPTIONS", "get", "PUT"])
    hosts = st.sampled_from(["example.org", "example.org", *HOSTS])
    return st.builds(
        made, methods, st.sampled_from(PATHS), st.sampled_from(QUERIES), hosts, st.lists(one_header(), max_size=4)
    )


def changes() -> SearchStrategy[Change]:
    """Return changes that make two requests differ, or not."""

    def with_header(pair: tuple[str, str]) -> Change:
        return lambda asked: replace(asked, headers=Headers([*asked.headers.pairs, pair]))

    def spaced(asked: Scope) -> Scope:
        pairs = [(name, value.replace(",", " , ") if name != "host" else value) for name, value in asked.headers.pairs]
        return replace(asked, headers=Headers(pairs))

    def parted(asked: Scope) -> Scope:
        pairs = [(name, part) for name, value in asked.headers.pairs for part in re.split(r", ?", value)]
        return replace(asked, headers=Headers(pairs))

    def escaped(asked: Scope) -> Scope:
        return replace(asked, query_string="&".join(_escaped(part) for part in asked.query_string.split("&")))

    def more(part: str) -> Change:
        return lambda asked: replace(asked, query_string="&".join(filter(None, [asked.query_string, part])))

    def hosted(host: str) -> Change:
        return lambda asked: replace(asked, headers=Headers([("host", host), *asked.headers.pairs[1:]]))

    def slashed(asked: Scope) -> Scope:
        return replace(asked, path=re.sub("^/release/r0/+", "/release/r0///", asked.path))

    plain: list[Change] = [
        *(spaced, parted, escaped, slashed),
        lambda asked: replace(asked, method={"GET": "HEAD", "HEAD": "GET"}.get(asked.method, asked.method)),
        lambda asked: replace(asked, client="198.51.100.1:9", http_version="2"),
        lambda asked: replace(asked, authority="evil.example"),
        lambda asked: replace(asked, scheme="https"),
    ]
    parts = st.sampled_from(["x=1", "evil", "lang=de", "lang=zh&lang=de", "%ff=1", "l%61ng=de", "x=%ff", "&&", "v=2"])
    unseen = unseen_header().map(with_header)
    return st.one_of(
        st.sampled_from(plain[:4]),
        unseen,
        unseen,
        st.sampled_from(plain),
        one_header().map(with_header),
        parts.map(more),
        st.sampled_from(HOSTS).map(hosted),
    )


def _escaped(part: str) -> str:
    name, equals, value = part.partition("=")
    return "".join(f"%{ord(letter):02x}" for letter in name) + equals + quote(value, safe="")


def pairs() -> SearchStrategy[tuple[Scope, Scope]]:
    def changed(asked: Scope, made: list[Change]) -> tuple[Scope, Scope]:
        other = asked
        for change in made:
            other = change(other)
        return asked, other

    return st.builds(changed, requests(), st.lists(changes(), min_size=1, max_size=4))


BODIES = [b"", b"ASK {}", b"query=ASK{}"]
# objects of this process, and what only a response of 304 depends on, which is not kept and shared by the tag alone
_APART = frozenset(["wsgi.input", "wsgi.errors", "HTTP_IF_NONE_MATCH"])


@pytest.fixture(scope="module")
def reader(app: Flask, settings: Settings) -> RequestReader:
    return RequestReader(app, settings)


def seen(request: ParsedRequest) -> dict[str, Any]:
    """Return what the application sees of a request that is shared."""
    return {name: value for name, value in request.environ().items() if name not in _APART}


@pytest.mark.slow
def test_equal_keys_mean_equal_environments(reader: RequestReader) -> None:
    equal = 0

    @examples(max_examples=3000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(pairs(), st.sampled_from(BODIES))
    def holds(asked: tuple[Scope, Scope], body: bytes) -> None:
        nonlocal equal
        left, right = (reader.read(each) for each in asked)
        key = left.key("r1", body)
        if key is not None and key == right.key("r1", body):
            equal += asked[0] != asked[1]
            assert seen(left) == seen(right)

    holds()
    assert equal > 200  # else it would say nothing


def test_equal_keys_mean_equal_bytes_and_headers(app: Flask, reader: RequestReader) -> None:
    equal = 0

    @examples(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(pairs(), st.sampled_from(BODIES))
    def holds(asked: tuple[Scope, Scope], body: bytes) -> None:
        nonlocal equal
        left, right = (reader.read(each) for each in asked)
        key = left.key("r1", body)
        same_tags = left.if_none_match == right.if_none_match
        if key is None or key != right.key("r1", body) or not same_tags or left.path == "/health":
            return
        equal += asked[0] != asked[1]
        assert answered(app, left, body) == answered(app, right, body)

    holds()
    assert equal > 30


def answered(app: Flask, request: ParsedRequest, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    environ = request.environ()
    assert REFUSAL not in environ
    give_body(environ, body)
    response = run(app.wsgi_app, environ)
    return response.status, response.headers, response.body


READS = re.compile(
    r'request\.headers(?:\.get\(|\[|\.getlist\()"([A-Za-z-]+)"|"([A-Za-z-]+)" (?:not )?in request\.headers'
)
KNOWN = {
    *("Accept", "Accept-Encoding", "Accept-Language", "Content-Type", "If-None-Match"),  # of the key, or of the tag
    *("Accept-Datetime", "Access-Control-Request-Headers", "Access-Control-Request-Method", "Authorization"),  # no key
}


def test_views_read_no_header_but_those_that_the_parsed_request_has() -> None:
    sources = {path: path.read_text("utf-8") for path in Path(server.__file__).parent.rglob("*.py")}
    read = {name for text in sources.values() for pair in READS.findall(text) for name in pair if name}
    assert read <= KNOWN
    assert {"Accept", "If-None-Match"} <= read
    other = re.compile(
        r"request\.(?:cookies|user_agent|referrer|origin|range|if_\w+|accept_\w+|access_route|authorization|cache_control)\b"
    )
    # the gateway and the pure protocol have requests of their own, which hold nothing but what was parsed
    views = {path: text for path, text in sources.items() if path.parent.name != "gateway" and "from flask" in text}
    assert not [path for path, text in views.items() if other.search(text)]


def test_accept_is_read_in_one_place_which_says_that_the_response_varies() -> None:
    folder = Path(server.__file__).parent
    readers = [
        path
        for path in folder.rglob("*.py")
        if re.search(r'request\.headers\W+\w*\W*"Accept"', path.read_text("utf-8"))
    ]
    assert readers == [folder / "core" / "sparql_protocol" / "protocol.py"]


def test_a_request_names_its_host_once(reader: RequestReader) -> None:
    assert reader.read(scope("GET", "/")).refusal is None
    assert reader.read(scope("GET", "/", "", ("host", "example.org"))).refusal is not None
    unnamed = replace(scope("GET", "/"), headers=Headers([]), http_version="1")
    assert reader.read(unnamed).refusal is not None
    assert reader.read(replace(unnamed, path="/health")).refusal is None
    assert reader.read(replace(unnamed, authority="example.org")).refusal is None


def test_where_the_operator_names_the_address_the_host_does_not_matter(app: Flask, settings: Settings) -> None:
    reader = RequestReader(app, replace(settings, public_url="https://kg.example/fyp"))
    left = reader.read(scope("GET", "/fyp/look"))
    right = reader.read(replace(scope("GET", "/look"), headers=Headers([("host", "xn--a")])))
    assert left.key("r1", b"") == right.key("r1", b"")
    assert (right.refusal, right.origin, right.root) == (None, "https://kg.example", "/fyp")


@pytest.mark.parametrize("method", ["get", "Get", "head", "Post", "query"])
def test_a_method_in_lower_case_is_not_the_one_in_upper_case(reader: RequestReader, method: str) -> None:
    request = reader.read(scope(method, "/look"))
    assert request.method == "UNKNOWN"
    assert request.key("r1", b"") is None


def test_limits_count_an_ipv6_client_by_its_network(app: Flask, settings: Settings) -> None:
    reader = RequestReader(app, replace(settings, proxies=1))
    first, second = (
        reader.read(scope("GET", "/", "", ("x-forwarded-for", f"2001:db8:1:2::{last}"))) for last in ("1", "beef")
    )
    assert first.client_key == second.client_key == "2001:db8:1:2::/64"
    assert first.client == "2001:db8:1:2::1"  # the access log has it whole
