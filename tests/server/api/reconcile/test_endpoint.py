"""The service over HTTP: manifest, batches, suggestions, proposals, values, and errors in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.core.names import PREFIXES
from kg.reconcile.schema import APPARATUS
from server.api.reconcile.parser import BATCH_SIZE

FORM = "application/x-www-form-urlencoded"


def ask(client: FlaskClient, path: str = "/reconcile", **query: Any) -> list[dict[str, Any]]:
    candidates: list[dict[str, Any]] = client.post(path, data={"queries": json.dumps({"q": query})}).json["q"]["result"]  # type: ignore[index]
    return candidates


def extend(client: FlaskClient, ids: list[str], *properties: str, path: str = "/reconcile", **settings: Any) -> Any:
    asked = {"ids": ids, "properties": [{"id": property_id, "settings": settings} for property_id in properties]}
    response = client.post(path, data={"extend": json.dumps(asked)})
    assert response.status_code == 200
    return response.json


def get(client: FlaskClient, path: str, **fields: str) -> Any:
    response = client.get(path, query_string=fields)
    assert response.status_code == 200
    return response.json


def test_the_manifest_names_addresses_of_this_server(client: FlaskClient) -> None:
    manifest = client.get("/reconcile", base_url="https://plans.example.org").json
    assert manifest is not None
    assert manifest["identifierSpace"] == PREFIXES["id"]
    assert manifest["schemaSpace"] == PREFIXES["fyp"]
    assert manifest["batchSize"] == BATCH_SIZE
    assert manifest["view"]["url"] == "https://plans.example.org/page/{{id}}"
    assert manifest["preview"]["url"] == "https://plans.example.org/reconcile/preview?id={{id}}"
    place = manifest["suggest"]["entity"]
    assert place["service_url"] + place["service_path"] == "https://plans.example.org/reconcile/suggest/entity"
    ids = [default_type["id"] for default_type in manifest["defaultTypes"]]
    assert {"Plan", "Technology", "Indicator"} <= set(ids)
    assert not {f"{PREFIXES['fyp']}{type_id}" for type_id in ids} & {cls.value for cls in APPARATUS}


def test_each_language_has_a_service_of_its_own(client: FlaskClient) -> None:
    german, chinese = (client.get(f"/reconcile/{language}").json for language in ("de", "zh"))
    assert german is not None
    assert chinese is not None
    assert german["name"] == "Chinas Fünfjahrespläne"
    assert chinese["suggest"]["type"]["service_path"] == "/reconcile/zh/suggest/type"
    assert chinese["defaultTypes"][0]["name"] == "规划"
    assert german["extend"]["property_settings"][0]["default"] == "de"
    assert ask(client, "/reconcile/zh", query="Big Data", type="Technology")[0]["name"] == "大数据"
    assert ask(client, "/reconcile/de", query="Big Data", type="Technology")[0]["type"] == [
        {"id": "Technology", "name": "Technologie"}
    ]


def test_what_openrefine_sends_is_answered(client: FlaskClient) -> None:
    queries = {
        "q0": {
            "query": "工业互联网",
            "type": "Technology",
            "type_strict": "should",
            "properties": [{"pid": "broader", "p": "broader", "v": "网络技术"}],
        }
    }
    response = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    best = response.json["q0"]["result"][0]  # type: ignore[index]
    assert best["id"] == "technology-industrial-internet"
    assert {"id": "label_exact", "value": True} in best["features"]


def test_values_come_for_slugs_and_iris_under_the_ids_that_were_sent(client: FlaskClient) -> None:
    iri = PREFIXES["id"] + "ict-t1"
    answer = extend(client, ["ict-t1", iri, "plan-nowhere", "…"], "year", "plan", "page", "unheard-of")
    assert answer["rows"]["ict-t1"]["year"] == [{"int": 2025}]
    assert answer["rows"][iri] == answer["rows"]["ict-t1"]
    empty: dict[str, list[Any]] = {"year": [], "plan": [], "page": [], "unheard-of": []}
    assert answer["rows"]["plan-nowhere"] == answer["rows"]["…"] == empty
    assert [column["id"] for column in answer["meta"]] == ["year", "plan", "page", "unheard-of"]


def test_settings_choose_language_number_and_closeness(client: FlaskClient) -> None:
    row = extend(client, ["ict-t1"], "measuredBy", lang="zh")["rows"]["ict-t1"]
    assert (
        row["measuredBy"][0]["name"]
        != extend(client, ["ict-t1"], "measuredBy")["rows"]["ict-t1"]["measuredBy"][0]["name"]
    )
    technologies = extend(client, ["plan-ict"], "coversTechnology", limit="2")["rows"]["plan-ict"]["coversTechnology"]
    assert len(technologies) == 2
    industrial = "technology-industrial-internet"
    assert extend(client, [industrial], "wikidata")["rows"][industrial]["wikidata"] == []
    linked = extend(client, [industrial], "wikidata", links="all")["rows"][industrial]["wikidata"]
    assert linked == [{"id": "Q251212", "name": "Internet of things"}]


def test_values_are_named_in_the_language_of_the_service(client: FlaskClient) -> None:
    answer = extend(client, ["ict-t1"], "plan", path="/reconcile/zh")
    assert answer["meta"][0]["name"] == "规划"
    assert answer["rows"]["ict-t1"]["plan"] == [{"id": "plan-ict", "name": "“十四五”信息通信行业发展规划"}]


def test_suggestions_tell_types_and_go_on(client: FlaskClient) -> None:
    best = get(client, "/reconcile/suggest/entity", prefix="Industrial Internet")["result"][0]
    assert best["name"].startswith("Industrial Internet")
    assert best["notable"][0].keys() == {"id", "name"}
    target = get(client, "/reconcile/suggest/type", prefix="QuantitativeTarget")["result"][0]
    assert [broader["id"] for broader in target["broader"]] == ["Target", "TargetClaim"]
    assert target["description"]
    assert get(client, "/reconcile/suggest/property", prefix="valueAsP")["result"][0]["id"] == "valueAsPrinted"
    assert get(client, "/reconcile/suggest/type", prefix="", cursor="1000")["result"] == []


def test_properties_are_proposed_for_a_type_an_unknown_one_and_none(client: FlaskClient) -> None:
    proposed = get(client, "/reconcile/propose", type="QuantitativeTarget", limit="12")
    assert (proposed["type"], proposed["limit"], len(proposed["properties"])) == ("QuantitativeTarget", 12, 12)
    assert "limit" not in get(client, "/reconcile/propose")
    assert get(client, "/reconcile/propose")["properties"]
    assert get(client, "/reconcile/propose", type="unheard-of") == {"type": "unheard-of", "properties": []}
    wider = get(client, "/reconcile/propose", type="Target")["properties"]
    assert {"year", "value", "unitOfValue", "valueAsPrinted", "measuredBy"} <= {proposal["id"] for proposal in wider}


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/reconcile?queries={", 400, "queries is no JSON"),
        ("/reconcile?queries=%7B%7D&queries=%7B%7D", 400, "once"),
        ("/reconcile?queries=%7B%7D&extend=%7B%7D", 400, "one of queries and extend"),
        ("/reconcile?queries=%ED%A0%80", 400, "no UTF-8"),
        ("/reconcile?extend=7", 400, "extend must be an object"),
        ("/reconcile/fr", 404, "There is nothing at /reconcile/fr."),
        ("/reconcile/fr/suggest/entity?prefix=a", 404, "There is nothing at /reconcile/fr/suggest/entity."),
        ("/reconcile/suggest/entity", 400, "prefix"),
        ("/reconcile/suggest/entity?prefix=a&cursor=-1", 400, "give a whole number"),
        ("/reconcile/suggest/entity?prefix=a&cursor=99999999999999999999", 400, "give a whole number"),
        ("/reconcile/suggest/entity?prefix=a&cursor=%D9%A1", 400, "give a whole number"),
        ("/reconcile/suggest/flyout?prefix=a", 400, "choose entity, type or property"),
        ("/reconcile/propose?limit=many", 400, "give a whole number"),
        ("/reconcile/preview?id=plan-nowhere", 404, "There is no thing with this id"),
        ("/reconcile/preview", 404, "There is no thing with this id"),
    ],
)
def test_what_cannot_be_answered_is_reported_in_words_to_scripts_of_any_site(
    client: FlaskClient, path: str, status: int, words: str
) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert words in response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", FORM, 400),
        (b"query=a", FORM, 400),
        (b"queries=%FF", FORM, 400),
        (b"\xff", FORM, 400),
        (b'{"q0": {"query": "a"}}', "application/json", 415),
        (b'{"q0": {"query": "a"}}', "", 415),
        (b"queries={}", FORM + "; charset=UTF-8", 200),
    ],
)
def test_a_form_is_needed(client: FlaskClient, body: bytes, kind: str, status: int) -> None:
    assert client.post("/reconcile", data=body, content_type=kind).status_code == status


def test_a_batch_that_is_too_large_gives_413_as_a_problem(client: FlaskClient) -> None:
    queries = json.dumps({f"q{n}": {"query": "a"} for n in range(BATCH_SIZE + 1)})
    response = client.post("/reconcile", data={"queries": queries}, headers={"Accept": "application/json"})
    assert response.status_code == 413
    assert response.json is not None
    assert response.json["type"].endswith("BatchTooLarge")
    assert f"at most {BATCH_SIZE}" in response.json["detail"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_nothing_is_changed(client: FlaskClient, method: str) -> None:
    assert client.open("/reconcile", method=method).status_code == 405


def test_answers_name_their_release_and_may_be_kept(client: FlaskClient) -> None:
    def response(**headers: str) -> TestResponse:
        return client.get("/reconcile/suggest/type?prefix=plan", headers=headers)

    assert response().headers["FYP-Release"]
    assert response(**{"If-None-Match": response().headers["ETag"]}).status_code == 304
