"""The page of a plan is complete against the graph, and each part has its mark and its place."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode

from kg.core.names import slug_of, sparql_prologue
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from server.pages.plans.overview import described_plans, parts_query
from tests.server.page import Page

PLANS = ("plan-ii", "plan-ict", "plan-sw", "plan-bd", "plan-gr", "plan-tw")
KINDS = (
    *("Objective", "Measure", "QuantitativeTarget", "Milestone", "Project", "Application", "Achievement", "Trend"),
    *("Challenge", "CooperationProvision", "KeyMessage"),
)


def slugs(engine: EmbeddedEngine, pattern: str) -> set[str]:
    rows = select(engine, sparql_prologue("fyp", "id") + f"SELECT DISTINCT ?one {{ {pattern} }}").rows
    return {slug_of(term) or "" for (term,) in rows if isinstance(term, NamedNode)}


@pytest.mark.parametrize("plan", PLANS)
def test_every_part_of_a_plan_is_on_its_page(client: FlaskClient, engine: EmbeddedEngine, plan: str) -> None:
    links = Page(client.get(f"/plans/{plan}").text).links
    for kind in KINDS:
        wanted = slugs(engine, f"?one a fyp:{kind} ; fyp:inPlan id:{plan}")
        assert {f"/page/{slug}" for slug in wanted} <= links, kind
    official = slugs(engine, f"?one a fyp:OfficialTarget ; fyp:officialPartOf+ id:{plan}")
    assert {f"/page/{slug}" for slug in official} <= links
    technologies = slugs(engine, f"id:{plan} fyp:coversTechnology ?one")
    asked = {match[1] for link in links if (match := re.search(r"[?&]technology=id:([a-z0-9-]+)", link))}
    assert technologies == asked


@pytest.mark.parametrize(("plan", "language"), list(zip(PLANS, ["en", "de", "zh", "en", "de", "zh"], strict=True)))
def test_the_page_is_sound_in_every_language(client: FlaskClient, plan: str, language: str) -> None:
    response = client.get(f"/plans/{plan}?lang={language}")
    assert response.status_code == 200
    assert response.headers["Content-Language"] == language
    assert Page(response.text).problems == []


def test_parts_have_their_mark_and_their_place(client: FlaskClient) -> None:
    text = client.get("/plans/plan-ict").text
    tree = text.partition('class="tree"')[2].partition("</section>")[0]
    items = re.split(r'<a href="/page/ict-[om][0-9-]+">', tree)[1:]
    assert len(items) == 25
    for after in items:
        assert "kind-stated" in after
        assert 'class="source"' in after


def test_a_difference_between_printed_and_official_is_flagged_at_its_target(client: FlaskClient) -> None:
    text = client.get("/plans/plan-gr").text
    row = text.partition('/page/indicator-green-industry-output"')[2].partition('<th scope="row">')[0]
    assert "Printed as 1.1 billion yuan; the plan says ≥\u00a011 trillion yuan." in row
    assert "/page/note-gr-t5-magnitude" in row
    assert "Printed as" not in client.get("/plans/plan-sw").text


def test_a_challenge_names_what_takes_it_up(client: FlaskClient) -> None:
    text = client.get("/plans/plan-ict").text.partition('id="challenges"')[2].partition("</section>")[0]
    assert "/page/ict-m5" in text
    assert "/page/technology-cloud-computing" in text


def test_the_query_for_its_parts_gives_them(engine: EmbeddedEngine) -> None:
    plan = described_plans(engine)["plan-ict"].iri
    parts = {slug_of(part) for part in select(engine, parts_query(plan)).column("part") if isinstance(part, NamedNode)}
    assert slugs(engine, f"?one a fyp:Objective ; fyp:inPlan {plan}") <= parts
    assert slugs(engine, f"?one a fyp:OfficialTarget ; fyp:officialPartOf+ {plan}") <= parts


def test_the_page_of_the_iri_and_this_one_lead_to_each_other(client: FlaskClient) -> None:
    assert "/page/plan-ict" in Page(client.get("/plans/plan-ict").text).links
    assert "/plans/plan-ict" in Page(client.get("/page/plan-ict").text).links
    assert not any(link.startswith("/plans/") for link in Page(client.get("/page/ict-o1").text).links)
