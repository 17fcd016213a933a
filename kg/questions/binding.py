"""Binding of parameters: their values go as terms into the VALUES slots of a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from kg.core.errors import ParameterInvalid
from kg.core.messages import Message
from kg.engine import Engine, select
from kg.questions.catalogue import CannedQuestion, Option, Parameter, term_of
from kg.sparql.slots import slots

MAX_VALUES = 50

Chosen = Mapping[str, tuple[NamedNode | Literal, ...]]


def options_of(parameter: Parameter, engine: Engine, chosen: Chosen | None = None) -> list[Option]:
    """Return the values to pick from, with counts where the pick list has them.

    A pick list that depends on other parameters offers only what fits the values in ``chosen``; without it, everything.
    """
    if parameter.options_query is None:
        return list(parameter.fixed_options)
    options = []
    for record in select(engine, fill(parameter.options_query, chosen or {})).records():
        value, count = record["value"], record.get("count")
        if isinstance(value, NamedNode | Literal):
            options.append(Option(value, {}, int(count.value) if isinstance(count, Literal) else None))
    return options


def choose(question: CannedQuestion, texts: Mapping[str, Sequence[str]], engine: Engine) -> Chosen:
    """Return the values of each parameter as terms; a missing parameter takes its default.

    Raises:
        ParameterInvalid: a parameter is unknown, missing, or has a value that does not fit.
    """
    parameters = {parameter.name: parameter for parameter in question.parameters}
    for unknown in texts:
        if unknown not in parameters:
            raise ParameterInvalid(
                unknown,
                Message(
                    "this question has no such parameter; it has %(offered)s.",
                    offered=", ".join(parameters) or Message("none"),
                ),
            )
    return {key: tuple(_terms(parameter, texts.get(key), engine)) for key, parameter in parameters.items()}


def bind(question: CannedQuestion, values: Mapping[str, Sequence[str]], engine: Engine) -> str:
    """Return the text of a question with values in its slots; a missing parameter takes its default.

    Values are converted to terms of the parameter's type and serialised as terms. No other text of a request reaches
    the query.

    Raises:
        ParameterInvalid: a parameter is unknown, missing, or has a value that does not fit.
    """
    return fill(question.text, choose(question, values, engine))


def fill(text: str, chosen: Chosen) -> str:
    """Return a query with the terms in its VALUES slots; an empty slot takes UNDEF."""
    for slot in reversed(slots(text)):
        values = " ".join(str(term) for term in chosen.get(slot.name, ())) or "UNDEF"
        text = f"{text[: slot.start]} {values} {text[slot.end :]}"
    return text


def _terms(parameter: Parameter, values: Sequence[str] | None, engine: Engine) -> list[NamedNode | Literal]:
    if values is None and parameter.required and not parameter.default:
        raise ParameterInvalid(parameter.name, Message("choose a value."))
    if values is None:  # defaults are reviewed like code and need no check against the data
        return [term_of(parameter, value) for value in parameter.default]
    texts = [text for text in values if text]
    if not texts and parameter.required:
        raise ParameterInvalid(parameter.name, Message("choose a value."))
    if len(texts) > (MAX_VALUES if parameter.multiple else 1):
        most = MAX_VALUES if parameter.multiple else 1
        several = Message("give at most %(most)s values.", most=most)
        raise ParameterInvalid(parameter.name, several if most > 1 else Message("give at most 1 value."))
    terms = [term_of(parameter, text) for text in texts]
    if parameter.fixed_options or parameter.options_query or parameter.member_of:
        _refuse_unknown(parameter, terms, engine)
    return terms


def _refuse_unknown(parameter: Parameter, terms: list[NamedNode | Literal], engine: Engine) -> None:
    """Refuse a value that is neither on the pick list nor an instance of the parameter's class."""
    allowed = {option.value for option in options_of(parameter, engine)}
    for term in terms:
        if term not in allowed and not _is_instance(parameter, term, engine):
            raise ParameterInvalid(
                parameter.name, Message("%(value)s is not one of the choices.", value=repr(term.value))
            )


def _is_instance(parameter: Parameter, term: NamedNode | Literal, engine: Engine) -> bool:
    if parameter.member_of is None:
        return False
    classes = select(engine, f"SELECT ?class {{ VALUES ?class {{ {parameter.member_of} }} {term} a ?class }}")
    return bool(classes.rows)
