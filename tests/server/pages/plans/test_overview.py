"""All plans as cards."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kg.engine.embedded import EmbeddedEngine
from server.pages.plans.overview import known_plans
from tests.server.page import Page


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_every_plan_has_a_card_or_a_line(client: FlaskClient, engine: EmbeddedEngine, language: str) -> None:
    page = Page(client.get(f"/plans?lang={language}").text)
    assert page.problems == []
    for slug, plan in known_plans(engine).items():
        where = "/plans/" if plan.described else "/page/"
        assert any(link.split("?")[0] == where + slug for link in page.links)


def test_a_card_has_numbers_and_the_states_of_targets(client: FlaskClient) -> None:
    card = client.get("/plans").text.partition('id="plan-ict"')[2].partition("</li>")[0]
    for fragment in (
        "7 objectives · 18 measures",
        "10 targets",
        "2 met · 8 unknown",
        "“十四五”信息通信行业发展规划",
        "16 Nov 2021",
    ):
        assert fragment in card
    assert card.count('class="state state-met"') == 2
