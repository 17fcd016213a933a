"""The addresses that serve the views of an answer: labels of many things, and a query as texts for other programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.core.names import LANGUAGES, name
from kg.questions.catalogue import Texts
from server.api.labels import EVIDENCE, MOST_THINGS
from server.api.openapi.paths import SPARQL, THINGS
from server.api.openapi.responses import OF_THE_ENGINE, answer, errors, unchanged
from server.api.openapi.schemas import Json
from server.core.sparql_protocol.protocol import FORM_TYPE

WORDS: Mapping[str, Texts] = {
    "labels": {
        "en": "Names in each language and the kind of many things at once",
        "de": "Namen in jeder Sprache und die Art vieler Dinge auf einmal",
        "zh": "一次获取多个实体的各语言名称与类别",
    },
    "iri": {"en": "IRI of a thing", "de": "IRI eines Dings", "zh": "实体的 IRI"},
    EVIDENCE: {
        "en": "1: also the places where each thing is said",
        "de": "1: auch die Stellen, an denen jedes Ding genannt ist",
        "zh": "1 表示同时给出各实体的出处",
    },
    "snippets": {
        "en": "A query as texts to copy for curl, Python, R and JavaScript",
        "de": "Eine Abfrage als Text zum Kopieren für curl, Python, R und JavaScript",
        "zh": "将查询写成可复制的 curl、Python、R 与 JavaScript 代码",
    },
    "release": {
        "en": "The release to keep to, if it is not the one that answers",
        "de": "Die Ausgabe, bei der es bleiben soll, wenn nicht bei der antwortenden",
        "zh": "要固定的版本（缺省为作答的版本）",
    },
    "query": {"en": "The SPARQL query", "de": "Die SPARQL-Abfrage", "zh": "SPARQL 查询"},
}

_REQUIRED = ("iri", "query")
_JSON = "application/json"
_TEXT: Json = {"type": "string"}
_TEXTS: Json = {"type": "object", "additionalProperties": _TEXT}
_IRIS: Json = {"type": "array", "items": {"type": "string", "format": "iri"}, "minItems": 1, "maxItems": MOST_THINGS}


def viewing_paths(language: str) -> dict[str, Json]:
    """The two addresses, by path; each is asked by GET, or by a form where the fields are many."""
    iris = {**_IRIS, "examples": [[name("id:plan-ii").value]]}
    evidence: Json = {"type": "string", "enum": ["0", "1"], "default": "0"}
    labels: dict[str, Json] = {"iri": iris, EVIDENCE: evidence}
    query: Json = {"type": "string", "minLength": 1, "examples": ["ASK {}"]}
    snippets = {"query": query, "release": _TEXT}
    return {
        "/labels": _path("labels", language, THINGS, fields=labels, given=_labels(), fails=(400,)),
        "/snippets": _path("snippets", language, SPARQL, fields=snippets, given=_snippets(), fails=(400, 404)),
    }


def _path(key: str, language: str, tag: str, *, fields: Mapping[str, Json], given: Json, fails: Sequence[int]) -> Json:
    answered = answer(WORDS[key][language], [_JSON])
    answered["content"][_JSON]["schema"] = given
    required = [field for field in fields if field in _REQUIRED]
    asked: Json = {"tags": [tag], "operationId": key, "summary": WORDS[key][language]}
    got = {
        **asked,
        "parameters": [_parameter(field, schema, language) for field, schema in fields.items()],
        "responses": {"200": answered, **unchanged(), **errors((*fails, *OF_THE_ENGINE))},
    }
    form = {"type": "object", "properties": dict(fields), "required": required}
    sent = {
        **asked,
        "operationId": f"{key}-post",
        "requestBody": {"required": True, "content": {FORM_TYPE: {"schema": form}}},
        "responses": {"200": answered, **errors((*fails, 408, 415, *OF_THE_ENGINE))},
    }
    return {"get": got, "post": sent}


def _parameter(field: str, schema: Json, language: str) -> Json:
    described, required = WORDS[field][language], field in _REQUIRED
    return {"name": field, "in": "query", "required": required, "description": described, "schema": schema}


def _labels() -> Json:
    """What ``/labels`` gives: an object for each thing, by its IRI, and the names of their kinds."""
    place = _object({"iri": _TEXT, "page": _TEXT, "words": _object(dict.fromkeys(LANGUAGES, _TEXT))})
    thing = _object({"labels": _TEXTS, "kind": {"type": ["string", "null"]}})
    thing["properties"][EVIDENCE] = {"type": "array", "items": place}
    return _object({"release": _TEXT, "things": _by_name(thing), "kinds": _by_name(_TEXTS)})


def _snippets() -> Json:
    """What ``/snippets`` gives: a text for each way."""
    return _object({"release": _TEXT, "current": _TEXTS, "pinned": _TEXTS})


def _by_name(schema: Json) -> Json:
    return {"type": "object", "additionalProperties": schema}


def _object(properties: Mapping[str, Json]) -> Json:
    """An object that has all of these."""
    return {"type": "object", "properties": dict(properties), "required": list(properties)}
