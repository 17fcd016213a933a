"""The explorer: everything that is seen is in its address, and the list says all that the picture shows."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from pyoxigraph import NamedNode

import server
from kg.core.names import LANGUAGES, curie, name, slug_of, sparql_prologue, thing
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.graph.neighbours import TRUSTS, Kind, groups_of, kinds_of, trust_of
from server.api.openapi.template import read_template
from server.pages.explorer.view_state import (
    MOST_AT_FIRST,
    MOST_OF_A_KIND,
    MOST_OPENED,
    MOST_THINGS,
    SHAPES,
    ExplorerRequest,
    corners,
    family_of,
    read_explorer_request,
    start_request_with_counts,
)
from tests.server.page import Page

BROWSER = {"Accept": "text/html"}
OBJECTIVES = "open=plan-ict/fyp:hasObjective/fyp:Objective"
TECHNOLOGIES = "open=plan-ict/fyp:coversTechnology/fyp:Technology"
COVERED = "fyp:coversTechnology/fyp:Technology"
MINISTRY = "open=plan-ict/fyp:issuedBy/fyp:Ministry"
PLAN = "/explore?start=plan-ict"


def read(client: FlaskClient, address: str, status: int = 200) -> Page:
    response = client.get(address, headers=BROWSER)
    assert response.status_code == status, response.text[:500]
    page = Page(response.text)
    assert not page.problems, page.problems
    return page


def drawing(client: FlaskClient, address: str) -> dict[str, Any]:
    text = client.get(address, headers=BROWSER).text
    graph_data: dict[str, Any] = json.loads(text.partition('class="explorer-data">')[2].partition("</script>")[0])
    return graph_data


def seen(client: FlaskClient, address: str) -> set[str]:
    return {node["id"] for node in drawing(client, address)["nodes"]}


def data(client: FlaskClient, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.text
    document: dict[str, Any] = json.loads(response.text)
    return document


def query_of(page: Page) -> str:
    link = next(anchor["href"] for anchor in page.all("a") if anchor.get("class") == "explorer-query")
    return parse_qs(urlsplit(link).query)["query"][0]


def test_the_page_offers_plans_technologies_and_ministries_with_numbers(client: FlaskClient) -> None:
    page = read(client, "/explore")
    starts = {link.partition("&")[0] for link in page.links}
    assert {"/explore?start=plan-ict", "/explore?start=technology-5g", "/explore?start=ministry-miit"} <= starts
    assert re.search(r"5G 6 ?\(6 neighbours\)|5G \d+ ?\(\d+ neighbours\)", page.text)
    assert "Three walks to begin with" in page.text


@pytest.mark.parametrize(
    ("slug", "kinds"),
    [
        ("plan-ict", ["fyp:coversTechnology/fyp:Technology"]),
        ("ministry-miit", ["~fyp:issuedBy/fyp:OutlinedPlan", "~fyp:issuedBy/fyp:SectoralPlan"]),
    ],
)
def test_a_start_opens_with_the_most_telling_of_its_neighbours(
    client: FlaskClient, slug: str, kinds: list[str]
) -> None:
    for page in ("/explore", f"/explore?q={slug}"):
        hrefs = [anchor["href"] for anchor in read(client, page).all("a") if anchor.get("rel") != "nofollow"]
        start = next(href for href in hrefs if href.startswith(f"/explore?start={slug}&"))
        assert parse_qs(urlsplit(start).query)["open"] == [f"{slug}/{kind}" for kind in kinds]
        assert 8 < len(seen(client, start)) <= 25


def entered(client: FlaskClient, slug: str, fields: str = "") -> str:
    response = client.get(f"/explore/from/{slug}{fields}")
    assert response.status_code == 302, response.text
    return response.headers["Location"]


def test_the_page_of_a_thing_leads_to_it_among_its_most_telling_neighbours(client: FlaskClient) -> None:
    assert "/explore/from/plan-ict" in read(client, "/page/plan-ict").links
    address = entered(client, "plan-ict")
    assert address == f"{PLAN}&{TECHNOLOGIES}"
    page = read(client, f"{PLAN}&{OBJECTIVES}&at=ict-o1")
    assert entered(client, "ict-o1") in page.links, "the panel starts from there in the same way"
    assert address not in read(client, address).links, "where it would lead to what is seen"


def test_no_resource_is_alone_at_first_nor_in_a_crowd(engine: EmbeddedEngine) -> None:
    text = (
        f"{sparql_prologue('id')}SELECT (MIN(?thing) AS ?first) (MAX(?thing) AS ?last) WHERE {{"
        " ?thing a ?class FILTER(STRSTARTS(STR(?thing), STR(id:))) } GROUP BY ?class"
    )
    things = {term for row in select(engine, text).rows for term in row if isinstance(term, NamedNode)}
    kinds = kinds_of(engine, things)
    assert len(kinds) > 60
    for node, counts in kinds.items():
        opened = start_request_with_counts(ExplorerRequest(), slug_of(node) or "", counts).opened
        assert opened, node
        assert sum(counts[opening.kind] for opening in opened) <= max(MOST_AT_FIRST, min(counts.values())), node


def test_the_way_in_keeps_the_language_and_the_release(client: FlaskClient, engine: EmbeddedEngine) -> None:
    assert entered(client, "plan-ict", "?lang=zh") == f"{PLAN}&{TECHNOLOGIES}&lang=zh"
    pinned = f"/release/{engine.release_id}"
    assert client.get(f"{pinned}/explore/from/plan-ict").headers["Location"] == f"{pinned}{PLAN}&{TECHNOLOGIES}"


KINDS = {
    "technology": Kind(name("fyp:coversTechnology"), name("fyp:Technology")),
    "mention": Kind(name("fyp:mentionsTechnology"), name("fyp:Technology")),
    "objective": Kind(name("fyp:hasObjective"), name("fyp:Objective")),
    "passage": Kind(name("fyp:evidence"), name("fyp:Passage")),
    "note": Kind(name("fyp:notesOn"), name("fyp:EditorialNote"), inverse=True),
}


@pytest.mark.parametrize(
    ("counts", "opened"),
    [
        ({"objective": 3, "technology": 8, "passage": 20}, ["technology", "objective"]),
        ({"objective": 3, "technology": 23}, ["technology"]),
        ({"technology": 8, "mention": 7, "objective": 1}, ["technology", "objective"]),
        ({"technology": 25, "objective": 24}, ["objective"]),
        ({"passage": 2, "note": 5}, ["note", "passage"]),
        ({"technology": 60, "passage": 24}, ["passage"]),
        ({"technology": 60, "passage": 30}, ["passage"]),
        ({}, []),
    ],
)
def test_what_is_open_at_first_is_telling_and_fits(counts: dict[str, int], opened: list[str]) -> None:
    view = start_request_with_counts(
        read_explorer_request([("lang", "de")]), "plan-x", {KINDS[key]: count for key, count in counts.items()}
    )
    assert [opening.kind for opening in view.opened] == [KINDS[key] for key in opened]
    assert (view.starts, view.language) == (("plan-x",), "de")


def test_every_walk_leads_somewhere(client: FlaskClient) -> None:
    text = client.get("/explore", headers=BROWSER).text.partition('class="walks"')[2].partition("</ul>")[0]
    walks = [unescape(href) for href in re.findall('href="([^"]+)"', text)]
    assert len(walks) == 3
    for walk in walks:
        assert len(seen(client, walk)) > 8


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("industrial internet", "technology-industrial-internet"),
        ("工業互聯網", "technology-industrial-internet"),
        ("gyhlw", "technology-industrial-internet"),
    ],
)
def test_one_may_start_from_what_a_text_finds(client: FlaskClient, text: str, slug: str) -> None:
    links = read(client, f"/explore?q={quote(text)}").links
    assert f"/explore?start={slug}" in {link.partition("&")[0] for link in links}


def test_a_text_that_finds_nothing_says_so(client: FlaskClient) -> None:
    assert "Nothing here is called “xyzzyx”" in read(client, "/explore?q=xyzzyx").text


def test_a_start_is_reported_with_its_kinds_of_neighbours(client: FlaskClient, engine: EmbeddedEngine) -> None:
    page = read(client, PLAN)
    for group in groups_of(engine, thing("plan-ict"), 1):
        assert f"{PLAN}&open=plan-ict/{group.kind}" in page.links
    assert "Open: Objective (7) has objective stated" in page.text.replace("+ ", "").replace("+", "")
    assert "/page/plan-ict" in page.links


def test_what_is_opened_is_seen_and_can_be_closed(client: FlaskClient, engine: EmbeddedEngine) -> None:
    address = f"{PLAN}&{OBJECTIVES}"
    groups = groups_of(engine, thing("plan-ict"), 100)
    objectives = next(group for group in groups if group.kind.cls == name("fyp:Objective"))
    assert seen(client, address) == {"plan-ict", *(slug_of(neighbour.thing) for neighbour in objectives.neighbours)}
    page = read(client, address)
    assert PLAN in page.links
    assert f"{address}&at=ict-o1" in page.links
    assert f"{address}&hide=ict-o1" in page.links


def test_what_is_opened_of_something_opened_hangs_below_it(client: FlaskClient) -> None:
    address = f"{PLAN}&open=ict-o1/fyp:coversTechnology/fyp:Technology&{OBJECTIVES}"
    nodes = {node["id"]: node for node in drawing(client, address)["nodes"]}
    assert nodes["technology-5g"]["via"] == "ict-o1"
    # what is not there yet opens nothing
    assert seen(client, f"{PLAN}&open=ict-o1/fyp:coversTechnology/fyp:Technology") == {"plan-ict"}


def test_what_is_hidden_takes_with_it_what_hangs_on_it_alone(client: FlaskClient) -> None:
    address = f"{PLAN}&{OBJECTIVES}&open=ict-o1/fyp:evidence/fyp:Passage"
    passage = next(slug for slug in seen(client, address) if slug.startswith("passage-"))
    left = seen(client, f"{address}&hide=ict-o1")
    assert passage not in left
    assert "ict-o2" in left
    assert "Nothing is left of the picture" in read(client, f"{PLAN}&hide=plan-ict").text


def test_kinds_of_things_and_of_statements_can_be_left_out(client: FlaskClient) -> None:
    address = f"{PLAN}&{OBJECTIVES}&{TECHNOLOGIES}&{MINISTRY}"
    whole = drawing(client, address)
    assert {edge["trust"] for edge in whole["edges"]} == {"stated", "inferred", "editorial"}
    without = drawing(client, f"{address}&without=inferred")
    assert {edge["trust"] for edge in without["edges"]} == {"stated", "editorial"}
    assert not [node for node in without["nodes"] if node["family"] == "technology"]
    assert not [
        node for node in drawing(client, f"{address}&without=fyp:Objective")["nodes"] if node["kind"] == "Objective"
    ]
    page = read(client, f"{address}&without=inferred")
    assert address in page.links  # shows it again
    assert f"{address}&without=fyp:Technology&without=inferred" in page.links


@pytest.mark.parametrize(
    "address",
    [
        f"{PLAN}&{OBJECTIVES}&{TECHNOLOGIES}&{MINISTRY}",
        f"{PLAN}&{OBJECTIVES}&{TECHNOLOGIES}&{MINISTRY}&without=inferred",
        f"{PLAN}&{OBJECTIVES}&{TECHNOLOGIES}&without=fyp:Objective&hide=technology-5g",
        f"/explore?start=plan-ii&start=plan-bd&open=plan-ii/{COVERED}&open=plan-bd/{COVERED}",
    ],
)
def test_the_query_behind_it_gives_just_the_links_that_are_seen(
    client: FlaskClient, engine: EmbeddedEngine, address: str
) -> None:
    edges = {(edge["from"], edge["to"], edge["id"].split()[1]) for edge in drawing(client, address)["edges"]}
    assert edges
    rows = select(engine, query_of(read(client, address))).rows
    assert {(slug_of(start), slug_of(end), curie(property_)) for start, property_, end, _ in rows} == edges  # type: ignore[arg-type]


def test_every_link_of_the_picture_is_in_the_list(client: FlaskClient) -> None:
    address = f"{PLAN}&{OBJECTIVES}&open=ict-o1/fyp:coversTechnology/fyp:Technology"
    page, shown = read(client, address), drawing(client, address)
    chosen = {anchor["data-choose"] for anchor in page.all("a") if "data-choose" in anchor}
    assert chosen == {node["id"] for node in shown["nodes"]}
    labels = {node["id"]: node["label"] for node in shown["nodes"]}
    via = {node["id"]: node["via"] for node in shown["nodes"]}
    for edge in shown["edges"]:
        if edge["from"] not in (via[edge["to"]],) and edge["to"] != via[edge["from"]]:
            assert f"{edge['label']}: {labels[edge['to']]}" in page.text or "more link" in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_in_the_language_of_the_reader(client: FlaskClient, language: str) -> None:
    page = read(client, f"{PLAN}&{OBJECTIVES}&lang={language}")
    expected = {"en": "Neighbours Open: Ministry", "de": "Nachbarn", "zh": "相邻实体"}[language]
    kind = {"en": "Sectoral plan", "de": "Fachplan", "zh": "专项规划"}[language]
    text = page.text.replace("+", "").replace("  ", " ")
    assert expected.split()[0] in text
    assert kind in text
    assert f"{PLAN}&{OBJECTIVES}&at=ict-o1&lang={language}" in page.links


def test_links_leave_the_language_to_the_browser_where_the_address_does(client: FlaskClient) -> None:
    response = client.get(PLAN, headers={**BROWSER, "Accept-Language": "zh"})
    assert "专项规划" in response.text
    assert "Accept-Language" in response.headers["Vary"]
    assert "/page/plan-ict" in Page(response.text).links


def test_the_lasting_address_keeps_to_the_release(client: FlaskClient, engine: EmbeddedEngine) -> None:
    lasting = f"/release/{engine.release_id}{PLAN}&{OBJECTIVES}"
    assert f"http://localhost{lasting}" in read(client, f"{PLAN}&{OBJECTIVES}").links
    assert f"{lasting}&at=ict-o1" in read(client, lasting).links
    assert seen(client, lasting) == seen(client, f"{PLAN}&{OBJECTIVES}")


def test_of_very_many_neighbours_the_first_are_shown_and_the_page_leads_to_the_rest(client: FlaskClient) -> None:
    address = "/explore?start=source-policy-update&open=source-policy-update/~fyp:passageOf/fyp:Passage"
    assert len(seen(client, address)) == MOST_OF_A_KIND + 1
    page = read(client, address)
    assert "These are the first of them." in page.text
    assert "/page/source-policy-update?inverse=fyp:passageOf" in page.links


def test_a_picture_holds_so_many_things(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.pages.explorer.view_state.MOST_THINGS", 5)
    assert len(seen(client, f"{PLAN}&{OBJECTIVES}")) == 5
    assert f"A picture holds {MOST_THINGS} things at most" in read(client, f"{PLAN}&{OBJECTIVES}").text


@pytest.mark.parametrize(
    ("address", "status", "reason"),
    [
        ("/explore?start=plan-icd", 404, "The nearest names are"),
        ("/explore?start=<script>", 404, "There is no resource"),
        ("/explore?start=" + "a" * 5000, 404, "There is no resource"),
        (
            f"{PLAN}&open=nonsense",
            400,
            "names no neighbours; give some such as plan-ict/fyp:hasObjective/fyp:Objective",
        ),
        (f"{PLAN}&open=plan-ict/fyp:a}}/fyp:B", 400, "names no neighbours"),
        (f"{PLAN}&hide=%00", 400, "is no name of a resource"),
        (f"{PLAN}&without=everything", 400, "cannot be left out"),
        (f"{PLAN}&at=A", 400, "is no name of a resource"),
        (f"{PLAN}&lang=fr", 400, "choose en or de or zh"),
        ("/explore?q=" + "a" * 301, 400, "give at most 300"),
        (f"{PLAN}&" + "&".join(f"open=plan-{n}/fyp:a/fyp:B" for n in range(3000)), 400, "3000 are too many"),
        ("/explore?" + "&".join(f"start=plan-{n}" for n in range(3000)), 400, "3000 are too many"),
        ("/explore/from/plan-icd", 404, "The nearest names are"),
        ("/explore/from/plan-ict?lang=fr", 400, "choose en or de or zh"),
        ("/explore/neighbours.json", 400, "name a resource"),
        ("/explore/neighbours.json?thing=plan-icd", 404, "The nearest names are"),
        ("/explore/neighbours.json?thing=plan-ict&lang=xx", 400, "choose en or de or zh"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_the_reason(
    client: FlaskClient, address: str, status: int, reason: str
) -> None:
    response = client.get(address, headers=BROWSER)
    assert response.status_code == status
    assert reason in unescape(response.text)


def test_as_many_as_may_be_opened_are(client: FlaskClient) -> None:
    many = "&".join(f"open=nowhere-{n}/fyp:hasObjective/fyp:Objective" for n in range(MOST_OPENED))
    assert seen(client, f"{PLAN}&{many}") == {"plan-ict"}


def test_an_address_is_read_as_it_is_written(client: FlaskClient) -> None:
    fields = [
        ("start", "plan-ict"),
        ("open", "plan-ict/~fyp:notesOn/fyp:EditorialNote"),
        ("hide", "ict-o1"),
        ("without", "fyp:Passage"),
        ("without", "inferred"),
        ("at", "ict-o2"),
        ("lang", "de"),
    ]
    assert read_explorer_request(fields).fields() == fields
    assert client.get("/explore?utm=1&start=plan-ict&start=plan-ict").status_code == 200


@pytest.mark.parametrize("slug", ["plan-ict", "source-policy-update", "note-gr-t5-magnitude"])
def test_the_neighbours_are_data(client: FlaskClient, engine: EmbeddedEngine, slug: str) -> None:
    document = data(client, f"/explore/neighbours.json?thing={slug}&lang=zh")
    neighbours = read_template().components["schemas"]["Neighbours"]
    schema = {**neighbours, "$schema": "https://json-schema.org/draft/2020-12/schema"}
    Draft202012Validator(schema).validate(document)
    groups = groups_of(engine, thing(slug), MOST_OF_A_KIND)
    assert [group["open"] for group in document["kinds"]] == [str(neighbour.kind) for neighbour in groups]
    for kind, group in zip(document["kinds"], groups, strict=True):
        assert kind["count"] == group.count == kind["more"] + len(kind["neighbours"])
        listed = [(neighbour["id"], neighbour["trust"]) for neighbour in kind["neighbours"]]
        assert listed == [
            (slug_of(neighbour.thing), [trust_of(trust) for trust in neighbour.trusts])
            for neighbour in group.neighbours
        ]


def test_data_are_named_in_the_language_that_is_asked_for(client: FlaskClient) -> None:
    document = data(client, "/explore/neighbours.json?thing=ministry-miit&lang=zh")
    assert (document["label"], document["language"]) == ("工业和信息化部", "zh")
    assert document["page"] == "http://localhost/page/ministry-miit"


def test_every_family_has_a_shape_that_can_be_drawn(engine: EmbeddedEngine) -> None:
    del engine
    assert family_of(name("fyp:Ministry")) == "body"
    assert family_of(None) == family_of(name("skos:ConceptScheme")) == "other"
    for family in SHAPES:
        numbers = [float(number) for pair in corners(family).split() for number in pair.split(",")]
        assert all(0 <= number <= 20 for number in numbers)


def test_each_family_and_each_kind_of_statement_has_its_style() -> None:
    folder = Path(server.__file__).parent
    style = (folder / "static" / "explore.css").read_text("utf-8")
    strokes = (folder / "web" / "explore" / "colours.ts").read_text("utf-8")
    for family in SHAPES:
        assert f"--family-{family}:" in style
    for trust in TRUSTS:
        assert f"  {trust}: [" in strokes


def test_a_start_may_be_written_as_questions_take_it(client: FlaskClient) -> None:
    assert read(client, "/explore?start=id:plan-ict").text == read(client, PLAN).text
