"""The service answers any request, and never with an error of its own."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from server.core.sparql_protocol.protocol import FORM_TYPE, QUERY_TYPE, UPDATE_TYPE
from tests.catalogue import project_catalogue
from tests.examples import examples

LONGEST = 1_900
# one variable only, so that no product of many patterns grows without bound
KEYWORDS = """
    SELECT ASK CONSTRUCT DESCRIBE WHERE FROM NAMED FILTER OPTIONAL UNION MINUS GRAPH VALUES BIND AS ORDER BY LIMIT 9
    DISTINCT GROUP HAVING COUNT(*) STR LANG EXISTS NOT IN UNDEF true PREFIX BASE SERVICE INSERT DELETE CLEAR
"""
SIGNS = """
    a ?x $x _:b [] * { } ( ) . ; , < > = ! + - / | ^ && || @zh '中' ' # << >> <<( )>> 1 1.5 1e9 🚀
    fyp: <https://w3id.org/fyp-kg/ontology#> <http://example.org/> <> id:plan-ii
"""
ODD = ["\n", "\\", '"""', "\u0000", "\ud7ff"]
WORDS = [*KEYWORDS.split(), *SIGNS.split(), *ODD]
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=40).map("".join),
    st.lists(st.sampled_from(WORDS), max_size=20).map(lambda words: "SELECT * { " + " ".join(words) + " }"),
).filter(lambda text: len(text) < LONGEST)
# what a WSGI server may hand on: bytes as latin-1, without line ends
HEADERS = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=80)
ACCEPTS = st.one_of(
    HEADERS, st.sampled_from(["", "*/*", "text/html", "application/json", "text/csv", "application/rdf+xml"])
)
TYPES = st.one_of(HEADERS, st.sampled_from([FORM_TYPE, QUERY_TYPE, UPDATE_TYPE, f"{QUERY_TYPE};charset=utf-16"]))
KEYS = st.sampled_from(["query", "update", "format", "default-graph-uri", "named-graph-uri", "other"])
FIELDS = st.lists(st.tuples(KEYS, TEXTS), max_size=4)
QUESTIONS = sorted(project_catalogue().questions)

often = examples(200, suppress_health_check=[HealthCheck.too_slow])


def encoded(fields: list[tuple[str, str]]) -> str:
    return "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in fields)


@often
@given(text=TEXTS, more=FIELDS, accept=ACCEPTS)
def test_any_query_is_answered(app: Flask, text: str, more: list[tuple[str, str]], accept: str) -> None:
    for fields in ([("query", text)], [("query", text), *more]):
        response = app.test_client().get("/sparql", query_string=encoded(fields), headers={"Accept": accept})
        assert response.status_code in (200, 400, 403, 406)


@often
@given(query_string=st.binary(max_size=200), accept=ACCEPTS)
def test_any_query_string_is_answered(app: Flask, query_string: bytes, accept: str) -> None:
    for path in ("/sparql", "/sparql/form", "/q/plans-of-an-issuer", "/"):
        sent = {"QUERY_STRING": query_string.decode("latin-1")}
        response = app.test_client().get(path, environ_overrides=sent, headers={"Accept": accept})
        assert response.status_code in (200, 400, 403, 406)


@often
@given(body=st.one_of(st.binary(max_size=300), TEXTS.map(str.encode)), content_type=TYPES, accept=ACCEPTS)
def test_any_body_is_answered(app: Flask, body: bytes, content_type: str, accept: str) -> None:
    response = app.test_client().post("/sparql", data=body, content_type=content_type, headers={"Accept": accept})
    assert response.status_code in (200, 400, 403, 406, 415)


@often
@given(text=TEXTS)
def test_any_text_in_the_form_is_answered(app: Flask, text: str) -> None:
    response = app.test_client().get("/sparql/form", query_string=encoded([("query", text)]))
    assert response.status_code in (200, 400, 403)


@often
@given(slug=st.one_of(st.text(max_size=60), st.from_regex(r"[a-z0-9-]{1,30}", fullmatch=True)), accept=ACCEPTS)
def test_any_slug_is_answered(app: Flask, slug: str, accept: str) -> None:
    for path in ("/id/{}", "/page/{}", "/data/{}.ttl", "/data/plan-ii.{}", "/q/{}", "/q/{}.rq"):
        response = app.test_client().get(path.format(quote(slug, safe="")), headers={"Accept": accept})
        assert response.status_code in (200, 303, 308, 404, 406)


@often
@given(
    question=st.sampled_from(QUESTIONS),
    given_=st.lists(
        st.tuples(
            st.sampled_from(["technology", "scope", "plan", "issuer", "slug", "_external", ""]),
            st.one_of(
                st.text(max_size=60), st.sampled_from(["id:technology-5g", "rolled-up", "id:plan-ii", "<>", "id:"])
            ),
        ),
        max_size=4,
    ),
)
def test_any_parameter_is_answered(app: Flask, question: str, given_: list[tuple[str, str]]) -> None:
    for path in (f"/q/{question}", f"/q/{question}.rq"):
        response = app.test_client().get(path, query_string=encoded(given_))
        assert response.status_code in (200, 400)


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS"])
def test_a_lone_surrogate_is_refused(app: Flask, method: str) -> None:
    response = app.test_client().open("/sparql?query=%ED%A0%80", method=method)
    assert response.status_code == (200 if method == "OPTIONS" else 400)
