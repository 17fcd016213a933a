"""The texts of parameters as terms: by the declared type, or not at all."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.core.errors import ParameterInvalid
from kg.core.messages import Message
from kg.core.names import PREFIXES, name
from kg.questions.catalogue.question import Parameter

MAX_CHARACTERS = 200

WELL_FORMED = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "decimal": re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "boolean": re.compile(r"true|false"),
}


def term_of(parameter: Parameter, text: str) -> NamedNode | Literal:
    """A text as a term of the parameter's type.

    Raises:
        ParameterInvalid: it is too long, or no text of that type.
    """
    if len(text) > MAX_CHARACTERS:
        raise ParameterInvalid(
            parameter.name,
            Message("a value may have at most %(most)s characters.", most=MAX_CHARACTERS),
        )
    if parameter.type == "iri":
        return _iri(parameter, text)
    if parameter.type == "string":
        try:
            return Literal(text)
        except ValueError as error:  # half of a surrogate pair, which JSON can carry
            raise ParameterInvalid(parameter.name, Message("%(value)s is no text.", value=repr(text))) from error
    if not _well_formed(parameter.type, text):
        raise ParameterInvalid(
            parameter.name, Message("%(value)s is no %(type)s.", value=repr(text), type=parameter.type)
        )
    _refuse_out_of_range(parameter, text)
    return Literal(text, datatype=name(f"xsd:{parameter.type}"))


def _refuse_out_of_range(parameter: Parameter, text: str) -> None:
    measure: Callable[[str], Any] = datetime.date.fromisoformat if parameter.type == "date" else Decimal
    if parameter.least and measure(text) < measure(parameter.least):
        raise ParameterInvalid(
            parameter.name,
            Message("%(value)s is less than %(least)s, the least that there is.", value=text, least=parameter.least),
        )
    if parameter.most and measure(text) > measure(parameter.most):
        raise ParameterInvalid(
            parameter.name,
            Message("%(value)s is more than %(most)s, the most that there is.", value=text, most=parameter.most),
        )


def _iri(parameter: Parameter, text: str) -> NamedNode:
    prefix, _, local = text.partition(":")
    iri = PREFIXES[prefix] + local if prefix in PREFIXES and not local.startswith("//") else text
    if not iri.startswith(("http://", "https://", "urn:")):
        raise ParameterInvalid(
            parameter.name, Message("%(value)s is no IRI with http, https or urn.", value=repr(text))
        )
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise ParameterInvalid(parameter.name, Message("%(value)s is no valid IRI.", value=repr(text))) from error


def _well_formed(kind: str, text: str) -> bool:
    """Whether XML Schema allows the text; Python's own parsers allow more, such as ``1_000`` and ``20211231``."""
    if not WELL_FORMED[kind].fullmatch(text):
        return False
    try:
        return kind != "date" or bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False
