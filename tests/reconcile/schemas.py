"""The answers of a reconciliation service as JSON Schemas (draft 2020-12).

They are our own, written from the prose of the specification, version 0.2: the schemas that its authors keep beside it
are in no package that pip or npm installs. Where the prose is stricter than those, these are too. Ids and names must
not be empty. ``type`` must be a list of objects that have a name, as OpenRefine reads no other form. A date must have
its time.
"""

from __future__ import annotations

from typing import Any

import jsonschema

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_FILLED: Json = {"type": "string", "minLength": 1}
_URI: Json = {"type": "string", "pattern": r"^https?://\S+$"}
_TEMPLATE: Json = {"type": "string", "pattern": r"^https?://\S*\{\{id\}\}\S*$"}
_MOMENT = r"^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$"


def _record(needed: Json, more: Json | None = None, *, closed: bool = False) -> Json:
    """An object that must have some fields, and may have others."""
    schema: Json = {"type": "object", "properties": {**needed, **(more or {})}, "required": list(needed)}
    return {**schema, "additionalProperties": False} if closed else schema


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _map(values: Json) -> Json:
    return {"type": "object", "additionalProperties": values}


_NAMED = _record({"id": _FILLED, "name": _FILLED})
_TYPE = _record({"id": _FILLED, "name": _FILLED}, {"description": _TEXT, "broader": _list({"$ref": "#/$defs/type"})})
_PROPERTY = _record({"id": _FILLED, "name": _FILLED}, {"description": _TEXT})
_PLACE = _record({"service_url": _URI, "service_path": _FILLED})
_SUGGEST = _record({"service_url": _URI, "service_path": _FILLED}, {"flyout_service_path": {"pattern": r"\$\{id\}"}})

_CHOICES = {"choices": _list(_record({"value": _TEXT, "name": _FILLED}))}
_DEFAULTS = {"number": "number", "text": "string", "checkbox": "boolean", "select": "string"}
_SETTING: Json = {
    "oneOf": [
        _record(
            {"name": _FILLED, "label": _FILLED, "type": {"const": kind}, **(_CHOICES if kind == "select" else {})},
            {"default": {"type": default}, "help_text": _TEXT},
        )
        for kind, default in _DEFAULTS.items()
    ]
}

_CANDIDATE = _record(
    {"id": _FILLED, "name": _FILLED, "score": {"type": "number"}},
    {
        "description": _TEXT,
        "type": _list(_NAMED),
        "match": {"type": "boolean"},
        "features": _list(_record({"id": _FILLED, "value": {"type": ["boolean", "number"]}})),
    },
)

_SUGGESTED = _record(
    {"id": _FILLED, "name": _FILLED}, {"description": _TEXT, "notable": _list({"anyOf": [_FILLED, _NAMED]})}
)

_CELL: Json = {
    "oneOf": [
        _record({}, closed=True),
        _record({"id": _FILLED, "name": _FILLED}, {"description": _TEXT}, closed=True),
        _record({"str": _TEXT}, closed=True),
        _record({"int": {"type": "integer"}}, closed=True),
        _record({"float": {"type": "number"}}, closed=True),
        _record({"date": {"type": "string", "pattern": _MOMENT}}, closed=True),
    ]
}

SCHEMAS: dict[str, Json] = {
    "manifest": _record(
        {
            "versions": {"type": "array", "items": _TEXT, "contains": {"const": "0.2"}},
            "name": _FILLED,
            "identifierSpace": _URI,
            "schemaSpace": _URI,
        },
        {
            "documentation": _URI,
            "logo": _URI,
            "serviceVersion": _TEXT,
            "batchSize": {"type": "integer", "minimum": 1},
            "defaultTypes": {**_list({"$ref": "#/$defs/type"}), "uniqueItems": True},
            "view": _record({"url": _TEMPLATE}),
            "feature_view": _record({"url": _TEMPLATE}),
            "preview": _record({"url": _TEMPLATE, "width": {"type": "integer"}, "height": {"type": "integer"}}),
            "suggest": _record({}, {"entity": _SUGGEST, "type": _SUGGEST, "property": _SUGGEST}),
            "extend": _record({}, {"propose_properties": _PLACE, "property_settings": _list(_SETTING)}),
        },
    ),
    "results": _map(_record({"result": _list(_CANDIDATE)})),
    "suggest/entity": _record({"result": _list(_SUGGESTED)}),
    "suggest/type": _record({"result": _list({"$ref": "#/$defs/type"})}),
    "suggest/property": _record({"result": _list(_PROPERTY)}),
    "propose": _record({"properties": _list(_PROPERTY), "type": _TEXT}, {"limit": {"type": "number"}}),
    "extend": _record(
        {
            "meta": _list(_record({"id": _FILLED, "name": _FILLED}, {"type": _NAMED, "service": _URI})),
            "rows": _map(_map(_list(_CELL))),
        }
    ),
}
"""By what is asked."""


def faults(what: str, answer: object) -> list[str]:
    """Return the faults of an answer, each with its place in the JSON."""
    validator = jsonschema.Draft202012Validator({**SCHEMAS[what], "$defs": {"type": _TYPE}})
    return [f"{error.json_path}: {error.message}"[:300] for error in validator.iter_errors(answer)]
