"""The explorer, as a page and as the neighbours of a thing in JSON."""

from __future__ import annotations

from kg.core.names import LANGUAGES, SLUG
from kg.graph.neighbours import TRUSTS
from server.api.openapi.paths import got, in_query, slug_of_path
from server.api.openapi.responses import HTML, OF_THE_ENGINE, errors
from server.api.openapi.schemas import Json, ref
from server.api.openapi.texts import words
from server.pages.explorer.explorer_request import MOST_CHARACTERS, MOST_LEFT_OUT, MOST_OPENED, MOST_STARTS

NEIGHBOURS = "Neighbours"

_JSON = "application/json"
_TEXT: Json = {"type": "string"}
_IRI: Json = {"type": "string", "format": "iri"}
_PAGE: Json = {"type": "string", "format": "uri"}
_COUNT: Json = {"type": "integer", "minimum": 0}
_FAILS = (400, 404, 410, *OF_THE_ENGINE)


def exploring_paths(language: str, tag: str) -> dict[str, Json]:
    """The addresses, by path."""
    slug: Json = {"type": "string", "pattern": f"^{SLUG.pattern}$"}
    asked = [
        _many("start", language, {**slug, "examples": ["plan-ict"]}, MOST_STARTS),
        _many("open", language, {**_TEXT, "examples": ["plan-ict/fyp:hasObjective/fyp:Objective"]}, MOST_OPENED),
        _many("hide", language, slug, MOST_LEFT_OUT),
        _many("without", language, {**_TEXT, "examples": ["inferred", "fyp:Passage"]}, MOST_LEFT_OUT),
        in_query("at", {**slug, "description": words("explore-at", language)}),
        in_query("q", {**_TEXT, "maxLength": MOST_CHARACTERS, "description": words("search-text", language)}),
        _language(language),
    ]
    named = {**slug, "examples": ["plan-ict"], "description": words("explore-thing", language)}
    thing = {**in_query("thing", named), "required": True}
    data = got(
        "explore-neighbours", language, tag, answers=[_JSON], fails=_FAILS, parameters=[thing, _language(language)]
    )
    data["get"]["responses"]["200"]["content"][_JSON]["schema"] = ref("schemas", NEIGHBOURS)
    return {
        "/explore": got("explore", language, tag, answers=[HTML], fails=_FAILS, parameters=asked),
        "/explore/from/{slug}": _entry(language, tag),
        "/explore/neighbours.json": data,
    }


def _entry(language: str, tag: str) -> Json:
    """A way to the page, whatever is accepted."""
    parameters = [slug_of_path(language), _language(language)]
    found = got("explore-entry", language, tag, answers=(), fails=(), parameters=parameters)
    moved = {"description": words("explore-entry", language), "headers": {"Location": ref("headers", "Location")}}
    found["get"]["responses"] = {"302": moved, **errors(_FAILS)}
    return found


def _many(key: str, language: str, item: Json, most: int) -> Json:
    schema: Json = {"type": "array", "items": item, "maxItems": most, "description": words(f"explore-{key}", language)}
    return {**in_query(key, schema), "style": "form", "explode": True}


def _language(language: str) -> Json:
    return in_query("lang", {"type": "string", "enum": list(LANGUAGES), "description": words("lang", language)})


def neighbours_schema(language: str) -> Json:
    """What ``/explore/neighbours.json`` gives."""
    neighbour = _object(
        {
            "id": _TEXT,
            "iri": _IRI,
            "label": _TEXT,
            "language": _TEXT,
            "trust": {"type": "array", "items": {"enum": list(TRUSTS)}, "minItems": 1},
            "page": _PAGE,
        }
    )
    kind = _object(
        {
            "open": _TEXT,
            "property": _TEXT,
            "inverse": {"type": "boolean"},
            "class": _TEXT,
            "property_label": _TEXT,
            "class_label": _TEXT,
            "count": _COUNT,
            "more": _COUNT,
            "neighbours": {"type": "array", "items": neighbour},
        }
    )
    own = {"id": _TEXT, "iri": _IRI, "label": _TEXT, "language": _TEXT, "class": _TEXT, "page": _PAGE}
    return {
        "description": words("explore-neighbours", language),
        **_object({**own, "kinds": {"type": "array", "items": kind}}),
    }


def _object(properties: dict[str, Json]) -> Json:
    """An object that has all of these."""
    return {"type": "object", "properties": properties, "required": list(properties)}
