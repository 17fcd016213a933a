"""The addresses that are no question: the endpoint, graphs, things, and the service about itself."""

from __future__ import annotations

from collections.abc import Sequence

from kg.cite import CITATIONS
from kg.dump import DUMP_FORMATS, NAME, SUMS_FILE, file_name
from kg.dump.packing import PACKINGS
from kg.forms import FORMS, RESULT_FORMS
from kg.names import SLUG
from server import citing
from server.linked import DATA_FORMS, FURTHER_ENDINGS
from server.metrics import CONTENT_TYPE
from server.openapi.parameters import shared
from server.openapi.reconciling import reconciliation_paths
from server.openapi.responses import GRAPH_TYPES, HTML, OF_THE_ENGINE, answer, errors, unchanged
from server.openapi.schemas import Json, ref
from server.openapi.search import search_paths
from server.openapi.words import words
from server.pictures import MEDIA_TYPES
from server.protocol import FORM_TYPE, QUERY_TYPE
from server.signposting import LINKSET_JSON_TYPE, LINKSET_TYPE

SPARQL, THINGS, SERVICE = "sparql", "things", "service"

_JSON = "application/json"
_JSONLD = FORMS["jsonld"].media_type
_OF_A_QUERY = (400, 403, 406, 413, 429, 499, 502, 503, 504)
_OF_A_BODY = (408, 415)
_EXPLANATIONS = ("empty", "federation")
_ANSWER_TYPES = (*dict.fromkeys([*(form.media_type for form in RESULT_FORMS), *GRAPH_TYPES]), HTML, _JSON, "text/plain")
_IRIS: Json = {"type": "array", "items": {"type": "string", "format": "iri"}}


def service_paths(language: str) -> dict[str, Json]:
    """What may be asked besides questions, by path."""
    return {
        "/sparql": _sparql(language),
        "/graph-store": _graph_store(language),
        "/graph/{name}": _graph(language),
        "/.well-known/void": _void(language),
        "/catalog": _catalogue(language),
        "/dataset": _get("dataset", language, SERVICE, answers=[HTML], fails=(400, *OF_THE_ENGINE)),
        "/linkset": _linkset("linkset", language, LINKSET_TYPE, LINKSET_JSON_TYPE, fails=(400, 404, 406)),
        "/linkset.json": _linkset("linkset-json", language, LINKSET_JSON_TYPE, fails=(400, 404)),
        "/id/{slug}": _identifier(language),
        "/data/{slug}": _negotiated(language),
        "/data/{slug}.{ending}": _data(language),
        "/context.jsonld": _get("context", language, THINGS, answers=[_JSONLD], fails=OF_THE_ENGINE),
        "/page/{slug}": _page(language),
        **{f"/page/{{slug}}.{ending}": _picture(ending, language) for ending in ("svg", "png")},
        **{
            address(ending): _cited(f"cite-{key}.{ending}", key, language, citation.media_type)
            for key, address in (("dataset", citing.address_of_dataset), ("thing", "/page/{{slug}}.{}".format))
            for ending, citation in CITATIONS.items()
        },
        **search_paths(language, SERVICE),
        **reconciliation_paths(language, THINGS),
        **_dumps(language),
        "/releases": _get("releases", language, SERVICE, answers=[HTML, _JSON], fails=OF_THE_ENGINE),
        "/timemap/{rest}": _timemap(language),
        "/q/": _get("questions", language, SERVICE, answers=[HTML], fails=OF_THE_ENGINE),
        "/openapi.json": _itself(language),
        "/status": _get("status", language, SERVICE, answers=[HTML, _JSON], fails=OF_THE_ENGINE),
        "/health": _health(language),
        "/metrics": _get("metrics", language, SERVICE, answers=[CONTENT_TYPE.partition(";")[0]], fails=OF_THE_ENGINE),
    }


