"""The template of the OpenAPI document, ``openapi.yaml``, and the rules that expand it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from kg.core.media_types import FORMS, GRAPH_FORMS, RESULT_FORMS
from kg.core.names import LANGUAGES, SLUG
from kg.core.vocabularies import VOCABULARIES
from kg.release.dump.formats import DUMP_FORMATS, PACKINGS
from kg.sparql.header import read_typed_yaml_file
from server.api.fragments import FRAGMENT_FORMS
from server.core.http.problem_document import STATUS
from server.pages.downloads.groups import BY_PATH
from server.pages.resource.lookup import DATA_FORMS, FURTHER_ENDINGS

Json: TypeAlias = dict[str, Any]

HTML = "text/html"
ENGINE_ERRORS = (413, 422, 429, 499, 501, 503, 504, 507)
"""The error statuses of any query."""

_PROBLEM_TYPE = "application/problem+json"
_EXPORTS = "exports/"
_WITH_RETRY_AFTER = (429, 503)
_NOT_IN_TABLE = {401: ("Unauthorized",)}


@dataclass(frozen=True)
class Template:
    """The template, with its values filled in and its operations written out."""

    head: Json
    release_description: str
    tags: list[Json]
    paths: Json
    components: Json


@cache
def read_template() -> Template:
    """Read and expand the template.

    Raises:
        FileUnreadable: the file is missing.
        HeaderInvalid: the file is not YAML.
    """
    raw = _fill(read_typed_yaml_file(Path(__file__).with_name("openapi.yaml")), _values())
    parameters = {key: _parameter(parameter, key) for key, parameter in raw["inline"].items()}
    paths = {
        path: {method: _operation(operation, method, parameters) for method, operation in item.items()}
        for path, item in raw["paths"].items()
    }
    responses = dict(_responses(raw["components"]["responses"]))
    return Template(
        head={"openapi": raw["openapi"], "info": raw["info"]},
        release_description=raw["release"],
        tags=raw["tags"],
        paths=paths,
        components={**raw["components"], "responses": responses},
    )


def _values() -> dict[str, Any]:
    """Return the values that replace each ``$name`` in the template."""
    exports = {path: file for path, (_, file) in BY_PATH.items() if path.startswith(_EXPORTS)}
    return {
        "$data_endings": list(DATA_FORMS),
        "$data_types": [FORMS[form].media_type for form in DATA_FORMS],
        "$dump_formats": list(DUMP_FORMATS),
        "$export_paths": [path.removeprefix(_EXPORTS) for path in exports],
        "$export_types": sorted({file.media_type for file in exports.values()}),
        "$forms": list(FORMS),
        "$fragment_types": [form.media_type for form in FRAGMENT_FORMS],
        "$graph_types": [form.media_type for form in GRAPH_FORMS],
        "$languages": list(LANGUAGES),
        "$packed_types": [packing.media_type for packing in PACKINGS.values()],
        "$packings": list(PACKINGS),
        "$resource_endings": [*DATA_FORMS, *FURTHER_ENDINGS],
        "$result_types": [form.media_type for form in RESULT_FORMS],
        "$slug": f"^{SLUG.pattern}$",
        "$vocabularies": list(VOCABULARIES),
    }


def _fill(part: Any, values: Mapping[str, Any]) -> Any:
    """Replace each ``$name``. A list that replaces an item of a list is spliced in."""
    if isinstance(part, dict):
        return {key: _fill(value, values) for key, value in part.items()}
    if isinstance(part, list):
        return [item for entry in part for item in _filled_items(entry, values)]
    return values.get(part, part) if isinstance(part, str) else part


def _filled_items(entry: Any, values: Mapping[str, Any]) -> list[Any]:
    filled = _fill(entry, values)
    return filled if isinstance(entry, str) and isinstance(filled, list) else [filled]


def _operation(operation: Json, method: str, parameters: Mapping[str, Json]) -> Json:
    """Expand the shorthand of an operation (see the head of ``openapi.yaml``)."""
    short = ("answer", "answers", "errors", "parameters", "responses", "schema")
    expanded = {key: value for key, value in operation.items() if key not in short}
    if method == "get" or "parameters" in operation:
        expanded["parameters"] = [_named_parameter(entry, parameters) for entry in operation.get("parameters", [])]
    responses: Json = {}
    if "answers" in operation:
        description = operation["answer"] if "answer" in operation else operation["summary"]
        responses["200"] = answer(description, operation["answers"])
        if "schema" in operation:
            schema = operation["schema"]
            content = responses["200"]["content"]["application/json"]
            content["schema"] = ref("schemas", schema) if isinstance(schema, str) else schema
        if method == "get":
            responses |= UNCHANGED
    if "answers" in operation or "errors" in operation:
        responses |= errors((*operation.get("errors", ()), *ENGINE_ERRORS))
    return {**expanded, "responses": {**responses, **operation.get("responses", {})}}


def _named_parameter(entry: str | Json, parameters: Mapping[str, Json]) -> Json:
    if isinstance(entry, str):
        # an inline parameter is copied into each operation; any other name is a shared component
        return parameters.get(entry) or ref("parameters", entry)
    return _parameter(entry, entry["name"])


def _parameter(short: Json, name: str) -> Json:
    """Return the parameter with the members that the template leaves out."""
    place = short.get("in", "query")
    required = {"name": name, "in": place, "required": place == "path"}
    return {**required, "description": short["schema"].get("description", ""), **short}


def ref(kind: str, key: str) -> Json:
    """Return a reference to a component."""
    return {"$ref": f"#/components/{kind}/{key}"}


UNCHANGED = {"304": ref("responses", "unchanged")}


def errors(statuses: Iterable[int]) -> Json:
    """Return references to the responses for errors, by status."""
    return {str(status): ref("responses", f"problem-{status}") for status in sorted(statuses)}


def answer(description: str, media_types: Sequence[str]) -> Json:
    """Return a response 200 with a body of one of the media types."""
    return {
        "description": description,
        "headers": {header: ref("headers", header) for header in ("ETag", "FYP-Release")},
        "content": {media_type: {"schema": _schema(media_type)} for media_type in media_types},
    }


def _schema(media_type: str) -> Json:
    if media_type == FORMS["srj"].media_type:
        return ref("schemas", "SparqlResults")
    return {"type": "string"} if media_type.startswith("text/") or media_type == "application/sparql-query" else {}


def _responses(descriptions: Mapping[str, str]) -> Iterator[tuple[str, Json]]:
    """Yield the shared responses. Each error response names the problem types with its status."""
    text: Json = {"schema": {"type": "string"}}
    content = {_PROBLEM_TYPE: {"schema": ref("schemas", "Problem")}, "text/plain": text, HTML: text}
    for status in sorted({*STATUS.values(), *_NOT_IN_TABLE}):
        kinds = sorted(error.__name__ for error, of_error in STATUS.items() if of_error == status)
        names = ", ".join([*kinds, *_NOT_IN_TABLE.get(status, ())])
        response: Json = {"description": f"{descriptions[f'problem-{status}']} ({names})", "content": content}
        if status in _WITH_RETRY_AFTER:
            response["headers"] = {"Retry-After": ref("headers", "Retry-After")}
        yield f"problem-{status}", response
    yield "unchanged", {"description": descriptions["unchanged"]}
