"""The form of a canned question: a field for each parameter, with its pick list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.core.errors import Message, ParameterInvalid
from kg.core.names import curie
from kg.graph.labels import labels_of
from kg.questions.catalogue import CannedQuestion, Chosen, Option, Parameter, choose, options_of
from server.core.context import RequestContext
from server.pages.result.cells import best_label

_INPUT_TYPES = {"integer": "number", "decimal": "number", "date": "date"}


@dataclass(frozen=True)
class Choice:
    """An entry of a pick list."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Field:
    """A field of the form: with choices, or for free text if there are none.

    ``least`` and ``most`` are limits for the browser; the server checks values itself. ``counts`` names what the
    numbers of the choices count.
    """

    name: str
    label: str
    multiple: bool
    required: bool
    choices: tuple[Choice, ...]
    values: tuple[str, ...]
    input_type: str = "text"
    least: str = ""
    most: str = ""
    problem: Message | str = ""
    counts: str = ""


def fields_of(
    service: RequestContext,
    question: CannedQuestion,
    values: Mapping[str, Sequence[str]],
    language: str,
    problem: ParameterInvalid | None = None,
) -> list[Field]:
    """Return the fields with the given values, and the problem at its field."""
    # choose() may raise the same error again; without its terms the pick lists are not narrowed
    chosen: Chosen = {} if problem is not None else choose(question, values, service.engine)
    return [_field(service, parameter, values, chosen, language, problem) for parameter in question.parameters]


def _field(
    service: RequestContext,
    parameter: Parameter,
    all_values: Mapping[str, Sequence[str]],
    chosen: Chosen,
    language: str,
    problem: ParameterInvalid | None,
) -> Field:
    values = tuple(all_values.get(parameter.name, parameter.default))
    return Field(
        name=parameter.name,
        label=parameter.labels[language],
        multiple=parameter.multiple,
        required=parameter.required,
        choices=_choices(service, parameter, values, chosen, language),
        values=values,
        input_type=_INPUT_TYPES.get(parameter.type, "text"),
        least=parameter.least,
        most=parameter.most,
        counts=parameter.counts.get(language, ""),
        problem=problem.message if problem is not None and problem.name == parameter.name else "",
    )


def _choices(
    service: RequestContext, parameter: Parameter, values: Sequence[str], chosen: Chosen, language: str
) -> tuple[Choice, ...]:
    # a pick list depends on the other parameters, never on its own
    others = {key: terms for key, terms in chosen.items() if key != parameter.name}
    options = options_of(parameter, service.engine, others)
    labels = labels_of(service.engine, [option.value for option in options if isinstance(option.value, NamedNode)])

    def text(option: Option) -> str:
        if isinstance(option.value, NamedNode):
            name = best_label(labels, option.value, language).text
        else:
            name = option.labels.get(language, option.value.value)
        return name if option.count is None else f"{name} ({option.count})"

    choices = []
    for option in options:
        short = curie(option.value) if isinstance(option.value, NamedNode) else option.value.value
        # an address may have the compact or the whole IRI, so both are compared
        choices.append(Choice(short, text(option), short in values or option.value.value in values))
    # a list from a query is sorted by text in the language of the page; a declared list keeps its order
    if parameter.options_query:
        choices.sort(key=lambda choice: choice.text.casefold())
    return tuple(choices)
