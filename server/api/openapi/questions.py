"""The canned questions in the OpenAPI document: their addresses, parameters, and row schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode

from kg.core.media_types import FORMS
from kg.core.names import SLUG, curie
from kg.engine import Engine
from kg.graph.labels import labels_of
from kg.output.citation import CITATIONS
from kg.output.export import EXPORTS
from kg.questions.catalogue import (
    MAX_CHARACTERS,
    MAX_VALUES,
    CannedQuestion,
    Catalogue,
    Column,
    Option,
    Parameter,
    options_of,
)
from server.api.openapi.template import ENGINE_ERRORS, HTML, UNCHANGED, Json, answer, errors, ref
from server.core.question_params import ONLY
from server.core.sparql_protocol.protocol import QUERY_TYPE
from server.pages.question import charts
from server.pages.result import files as file_formats
from server.pages.result.cells import best_label

# a longer list is not written out: for IRIs, the schema then has a pattern and a few examples
LONGEST_ENUM = 60

_EXAMPLES = 10
_ERRORS = (400, 404, 406, *ENGINE_ERRORS)
# these files ignore the order and the facets of the page
_WITHOUT_ORDER = ("rq", "srj", "ttl")
_PICTURE = ("theme", "width")
_FURTHER_PARAMETERS = {"csv": ("bom",), **dict.fromkeys(charts.MEDIA_TYPES, _PICTURE)}
# an IRI of this project in compact form, or any IRI of the web (kg/questions/catalogue/terms.py)
_IRI_PATTERN = rf"^(id:{SLUG.pattern}|https?://\S+|urn:\S+)$"
_JSON_TYPES: dict[str, Json] = {
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}
_ANY: Json = {"type": ["string", "number", "boolean", "null"]}
_TEXT: Json = {"type": ["string", "null"]}
# an entity may be a literal; a number that does not fit a double is a string; a date may be a year
_COLUMN_TYPES: dict[str, Json] = {
    "entity": _ANY,
    "evidence": {"type": ["string", "null"], "format": "iri"},
    "text": _ANY,
    "number": {"type": ["number", "string", "null"]},
    "date": {"type": ["string", "number", "null"]},
    "hidden": _ANY,
}
_MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {ending: form.media_type for ending, form in FORMS.items()}
    | {ending: export.media_type for ending, export in EXPORTS.items()}
    | {file_formats.QUERY_ENDING: QUERY_TYPE}
    | {ending: citation.media_type for ending, citation in CITATIONS.items()}
    | charts.MEDIA_TYPES
)


@dataclass(frozen=True)
class Choice:
    """A value of a pick list in the form of an address, with its English label."""

    value: str
    label: str


Choices = Mapping[str, Sequence[Choice]]
"""The pick lists by the name of the parameter's component. An empty list means that any value is accepted."""


def choices_of(catalogue: Catalogue, engine: Engine) -> dict[str, list[Choice]]:
    """Return the pick lists of all questions.

    Raises:
        As ``Engine.answer``.
    """
    by_query: dict[str, list[Option]] = {}  # several questions share a list
    options: dict[str, list[Option]] = {}
    for question in catalogue.questions.values():
        for parameter in question.parameters:
            query = parameter.options_query
            if query is not None and query not in by_query:
                by_query[query] = options_of(parameter, engine)
            options[_key(question, parameter.name)] = by_query[query] if query else list(parameter.fixed_options)
    iris = {option.value for listed in options.values() for option in listed if isinstance(option.value, NamedNode)}
    labels = labels_of(engine, iris)

    def choice(option: Option) -> Choice:
        if isinstance(option.value, NamedNode):
            return choice_of(option, best_label(labels, option.value, "en").text)
        return choice_of(option, option.labels.get("en", option.value.value))

    return {key: [choice(option) for option in listed] for key, listed in options.items()}


def choice_of(option: Option, label: str) -> Choice:
    """Return an option in the form of an address: a resource of this project as a compact IRI."""
    value: NamedNode | Literal = option.value
    return Choice(curie(value) if isinstance(value, NamedNode) else value.value, label)


def media_types_of(question: CannedQuestion) -> dict[str, str]:
    """Return the media types of a question's files by their endings, in the order of its page."""
    pictures = charts.MEDIA_TYPES if question.chart is not None else ()
    endings = (*file_formats.endings_of(question), *pictures, *CITATIONS)
    return {ending: _MEDIA_TYPES[ending] for ending in endings}


def question_paths(question: CannedQuestion, media_types: Mapping[str, str]) -> dict[str, Json]:
    """Return the addresses of a question: its page, its frame, and a file for each ending."""
    address = f"/q/{question.slug}"
    page = _page(question, "page", "The answer as a page, with a form for the parameters")
    frame = _page(question, "embed", "The answer alone, to stand in a frame of another site")
    files = {
        f"{address}.{ending}": _path(question, _file(question, ending, media_type), f".{ending}")
        for ending, media_type in media_types.items()
    }
    return {
        address: _path(question, page, "the page"),
        f"{address}/embed": _path(question, frame, "to stand in a frame"),
        **files,
    }


def _path(question: CannedQuestion, operation: Json, form: str) -> Json:
    parameters = [ref("parameters", _key(question, parameter.name)) for parameter in question.parameters]
    return {
        "summary": f"{question.title['en']} ({form})",
        "parameters": [*parameters, ref("parameters", "lang")],
        "get": {"tags": [question.subject], "summary": question.question["en"], **operation},
    }


def _page(question: CannedQuestion, key: str, description: str) -> Json:
    return {
        "operationId": f"{question.slug}.{key}",
        "description": f"{question.description['en']}\n\n{question.limits['en']}",
        "parameters": [*_order_of(question), ref("parameters", "page"), ref("parameters", "size")],
        "responses": {"200": answer(description, [HTML]), **UNCHANGED, **errors(_ERRORS)},
    }


