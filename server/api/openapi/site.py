"""The addresses that readers, crawlers and browsers come upon: the home page, the form, the sitemap and the like."""

from __future__ import annotations

from kg.core.names import LANGUAGES
from server.api.openapi.paths import SERVICE, SPARQL, got, in_path, in_query
from server.api.openapi.responses import HTML, OF_THE_ENGINE
from server.api.openapi.schemas import Json
from server.api.openapi.texts import words

_SITEMAP_TYPE = "application/xml"
_SEARCH_TYPE = "application/opensearchdescription+xml"
_PLANS = ("plan-ict", "plan-bd")
_OF_A_QUERY = (400, 403, 406, 502)


def site_paths(language: str) -> dict[str, Json]:
    """What belongs to the site rather than to its data, by path."""
    return {
        "/": got("home", language, SERVICE, answers=[HTML], fails=(400, *OF_THE_ENGINE)),
        "/plans": got("plans", language, SERVICE, answers=[HTML], fails=(400, *OF_THE_ENGINE)),
        "/plans/{slug}": _plan(language),
        "/compare": _compare(language),
        "/look": got("look", language, SERVICE, answers=[HTML], fails=(400, *OF_THE_ENGINE)),
        "/sparql/form": _form(language, "sparql-form"),
        **editor_paths(language),
        "/problem/{kind}": _kind(language),
        "/robots.txt": got("robots", language, SERVICE, answers=["text/plain"], fails=(400, *OF_THE_ENGINE)),
        "/sitemap.xml": got("sitemap", language, SERVICE, answers=[_SITEMAP_TYPE], fails=(400, *OF_THE_ENGINE)),
        "/sitemap-{number}.xml": _part(language),
        "/opensearch.xml": got("opensearch", language, SERVICE, answers=[_SEARCH_TYPE], fails=(400, *OF_THE_ENGINE)),
    }


def editor_paths(language: str) -> dict[str, Json]:
    """The editor and what it loads."""
    code: Json = {"type": "string", "enum": list(LANGUAGES), "description": words("editor-lang", language)}

    def told(key: str) -> Json:
        named, fails = [in_query("lang", code)], (400, *OF_THE_ENGINE)
        return got(key, language, SPARQL, answers=["application/json"], fails=fails, parameters=named)

    return {
        "/editor": _form(language, "editor"),
        "/editor/terms.json": told("editor-terms"),
        "/editor/examples.json": told("editor-examples"),
    }


def _form(language: str, key: str) -> Json:
    query: Json = {"type": "string", "description": words("query", language), "examples": ["ASK {}"]}
    fails = (*_OF_A_QUERY, *OF_THE_ENGINE)
    return got(key, language, SPARQL, answers=[HTML], fails=fails, parameters=[in_query("query", query)])


def _plan(language: str) -> Json:
    slug: Json = {"type": "string", "minLength": 1, "examples": [_PLANS[0]]}
    named = in_path("slug", {**slug, "description": words("plan-slug", language)})
    fails = (400, 404, 410, *OF_THE_ENGINE)
    return got("plan", language, SERVICE, answers=[HTML], fails=fails, parameters=[named])


def _compare(language: str) -> Json:
    sides = [
        in_query(side, {"type": "string", "description": words(f"compare-{side}", language), "examples": [example]})
        for side, example in zip(("left", "right"), _PLANS, strict=True)
    ]
    return got("compare", language, SERVICE, answers=[HTML], fails=(400, *OF_THE_ENGINE), parameters=sides)


def _kind(language: str) -> Json:
    kind: Json = {"type": "string", "minLength": 1, "examples": ["QueryInvalid"]}
    named = in_path("kind", {**kind, "description": words("problem-kind-name", language)})
    fails = (404, *OF_THE_ENGINE)
    return got("problem-kind", language, SERVICE, answers=[HTML], fails=fails, parameters=[named])


def _part(language: str) -> Json:
    number: Json = {"type": "integer", "minimum": 1, "description": words("sitemap-number", language)}
    fails = (400, 404, *OF_THE_ENGINE)
    numbered = [in_path("number", number)]
    return got("sitemap-part", language, SERVICE, answers=[_SITEMAP_TYPE], fails=fails, parameters=numbered)
