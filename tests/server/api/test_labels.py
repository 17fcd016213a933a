"""Labels of many resources at once: in each language, with kind and places, for any IRI and no other text."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from kg.core.names import name
from server.api.labels import MOST_THINGS
from server.core.sparql_protocol.protocol import FORM_TYPE

PLAN, TARGET = name("id:plan-ict").value, name("id:ict-t1").value
PASSAGE, UNKNOWN = name("id:passage-4429-4561").value, name("id:nowhere").value


def told(client: FlaskClient, *iris: str, **fields: str) -> dict[str, Any]:
    response = client.post("/labels", data={"iri": list(iris), **fields})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.get_json()
    return answer


def test_a_thing_has_its_names_in_each_language_and_its_kind(client: FlaskClient) -> None:
    answer = told(client, PLAN)
    thing = answer["things"][PLAN]
    assert thing["labels"].keys() >= {"en", "de", "zh"}
    assert thing["kind"] == name("fyp:SectoralPlan").value
    assert answer["kinds"][thing["kind"]]["en"] == "Sectoral plan"
    assert "evidence" not in thing


def test_what_the_graph_does_not_name_goes_by_the_end_of_its_iri(client: FlaskClient) -> None:
    things = told(client, UNKNOWN, "http://example.org/x", name("rdf:type").value)["things"]
    assert things[UNKNOWN] == {"labels": {"": "nowhere"}, "kind": None}
    assert things["http://example.org/x"]["labels"] == {"": "http://example.org/x"}
    assert things[name("rdf:type").value]["labels"]["en"] == "is a"


def test_a_passage_goes_by_its_place(client: FlaskClient) -> None:
    labels = told(client, PASSAGE)["things"][PASSAGE]["labels"]
    assert labels["en"].startswith("line 60, ")
    assert labels["zh"].startswith("第60行")


def test_places_are_reported_where_they_are_asked_for(client: FlaskClient) -> None:
    things = told(client, TARGET, UNKNOWN, evidence="1")["things"]
    assert things[UNKNOWN]["evidence"] == []
    (place, *_) = things[TARGET]["evidence"]
    assert place["words"]["de"].startswith("Zeile 60, ")
    assert place["page"].startswith("/page/passage-")


def test_get_answers_as_post_does(client: FlaskClient) -> None:
    fields = urlencode([("iri", PLAN), ("iri", TARGET), ("evidence", "1")])
    assert client.get(f"/labels?{fields}").get_json() == told(client, PLAN, TARGET, evidence="1")


HOSTILE = [
    "",
    "x",
    "a b",
    "http://a> . } DELETE",
    '"',
    "http://x/\\",
    "http://x/{",
    "http://x/\n",
    "\u202e",
    "<http://x>",
]


@pytest.mark.parametrize("iri", HOSTILE)
def test_what_is_no_iri_is_refused_and_reaches_no_query(client: FlaskClient, iri: str) -> None:
    response = client.post("/labels", data={"iri": [PLAN, iri]})
    assert response.status_code == 400
    assert "no absolute IRI" in response.text


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"evidence": "1"}, 400, "at least one"),
        ({"iri": PLAN, "evidence": "yes"}, 400, "evidence"),
        ({"iri": [f"{PLAN}-{number}" for number in range(MOST_THINGS + 1)]}, 413, f"at most {MOST_THINGS}"),
    ],
)
def test_a_batch_is_held_to_its_limits(client: FlaskClient, fields: dict[str, Any], status: int, message: str) -> None:
    response = client.post("/labels", data=fields)
    assert (response.status_code, message in response.text) == (status, True), response.text


def test_the_largest_batch_is_answered(client: FlaskClient) -> None:
    iris = [f"{PLAN}-{number}" for number in range(MOST_THINGS)]
    assert len(told(client, *iris, evidence="1")["things"]) == MOST_THINGS


def test_another_body_than_a_form_is_refused(client: FlaskClient) -> None:
    assert client.post("/labels", json={"iri": PLAN}).status_code == 415


def test_a_form_in_another_encoding_is_refused_by_naming_the_body(client: FlaskClient) -> None:
    response = client.post("/labels", data=b"iri=\xff", content_type=FORM_TYPE)
    assert response.status_code == 400
    assert "The body is no UTF-8" in response.text
