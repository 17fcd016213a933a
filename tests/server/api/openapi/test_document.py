"""The OpenAPI document: valid, complete, in English, and made from the template and the catalogue."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

import kg
from kg.core.names import LANGUAGES
from kg.engine.embedded import EmbeddedEngine
from kg.questions.catalogue import Catalogue
from server.api.openapi.template import Json
from server.core.http.problem_document import STATUS
from tests.catalogue import project_catalogue

UNDESCRIBED = {"/static/<path:filename>", "/favicon.ico"}  # what pages load is no part of what is promised


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return project_catalogue()


@pytest.fixture
def document(client: FlaskClient) -> Json:
    openapi = client.get("/openapi.json").get_json()
    assert isinstance(openapi, dict)
    return openapi


@pytest.mark.slow
def test_it_is_valid_openapi_3_1(client: FlaskClient, document: Json) -> None:
    assert client.get("/openapi.json").content_type == "application/json"
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_in_english_whatever_the_language(client: FlaskClient, document: Json, language: str) -> None:
    assert client.get("/openapi.json", query_string={"lang": language}).get_json() == document
    question = project_catalogue().get("objectives-mentioning-technology")
    scope = document["components"]["parameters"][f"{question.slug}.scope"]
    assert scope["description"] == question.parameters[1].labels["en"]
    assert scope["schema"]["x-enumNames"][0] == question.parameters[1].fixed_options[0].labels["en"]


def test_it_says_what_it_is_of_which_version_and_under_which_licences(document: Json, engine: EmbeddedEngine) -> None:
    info = document["info"]
    assert (info["version"], info["x-release"]) == (kg.__version__, engine.release_id)
    assert info["license"]["identifier"] == "CC-BY-4.0 AND Apache-2.0"
    assert "contact" not in info


def test_every_address_that_can_be_asked_is_described(app: Flask, document: Json) -> None:
    """A route is described if a path has the same parts; one question with a picture represents all questions."""
    routes = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())} - UNDESCRIBED
    asked = {re.sub(r"<\w+(\([^)]*\))?:", "<", route).replace("/q/<slug>", "/q/targets-per-plan") for route in routes}
    described = {re.sub(r"\{(\w+)\}", r"<\1>", path) for path in document["paths"]}
    assert asked - described == {"/q/targets-per-plan.<ending>"}
    assert {f"/q/targets-per-plan.{ending}" for ending in ("csv", "json", "xlsx", "srj", "png", "bib")} <= described


def test_every_question_has_its_page_and_its_files(document: Json, catalogue: Catalogue) -> None:
    for slug, question in catalogue.questions.items():
        item = document["paths"][f"/q/{slug}"]
        assert item["summary"].startswith(question.title["en"])
        assert item["get"]["summary"] == question.question["en"]
        assert question.limits["en"] in item["get"]["description"]
        assert item["get"]["tags"] == [question.subject]
        assert {f"/q/{slug}/embed", f"/q/{slug}.rq"} <= document["paths"].keys()
    subjects = [tag["name"] for tag in document["tags"]]
    assert subjects[:-3] == list(catalogue.by_subject())
    assert {operation["operationId"] for operation in operations(document)} >= {"sparql", "sparql-post"}


def operations(document: Json) -> list[Json]:
    return [item[verb] for item in document["paths"].values() for verb in ("get", "post") if verb in item]


def test_no_two_operations_have_one_name(document: Json) -> None:
    names = [operation["operationId"] for operation in operations(document)]
    assert len(names) == len(set(names))
    assert {tag for operation in operations(document) for tag in operation["tags"]} == {
        tag["name"] for tag in document["tags"]
    }


def test_every_status_of_the_table_of_errors_is_described_with_its_kinds(document: Json) -> None:
    for error, status in STATUS.items():
        response = document["components"]["responses"][f"problem-{status}"]
        assert error.__name__ in response["description"]
        assert set(response["content"]) == {"application/problem+json", "text/plain", "text/html"}


def test_a_problem_is_as_described(client: FlaskClient, document: Json) -> None:
    schema = document["components"]["schemas"]["Problem"]
    for path in ("/q/nowhere", "/sparql?query=x", "/q/key-messages.rq?x=1"):
        response = client.get(path, headers={"Accept": "application/json"})
        Draft202012Validator(schema).validate(response.get_json())


@pytest.mark.parametrize(
    ("base", "address"),
    [("http://localhost", "http://localhost"), ("https://example.org:8443/fyp/", "https://example.org:8443/fyp")],
)
def test_the_server_is_where_the_request_came_to(client: FlaskClient, base: str, address: str) -> None:
    server, pinned = client.get("/openapi.json", base_url=base).get_json()["servers"]
    assert server == {"url": address}
    assert pinned["url"] == f"{address}/release/{{release}}"


def test_the_server_of_a_pinned_address_is_pinned_too(client: FlaskClient, engine: EmbeddedEngine) -> None:
    within = f"/release/{engine.release_id}"
    server, pinned = client.get(f"{within}/openapi.json").get_json()["servers"]
    assert server["url"] == f"http://localhost{within}"
    assert pinned["url"] == "http://localhost/release/{release}"
    assert pinned["variables"]["release"]["default"] == engine.release_id


def test_a_request_that_names_no_host_is_refused(client: FlaskClient) -> None:
    assert client.get("/openapi.json", headers={"Host": ""}).status_code == 400


def test_it_may_be_kept_until_the_next_release(client: FlaskClient) -> None:
    response = client.get("/openapi.json")
    assert "max-age" in response.headers["Cache-Control"]
    again = client.get("/openapi.json", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_a_column_can_be_sorted_by_and_a_facet_narrows(document: Json) -> None:
    parameters = [
        reference["$ref"].rpartition("/")[2] for reference in document["paths"]["/q/discrepancies"]["get"]["parameters"]
    ]
    assert parameters[:3] == ["discrepancies.sort", "discrepancies.only.type", "discrepancies.only.confidence"]
    sort, facet = (document["components"]["parameters"][key] for key in parameters[:2])
    assert {"type", "-type"} <= set(sort["schema"]["enum"])
    assert (facet["name"], facet["explode"], facet["schema"]["type"]) == ("only.type", True, "array")