def _get(
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


def _cited(operation: str, key: str, language: str, media_type: str) -> Json:
    """A reference to the whole release, or to one thing of it."""
    about_thing = key == "thing"
    path = _get(
        f"cite-{key}",
        language,
        THINGS if about_thing else SERVICE,
        answers=[media_type],
        fails=(400, *((404, 410) if about_thing else ()), *OF_THE_ENGINE),
        parameters=[*([_slug(language)] if about_thing else []), shared("lang")],
    )
    path["get"]["operationId"] = operation
    return path


def _sparql(language: str) -> Json:
    dataset = {key: {**_IRIS, "description": words(key, language)} for key in ("default-graph-uri", "named-graph-uri")}
    query: Json = {"type": "string", "description": words("query", language), "examples": ["ASK {}"]}
    fields = [_query("query", {**query}), *(_query(key, schema) for key, schema in dataset.items())]
    explain: Json = {"type": "string", "enum": list(_EXPLANATIONS), "description": words("explain", language)}
    options = [_format(language), _query("explain", explain)]
    asked = _get(
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
    return _get(
        "graph-store",
        language,
        SPARQL,
        answers=GRAPH_TYPES,
        fails=(400, 404, 406, *OF_THE_ENGINE),
        parameters=[_query("graph", iri), {**_query("default", union), "allowEmptyValue": True}, _format(language)],
        answered=words("statements", language),
    )


def _graph(language: str) -> Json:
    name: Json = {
        "type": "string",
        "minLength": 1,
        "examples": ["plan-ii"],
        "description": words("graph-name", language),
    }
    return _get(
        "graph",
        language,
        SPARQL,
        answers=GRAPH_TYPES,
        fails=(400, 404, 406, *OF_THE_ENGINE),
        parameters=[_in_path("name", name), _format(language)],
        answered=words("statements", language),
    )


def _void(language: str) -> Json:
    fails = (400, 406, *OF_THE_ENGINE)
    return _get("void", language, SPARQL, answers=GRAPH_TYPES, fails=fails, parameters=[_format(language)])


def _catalogue(language: str) -> Json:
    fails = (400, 406, *OF_THE_ENGINE)
    found = _get("catalogue", language, SPARQL, answers=GRAPH_TYPES, fails=fails, parameters=[_format(language)])
    found["get"]["responses"]["303"] = {
        "description": words("dataset", language),
        "headers": {"Location": {**ref("headers", "Location")}},
    }
    return found


def _linkset(operation: str, language: str, *answers: str, fails: Sequence[int]) -> Json:
    about: Json = {"type": "string", "examples": ["/page/plan-ii"], "description": words("about-page", language)}
    found = _get(
        "linkset",
        language,
        THINGS,
        answers=answers,
        fails=(*fails, *OF_THE_ENGINE),
        parameters=[_query("about", about)],
    )
    found["get"]["operationId"] = operation
    return found


def _identifier(language: str) -> Json:
    found = _get(
        "identifier", language, THINGS, answers=[], fails=(404, 406, 410, *OF_THE_ENGINE), parameters=[_slug(language)]
    )
    responses = found["get"]["responses"]
    del responses["200"], responses["304"]
    responses["303"] = {
        "description": words("identifier", language),
        "headers": {"Location": {**ref("headers", "Location")}},
    }
    return found


def _data(language: str) -> Json:
    endings = [*DATA_FORMS, *FURTHER_ENDINGS]
    ending: Json = {"type": "string", "enum": endings, "description": words("ending", language)}
    return _get(
        "data",
        language,
        THINGS,
        answers=[FORMS[form].media_type for form in DATA_FORMS],
        fails=(404, 410, *OF_THE_ENGINE),
        parameters=[_slug(language), _in_path("ending", ending)],
        answered=words("statements", language),
    )


def _negotiated(language: str) -> Json:
    return _get(
        "data-negotiated",
        language,
        THINGS,
        answers=[FORMS[form].media_type for form in DATA_FORMS],
        fails=(404, 406, 410, *OF_THE_ENGINE),
        parameters=[_slug(language)],
        answered=words("statements", language),
    )


def _page(language: str) -> Json:
    property_: Json = {"type": "string", "examples": ["fyp:hasElement"], "description": words("property", language)}
    inverse = {**property_, "examples": ["fyp:evidence"], "description": words("inverse", language)}
    return _get(
        "thing-page",
        language,
        THINGS,
        answers=[HTML],
        fails=(400, 404, 410, *OF_THE_ENGINE),
        parameters=[
            _slug(language),
            shared("lang"),
            _query("property", property_),
            _query("inverse", inverse),
            shared("page"),
        ],
    )


def _picture(ending: str, language: str) -> Json:
    path = _get(
        "thing-picture",
        language,
        THINGS,
        answers=[MEDIA_TYPES[ending]],
        fails=(400, 404, 410, *OF_THE_ENGINE),
        parameters=[_slug(language), shared("lang"), shared("theme")],
    )
    path["get"]["operationId"] = f"thing-picture.{ending}"
    return path


def _dumps(language: str) -> dict[str, Json]:
    name: Json = {"type": "string", "minLength": 1, "examples": [file_name("0123456789abcdef", "nq", "gz")]}
    named = _in_path("name", {**name, "description": words("dump-name", language)})
    ending: Json = {"type": "string", "enum": list(DUMP_FORMATS), "description": words("ending", language)}
    packing: Json = {"type": "string", "enum": list(PACKINGS), "description": words("dump-packing", language)}
    packed = [one.media_type for one in PACKINGS.values()]
    lasting = [_in_path("ending", ending), _in_path("packing", packing)]
    fails = (404, *OF_THE_ENGINE)
    found = _get("dump", language, THINGS, answers=packed, fails=fails, parameters=[named])
    found["get"]["responses"]["302"] = {
        "description": words("dump-elsewhere", language),
        "headers": {"Location": ref("headers", "Location")},
    }
    return {
        "/dumps/": _get("dumps", language, THINGS, answers=[HTML, _JSON], fails=fails),
        f"/dumps/{SUMS_FILE}": _get("dump-sums", language, THINGS, answers=["text/plain"], fails=fails),
        "/dumps/{name}": found,
        f"/dumps/{NAME}.{{ending}}.{{packing}}": _get(
            "dump-lasting", language, THINGS, answers=packed, fails=fails, parameters=lasting
        ),
    }


def _timemap(language: str) -> Json:
    rest: Json = {"type": "string", "minLength": 1, "examples": ["id/plan-ii"]}
    path = _in_path("rest", {**rest, "description": words("timemap-of", language)})
    fails = (400, 404, *OF_THE_ENGINE)
    return _get("timemap", language, THINGS, answers=["application/link-format"], fails=fails, parameters=[path])


def _itself(language: str) -> Json:
    fails = (400, *OF_THE_ENGINE)
    return _get("this", language, SERVICE, answers=[_JSON], fails=fails, parameters=[shared("lang")])


def _health(language: str) -> Json:
    found = _get("health", language, SERVICE, answers=[], fails=())
    content = {_JSON: {"schema": ref("schemas", "Health")}}
    found["get"]["responses"] = {
        status: {"description": words("health", language), "content": content} for status in ("200", "503")
    }
    return found


def _slug(language: str) -> Json:
    slug: Json = {"type": "string", "pattern": f"^{SLUG.pattern}$", "examples": ["plan-ii", "technology-5g"]}
    return _in_path("slug", {**slug, "description": words("slug", language)})


def _format(language: str) -> Json:
    endings: Json = {"type": "string", "examples": list(FORMS), "description": words("format", language)}
    return _query("format", endings)


def _query(name: str, schema: Json) -> Json:
    """A parameter of the query string; its schema says what it means."""
    return {"name": name, "in": "query", "required": False, "description": schema["description"], "schema": schema}


def _in_path(name: str, schema: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "description": schema["description"], "schema": schema}
