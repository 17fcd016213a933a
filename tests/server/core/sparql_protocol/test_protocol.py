"""The protocol without a server: which question a request asks, and in which form the answer goes back."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.errors import FormUnavailable, KgError, MediaTypeUnsupported, QueryRefused, QueryTooLarge, RequestInvalid
from kg.core.media_types import FORMS, GRAPH_FORMS, RESULT_FORMS
from kg.engine import Question
from server.core.sparql_protocol.protocol import (
    FORM_TYPE,
    QUERY_TYPE,
    UPDATE_TYPE,
    Request,
    choose_form,
    has_query,
    negotiate,
    parse,
)

LIMIT = 10_000
GRAPH = "https://w3id.org/fyp-kg/graph/plan-ii"


def encoded(*pairs: tuple[str, str]) -> bytes:
    return urlencode(pairs).encode("ascii")


def get(*pairs: tuple[str, str], accept: str = "") -> Request:
    return Request("GET", encoded(*pairs), accept)


def post(body: bytes, content_type: str = QUERY_TYPE, query_string: bytes = b"") -> Request:
    return Request("POST", query_string, content_type=content_type, body=body)


def read(request: Request) -> Question:
    return parse(request, LIMIT)


@pytest.mark.parametrize(
    "request_",
    [
        get(("query", "ASK {}")),
        Request("HEAD", b"query=ASK+%7B%7D"),
        Request("GET", b"query=ASK {}"),
        Request("GET", b"nonsense&query=ASK%20%7B%7D&other=1"),
        post(b"query=ASK+%7B%7D", FORM_TYPE),
        post(b"query=ASK+{}", f"{FORM_TYPE};charset=utf-8"),
        post(b"query=ASK+{}", f"{FORM_TYPE}; charset=UTF-8"),
        post(b"query=ASK+{}", FORM_TYPE.upper()),
        post(b"ASK {}"),
        post(b"ASK {}", f"{QUERY_TYPE};charset=utf-8"),
        post(b"ASK {}", f'{QUERY_TYPE}; charset="utf-8"'),
        post(b"ASK {}", query_string=encoded(("default-graph-uri", GRAPH))),
    ],
    ids=lambda request: f"{request.method} {request.query_string or request.body} {request.content_type}",
)
def test_each_way_to_ask_asks_the_same(request_: Request) -> None:
    assert read(request_).text == "ASK {}"
    assert has_query(request_)


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        (get(), RequestInvalid, "Give a query"),
        (get(("Query", "ASK {}")), RequestInvalid, "Give a query"),
        (get(("query", "ASK {}"), ("query", "ASK {}")), RequestInvalid, "exactly one"),
        (post(b"", FORM_TYPE), RequestInvalid, "Give a query"),
        (post(b"query=ASK{}&query=ASK{}", FORM_TYPE), RequestInvalid, "exactly one"),
        (post(b"query=ASK{}", FORM_TYPE, b"query=ASK{}"), RequestInvalid, "not in both"),
        (post(b"default-graph-uri=x", FORM_TYPE, b"query=ASK{}"), RequestInvalid, "not in both"),
        (post(b"ASK {}", query_string=b"query=ASK{}"), RequestInvalid, "exactly one"),
        (post(b"ASK {}", ""), MediaTypeUnsupported, "an unnamed type"),
        (post(b"ASK {}", "text/plain"), MediaTypeUnsupported, "not as text/plain"),
        (post(b"\xff\xfe", "image/png"), MediaTypeUnsupported, "not as image/png"),
        (post(b"{}", "application/json"), MediaTypeUnsupported, QUERY_TYPE),
        (post(b"ASK {}", "multipart/form-data; boundary=x"), MediaTypeUnsupported, FORM_TYPE),
        (post("ASK {}".encode("utf-16"), f"{QUERY_TYPE}; charset=utf-16"), MediaTypeUnsupported, "UTF-8"),
        (post("ASK {}".encode("utf-16")), RequestInvalid, "body is no UTF-8"),
        (post(b"query=%E4%B8", FORM_TYPE), RequestInvalid, "no UTF-8"),
        (post(b"query=\xff", FORM_TYPE), RequestInvalid, "body is no UTF-8: invalid start byte at byte 6"),
        (Request("GET", b"query=%FF"), RequestInvalid, "no UTF-8"),
        (Request("GET", b"query=%ED%A0%80"), RequestInvalid, "no UTF-8"),
        (Request("GET", b"query=\xe4"), RequestInvalid, "query string is no UTF-8"),
        (get(("query", "ASK {}"), ("default-graph-uri", "plan-ii")), RequestInvalid, "default-graph-uri='plan-ii'"),
        (get(("query", "ASK {}"), ("named-graph-uri", "http://a b")), RequestInvalid, "no absolute IRI"),
        (get(("query", "ASK {}"), ("named-graph-uri", "")), RequestInvalid, "no absolute IRI"),
        (get(("query", "ASK {}" + " " * LIMIT)), QueryTooLarge, f"{LIMIT} bytes"),
        (post("中".encode() * (LIMIT // 3 + 1)), QueryTooLarge, f"{LIMIT} bytes"),
        (post(b"query=ASK{}" + b"+" * LIMIT, FORM_TYPE), QueryTooLarge, f"{LIMIT} bytes"),
    ],
)
def test_what_breaks_the_protocol_is_refused_in_words(request_: Request, error: type[KgError], words: str) -> None:
    with pytest.raises(error, match=words.replace("(", r"\(")) as caught:
        read(request_)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    "request_",
    [
        get(("update", "CLEAR ALL")),
        get(("query", "ASK {}"), ("update", "CLEAR ALL")),
        post(b"update=CLEAR+ALL", FORM_TYPE),
        post(b"query=ASK{}&update=CLEAR+ALL", FORM_TYPE),
        post(b"ASK {}", QUERY_TYPE, b"update=CLEAR+ALL"),
        post(b"CLEAR ALL", UPDATE_TYPE),
        post(b"CLEAR ALL", f"{UPDATE_TYPE}; charset=utf-8"),
        post(b"\xff", UPDATE_TYPE),
    ],
)
def test_an_update_is_refused_wherever_it_is(request_: Request) -> None:
    with pytest.raises(QueryRefused, match="updates are refused"):
        read(request_)


def test_a_text_of_just_the_longest_length_is_read() -> None:
    text = "ASK {}" + " " * (LIMIT - 6)
    assert read(post(text.encode())).text == text


@pytest.mark.parametrize(
    ("query_string", "text"),
    [
        (b"query=50%25", "50%"),
        (b"query=50%2525", "50%25"),
        (b"query=a%2Bb+c", "a+b c"),
        (b"query=a%26b%3Dc=d", "a&b=c=d"),
        (b"query=%E4%B8%AD%20%F0%9F%9A%80", "中 🚀"),
        ("query=中🚀".encode(), "中🚀"),
        (b"query=a;b", "a;b"),
        (b"query=%zz%", "%zz%"),
        (b"query=", ""),
        (b"query", ""),
    ],
)
def test_a_text_is_decoded_once(query_string: bytes, text: str) -> None:
    assert read(Request("GET", query_string)).text == text
    assert read(post(query_string, FORM_TYPE)).text == text


@given(st.text(max_size=200))
def test_every_text_arrives_as_it_was_sent(text: str) -> None:
    assert read(get(("query", text))).text == text
    assert read(Request("GET", b"query=" + quote(text).encode())).text == text
    assert read(post(encoded(("query", text)), FORM_TYPE)).text == text
    assert read(post(text.encode())).text == text


def test_several_graphs_of_each_kind_keep_their_order() -> None:
    first, second = GRAPH, "http://example.org/中?a=1&b=2#c"
    pairs = [("default-graph-uri", first), ("named-graph-uri", second), ("default-graph-uri", second)]
    for request in (
        get(("query", "ASK {}"), *pairs),
        post(encoded(("query", "ASK {}"), *pairs), FORM_TYPE),
        post(encoded(("query", "ASK {}")), FORM_TYPE, encoded(*pairs)),
        post(b"ASK {}", QUERY_TYPE, encoded(*pairs)),
    ):
        question = read(request)
        assert [graph.value for graph in question.default_graphs] == [first, second]
        assert [graph.value for graph in question.named_graphs] == [second]


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (get(), False),
        (get(("format", "csv")), False),
        (get(("query", "")), True),
        (get(("update", "CLEAR ALL")), True),
        (post(b""), True),
    ],
)
def test_a_get_without_a_query_asks_for_the_endpoint_itself(request_: Request, answer: bool) -> None:
    assert has_query(request_) is answer


TABLE_CASES = [
    # nothing asked, everything accepted
    ("", "srj"),
    ("   ", "srj"),
    ("*/*", "srj"),
    ("*", "srj"),
    # by name, by a further name, in any case
    ("application/sparql-results+json", "srj"),
    ("application/sparql-results+xml", "srx"),
    ("text/csv", "csv"),
    ("TEXT/CSV", "csv"),
    ("text/tab-separated-values", "tsv"),
    ("application/json", "srj"),
    ("application/xml", "srx"),
    ("text/xml", "srx"),
    # wildcards
    ("application/*", "srj"),
    ("text/*", "csv"),
    ("text/*, application/*;q=0.5", "csv"),
    ("*/csv", None),
    # the more specific range counts
    ("text/csv, */*", "csv"),
    ("*/*, text/csv", "csv"),
    ("*/*, image/png;q=0", "srj"),
    ("text/csv;q=0.1, */*;q=0.9", "srj"),
    ("image/png, */*;q=0.1", "srj"),
    # weights
    ("text/csv;q=0.5, text/tab-separated-values", "tsv"),
    ("text/csv;q=0.5, text/tab-separated-values;q=0.501", "tsv"),
    ("text/csv; q=0.9, text/tab-separated-values; q=0.8", "csv"),
    ("text/csv;q=1.000, text/tab-separated-values;q=0.999", "csv"),
    ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "srj"),  # what Java sends
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "srx"),  # what a browser sends
    # exclusions
    ("text/csv;q=0", None),
    ("text/csv;Q=0.000", None),
    ("*/*;q=0", None),
    ("text/csv;q=0, */*", "srj"),
    ("application/sparql-results+json;q=0, */*", "srx"),
    ("application/*;q=0, */*", "csv"),
    ("text/*;q=0, application/*;q=0, */*", None),
    ("application/sparql-results+json;q=0, text/*", "csv"),
    # parameters
    ("text/csv; charset=utf-8", "csv"),
    ("text/csv;header=present;q=0.1, text/tab-separated-values;q=0.2", "tsv"),
    ("text/csv;q=0.1;ext=2, text/tab-separated-values;q=0.05", "csv"),
    ("application/sparql-results+json; charset=utf-8, */*;q=0.1", "srj"),
    # nothing that a table can be
    ("image/png", None),
    ("text/turtle", None),
    ("text/turtle, text/csv;q=0.1", "csv"),
    # garbage
    ("text", None),
    ("/", None),
    (";;;,,q=", None),
    ("text/csv,", "csv"),
    (",,text/csv,,", "csv"),
    ("text/csv;", "csv"),
    ("text/csv;q=abc", None),
    ("text/csv;q=2", None),
    ("text/csv;q=-1", None),
    ("\xe4\xb8\xad/\xff", None),
]

GRAPH_CASES = [
    ("", "ttl"),
    ("*/*", "ttl"),
    ("text/*", "ttl"),
    ("application/*", "nt"),
    ("text/turtle", "ttl"),
    ("application/x-turtle", "ttl"),
    ("application/n-triples", "nt"),
    ("text/plain", "nt"),
    ("application/rdf+xml", "rdf"),
    ("application/xml", "rdf"),
    ("application/ld+json", "jsonld"),
    ("application/json", "jsonld"),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
    ("text/n3", "n3"),
    ("application/trig", "trig"),
    ("application/n-quads", "nq"),
    ("application/rdf+xml;q=0.9, text/turtle;q=0.8, */*;q=0.1", "rdf"),
    ("text/turtle;q=0, */*", "nt"),
    ("text/csv", None),
    ("application/sparql-results+json", None),
    ("text/html", None),
]


@pytest.mark.parametrize(
    ("makes_graph", "accept", "ending"),
    [(False, *case) for case in TABLE_CASES] + [(True, *case) for case in GRAPH_CASES],
)
def test_the_accept_header_chooses_the_form(makes_graph: bool, accept: str, ending: str | None) -> None:
    if ending is not None:
        assert choose_form(makes_graph, accept) is FORMS[ending]
        return
    with pytest.raises(FormUnavailable, match="There is: "):
        choose_form(makes_graph, accept)


@pytest.mark.parametrize(
    ("query", "forms"),
    [
        ("SELECT * {}", RESULT_FORMS),
        ("ASK {}", RESULT_FORMS),
        ("CONSTRUCT {} {}", GRAPH_FORMS),
        ("DESCRIBE <http://example.org/>", GRAPH_FORMS),
    ],
)
def test_format_wins_over_accept_by_ending_and_by_media_type(query: str, forms: Sequence[object]) -> None:
    for form in FORMS.values():
        for wanted in (form.ending, form.media_type):
            request = get(("query", query), ("format", "nonsense"), ("format", wanted), accept="image/png")
            if form in forms:
                assert read(request).form is form
            else:
                with pytest.raises(FormUnavailable, match=f"{wanted!r}".replace("+", r"\+")):
                    read(request)


@pytest.mark.parametrize(("makes_graph", "forms"), [(False, RESULT_FORMS), (True, GRAPH_FORMS)])
@pytest.mark.parametrize("ending", ["", "CSV", "html", "../csv", "中"])
def test_what_is_not_to_be_had_is_reported_with_all_that_is(
    makes_graph: bool,
    forms: Sequence[object],
    ending: str,
) -> None:
    with pytest.raises(FormUnavailable) as caught:
        choose_form(makes_graph, "", ending)
    for form in FORMS.values():
        assert (f"(format={form.ending})" in str(caught.value)) == (form in forms)


def test_the_first_of_equals_is_chosen() -> None:
    assert negotiate("text/html, text/plain", ["text/plain", "text/html"]) == "text/plain"
    assert negotiate("", ["text/plain", "text/html"]) == "text/plain"


@given(st.text(max_size=100))
def test_any_accept_header_gives_a_form_or_none(accept: str) -> None:
    offered = ["text/html", "text/csv"]
    assert negotiate(accept, offered) in (*offered, None)
