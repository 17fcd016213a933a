"""The addresses of the ontology, its alignment, its diagrams and the shapes."""

from __future__ import annotations

from collections.abc import Sequence

from kg.core.media_types import FORMS
from server.api.openapi.parameters import shared
from server.api.openapi.responses import HTML, OF_THE_ENGINE, answer, errors, unchanged
from server.api.openapi.schemas import Json, ref
from server.api.openapi.texts import words
from server.pages.ontology.glossary import LONGEST_FILTER
from server.pages.resource.linked import DATA_FORMS

_THINGS = "things"
_DATA = tuple(FORMS[ending].media_type for ending in DATA_FORMS)
_SVG = "image/svg+xml"


def term_paths(language: str) -> dict[str, Json]:
    """What may be asked of the ontology, by path."""
    found: dict[str, Json] = {}
    for document, key in (("/ontology", "ontology"), ("/ontology/alignment", "alignment"), ("/shapes", "shapes")):
        options = [shared("lang"), *([_filter(language)] if key == "ontology" else [])]
        fails = (404, 406, *OF_THE_ENGINE, *(() if key == "alignment" else (400,)))
        shown = () if key == "alignment" else options
        answers = _DATA if key == "alignment" else (HTML, *_DATA)
        found[document] = _get(key, key, language, answers=answers, fails=fails, parameters=shown)
        version = [_version(language), *shown]
        named = f"{document}/{{version}}"
        found[named] = _get(f"{key}-version", key, language, answers=answers, fails=fails, parameters=version)
        ending = [_ending(language)]
        found[f"{document}.{{ending}}"] = _get(
            f"{key}-file", key, language, answers=_DATA, fails=(404, *OF_THE_ENGINE), parameters=ending
        )
    for path in ("/ontology/alignment", "/ontology/alignment/{version}"):
        found[path]["get"]["responses"]["303"] = _see_other(language)
    return {**found, "/ontology/modules": _modules(language), "/ontology/diagrams/{module}.svg": _diagram(language)}


def _get(
    operation: str, key: str, language: str, *, answers: Sequence[str], fails: Sequence[int], parameters: Sequence[Json]
) -> Json:
    said = words(key, language)
    responses = {"200": answer(said, answers), **unchanged(), **errors(fails)}
    operated = {"tags": [_THINGS], "operationId": operation, "summary": said}
    return {"get": {**operated, "parameters": list(parameters), "responses": responses}}


def _modules(language: str) -> Json:
    """A way to the page, whatever is accepted."""
    found = _get("modules", "modules", language, answers=(), fails=(), parameters=())
    found["get"]["responses"] = {"303": _see_other(language)}
    return found


def _diagram(language: str) -> Json:
    module: Json = {"type": "string", "examples": ["plans"], "minLength": 1}
    parameters = [_in_path("module", module, words("module", language)), shared("lang"), shared("theme")]
    fails = (400, 404, *OF_THE_ENGINE)
    return _get("diagram", "diagram", language, answers=(_SVG,), fails=fails, parameters=parameters)


def _see_other(language: str) -> Json:
    return {"description": words("see-ontology", language), "headers": {"Location": ref("headers", "Location")}}


def _version(language: str) -> Json:
    text: Json = {"type": "string", "examples": ["0.2.0", "0.1.0", "0.1.0.ttl"], "minLength": 1}
    return _in_path("version", text, words("version", language))


def _ending(language: str) -> Json:
    return _in_path("ending", {"type": "string", "enum": list(DATA_FORMS)}, words("ending", language))


def _filter(language: str) -> Json:
    text: Json = {"type": "string", "maxLength": LONGEST_FILTER}
    return {
        "name": "q",
        "in": "query",
        "required": False,
        "description": words("term-filter", language),
        "schema": text,
    }


def _in_path(name: str, schema: Json, said: str) -> Json:
    return {"name": name, "in": "path", "required": True, "description": said, "schema": schema}
