"""The search, as a page and as JSON."""

from __future__ import annotations

from kg.core.names import LANGUAGES
from kg.search import MOST_CHARACTERS, MatchKind
from server.api.openapi.responses import HTML, OF_THE_ENGINE, answer, errors, unchanged
from server.api.openapi.schemas import Json, ref
from server.api.openapi.texts import words
from server.core.search_params import LARGEST_PAGE, LAST_PAGE, PAGE_HITS

RESULTS = "SearchResults"

_JSON = "application/json"
_TEXT: Json = {"type": "string"}
_IRI: Json = {"type": "string", "format": "iri"}
_IRIS: Json = {"type": "array", "items": _IRI}
_COUNT: Json = {"type": "integer", "minimum": 0}


def search_paths(language: str, tag: str) -> dict[str, Json]:
    """The two addresses, by path."""
    return {
        "/search": _path("search", tag, language, HTML),
        "/search.json": _path("search-json", tag, language, _JSON),
    }


def _path(operation: str, tag: str, language: str, media_type: str) -> Json:
    answered = answer(words("search", language), [media_type])
    if media_type == _JSON:
        answered["content"][_JSON]["schema"] = ref("schemas", RESULTS)
    return {
        "get": {
            "tags": [tag],
            "operationId": operation,
            "summary": words("search", language),
            "parameters": _parameters(language),
            "responses": {"200": answered, **unchanged(), **errors((400, *OF_THE_ENGINE))},
        }
    }


def _parameters(language: str) -> list[Json]:
    text: Json = {"type": "string", "maxLength": MOST_CHARACTERS, "examples": ["big data", "工业互联网"]}
    many = {"style": "form", "explode": True}
    kind: Json = {"type": "array", "items": _TEXT, "examples": [["fyp:Technology"]]}
    plan: Json = {"type": "array", "items": _TEXT, "examples": [["id:plan-ii"]]}
    page: Json = {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1}
    size: Json = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_HITS}
    return [
        _parameter("q", "search-text", language, text),
        {**_parameter("kind", "search-kind", language, kind), **many},
        {**_parameter("plan", "search-plan", language, plan), **many},
        _parameter("page", "search-page", language, page),
        _parameter("size", "search-size", language, size),
        _parameter("lang", "lang", language, {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]}),
        _parameter("begins", "search-begins", language, {"type": "string", "enum": ["0", "1"], "default": "0"}),
    ]


def _parameter(name: str, said: str, language: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "required": False, "description": words(said, language), "schema": schema}


def search_results(language: str) -> Json:
    """What ``/search.json`` gives."""
    counted = _object({"iri": _IRI, "label": _TEXT, "count": _COUNT})
    return {
        "description": words("search", language),
        **_object(
            {
                "query": _TEXT,
                "total": _COUNT,
                "page": _COUNT,
                "size": _COUNT,
                "hits": {"type": "array", "items": _hit()},
                "kinds": {"type": "array", "items": counted},
                "plans": {"type": "array", "items": counted},
                "labels": {"type": "object", "additionalProperties": _TEXT},
            }
        ),
    }


def _hit() -> Json:
    return _object(
        {
            "iri": _IRI,
            "id": _TEXT,
            "page": {"type": ["string", "null"], "format": "uri"},
            "label": _TEXT,
            "language": _TEXT,
            "matched": _TEXT,
            "matched_language": _TEXT,
            "how": {"enum": [how.value for how in MatchKind]},
            "why": _TEXT,
            "description": _TEXT,
            "kinds": _IRIS,
            "plans": _IRIS,
            "score": {"type": "number", "minimum": 0, "maximum": 1},
            "exact": {"type": "boolean"},
        }
    )


def _object(properties: dict[str, Json]) -> Json:
    """An object that has all of these."""
    return {"type": "object", "properties": properties, "required": list(properties)}
