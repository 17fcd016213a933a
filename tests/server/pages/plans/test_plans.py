"""The addresses of plans: where each leads, and in which languages they are listed."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.server.page import Page


def test_a_plan_that_is_not_described_leads_to_its_own_page(client: FlaskClient) -> None:
    response = client.get("/plans/plan-robotics?lang=de")
    assert response.status_code == 303
    assert response.headers["Location"] == "/page/plan-robotics?lang=de"


@pytest.mark.parametrize("slug", ["nothing", "plan-", "PLAN-ICT", "<script>", "%00", "a" * 3000])
def test_what_is_no_thing_is_404_in_words(client: FlaskClient, slug: str) -> None:
    response = client.get(f"/plans/{slug}", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "<script>" not in response.text


@pytest.mark.parametrize("path", ["/", "/plans", "/plans/plan-ict"])
def test_a_page_names_itself_in_each_language(client: FlaskClient, path: str) -> None:
    hrefs = {link["hreflang"]: link["href"] for link in Page(client.get(path).text).all("link") if "hreflang" in link}
    assert {"en", "de", "zh"} <= set(hrefs)
    assert hrefs["zh"].endswith(f"{path}?lang=zh")


def test_the_plans_are_in_the_sitemap_and_the_navigation(client: FlaskClient) -> None:
    sitemap = client.get("/sitemap.xml").text
    for path in ("/plans", "/plans/plan-ict", "/compare"):
        assert f"<loc>http://localhost{path}</loc>" in sitemap.replace("ns0:", "")
    assert "/plans" in Page(client.get("/ontology").text).links
