"""CSL-JSON has the shape that its schema asks for, whatever the texts hold."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from kg.output.citation import Work, csl_json
from tests.kg.output.citation.works import CHINESE, HOSTILE, IN_ONE_LINE, PLAIN, WHOLE

# the part of csl-data.json that we use (https://github.com/citation-style-language/schema, version 1.0.2)
_TEXT = {"type": "string"}
SCHEMA = {
    "type": "array",
    "minItems": 1,
    "maxItems": 1,
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "additionalProperties": False,
        "properties": {
            "type": {"enum": ["dataset"]},
            "id": _TEXT,
            "author": {
                "type": "array",
                "items": {"type": "object", "properties": {"literal": _TEXT}, "additionalProperties": False},
            },
            "issued": {
                "type": "object",
                "required": ["date-parts"],
                "additionalProperties": False,
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "maxItems": 2,
                        "items": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3},
                    }
                },
            },
            **dict.fromkeys(("title", "container-title", "publisher", "version", "language"), _TEXT),
            **dict.fromkeys(("URL", "abstract", "note"), _TEXT),
        },
    },
}


def read(work: Work) -> dict[str, Any]:
    items = json.loads(csl_json(work))
    jsonschema.validate(items, SCHEMA)
    found: dict[str, Any] = items[0]
    return found


@pytest.mark.parametrize("work", [PLAIN, CHINESE, WHOLE, HOSTILE], ids=["plain", "Chinese", "whole", "hostile"])
def test_an_item_fits_the_schema(work: Work) -> None:
    found = read(work)
    assert found["id"] == work.key
    assert found["URL"] == work.address
    assert found["version"] == work.release_id
    assert found.get("issued") == ({"date-parts": [[2026, 11, 5]]} if work.built_on else None)


def test_texts_stand_in_one_line_and_in_utf_8() -> None:
    assert read(HOSTILE)["title"] == f"{IN_ONE_LINE} ({IN_ONE_LINE})"
    assert "计划增长（规划：大数据）" in csl_json(CHINESE)


def test_the_schema_can_refuse() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([{"id": "x", "type": "dataset", "year": 2026}], SCHEMA)
