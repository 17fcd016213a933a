"""Pieces of the description of an address: a path that answers GET, and its parameters."""

from __future__ import annotations

from collections.abc import Sequence

from kg.core.media_types import FORMS
from kg.core.names import SLUG
from server.api.openapi.responses import answer, errors, unchanged
from server.api.openapi.schemas import Json
from server.api.openapi.texts import words

SPARQL, THINGS, SERVICE = "sparql", "things", "service"


def got(
    key: str,
    language: str,
    tag: str,
    *,
    answers: Sequence[str],
    fails: Sequence[int],
    parameters: Sequence[Json] = (),
    answered: str = "",
) -> Json:
    """A path that answers GET; ``key`` is also the name of the operation."""
    return {
        "get": {
            "tags": [tag],
            "operationId": key,
            "summary": words(key, language),
            "parameters": list(parameters),
            "responses": {
                "200": answer(answered or words(key, language), answers),
                **unchanged(),
                **errors(fails),
            },
        }
    }


def slug_of_path(language: str) -> Json:
    """The slug of a thing in a path."""
    slug: Json = {"type": "string", "pattern": f"^{SLUG.pattern}$", "examples": ["plan-ii", "technology-5g"]}
    return in_path("slug", {**slug, "description": words("slug", language)})


def format_field(language: str) -> Json:
    """The field that names the form of an answer in place of the header Accept."""
    endings: Json = {"type": "string", "examples": list(FORMS), "description": words("format", language)}
    return in_query("format", endings)


def in_query(name: str, schema: Json) -> Json:
    """A parameter of the query string; its schema says what it means."""
    return {"name": name, "in": "query", "required": False, "description": schema["description"], "schema": schema}


def in_path(name: str, schema: Json) -> Json:
    """A part of the path; its schema has its description."""
    return {"name": name, "in": "path", "required": True, "description": schema["description"], "schema": schema}
