"""Each kind of problem that a problem document names has a page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kg.core.names import PROBLEM
from server.core.http.problem_document import STATUS
from tests.server.page import Page

HTML, JSON = {"Accept": "text/html"}, {"Accept": "application/json"}


@pytest.mark.parametrize("error", STATUS, ids=lambda error: error.__name__)
def test_a_kind_of_ours_says_what_it_means_and_its_status(client: FlaskClient, error: type) -> None:
    response = client.get(f"/problem/{error.__name__}", headers=HTML)
    assert response.status_code == 200
    page = Page(response.text)
    assert page.problems == []
    assert str(STATUS[error]) in page.text
    assert "``" not in page.text


@pytest.mark.parametrize(
    "path", ["/nowhere", "/page/nowhere", "/q/nowhere", "/sparql?query=SELECT", "/linkset?about=x"]
)
def test_the_type_of_a_problem_leads_to_its_kind(client: FlaskClient, path: str) -> None:
    kind = client.get(path, headers=JSON).get_json()["type"].removeprefix(PROBLEM)
    assert client.get(f"/problem/{kind}", headers=HTML).status_code == 200


@pytest.mark.parametrize("kind", ["Nothing", "Mapping", "annotations", "__doc__", "OK", "x" * 999, "%3Cscript%3E"])
def test_what_is_no_kind_is_404_in_words(client: FlaskClient, kind: str) -> None:
    response = client.get(f"/problem/{kind}", headers=HTML)
    assert response.status_code == 404
    assert "<script>" not in response.text
    assert "There is no kind of problem" in response.text