def _file(question: CannedQuestion, ending: str, media_type: str) -> Json:
    order = [] if ending in _WITHOUT_ORDER else _order_of(question)
    further = [ref("parameters", key) for key in _FURTHER_PARAMETERS.get(ending, ())]
    response = answer(f"The answer as a file: {media_type}", [media_type])
    if ending == "json":
        response["content"][media_type]["schema"] = ref("schemas", _rows_key(question))
    return {
        "operationId": f"{question.slug}.{ending}",
        "parameters": [*order, *further],
        "responses": {"200": response, **UNCHANGED, **errors(_ERRORS)},
    }


def _key(question: CannedQuestion, name: str) -> str:
    """Return the name of a parameter's component. It cannot clash with a reserved parameter."""
    return f"{question.slug}.{name}"


def question_parameters(question: CannedQuestion, choices: Choices) -> dict[str, Json]:
    """Return the components of a question's parameters: its own, the order, and the facets."""
    own = {
        key: own_parameter(parameter, choices.get(key, ()))
        for parameter in question.parameters
        for key in [_key(question, parameter.name)]
    }
    return own | _order_parameters(question)


def own_parameter(parameter: Parameter, choices: Sequence[Choice]) -> Json:
    """Return a parameter of a question. A short list of values becomes an enumeration."""
    label = parameter.labels["en"]
    value = _value(parameter, choices)
    described: Json = {
        "name": parameter.name,
        "in": "query",
        "description": label if parameter.required else f"{label}. An empty value asks for all.",
        # a parameter with a default may be absent, even if the query needs a value
        "required": parameter.required and not parameter.default,
        "schema": value,
    }
    defaults = [_native(parameter, default) for default in parameter.default]
    if parameter.multiple:
        described |= {"style": "form", "explode": True}
        described["schema"] = {"type": "array", "items": value, "maxItems": MAX_VALUES}
        if defaults:
            described["schema"]["default"] = defaults
    elif defaults:
        described["schema"] = {**value, "default": defaults[0]}
    return described


def _value(parameter: Parameter, choices: Sequence[Choice]) -> Json:
    """Return the schema of one value."""
    if choices and len(choices) <= LONGEST_ENUM:
        # NSwag and react-jsonschema-form read the labels of an enumeration from x-enumNames
        return {
            **_JSON_TYPES.get(parameter.type, {"type": "string"}),
            "enum": [_native(parameter, choice.value) for choice in choices],
            "x-enumNames": [choice.label for choice in choices],
        }
    if parameter.type == "iri":
        examples = [choice.value for choice in choices[:_EXAMPLES]]
        return {"type": "string", "pattern": _IRI_PATTERN, "maxLength": MAX_CHARACTERS, "examples": examples}
    if parameter.type not in _JSON_TYPES:
        return {"type": "string", "maxLength": MAX_CHARACTERS}
    bounds = {"minimum": parameter.least, "maximum": parameter.most} if parameter.type in ("integer", "decimal") else {}
    return {
        **_JSON_TYPES[parameter.type],
        **{key: _native(parameter, bound) for key, bound in bounds.items() if bound},
    }


def _native(parameter: Parameter, text: str) -> str | int | float | bool:
    """Return a value in its JSON type."""
    if parameter.type == "integer":
        return int(text)
    if parameter.type == "decimal":
        return float(text)
    return text == "true" if parameter.type == "boolean" else text


def _order_parameters(question: CannedQuestion) -> dict[str, Json]:
    labels = {column.name: column.labels["en"] for column in question.columns}
    ways: Json = {"type": "string", "enum": [*labels, *(f"-{name}" for name in labels)]}
    values: Json = {"type": "array", "items": {"type": "string"}}
    sort = _optional("sort", "Column to sort by; with - before it in descending order", ways)
    facets = {
        _key(question, ONLY + facet): {
            **_optional(ONLY + facet, f"Keep the rows with one of these values in the column: {labels[facet]}", values),
            "style": "form",
            "explode": True,
        }
        for facet in question.facets
    }
    return {_key(question, "sort"): sort, **facets}


def _optional(name: str, description: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "description": description, "required": False, "schema": schema}


def _order_of(question: CannedQuestion) -> list[Json]:
    names = ("sort", *(ONLY + facet for facet in question.facets))
    return [ref("parameters", _key(question, name)) for name in names]


def row_schemas(questions: Iterable[CannedQuestion]) -> dict[str, Json]:
    """Return the schemas of the rows of each question, as ``kg.output.export`` writes them to JSON."""
    return {_rows_key(question): _rows(question) for question in questions}


def _rows_key(question: CannedQuestion) -> str:
    return f"{question.slug}-rows"


def _rows(question: CannedQuestion) -> Json:
    fields: dict[str, Json] = {}
    for column in question.columns:
        fields |= _fields(column)
    row = {"type": "object", "properties": fields, "required": [column.name for column in question.columns]}
    return {
        "type": "array",
        "description": "One object for each row; every object has every field, and null where there is nothing.",
        "items": row,
    }


def _fields(column: Column) -> dict[str, Json]:
    label = column.labels["en"]
    fields: dict[str, Json] = {column.name: {**_COLUMN_TYPES[column.kind], "title": label}}
    if column.kind in ("entity", "evidence"):
        fields[f"{column.name}_label"] = {**_TEXT, "title": f"Label of {label}"}
    if column.kind == "evidence":
        fields[f"{column.name}_place"] = {**_TEXT, "title": f"Place in the source, in words: {label}"}
    return fields
