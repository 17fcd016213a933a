"""Parameters as OpenAPI has them: of which type, from which values, left out or not."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from pyoxigraph import Literal, NamedNode

from kg.core.names import thing
from kg.questions.catalogue import Option, Parameter
from server.api.openapi.questions import LONGEST_ENUM, Choice, choice_of, own_parameter
from server.api.openapi.template import Json

PLAIN = Parameter(
    name="word",
    labels={"en": "one", "de": "eins", "zh": "一"},
    type="string",
    multiple=False,
    required=True,
    default=(),
    fixed_options=(),
    options_query=None,
    member_of=None,
)
MANY = [Choice(f"id:thing-{n}", f"Thing {n}") for n in range(LONGEST_ENUM + 1)]


@pytest.mark.parametrize(
    ("parameter", "choices", "schema"),
    [
        (PLAIN, [], {"type": "string", "maxLength": 200}),
        (PLAIN, [Choice("a", "A")], {"type": "string", "enum": ["a"], "x-enumNames": ["A"]}),
        (replace(PLAIN, default=("a",)), [], {"type": "string", "maxLength": 200, "default": "a"}),
        (replace(PLAIN, type="integer", least="1", most="6"), [], {"type": "integer", "minimum": 1, "maximum": 6}),
        (replace(PLAIN, type="integer", default=("2",)), [], {"type": "integer", "default": 2}),
        (
            replace(PLAIN, type="integer"),
            [Choice("2", "two")],
            {"type": "integer", "enum": [2], "x-enumNames": ["two"]},
        ),
        (replace(PLAIN, type="decimal", least="0.5"), [], {"type": "number", "minimum": 0.5}),
        (replace(PLAIN, type="boolean", default=("false",)), [], {"type": "boolean", "default": False}),
        (replace(PLAIN, type="date", least="2021-01-01"), [], {"type": "string", "format": "date"}),
        (
            replace(PLAIN, multiple=True, default=("a", "b")),
            [Choice("a", "A"), Choice("b", "B")],
            {
                "type": "array",
                "items": {"type": "string", "enum": ["a", "b"], "x-enumNames": ["A", "B"]},
                "maxItems": 50,
                "default": ["a", "b"],
            },
        ),
    ],
)
def test_a_parameter_says_what_values_it_takes(parameter: Parameter, choices: list[Choice], schema: Json) -> None:
    described = own_parameter(parameter, choices)
    assert described["schema"] == schema
    assert ("style" in described) == parameter.multiple


@pytest.mark.parametrize("parameter", [replace(PLAIN, default=("a",)), replace(PLAIN, required=False)])
def test_a_parameter_is_required_that_cannot_be_left_out(parameter: Parameter) -> None:
    assert own_parameter(parameter, [])["required"] is False
    assert own_parameter(PLAIN, [])["required"] is True


def test_a_parameter_that_may_be_empty_says_so() -> None:
    assert own_parameter(replace(PLAIN, required=False), [])["description"] == "one. An empty value asks for all."


def test_a_long_pick_list_is_a_pattern_with_examples() -> None:
    described = own_parameter(replace(PLAIN, type="iri"), MANY)["schema"]
    assert described["examples"] == [choice.value for choice in MANY[:10]]
    assert "enum" not in described
    pattern = re.compile(described["pattern"])
    for value in ("id:technology-5g", thing("technology-5g").value, "urn:isbn:1"):
        assert pattern.fullmatch(value)
    for value in ("technology-5g", "id:", "id:A", "javascript:alert(1)", "https://example.org/a b", "id:a> }"):
        assert not pattern.fullmatch(value)
    assert len(own_parameter(replace(PLAIN, type="iri"), MANY[1:])["schema"]["enum"]) == LONGEST_ENUM


def test_an_option_is_written_as_an_address_has_it() -> None:
    assert choice_of(Option(thing("plan-ii"), {}), "Plan") == Choice("id:plan-ii", "Plan")
    assert choice_of(Option(NamedNode("https://example.org/x"), {}), "X") == Choice("https://example.org/x", "X")
    assert choice_of(Option(Literal("a"), {}), "A") == Choice("a", "A")
