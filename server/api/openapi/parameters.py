"""Parameters of the API: those of a question, and those that any request for an answer may have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.names import LANGUAGES, SLUG, curie
from kg.questions.binding import MAX_VALUES
from kg.questions.catalogue import MAX_CHARACTERS, CannedQuestion, Option, Parameter
from server.api.openapi.schemas import Json, ref
from server.api.openapi.texts import words
from server.core.question_params import LARGEST_PAGE, LAST_PAGE, ONLY, PAGE_ROWS, THEMES, WIDTHS

LONGEST_ENUM = 60
_EXAMPLES = 10
# a thing of ours by its compact IRI, or any IRI of the web (kg/questions/catalogue.py)
_IRI_PATTERN = rf"^(id:{SLUG.pattern}|https?://\S+|urn:\S+)$"
_JSON_TYPES: dict[str, Json] = {
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}


@dataclass(frozen=True)
class Choice:
    """A value on a pick list, as an address has it, and its label."""

    value: str
    label: str


def written(value: NamedNode | Literal) -> str:
    """A value as an address has it: a thing by its compact IRI."""
    return curie(value) if isinstance(value, NamedNode) else value.value


def key_of(question: CannedQuestion, parameter: Parameter) -> str:
    """The name of the component that describes a parameter."""
    return f"{question.slug}.{parameter.name}"


def own_parameter(parameter: Parameter, choices: Sequence[Choice], language: str) -> Json:
    """A parameter of a question; its values are enumerated where they are few."""
    value = _value(parameter, choices)
    described: Json = {
        "name": parameter.name,
        "in": "query",
        "description": _description(parameter, language),
        "required": parameter.required and not parameter.default,
        "schema": value,
    }
    defaults = [_native(parameter, one) for one in parameter.default]
    if parameter.multiple:
        described |= {"style": "form", "explode": True}
        described["schema"] = {"type": "array", "items": value, "maxItems": MAX_VALUES}
        if defaults:
            described["schema"]["default"] = defaults
    elif defaults:
        described["schema"] = {**value, "default": defaults[0]}
    return described


def _description(parameter: Parameter, language: str) -> str:
    label = parameter.labels[language]
    return label if parameter.required else f"{label}. {words('empty', language)}"


def _value(parameter: Parameter, choices: Sequence[Choice]) -> Json:
    """The schema of one value."""
    if choices and len(choices) <= LONGEST_ENUM:
        # the labels beside the values, as NSwag and react-jsonschema-form read them
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
    found = {key: _native(parameter, bound) for key, bound in bounds.items() if bound}
    return {**_JSON_TYPES[parameter.type], **found}


def _native(parameter: Parameter, text: str) -> str | int | float | bool:
    """A value as JSON has it."""
    if parameter.type == "integer":
        return int(text)
    if parameter.type == "decimal":
        return float(text)
    return text == "true" if parameter.type == "boolean" else text


def choice_of(option: Option, label: str) -> Choice:
    """An option with its label."""
    return Choice(written(option.value), label)


def shared_parameters(language: str) -> dict[str, Json]:
    """What a request for any answer may say of its form."""
    numbers = {"page": ("page-number", {"minimum": 1, "maximum": LAST_PAGE, "default": 1})}
    numbers["size"] = ("size", {"minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_ROWS})
    words_of = {"lang": LANGUAGES, "theme": THEMES, "width": WIDTHS, "bom": ("1", "0")}
    return {
        key: _plain(key, words(said, language), {"type": "integer", **schema})
        for key, (said, schema) in numbers.items()
    } | {
        key: _plain(key, words(key, language), {"type": "string", "enum": list(known), "default": known[0]})
        for key, known in words_of.items()
    }


def order_parameters(question: CannedQuestion, language: str) -> dict[str, Json]:
    """The columns to sort by, up and down, and those to narrow by; by the names of their components."""
    labels = {column.name: column.labels[language] for column in question.columns}
    ways: Json = {"type": "string", "enum": [*labels, *(f"-{one}" for one in labels)]}
    found = {_order_key(question, "sort"): _plain("sort", words("sort", language), ways)}
    for facet in question.facets:
        values: Json = {"type": "array", "items": {"type": "string"}}
        said = words("only", language, column=labels[facet])
        found[_order_key(question, ONLY + facet)] = {
            **_plain(ONLY + facet, said, values),
            "style": "form",
            "explode": True,
        }
    return found


def order_of(question: CannedQuestion) -> list[Json]:
    """References to the parameters that narrow and sort the answer to a question."""
    return [shared(_order_key(question, name)) for name in ("sort", *(ONLY + facet for facet in question.facets))]


def _order_key(question: CannedQuestion, name: str) -> str:
    """A component's name; no parameter of a question has a reserved one."""
    return f"{question.slug}.{name}"


def shared(key: str) -> Json:
    """A reference to one of the shared parameters."""
    return ref("parameters", key)


def _plain(name: str, description: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "description": description, "required": False, "schema": schema}
