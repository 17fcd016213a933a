"""The page of a resource has the questions that can be asked about it, and each of them has an answer."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient


def asked_about(client: FlaskClient, slug: str) -> list[str]:
    """Return the addresses under "Questions about it" on the page of a resource."""
    part = client.get(f"/page/{slug}").text.partition("<h2>Questions about it</h2>")[2].partition("</ul>")[0]
    return [href.replace("&amp;", "&") for href in re.findall(r'href="([^"]+)"', part)]


@pytest.mark.parametrize("slug", ["technology-industrial-internet", "plan-ict", "ministry-miit"])
def test_a_thing_that_is_on_a_pick_list_leads_to_its_questions(client: FlaskClient, slug: str) -> None:
    hrefs = asked_about(client, slug)
    assert hrefs
    assert all(f"=id:{slug}" in href for href in hrefs)
    for href in hrefs:
        response = client.get(href)
        assert response.status_code == 200
        assert "No row" not in response.text


def test_a_thing_about_which_nothing_can_be_asked_has_no_such_heading(client: FlaskClient) -> None:
    assert "Questions about it" not in client.get("/page/section-front").text
