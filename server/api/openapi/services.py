"""The addresses that are no question: the endpoint, graphs, things, and the service about itself."""

from __future__ import annotations

from collections.abc import Sequence

from kg.core.media_types import FORMS, RESULT_FORMS
from server.api.discovery.signposting import LINKSET_JSON_TYPE, LINKSET_TYPE
from server.api.openapi.explorer import exploring_paths
from server.api.openapi.linked import thing_paths
from server.api.openapi.parameters import shared
from server.api.openapi.paths import SERVICE, SPARQL, THINGS, format_field, got, in_path, in_query
from server.api.openapi.reconciliation import reconciliation_paths
from server.api.openapi.responses import GRAPH_TYPES, HTML, OF_THE_ENGINE, errors
from server.api.openapi.schemas import Json, ref
from server.api.openapi.search import search_paths
from server.api.openapi.site import site_paths
from server.api.openapi.texts import words
from server.api.openapi.views import viewing_paths
from server.core.metrics import CONTENT_TYPE
from server.core.sparql_protocol.protocol import FORM_TYPE, QUERY_TYPE

_JSON = "application/json"
_JSONLD = FORMS["jsonld"].media_type
_OF_A_QUERY = (400, 403, 406, 413, 422, 429, 499, 501, 502, 503, 504, 507)
_OF_A_BODY = (408, 415)
_EXPLANATIONS = ("empty", "federation")
_ANSWER_TYPES = (*dict.fromkeys([*(form.media_type for form in RESULT_FORMS), *GRAPH_TYPES]), HTML, _JSON, "text/plain")
_IRIS: Json = {"type": "array", "items": {"type": "string", "format": "iri"}}


def service_paths(language: str) -> dict[str, Json]:
    """What may be asked besides questions, by path."""
    return {
        **site_paths(language),
        "/sparql": _sparql(language),
        "/graph-store": _graph_store(language),
        "/graph/{name}": _graph(language),
        "/.well-known/void": _self_description("void", language),
        "/catalog": _self_description("catalogue", language),
        "/dataset": got("dataset", language, SERVICE, answers=[HTML], fails=(400, *OF_THE_ENGINE)),
        "/linkset": _linkset("linkset", language, LINKSET_TYPE, LINKSET_JSON_TYPE, fails=(400, 404, 406)),
        "/linkset.json": _linkset("linkset-json", language, LINKSET_JSON_TYPE, fails=(400, 404)),
        **thing_paths(language),
        **search_paths(language, SERVICE),
        **exploring_paths(language, SERVICE),
        **viewing_paths(language),
        **reconciliation_paths(language, THINGS),
        "/q/": got("questions", language, SERVICE, answers=[HTML], fails=OF_THE_ENGINE),
        "/openapi.json": _itself(language),
        "/status": got("status", language, SERVICE, answers=[HTML, _JSON], fails=OF_THE_ENGINE),
        "/health": _health(language),
        "/metrics": got(
            "metrics", language, SERVICE, answers=[CONTENT_TYPE.partition(";")[0]], fails=(401, 403, *OF_THE_ENGINE)
        ),
    }


def _sparql(language: str) -> Json:
    dataset = {key: {**_IRIS, "description": words(key, language)} for key in ("default-graph-uri", "named-graph-uri")}
    query: Json = {"type": "string", "description": words("query", language), "examples": ["ASK {}"]}
    fields = [in_query("query", {**query}), *(in_query(key, schema) for key, schema in dataset.items())]
    explain: Json = {"type": "string", "enum": list(_EXPLANATIONS), "description": words("explain", language)}
    options = [format_field(language), in_query("explain", explain)]
    asked = got(
        "sparql",
        language,
        SPARQL,
        answers=_ANSWER_TYPES,
        fails=_OF_A_QUERY,
        parameters=[*fields, *options],
        answered=words("sparql-answer", language),
    )
    asked["get"]["description"] = words("sparql-about", language)
    form = {"type": "object", "properties": {"query": query, **dataset}, "required": ["query"]}
    sent = {
        **asked["get"],
        "operationId": "sparql-post",
        "parameters": options,
        "requestBody": {
            "required": True,
            "content": {
                FORM_TYPE: {"schema": form},
                QUERY_TYPE: {"schema": {"type": "string", "examples": ["ASK {}"]}},
            },
        },
        "responses": {
            "200": asked["get"]["responses"]["200"],
            **errors((*_OF_A_QUERY, *_OF_A_BODY)),
        },
    }
    return {**asked, "post": sent}


def _graph_store(language: str) -> Json:
    iri: Json = {"type": "string", "format": "iri", "description": words("graph-iri", language)}
    union: Json = {"type": "string", "maxLength": 0, "description": words("graph-default", language)}
    return got(
        "graph-store",
        language,
        SPARQL,
        answers=GRAPH_TYPES,
        fails=(400, 404, 406, *OF_THE_ENGINE),
        parameters=[
            in_query("graph", iri),
            {**in_query("default", union), "allowEmptyValue": True},
            format_field(language),
        ],
        answered=words("statements", language),
    )


def _graph(language: str) -> Json:
    name: Json = {
        "type": "string",
        "minLength": 1,
        "examples": ["plan-ii"],
        "description": words("graph-name", language),
    }
    return got(
        "graph",
        language,
        SPARQL,
        answers=GRAPH_TYPES,
        fails=(400, 404, 406, *OF_THE_ENGINE),
        parameters=[in_path("name", name), format_field(language)],
        answered=words("statements", language),
    )


def _self_description(key: str, language: str) -> Json:
    """What the dataset says of itself as a graph; browsers are led to its page."""
    fails = (400, 406, *OF_THE_ENGINE)
    found = got(key, language, SPARQL, answers=GRAPH_TYPES, fails=fails, parameters=[format_field(language)])
    found["get"]["responses"]["303"] = {
        "description": words("dataset", language),
        "headers": {"Location": {**ref("headers", "Location")}},
    }
    return found


def _linkset(operation: str, language: str, *answers: str, fails: Sequence[int]) -> Json:
    about: Json = {"type": "string", "examples": ["/page/plan-ii"], "description": words("about-page", language)}
    found = got(
        "linkset",
        language,
        THINGS,
        answers=answers,
        fails=(*fails, *OF_THE_ENGINE),
        parameters=[in_query("about", about)],
    )
    found["get"]["operationId"] = operation
    return found


def _itself(language: str) -> Json:
    fails = (400, *OF_THE_ENGINE)
    return got("this", language, SERVICE, answers=[_JSON], fails=fails, parameters=[shared("lang")])


def _health(language: str) -> Json:
    found = got("health", language, SERVICE, answers=[], fails=())
    content = {_JSON: {"schema": ref("schemas", "Health")}}
    found["get"]["responses"] = {
        status: {"description": words("health", language), "content": content} for status in ("200", "503")
    }
    return found
