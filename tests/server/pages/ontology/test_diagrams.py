"""Diagrams over HTTP: as SVG with its text in it, in each language and theme; others are refused."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from flask.testing import FlaskClient

PATH = "/ontology/diagrams/statements.svg"


def test_a_diagram_carries_its_title_and_every_edge_in_words(client: FlaskClient) -> None:
    response = client.get(f"{PATH}?lang=de&theme=dark")
    assert response.content_type == "image/svg+xml; charset=utf-8"
    root = ET.fromstring(response.text)
    assert root.get("role") == "img"
    assert root.get("lang") == "de"
    assert root[0].text == "Diagramm der Klassen (1): Arten von Aussagen"
    assert "→" in (root[1].text or "")
    assert response.headers["ETag"]
    assert client.get(f"{PATH}?lang=de&theme=dark").data == response.data


def test_a_diagram_needs_nothing_that_our_policy_forbids(client: FlaskClient) -> None:
    text = client.get(PATH).text
    for forbidden in ("<style", " style=", "<script", "<image", "href="):
        assert forbidden not in text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/ontology/diagrams/nothing.svg", 404, "There are: plans, figures"),
        ("/ontology/diagrams/annotations.svg", 404, "There are: plans"),
        ("/ontology/diagrams/<b>.svg", 404, "There is no diagram"),
        (f"{PATH}?lang=fr", 400, "en or de or zh"),
        (f"{PATH}?theme=pink", 400, "light or dark"),
    ],
)
def test_a_diagram_that_is_not_there_is_reported(client: FlaskClient, path: str, status: int, words: str) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert words in response.text
