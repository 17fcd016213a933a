"""Pictures over HTTP: every form, in each theme and language; a question without one says so."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from flask.testing import FlaskClient

from kg.charts.chart import WIDTHS
from tests.catalogue import project_catalogue

DRAWN = "/q/targets-per-plan"
NETWORK = "/q/technology-pairs"
FORMS = {
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".vl.json": "application/json",
    ".vg.json": "application/json",
}


@pytest.mark.parametrize("ending", FORMS)
def test_a_picture_comes_in_each_form_and_may_be_kept(client: FlaskClient, ending: str) -> None:
    response = client.get(DRAWN + ending)
    assert response.status_code == 200
    assert response.content_type == FORMS[ending]
    assert "max-age" in response.headers["Cache-Control"]
    assert client.get(DRAWN + ending, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_an_svg_carries_its_title_and_text_in_the_language_that_is_wanted(client: FlaskClient) -> None:
    root = ET.fromstring(client.get(f"{DRAWN}.svg?lang=zh").text)
    assert root.get("role") == "img"
    assert [element.text for element in root][:1] == [project_catalogue().get("targets-per-plan").title["zh"]]
    assert "最高" in (root[1].text or "")


def test_an_svg_needs_nothing_that_our_policy_forbids(client: FlaskClient) -> None:
    response = client.get(f"{DRAWN}.svg")
    assert "style-src 'self'" in response.headers["Content-Security-Policy"]
    for forbidden in ("<style", " style=", "<script", "<image", "href="):
        assert forbidden not in response.text


def test_a_theme_and_parameters_and_facets_change_the_picture(client: FlaskClient) -> None:
    def spec(query: str) -> str:
        return json.dumps(client.get(f"{NETWORK}.vl.json{query}").get_json(), ensure_ascii=False)

    assert '"background": "#ffffff"' in spec("")
    assert '"background": "#1c2027"' in spec("?theme=dark")
    assert "At least this often: 1" in spec("?minimum=1")
    narrowed = client.get("/q/shared-cooperation-areas.vl.json?only.area=id:area-standards").get_json()
    assert "Standards" in narrowed["description"]
    assert "Investment" not in json.dumps(narrowed)


@pytest.mark.parametrize("path", [f"{DRAWN}.svg", "/page/plan-ict.svg"])
def test_a_narrow_picture_says_the_same_on_less_room(client: FlaskClient, path: str) -> None:
    wide, narrow = (ET.fromstring(client.get(path + query).text) for query in ("", "?width=narrow"))
    assert [int(root.get("width", "")) for root in (wide, narrow)] == [WIDTHS["wide"], WIDTHS["narrow"]]
    assert wide[1].text == narrow[1].text


def test_vega_is_compiled_with_the_data(client: FlaskClient) -> None:
    compiled = client.get(f"{DRAWN}.vg.json").get_json()
    assert compiled["$schema"].endswith("/vega/v6.json")
    assert "Software and IT Services" in json.dumps(compiled)


@pytest.mark.parametrize("ending", FORMS)
def test_a_question_without_a_picture_is_not_found_with_where_its_answer_is(client: FlaskClient, ending: str) -> None:
    response = client.get(f"/q/key-messages{ending}")
    assert response.status_code == 404
    assert "The question 'key-messages' has no picture. Its answer is at /q/key-messages." in response.text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/q/nowhere.svg", 404, "There is no question 'nowhere'"),
        (f"{DRAWN}.svg?width=thin", 400, "width: 'thin' is not known"),
        (f"{DRAWN}.svg?colour=red", 400, "this question has no such parameter"),
        (f"{DRAWN}.svg?theme=pink", 400, "theme: 'pink' is not known"),
        (f"{DRAWN}.svg?lang=fr", 400, "lang: 'fr' is not known"),
        (f"{DRAWN}.svg?sort=nothing", 400, "has no column 'nothing'"),
        (f"{NETWORK}.png?minimum=none", 400, "'none' is no integer"),
    ],
)
def test_parameters_that_cannot_be_met_are_reported(client: FlaskClient, path: str, status: int, words: str) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert words in response.text


def test_an_empty_answer_has_a_picture_that_says_so(client: FlaskClient) -> None:
    path = "/q/shared-cooperation-areas.svg?only.area=id:area-standards&only.plan=id:plan-of-nobody&lang=de"
    response = client.get(path)
    assert response.status_code == 200
    assert "Die Antwort hat keine Zeilen. Wählen Sie andere Werte." in response.text


def test_a_sorted_answer_is_drawn_in_its_order(client: FlaskClient) -> None:
    def order(query: str) -> list[str]:
        spec = client.get(f"{DRAWN}.vl.json{query}").get_json()
        return [row["category"] for layer in spec["layer"] for row in layer["data"]["values"] if "category" in row]

    assert order("?sort=targets")[0] == order("?sort=-targets")[5] == "14th Five-Year Plan for the Big Data Industry"
