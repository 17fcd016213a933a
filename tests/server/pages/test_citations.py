"""Answers, items and releases as references, each by an address that pins its release."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.core.errors import ReleaseMissing
from kg.core.settings import Settings
from kg.output.citation import CITATIONS
from kg.release import Release
from server.core.context import request_context
from server.core.question_params import QuestionParams, result_params
from server.pages.citations import citation_of_answer
from tests.catalogue import project_catalogue
from tests.server.two_releases import QUESTION, WORDED, Stage

SLUG = "objectives-mentioning-technology"
FIELDS = QUESTION.partition("?")[2]
ADDRESSES = {ending: f"/q/{SLUG}.{ending}?{FIELDS}" for ending in CITATIONS}
WHOLE = {"bib": "/cite.bib", "ris": "/cite.ris", "csl.json": "/cite.csl.json", "cite.txt": "/cite.txt"}


def address_in(ending: str, response: TestResponse) -> str:
    """The address that a reader of the format finds."""
    text = response.get_data(as_text=True)
    if ending == "bib":
        return str(parse_string(text).entries[0]["url"])
    if ending == "ris":
        return str(rispy.loads(text)[0]["urls"][0])
    return str(json.loads(text)[0]["URL"]) if ending == "csl.json" else text.split()[-1]


@pytest.mark.parametrize("ending", CITATIONS)
def test_an_answer_is_cited_in_each_format(client: FlaskClient, release: Release, ending: str) -> None:
    response = client.get(ADDRESSES[ending])
    assert response.status_code == 200
    assert response.content_type == f"{CITATIONS[ending].media_type}; charset=utf-8"
    assert response.headers["FYP-Release"] == release.release_id
    assert f".{ending}" in response.headers["Content-Disposition"]
    assert address_in(ending, response) == f"http://localhost/release/{release.release_id}{QUESTION}"
    assert "Industrial Internet" in response.text


@pytest.mark.parametrize("ending", CITATIONS)
def test_the_address_that_is_cited_gives_the_cited_answer(stage: Stage, ending: str) -> None:
    client = stage.app.test_client()
    cited = client.get(f"/release/{stage.old}{ADDRESSES[ending]}")
    answer = client.get(address_in(ending, cited))
    assert answer.headers["FYP-Release"] == stage.old
    assert WORDED in answer.text
    assert cited.headers["Cache-Control"].endswith("immutable")


@pytest.mark.slow
@pytest.mark.parametrize("ending", CITATIONS)
def test_every_question_thing_and_release_can_be_cited(client: FlaskClient, release: Release, ending: str) -> None:
    paths = [f"/q/{slug}.{ending}" for slug in project_catalogue().questions]
    for path in [*paths, f"/page/plan-ict.{ending}", WHOLE[ending]]:
        response = client.get(path)
        assert response.status_code == 200, path
        assert client.get(address_in(ending, response)).status_code == 200, path
        assert release.release_id in response.text


def test_the_day_is_that_of_the_release(client: FlaskClient, release: Release) -> None:
    assert release.built_on is not None
    assert f"of {release.built_on}." in client.get(ADDRESSES["cite.txt"]).text
    assert f"PY  - {release.built_on.year}" in client.get("/cite.ris").text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Technology: Industrial Internet"),
        ("de", "Technologie: Industrielles Internet"),
        ("zh", "技术：工业互联网"),
    ],
)
def test_a_citation_is_in_the_language_of_the_page(client: FlaskClient, language: str, words: str) -> None:
    text = client.get(f"{ADDRESSES['cite.txt']}&lang={language}").text
    assert words in text
    assert ("&lang=" in text) == (language != "en")
    assert client.get(f"/page/plan-ict.cite.txt?lang={language}").status_code == 200


def test_defaults_are_spelt_out_and_pages_and_order_left_out(client: FlaskClient) -> None:
    text = client.get(f"/q/{SLUG}.cite.txt?page=2&sort=-plan&size=5").text
    query = urlsplit(text.split()[-1]).query
    assert query == "scope=with-measures-and-targets&technology=id:technology-industrial-internet"


@pytest.mark.parametrize("ending", CITATIONS)
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/q/nowhere.{}", 404),
        (f"/q/{SLUG}.{{}}?technology=id:nowhere", 400),
        (f"/q/{SLUG}.{{}}?lang=fr", 400),
        (f"/q/{SLUG}.{{}}?only.surface=x", 400),
        ("/page/nowhere.{}", 404),
        ("/page/Plan%20X.{}", 404),
        ("/page/plan-ict.{}?lang=fr", 400),
    ],
)
def test_what_cannot_be_cited_is_reported(client: FlaskClient, ending: str, path: str, status: int) -> None:
    assert client.get(path.format(ending)).status_code == status


def test_a_hostile_parameter_is_none_of_the_choices_and_a_hostile_host_no_field(client: FlaskClient) -> None:
    hostile = "%7D%0A@misc%7Bx%2C%20title%3D%7By%7D%7D"
    assert client.get(f"/q/{SLUG}.bib?technology={hostile}").status_code == 400
    response = client.get("/cite.bib", headers={"Host": "evil}.example"})
    assert response.status_code in (200, 400)
    assert response.status_code == 400 or len(parse_string(response.text).entries) == 1


def test_the_page_has_its_citation(app: Flask, release: Release) -> None:
    with app.test_request_context(QUESTION):
        params = QuestionParams(
            values={"technology": ("id:technology-5g",)}, only={"plan": ("id:plan-ict",)}, language="de"
        )
        cited = citation_of_answer(result_params(request_context(), request_context().catalogue.get(SLUG), params)[0])
    assert cited.address == (
        f"http://localhost/release/{release.release_id}/q/{SLUG}?scope=with-measures-and-targets"
        "&technology=id:technology-5g&only.plan=id:plan-ict&lang=de"
    )
    assert cited.text.endswith(f"CC BY 4.0. {cited.address}")
    assert cited.files == {
        name: f"/q/{SLUG}.{ending}?technology=id:technology-5g&only.plan=id:plan-ict&lang=de"
        for name, ending in (("BibTeX", "bib"), ("RIS", "ris"), ("CSL-JSON", "csl.json"), ("Plain text", "cite.txt"))
    }
    assert {app.test_client().get(path).status_code for path in cited.files.values()} == {200}


def test_a_release_in_no_release_store_is_cited_without_a_day(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.home.is_dir()
    monkeypatch.setattr("server.pages.releases.site.ReleaseStore.get", lambda _, release_id: lost(release_id))
    text = app.test_client().get("/cite.txt").text
    assert text.startswith("The FYP-KG founders: Knowledge graph")


def lost(release_id: str) -> Release:
    raise ReleaseMissing(release_id)
