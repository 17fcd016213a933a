"""Canned questions: a page for each, with its parameters, its answer, and the place behind each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode

from kg.catalogue import CannedQuestion, Option, Parameter, bind, options_of
from kg.describe import labels_of
from kg.errors import ParameterInvalid
from kg.names import curie
from server.here import Service, here
from server.protocol import fields_of_url
from server.shown import best_label, shown_table

blueprint = Blueprint("canned", __name__)


@dataclass(frozen=True)
class Choice:
    """An entry of a pick list."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Field:
    """A parameter as the form shows it: with choices, or free text where there are none."""

    name: str
    label: str
    multiple: bool
    choices: tuple[Choice, ...]
    values: tuple[str, ...]
    problem: str = ""


@blueprint.get("/q/")
def index() -> str:
    """List the questions."""
    return render_template("questions.html", questions=here().catalogue.questions.values())


@blueprint.get("/q/<slug>.rq")
def query(slug: str) -> Response:
    """The query with the chosen values in it, ready for any SPARQL editor."""
    service = here()
    text = bind(service.catalogue.get(slug), _given(), service.engine)
    return Response(text, content_type="application/sparql-query; charset=utf-8")


@blueprint.get("/q/<slug>")
def page(slug: str) -> tuple[str, int]:
    """Ask the question with the chosen values; a value that does not fit gives 400 and the form with the reason."""
    service = here()
    question = service.catalogue.get(slug)
    given = _given()
    try:
        text = bind(question, given, service.engine)
    except ParameterInvalid as error:
        fields = _fields(service, question, given, error)
        return render_template("question.html", question=question, fields=fields, problem=str(error)), 400
    table = shown_table(service.engine, text, question.columns)
    fields = _fields(service, question, given)
    return render_template("question.html", question=question, fields=fields, table=table, text=text, given=given), 200


def _given() -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for key, value in fields_of_url(request.query_string):
        given.setdefault(key, []).append(value)
    return given


def _fields(
    service: Service,
    question: CannedQuestion,
    given: Mapping[str, Sequence[str]],
    problem: ParameterInvalid | None = None,
) -> list[Field]:
    return [_field(service, parameter, given, problem) for parameter in question.parameters]


def _field(
    service: Service, parameter: Parameter, given: Mapping[str, Sequence[str]], problem: ParameterInvalid | None
) -> Field:
    values = tuple(given.get(parameter.name, parameter.default))
    options = options_of(parameter, service.engine)
    labels = labels_of(service.engine, [option.value for option in options if isinstance(option.value, NamedNode)])

    def text(option: Option) -> str:
        name = best_label(labels, option.value).text if isinstance(option.value, NamedNode) else option.labels["en"]
        return name if option.count is None else f"{name} ({option.count})"

    choices = []
    for option in options:
        short = curie(option.value) if isinstance(option.value, NamedNode) else option.value.value
        choices.append(Choice(short, text(option), short in values or option.value.value in values))
    if parameter.options_query:
        choices.sort(key=lambda choice: choice.text.casefold())
    said = str(problem) if problem is not None and problem.name == parameter.name else ""
    return Field(parameter.name, parameter.labels["en"], parameter.multiple, tuple(choices), values, said)
