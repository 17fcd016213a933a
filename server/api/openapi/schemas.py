"""What values and answers look like, as JSON Schema 2020-12, the dialect of OpenAPI 3.1."""

from __future__ import annotations

from typing import Any, TypeAlias

from kg.core.media_types import FORMS
from kg.questions.catalogue import CannedQuestion, Column
from server.api.openapi.texts import words

Json: TypeAlias = dict[str, Any]

PROBLEM_TYPE = "application/problem+json"
RESULTS = "SparqlResults"

_TEXT: Json = {"type": ["string", "number", "boolean", "null"]}
_IRI: Json = {"type": ["string", "null"], "format": "iri"}
_WORDS: Json = {"type": ["string", "null"]}
# a thing may be a literal, as the value of some fact; a number that a double cannot hold is a string; a date may be a
# year
_OF_KIND: dict[str, Json] = {
    "entity": _TEXT,
    "evidence": _IRI,
    "text": _TEXT,
    "number": {"type": ["number", "string", "null"]},
    "date": {"type": ["string", "number", "null"]},
    "hidden": _TEXT,
}


def ref(kind: str, key: str) -> Json:
    """A reference to a component."""
    return {"$ref": f"#/components/{kind}/{key}"}


def rows_key(question: CannedQuestion) -> str:
    """The name of the schema of a question's rows."""
    return f"{question.slug}-rows"


def rows_of(question: CannedQuestion, language: str) -> Json:
    """The rows of the export to JSON: an object for each, with the fields of ``kg.output.export``."""
    fields: dict[str, Json] = {}
    for column in question.columns:
        fields |= _fields(column, language)
    row = {"type": "object", "properties": fields, "required": [column.name for column in question.columns]}
    return {"type": "array", "description": words("rows", language), "items": row}


def _fields(column: Column, language: str) -> dict[str, Json]:
    label = column.labels[language]
    fields: dict[str, Json] = {column.name: {**_OF_KIND[column.kind], "title": label}}
    if column.kind in ("entity", "evidence"):
        fields[f"{column.name}_label"] = {**_WORDS, "title": words("label-of", language, column=label)}
    if column.kind == "evidence":
        fields[f"{column.name}_place"] = {**_WORDS, "title": words("place-of", language, column=label)}
    return fields


def of_media_type(media_type: str) -> Json:
    """The schema of an answer of which no more is known than its media type."""
    if media_type == FORMS["srj"].media_type:
        return ref("schemas", RESULTS)
    return {"type": "string"} if _is_text(media_type) else {}


def _is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type == "application/sparql-query"


def problem(language: str) -> Json:
    """An error (RFC 9457); what else there is to say of it stands in members of their own."""
    return {
        "type": "object",
        "description": words("problem", language),
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
        },
        "required": ["type", "title", "status", "detail"],
    }


def results() -> Json:
    """SPARQL 1.1 Query Results JSON Format, as far as a client need know it."""
    bindings = {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "object"}}}
    head = {"type": "object", "properties": {"vars": {"type": "array", "items": {"type": "string"}}}}
    return {
        "type": "object",
        "properties": {
            "head": head,
            "results": {"type": "object", "properties": {"bindings": bindings}, "required": ["bindings"]},
            "boolean": {"type": "boolean"},
        },
        "required": ["head"],
        "oneOf": [{"required": ["results"]}, {"required": ["boolean"]}],
    }


def health() -> Json:
    """What ``/health`` says."""
    return {
        "type": "object",
        "properties": {
            "status": {"enum": ["ok", "failing"]},
            "release": {"type": "string"},
            "version": {"type": "string"},
            "workers": {"type": "object", "additionalProperties": {"type": "integer"}},
            "waiting": {"type": "integer"},
            "following": {
                "type": "object",
                "properties": {
                    "release": {"type": ["string", "null"]},
                    "seconds_ago": {"type": ["number", "null"]},
                    "problem": {"type": ["string", "null"]},
                    "verified": {"type": "boolean"},
                    "expires_in": {"type": "number"},
                },
            },
            "replicas": {"type": "object", "additionalProperties": {"type": "integer"}},
            "kind": {"type": "string"},
            "detail": {"type": "string"},
            "files": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"name": {"type": "string"}, "problem": {"type": "string"}},
                },
            },
        },
        "required": ["status", "release", "version"],
    }
