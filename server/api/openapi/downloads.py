"""The addresses of fragments and of exports for other worlds."""

from __future__ import annotations

from collections.abc import Sequence

from kg.core.media_types import FORMS
from kg.core.vocabularies import VOCABULARIES
from kg.output.fragments import QUADS, TRIPLES
from server.api.fragments import FRAGMENT_FORMS
from server.api.openapi.responses import GRAPH_TYPES, HTML, OF_THE_ENGINE, answer, errors, unchanged
from server.api.openapi.schemas import Json, ref
from server.api.openapi.texts import words
from server.pages.downloads.groups import BY_PATH, TSV

_TAG = "service"
_EXPORTS = "exports/"
_LAST_PAGE = 999_999_999
_TERMS = {"subject": "id:plan-ii", "predicate": "skos:prefLabel", "object": '"5G"@en', "graph": "graph:plan-ii"}


def takeaway_paths(language: str) -> dict[str, Json]:
    """What may be taken away, by path."""
    files = {path: file for path, (_, file) in BY_PATH.items() if path.startswith(_EXPORTS)}
    path = _parameter("path", "path", {"type": "string", "enum": [one.removeprefix(_EXPORTS) for one in files]})
    vocabulary = _parameter("vocabulary", "path", {"type": "string", "examples": list(VOCABULARIES)})
    path["description"], vocabulary["description"] = words("export-path", language), words("vocabulary", language)
    types = sorted({file.media_type for file in files.values()})
    return {
        "/fragments": _fragments("fragments", TRIPLES, language),
        "/fragments/quads": _fragments("fragments-quads", QUADS, language),
        "/exports": _get("exports", language, [HTML]),
        "/exports/{path}": _get("export", language, types, [path], fails=[404]),
        "/links.sssom.tsv": _get("links", language, [TSV]),
        "/links/{vocabulary}.sssom.tsv": _get("links-to", language, [TSV], [vocabulary], fails=[404]),
        "/cube": _cube(language),
    }


def _fragments(key: str, positions: Sequence[str], language: str) -> Json:
    fields = [
        {
            **_parameter(one, "query", {"type": "string", "examples": [_TERMS[one]]}),
            "description": words("fragment-term", language),
        }
        for one in positions
    ]
    page = _parameter("page", "query", {"type": "integer", "minimum": 1, "maximum": _LAST_PAGE})
    page["description"] = words("fragment-page", language)
    types = [*(form.media_type for form in FRAGMENT_FORMS), HTML]
    return _get(key, language, types, [*fields, page, _format(language)], fails=[400, 406])


def _cube(language: str) -> Json:
    cube = _get("cube", language, GRAPH_TYPES, [_format(language)], fails=[400, 406])
    cube["get"]["responses"]["303"] = {
        "description": words("exports", language),
        "headers": {"Location": {**ref("headers", "Location")}},
    }
    return cube


def _get(
    key: str, language: str, types: Sequence[str], parameters: Sequence[Json] = (), *, fails: Sequence[int] = ()
) -> Json:
    said = words(key, language)
    responses = {"200": answer(said, types), **unchanged(), **errors((*fails, *OF_THE_ENGINE))}
    return {
        "get": {
            "tags": [_TAG],
            "operationId": key,
            "summary": said,
            "parameters": list(parameters),
            "responses": responses,
        }
    }


def _format(language: str) -> Json:
    asked = _parameter("format", "query", {"type": "string", "examples": list(FORMS)})
    return {**asked, "description": words("format", language)}


def _parameter(name: str, place: str, schema: Json) -> Json:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}
