"""The addresses of the reconciliation service, each once without and once with a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.core.names import LANGUAGES
from kg.questions.catalogue import Texts
from server.api.openapi.responses import HTML, OF_THE_ENGINE, answer, errors, unchanged
from server.api.openapi.schemas import Json
from server.core.sparql_protocol.protocol import FORM_TYPE

_JSON = "application/json"
_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "integer", "minimum": 0, "maximum": 10_000}

WORDS: Mapping[str, Texts] = {
    "reconcile": {
        "en": "Reconciliation Service API 0.2: the manifest; with queries, candidates; with extend, values",
        "de": "Reconciliation Service API 0.2: das Manifest; mit queries Kandidaten; mit extend Werte",
        "zh": "Reconciliation Service API 0.2：服务清单；带 queries 返回候选项；带 extend 返回属性值",
    },
    "reconcile-suggest": {
        "en": "Things, types or properties whose names begin so",
        "de": "Dinge, Typen oder Eigenschaften, deren Namen so beginnen",
        "zh": "名称以此开头的实体、类型或属性",
    },
    "reconcile-propose": {
        "en": "Properties that things of a type have; none of an unknown type",
        "de": "Eigenschaften, die Dinge eines Typs haben; keine bei einem unbekannten Typ",
        "zh": "某类型实体具有的属性；未知类型则为空",
    },
    "reconcile-preview": {
        "en": "A thing in a few lines, to stand in a frame",
        "de": "Ein Ding in wenigen Zeilen, für einen Rahmen",
        "zh": "实体的简要预览，可嵌入框中",
    },
    "reconcile-about": {
        "en": "How to use the service, its types and properties",
        "de": "Wie man den Dienst benutzt, seine Typen und Eigenschaften",
        "zh": "服务的用法、类型与属性",
    },
    "queries": {
        "en": "A batch of queries, as JSON",
        "de": "Ein Stapel von Anfragen, als JSON",
        "zh": "一批查询（JSON）",
    },
    "extend": {
        "en": "Ids of things and properties, as JSON",
        "de": "Kennungen von Dingen und Eigenschaften, als JSON",
        "zh": "实体标识与属性（JSON）",
    },
    "prefix": {"en": "What the name begins with", "de": "Womit der Name beginnt", "zh": "名称的开头"},
    "cursor": {"en": "How many to skip", "de": "Wie viele zu überspringen sind", "zh": "跳过的数目"},
    "limit": {"en": "How many at most; 0: all", "de": "Wie viele höchstens; 0: alle", "zh": "最多数目；0 表示全部"},
    "type": {"en": "Id of a type", "de": "Kennung eines Typs", "zh": "类型标识"},
    "id": {"en": "Slug of a thing", "de": "Kürzel eines Dings", "zh": "实体的短名"},
    "what": {"en": "What is suggested", "de": "Was vorgeschlagen wird", "zh": "建议的对象"},
    "language": {"en": "Language of names", "de": "Sprache der Namen", "zh": "名称的语言"},
}


def reconciliation_paths(language: str, tag: str) -> dict[str, Json]:
    """What may be asked of the service, by path."""
    in_path = _said("language", "path", {"type": "string", "enum": list(LANGUAGES)}, language)
    return _paths("/reconcile", "", [], language, tag) | _paths(
        "/reconcile/{language}", "-in-language", [in_path], language, tag
    )


def _paths(start: str, ending: str, own: Sequence[Json], language: str, tag: str) -> dict[str, Json]:
    unknown = (404,) if own else ()  # another language

    def get(name: str, *fields: Json, media_type: str = _JSON, fails: Sequence[int] = (400,)) -> Json:
        return {
            "tags": [tag],
            "operationId": name + ending,
            "summary": WORDS[name][language],
            "parameters": [*own, *fields],
            "responses": {
                "200": answer(WORDS[name][language], [media_type]),
                **unchanged(),
                **errors({*fails, *unknown, *OF_THE_ENGINE}),
            },
        }

    def field(name: str, schema: Json = _TEXT, place: str = "query") -> Json:
        return _said(name, place, schema, language)

    what = field("what", {"type": "string", "enum": ["entity", "type", "property"]}, "path")
    prefix = {**field("prefix"), "required": True}
    return {
        start: {
            "get": get("reconcile", field("queries"), field("extend")),
            "post": _post(get("reconcile"), language),
        },
        f"{start}/suggest/{{what}}": {"get": get("reconcile-suggest", what, prefix, field("cursor", _NUMBER))},
        f"{start}/propose": {"get": get("reconcile-propose", field("type"), field("limit", _NUMBER))},
        f"{start}/preview": {"get": get("reconcile-preview", field("id"), media_type=HTML, fails=(400, 404))},
        f"{start}/about": {"get": get("reconcile-about", media_type=HTML)},
    }


def _post(asked: Json, language: str) -> Json:
    """The same by a form, with one of two fields."""
    fields = {key: {**_TEXT, "description": WORDS[key][language]} for key in ("queries", "extend")}
    form = {"type": "object", "properties": fields, "oneOf": [{"required": [key]} for key in fields]}
    return {
        **asked,
        "operationId": asked["operationId"].replace("reconcile", "reconcile-post"),
        "requestBody": {"required": True, "content": {FORM_TYPE: {"schema": form}}},
        "responses": {**asked["responses"], **errors((408, 415))},
    }


def _said(name: str, place: str, schema: Json, language: str) -> Json:
    """A parameter."""
    described = WORDS[name][language]
    return {"name": name, "in": place, "required": place == "path", "description": described, "schema": schema}
