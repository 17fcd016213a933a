"""Search: the page works without scripts, the JSON for scripts; both for pinned releases, and no text is an error."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from pyoxigraph import NamedNode

from kg.core.names import name, thing
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from server.api.openapi.template import read_template
from server.core.context import request_context
from server.core.search_params import SearchParams
from server.pages.search.indexes import nearest
from server.pages.search.results import in_sparql
from tests.server.page import Page
from tests.server.two_releases import WORDED, Stage

BROWSER = {"Accept": "text/html"}


def read(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address, headers=BROWSER)
    assert response.status_code == status
    return response.text


def found(client: FlaskClient, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = json.loads(response.text)
    return answer


def test_the_page_shows_hits_with_kind_plan_and_what_matched(client: FlaskClient) -> None:
    text = read(client, "/search?q=工業互聯網")
    assert '<a href="/page/technology-industrial-internet"><span>Industrial Internet</span></a>' in text
    assert 'Matched: <span lang="zh">工业互联网</span>' in text
    assert '<span class="kind"><span>Technology</span></span>' in text
    assert "14th Five-Year Plan for the Big Data Industry" in text
    assert re.search(r"1 to 20 of \d+ results for “<span lang=\"zh\">工業互聯網</span>”", text)


def test_a_hit_says_why_it_is_there_when_its_name_does_not_show_it(client: FlaskClient) -> None:
    assert "Similar spelling" in read(client, "/search?q=artifical+inteligence")
    assert "</span>, by its pinyin" in read(client, "/search?q=gyhlw")
    assert "In its description" in read(client, "/search?q=person-times")


def test_facets_are_links_that_narrow_and_widen(client: FlaskClient) -> None:
    text = read(client, "/search?q=industrial")
    assert "/search?q=industrial&amp;kind=fyp:Technology" in text
    narrowed = read(client, "/search?q=industrial&kind=fyp:Technology&plan=id:plan-ii")
    assert '<a href="/search?q=industrial&amp;plan=id:plan-ii" aria-current="true">' in narrowed
    assert '<a href="/search?q=industrial">All kinds and plans</a>' in narrowed
    assert '<input type="hidden" name="kind" value="fyp:Technology">' in narrowed


def test_pages_lead_on_and_back(client: FlaskClient) -> None:
    first = read(client, "/search?q=plan&size=5")
    assert '<a rel="next" href="/search?q=plan&amp;size=5&amp;page=2">' in first
    assert 'rel="prev"' not in first
    assert 'rel="prev" href="/search?q=plan&amp;size=5"' in read(client, "/search?q=plan&size=5&page=2")
    assert "This page is past the last" in read(client, "/search?q=plan&page=9999")


def test_a_question_leads_to_where_it_is_asked(client: FlaskClient) -> None:
    assert '<a href="/q/who-presented-the-plans">' in read(client, "/search?q=who+presented+the+plans")


def test_an_empty_result_says_why_and_what_to_try(client: FlaskClient) -> None:
    text = read(client, "/search?q=industrial+xyzzy")
    assert "no name or description here has “xyzzy”" in text
    assert "The nearest names" in text
    assert "Industrial" in text
    assert "has no letter or digit" in read(client, "/search?q=...")
    narrowed = read(client, "/search?q=big+data&kind=fyp:Country")
    assert re.search(r"\d+ among all kinds and plans", narrowed)


def test_without_a_text_the_page_says_what_can_be_found(client: FlaskClient) -> None:
    for address in ("/search", "/search?q=", "/search?q=+"):
        assert "For example: <a" in read(client, address)


def test_every_page_has_a_field_to_search_in(client: FlaskClient) -> None:
    for address in ("/", "/q/", "/page/plan-ii"):
        assert re.search('<form class="[^"]*" role="search" action="/search"', read(client, address)), address
    assert read(client, "/search").count('name="q"') == 1


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("/search?q=" + "a" * 301, "give at most 300"),
        ("/search?q=x&page=0", "page: give a whole number"),
        ("/search?q=x&lang=fr", "lang: "),
        ("/search?q=x&kind=::%20", "kind: "),
    ],
)
def test_a_value_that_does_not_fit_is_reported_beside_the_form(client: FlaskClient, address: str, message: str) -> None:
    text = read(client, address, 400)
    assert message in text
    assert 'value="a' in text or 'value="x"' in text
    problem = client.get(address.replace("/search", "/search.json"), headers={"Accept": "application/json"})
    assert problem.status_code == 400
    assert message in json.loads(problem.text)["detail"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("kind=fyp:Nonesuch", "no resource here is of the kind fyp:Nonesuch"),
        ("kind=fyp:Technology&kind=fyp:Nonesuch", "no resource here is of the kind fyp:Nonesuch"),
        ("plan=id:plan-nonesuch", "no resource here is of the plan id:plan-nonesuch"),
        ("plan=id:technology-5g", "no resource here is of the plan id:technology-5g"),
    ],
)
def test_a_kind_or_plan_that_nothing_has_is_reported_and_left_out_of_the_form(
    client: FlaskClient, fields: str, message: str
) -> None:
    text = read(client, f"/search?q=data&{fields}", 400)
    assert message in text
    assert 'value="data"' in text
    assert 'value="fyp:Nonesuch"' not in text
    assert ('value="fyp:Technology"' in text) == ("Technology" in fields)
    problem = client.get(f"/search.json?q=data&{fields}")
    assert (problem.status_code, message in problem.text) == (400, True)


def test_every_plan_may_be_chosen(client: FlaskClient, engine: EmbeddedEngine) -> None:
    for plan in select(engine, f"SELECT DISTINCT ?plan {{ ?plan a {name('fyp:Plan')} }}").column("plan"):
        assert isinstance(plan, NamedNode)
        assert client.get("/search.json", query_string={"q": "a", "plan": plan.value}).status_code == 200


def test_control_characters_are_neither_shown_nor_sought(client: FlaskClient) -> None:
    text = read(client, "/search?q=%00")
    assert "For example: <a" in text
    assert "<title>Search" in text
    for address in ("/search?q=indus%00tri%7Fal%C2%9B", "/search?q=indus%00trial&page=0", "/search?q=%00&lang=fr"):
        shown = client.get(address, headers=BROWSER).text
        assert not any(
            (character < " " and character not in "\n\t") or "\x7f" <= character < "\xa0" for character in shown
        )
    assert found(client, "/search.json?q=big%00%09data")["query"] == "big data"
    assert found(client, "/search.json?q=indus%00trial")["total"] == found(client, "/search.json?q=industrial")["total"]


HOSTILE = [
    *("%00", "%22", "%22+OR+%22", "names%3A*", "(((", "%F0%9F%A4%96", "%E2%80%AEabc", "%D7%A9%D7%9C%D7%95%D7%9D"),
    *("%3Cscript%3Ealert(1)%3C/script%3E", "%25%5F", "';--", "a" * 300),
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ["/search", "/search.json"])
def test_no_text_is_an_error_or_markup(client: FlaskClient, place: str, text: str) -> None:
    response = client.get(f"{place}?q={text}&begins=1", headers=BROWSER)
    assert response.status_code == 200
    if place == "/search":
        assert "<script>alert" not in response.text
        assert Page(response.text).problems == []


@pytest.mark.parametrize("text", ["%ED%A0%80", "%ff", "%C0%80"])
@pytest.mark.parametrize("place", ["/search", "/search.json"])
def test_bytes_that_are_no_text_are_refused(client: FlaskClient, place: str, text: str) -> None:
    assert client.get(f"{place}?q={text}").status_code == 400


def test_the_json_is_as_described_and_says_the_same(client: FlaskClient) -> None:
    answer = found(client, "/search.json?q=ai&size=3&begins=1")
    Draft202012Validator(read_template().components["schemas"]["SearchResults"]).validate(answer)
    assert (answer["query"], answer["size"], len(answer["hits"])) == ("ai", 3, 3)
    first = answer["hits"][0]
    assert first["iri"] == thing("technology-artificial-intelligence").value
    assert first["page"] == "http://localhost/page/technology-artificial-intelligence"
    assert (first["label"], first["matched"], first["exact"]) == ("Artificial intelligence", "AI", True)
    assert answer["labels"][first["kinds"][0]] == "Technology"
    assert sum(kind["count"] for kind in answer["kinds"]) >= answer["total"]
    counts = [kind["count"] for kind in answer["kinds"]]
    assert counts == sorted(counts, reverse=True)


def test_the_json_of_nothing_is_empty(client: FlaskClient) -> None:
    assert found(client, "/search.json") == {
        **{"query": "", "total": 0, "page": 1, "size": 20},
        **{"hits": [], "kinds": [], "plans": [], "labels": {}},
    }


def test_labels_come_in_the_language_that_is_asked_for(client: FlaskClient) -> None:
    answer = found(client, "/search.json?q=industrial+internet&lang=de&kind=fyp:Technology")
    assert answer["hits"][0]["label"] == "Industrielles Internet"
    assert answer["kinds"][0]["label"]
    assert "<span>Industrielles Internet</span></a>" in read(client, "/search?q=industrial+internet&lang=de")


def test_answers_are_kept_by_tag_like_other_pages(client: FlaskClient) -> None:
    for address in ("/search?q=ai", "/search.json?q=ai"):
        first = client.get(address)
        assert first.headers["FYP-Release"]
        assert "must-revalidate" in first.headers["Cache-Control"]
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304


def test_a_pinned_release_is_searched_in_itself(stage: Stage) -> None:
    client = stage.app.test_client()
    old = found(client, f"/release/{stage.old}/search.json?q={WORDED}")
    assert old["hits"][0]["matched"] == WORDED
    assert old["hits"][0]["page"] == f"http://localhost/release/{stage.old}/page/technology-industrial-internet"
    new = found(client, f"/search.json?q={WORDED}")
    assert all(hit["matched"] != WORDED for hit in new["hits"])
    assert f'action="/release/{stage.old}/search"' in read(client, f"/release/{stage.old}/search?q=ai")


def test_the_query_beside_the_results_finds_the_same_exact_names(engine: EmbeddedEngine) -> None:
    search_params = SearchParams('industrial "Internet"\\', kinds=(NamedNode("urn:none"),))
    assert select(engine, in_sparql(search_params)).rows == ()
    rows = select(engine, in_sparql(SearchParams("Industrial Internet"))).column("thing")
    assert thing("technology-industrial-internet") in rows
    narrowed = SearchParams("objective", plans=(thing("plan-ii"),))
    select(engine, in_sparql(narrowed))
    select(engine, in_sparql(SearchParams("\ud800")))


def test_the_nearest_names_of_an_unknown_slug_are_reported(app: Flask) -> None:
    with app.test_request_context("/"):
        hits = nearest(request_context(), "technology-industral-internt")
        assert hits[0].thing == thing("technology-industrial-internet")
        assert len(nearest(request_context(), "plan", limit=2)) == 2
        assert nearest(request_context(), "xyzzy") == []
        assert isinstance(nearest(request_context(), "x" * 5000), list)


def test_the_search_is_described(client: FlaskClient) -> None:
    paths = json.loads(client.get("/openapi.json").text)["paths"]
    assert {"/search", "/search.json"} <= set(paths)


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("5G Ziele", "de", "Welche Ziele nennen eine Technologie?"),
        ("targets for 5G", "en", "Which objectives mention a technology?"),
        ("5G 目标", "zh", "哪些目标提到某项技术？"),
    ],
)
def test_a_whole_question_leads_to_the_canned_one_with_its_value(
    client: FlaskClient, text: str, language: str, words: str
) -> None:
    page = Page(client.get("/search", query_string={"q": text, "lang": language}).text)
    assert page.problems == []
    offered = [
        link
        for link in page.links
        if link.startswith("/q/objectives-mentioning-technology?technology=id:technology-5g")
    ]
    assert offered
    assert words in page.text
    assert client.get(offered[0]).status_code == 200


def test_questions_are_not_offered_for_a_kind_a_later_page_or_a_name(client: FlaskClient) -> None:
    for fields in ("q=5G+targets&kind=fyp:Technology", "q=5G+targets&page=2", "q=5G"):
        assert "Questions with these words" not in client.get(f"/search?{fields}").text
