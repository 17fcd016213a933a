"""The addresses of things: where an IRI leads, pages, statements, pictures, references, dumps and their past."""

from __future__ import annotations

from kg.core.media_types import FORMS
from kg.output.citation import CITATIONS
from kg.release.dump.formats import DUMP_FORMATS, NAME, PACKINGS, SUMS_FILE, file_name
from server.api.openapi.parameters import shared
from server.api.openapi.paths import SERVICE, THINGS, got, in_path, in_query, slug_of_path
from server.api.openapi.responses import HTML, OF_THE_ENGINE
from server.api.openapi.schemas import Json, ref
from server.api.openapi.texts import words
from server.pages import citations
from server.pages.question.charts import MEDIA_TYPES
from server.pages.resource.linked import DATA_FORMS, FURTHER_ENDINGS

_JSON = "application/json"
_JSONLD = FORMS["jsonld"].media_type


def thing_paths(language: str) -> dict[str, Json]:
    """What may be asked about things and whole releases, by path."""
    return {
        "/id/{slug}": _identifier(language),
        "/data/{slug}": _negotiated(language),
        "/data/{slug}.{ending}": _data(language),
        "/context.jsonld": got("context", language, THINGS, answers=[_JSONLD], fails=OF_THE_ENGINE),
        "/page/{slug}": _page(language),
        **{f"/page/{{slug}}.{ending}": _picture(ending, language) for ending in ("svg", "png")},
        **{
            address(ending): _cited(f"cite-{key}.{ending}", key, language, citation.media_type)
            for key, address in (("dataset", citations.address_of_dataset), ("thing", "/page/{{slug}}.{}".format))
            for ending, citation in CITATIONS.items()
        },
        **_dumps(language),
        "/releases": got("releases", language, SERVICE, answers=[HTML, _JSON], fails=OF_THE_ENGINE),
        "/timemap/{rest}": _timemap(language),
    }


def _identifier(language: str) -> Json:
    fails = (404, 406, 410, *OF_THE_ENGINE)
    found = got("identifier", language, THINGS, answers=[], fails=fails, parameters=[slug_of_path(language)])
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
    return got(
        "data",
        language,
        THINGS,
        answers=[FORMS[form].media_type for form in DATA_FORMS],
        fails=(404, 410, *OF_THE_ENGINE),
        parameters=[slug_of_path(language), in_path("ending", ending)],
        answered=words("statements", language),
    )


def _negotiated(language: str) -> Json:
    return got(
        "data-negotiated",
        language,
        THINGS,
        answers=[FORMS[form].media_type for form in DATA_FORMS],
        fails=(404, 406, 410, *OF_THE_ENGINE),
        parameters=[slug_of_path(language)],
        answered=words("statements", language),
    )


def _page(language: str) -> Json:
    property_: Json = {"type": "string", "examples": ["fyp:hasElement"], "description": words("property", language)}
    inverse = {**property_, "examples": ["fyp:evidence"], "description": words("inverse", language)}
    return got(
        "thing-page",
        language,
        THINGS,
        answers=[HTML],
        fails=(400, 404, 410, *OF_THE_ENGINE),
        parameters=[
            slug_of_path(language),
            shared("lang"),
            in_query("property", property_),
            in_query("inverse", inverse),
            shared("page"),
        ],
    )


def _picture(ending: str, language: str) -> Json:
    path = got(
        "thing-picture",
        language,
        THINGS,
        answers=[MEDIA_TYPES[ending]],
        fails=(400, 404, 410, *OF_THE_ENGINE),
        parameters=[slug_of_path(language), shared("lang"), shared("theme"), shared("width")],
    )
    path["get"]["operationId"] = f"thing-picture.{ending}"
    return path


def _cited(operation: str, key: str, language: str, media_type: str) -> Json:
    """A reference to the whole release, or to one thing of it."""
    about_thing = key == "thing"
    path = got(
        f"cite-{key}",
        language,
        THINGS if about_thing else SERVICE,
        answers=[media_type],
        fails=(400, *((404, 410) if about_thing else ()), *OF_THE_ENGINE),
        parameters=[*([slug_of_path(language)] if about_thing else []), shared("lang")],
    )
    path["get"]["operationId"] = operation
    return path


def _dumps(language: str) -> dict[str, Json]:
    name: Json = {"type": "string", "minLength": 1, "examples": [file_name("0123456789abcdef", "nq", "gz")]}
    named = in_path("name", {**name, "description": words("dump-name", language)})
    ending: Json = {"type": "string", "enum": list(DUMP_FORMATS), "description": words("ending", language)}
    packing: Json = {"type": "string", "enum": list(PACKINGS), "description": words("dump-packing", language)}
    packed = [one.media_type for one in PACKINGS.values()]
    lasting = [in_path("ending", ending), in_path("packing", packing)]
    fails = (404, *OF_THE_ENGINE)
    found = got("dump", language, THINGS, answers=packed, fails=fails, parameters=[named])
    found["get"]["responses"]["302"] = {
        "description": words("dump-elsewhere", language),
        "headers": {"Location": ref("headers", "Location")},
    }
    return {
        "/dumps/": got("dumps", language, THINGS, answers=[HTML, _JSON], fails=fails),
        f"/dumps/{SUMS_FILE}": got("dump-sums", language, THINGS, answers=["text/plain"], fails=fails),
        "/dumps/{name}": found,
        f"/dumps/{NAME}.{{ending}}.{{packing}}": got(
            "dump-lasting", language, THINGS, answers=packed, fails=fails, parameters=lasting
        ),
    }


def _timemap(language: str) -> Json:
    rest: Json = {"type": "string", "minLength": 1, "examples": ["id/plan-ii"]}
    path = in_path("rest", {**rest, "description": words("timemap-of", language)})
    fails = (400, 404, *OF_THE_ENGINE)
    return got("timemap", language, THINGS, answers=["application/link-format"], fails=fails, parameters=[path])
