"""The addresses of a question: an ending of any registry, the parameters that matter to it, and typed rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from kg.questions.catalogue import CannedQuestion, Catalogue, Column
from server.api.openapi import describe_api
from server.api.openapi.template import Json

TEXTS = {"en": "one", "de": "eins", "zh": "一"}


QUESTION = CannedQuestion(
    slug="words",
    title=TEXTS,
    question=TEXTS,
    description=TEXTS,
    limits=TEXTS,
    parameters=(),
    columns=(),
    tests=(),
    text="SELECT ?word {}",
    subject="plans",
)


def described(question: CannedQuestion, **media_types: str) -> Json:
    """The document with one question, which has files with these endings."""
    catalogue = Catalogue({question.slug: question}, {"plans": TEXTS})
    return describe_api(
        catalogue,
        {},
        lambda _: media_types,
        address="http://localhost",
        release_address="http://localhost/release/{release}",
        release_id="none",
    )


def test_every_ending_is_described() -> None:
    document = described(QUESTION, png="image/png", **{"vl.json": "application/vnd.vegalite.v6+json"})
    png = document["paths"]["/q/words.png"]["get"]
    assert png["responses"]["200"]["content"] == {"image/png": {"schema": {}}}
    assert {"$ref": "#/components/parameters/theme"} in png["parameters"]
    assert (
        "application/vnd.vegalite.v6+json"
        in document["paths"]["/q/words.vl.json"]["get"]["responses"]["200"]["content"]
    )
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


@pytest.mark.parametrize(
    ("ending", "names"),
    [
        ("csv", {"sort", "bom"}),
        ("json", {"sort"}),
        ("svg", {"sort", "theme", "width"}),
        ("rq", set()),
        ("srj", set()),
        ("ttl", set()),
    ],
)
def test_a_file_has_the_parameters_that_matter_to_it(ending: str, names: set[str]) -> None:
    get = described(QUESTION, **{ending: "text/plain"})["paths"][f"/q/words.{ending}"]["get"]
    assert {reference["$ref"].rpartition("/")[2].removeprefix("words.") for reference in get["parameters"]} == names


FIELDS: list[tuple[str, Json]] = [  # column kind, a row that it may have
    ("entity", {"x": "https://w3id.org/fyp-kg/id/plan-ii", "x_label": "Plan"}),
    ("entity", {"x": None, "x_label": None}),
    ("entity", {"x": 2, "x_label": "2"}),
    ("evidence", {"x": "https://w3id.org/fyp-kg/id/passage-1-2", "x_label": "a", "x_place": "line 1"}),
    ("number", {"x": 2.5}),
    ("number", {"x": "123456789012345678901"}),
    ("text", {"x": "word"}),
    ("date", {"x": "2021-11-15"}),
    ("hidden", {"x": None}),
]
WRONG: list[tuple[str, Json]] = [
    ("entity", {"x": 1, "x_label": 1}),
    ("evidence", {"x": None, "x_place": 1}),
    ("number", {"x": True}),
    ("text", {}),
    ("date", {"x": False}),
]


def validator_of(kind: str) -> Draft202012Validator:
    question = replace(QUESTION, columns=(Column("x", TEXTS, kind),))
    document = described(question, json="application/json")
    answer = document["paths"]["/q/words.json"]["get"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"] == {"$ref": "#/components/schemas/words-rows"}
    return Draft202012Validator(document["components"]["schemas"]["words-rows"])


@pytest.mark.parametrize(("kind", "row"), FIELDS)
def test_a_row_has_the_fields_of_its_columns(kind: str, row: Json) -> None:
    assert validator_of(kind).is_valid([row, row])
    assert validator_of(kind).is_valid([])


@pytest.mark.parametrize(("kind", "row"), WRONG)
def test_a_field_is_typed_by_its_column(kind: str, row: Json) -> None:
    assert not validator_of(kind).is_valid([row])
