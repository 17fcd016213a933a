"""One request cannot change the response of others: regression tests for cache poisoning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kg.core.settings import Settings
from kg.engine.embedded import EmbeddedEngine
from tests.server.gateway.whole import Whole
from tests.server.rsgi import Protocol, Scope, scope

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def made(settings: Settings, engine: EmbeddedEngine) -> Iterator[Whole]:
    made = Whole(settings, engine)
    yield made
    made.end()


@pytest.fixture
def whole(made: Whole) -> Whole:
    """A service with an empty cache."""
    made.cache.clear()
    return made


def parts(response: Protocol) -> tuple[int, dict[str, str], bytes | None]:
    return response.status, response.headers, response.body


def after(whole: Whole, attack: Scope, asked: Scope) -> tuple[Protocol, Protocol]:
    """The response to a request with an empty cache, and its response after an attack."""
    clean = whole.ask(asked)
    whole.cache.clear()
    whole.ask(attack)
    return clean, whole.ask(asked)


@pytest.mark.parametrize("path", ["/look", "/", "/page/plan-ii"])
def test_a_header_with_an_underscore_gives_no_other_reader_its_language(whole: Whole, path: str) -> None:
    clean, poisoned = after(whole, scope("GET", path, "", ("accept_language", "zh")), scope("GET", path))
    assert b'<html lang="en">' in (poisoned.body or b"")
    assert parts(poisoned) == parts(clean)


def test_a_header_with_an_underscore_gives_nobody_a_coding_that_was_not_offered(whole: Whole) -> None:
    clean, poisoned = after(whole, scope("GET", "/look", "", ("accept_encoding", "gzip")), scope("GET", "/look"))
    assert "content-encoding" not in poisoned.headers
    assert parts(poisoned) == parts(clean)


@pytest.mark.parametrize("path", ["/ontology", "/sparql", "/id/plan-ii"])
@pytest.mark.parametrize(
    "attack",
    [
        "application/rdf+xml;q=0. 9,text/html;q=0.8",
        "text /html,application/rdf+xml;q=0.5",
        BROWSER.replace("text/html", "te xt/html"),
        "text/html;q=0. 1,application/rdf+xml;q=0.5",
    ],
)
def test_spaces_in_accept_give_no_browser_rdf(whole: Whole, path: str, attack: str) -> None:
    asked = scope("GET", path, "", ("accept", attack.replace(" ", "")))
    clean, poisoned = after(whole, scope("GET", path, "", ("accept", attack)), asked)
    assert parts(poisoned) == parts(clean)


@pytest.mark.parametrize("path", ["/look", "/openapi.json", "/sitemap.xml", "/page/plan-ii"])
@pytest.mark.parametrize(
    "header",
    [
        ("x-forwarded-host", "evil.example"),
        ("x_forwarded_host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-prefix", "/evil"),
        ("forwarded", "host=evil.example;proto=https"),
        ("x-script-name", "/evil"),
        ("x-original-url", "/evil"),
        ("x-rewrite-url", "/evil"),
        ("x-http-method-override", "POST"),
        ("cookie", "session=evil"),
        ("origin", "https://evil.example"),
        ("referer", "https://evil.example/"),
        ("user-agent", "evil"),
        ("accept-charset", "utf-16"),
        ("range", "bytes=0-0"),
        ("if-modified-since", "Thu, 01 Jan 2099 00:00:00 GMT"),
        ("if-none-match", "*"),
        ("access-control-request-method", "GET"),
        ("authorization", "Bearer evil"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("te", "trailers"),
        ("host_", "evil.example"),
    ],
)
def test_no_other_header_changes_what_others_get(whole: Whole, path: str, header: tuple[str, str]) -> None:
    clean, poisoned = after(whole, scope("GET", path, "", header), scope("GET", path))
    assert parts(poisoned) == parts(clean)


def test_the_host_of_an_absolute_target_changes_the_links_of_nobody_else(whole: Whole) -> None:
    attack = replace(scope("GET", "/sitemap.xml"), authority="evil.example")
    clean, poisoned = after(whole, attack, scope("GET", "/sitemap.xml"))
    assert b"evil" not in (poisoned.body or b"")
    assert parts(poisoned) == parts(clean)


@pytest.mark.parametrize("second", ["evil.example", "example.org:99", "example.org, evil.example"])
def test_a_second_host_header_changes_the_links_of_nobody_else(whole: Whole, second: str) -> None:
    clean, poisoned = after(whole, scope("GET", "/sitemap.xml", "", ("host", second)), scope("GET", "/sitemap.xml"))
    assert parts(poisoned) == parts(clean)


@pytest.mark.parametrize("host", ["Example.ORG", "example.org:80", "example.org.", "EXAMPLE.org.:80"])
def test_one_host_however_it_is_written_is_one_entry(whole: Whole, host: str) -> None:
    first = whole.ask(scope("GET", "/sitemap.xml"))
    asked = scope("GET", "/sitemap.xml")
    asked.headers.pairs[0] = ("host", host)
    assert parts(whole.ask(asked)) == parts(first)
    assert whole.cache.facts().entries == 1


def test_a_head_fills_the_entry_of_get_with_the_whole_page(whole: Whole) -> None:
    clean, poisoned = after(whole, scope("HEAD", "/look"), scope("GET", "/look"))
    assert poisoned.body
    assert parts(poisoned) == parts(clean)
