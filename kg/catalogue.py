"""The catalogue of canned questions: query files with typed parameters, bound as terms through VALUES slots."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.engine import Engine, select
from kg.errors import HeaderInvalid, ParameterInvalid, QuestionUnknown
from kg.header import QueryFile, read_query_files
from kg.lexer import Kind, kind_of, slots
from kg.names import LANGUAGES, PREFIXES, name
from kg.settings import PROJECT

Texts = Mapping[str, str]

MAX_VALUES = 50
MAX_CHARACTERS = 200
_KINDS = ("entity", "text", "number", "date", "evidence", "hidden")
_DATATYPES = {"integer": "xsd:integer", "decimal": "xsd:decimal", "date": "xsd:date", "boolean": "xsd:boolean"}


@dataclass(frozen=True)
class Option:
    """A value that a parameter may take; its label if the file gives one, and how many answers it has."""

    value: NamedNode | Literal
    labels: Texts
    count: int | None = None


@dataclass(frozen=True)
class Parameter:
    """A typed parameter: ``iri``, ``string``, ``integer``, ``decimal``, ``date`` or ``boolean``."""

    name: str
    labels: Texts
    type: str
    multiple: bool
    required: bool
    default: tuple[str, ...]
    fixed_options: tuple[Option, ...]
    options_query: str | None
    member_of: NamedNode | None


@dataclass(frozen=True)
class Column:
    """A column of the answer: its heading, and how its cells are shown."""

    name: str
    labels: Texts
    kind: str


@dataclass(frozen=True)
class CannedQuestion:
    """A question in plain words with the query that answers it."""

    slug: str
    title: Texts
    question: Texts
    description: Texts
    limits: Texts
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    tests: tuple[dict[str, Any], ...]
    text: str
    competency: int | None = None

    @property
    def kind(self) -> Kind:
        """SELECT, mostly."""
        return kind_of(self.text)


@dataclass(frozen=True)
class Catalogue:
    """All canned questions, in order of their slugs."""

    questions: Mapping[str, CannedQuestion]

    def get(self, slug: str) -> CannedQuestion:
        """The question with a slug.

        Raises:
            QuestionUnknown: there is none.
        """
        if slug not in self.questions:
            raise QuestionUnknown(f"There is no question {slug!r}. The questions are listed at /q/.")
        return self.questions[slug]


def read_catalogue(folder: Path = PROJECT / "queries") -> Catalogue:
    """Read ``pages/*.rq`` and the pick lists ``options/*.rq``.

    Raises:
        HeaderInvalid: a header lacks something, or slots and parameters do not match.
        FileUnreadable: a file cannot be read.
    """
    option_texts = {file.slug: file.text for file in read_query_files(folder / "options")}
    questions = [_question(file, option_texts) for file in read_query_files(folder / "pages")]
    return Catalogue({question.slug: question for question in questions})


def _question(file: QueryFile, option_texts: Mapping[str, str]) -> CannedQuestion:
    head = file.header
    parameters = tuple(_parameter(file, key, value, option_texts) for key, value in (head.get("params") or {}).items())
    found, wanted = {slot.name for slot in slots(file.text)}, {parameter.name for parameter in parameters}
    if found != wanted:
        raise HeaderInvalid(f"{file.path}: VALUES slots {sorted(found)} and params {sorted(wanted)} differ.")
    columns = tuple(_column(file, key, value) for key, value in (head.get("columns") or {}).items())
    return CannedQuestion(
        slug=file.slug,
        **{field: _texts(file, head, field) for field in ("title", "question", "description", "limits")},
        parameters=parameters,
        columns=columns,
        tests=tuple(head.get("tests") or ()),
        text=_body(file.text),
        competency=int(head["competency"]) if "competency" in head else None,
    )


def _body(text: str) -> str:
    """The query without its header."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip() + "\n"


def _texts(file: QueryFile, fields: Mapping[str, Any], key: str) -> Texts:
    texts = fields.get(key)
    if not isinstance(texts, dict) or any(not texts.get(language) for language in LANGUAGES):
        raise HeaderInvalid(f"{file.path}: {key} needs a text in each of {', '.join(LANGUAGES)}.")
    return texts


def _column(file: QueryFile, column_name: str, fields: Mapping[str, Any]) -> Column:
    if fields.get("kind") not in _KINDS:
        raise HeaderInvalid(f"{file.path}: column {column_name} needs a kind of {', '.join(_KINDS)}.")
    return Column(column_name, _texts(file, fields, "label"), fields["kind"])


def _parameter(file: QueryFile, key: str, fields: Mapping[str, Any], option_texts: Mapping[str, str]) -> Parameter:
    kind = fields.get("type", "string")
    if kind not in ("iri", "string", *_DATATYPES):
        raise HeaderInvalid(f"{file.path}: parameter {key} has the unknown type {kind!r}.")
    options = fields.get("options")
    if isinstance(options, str) and options not in option_texts:
        raise HeaderInvalid(f"{file.path}: parameter {key} takes its options from {options!r}, which does not exist.")
    fixed = options if isinstance(options, list) else []
    default = fields.get("default", [])
    return Parameter(
        name=key,
        labels=_texts(file, fields, "label"),
        type=kind,
        multiple=fields.get("multiple") == "true",
        required=fields.get("required", "true") == "true",
        default=tuple(default) if isinstance(default, list) else (default,),
        fixed_options=tuple(Option(Literal(one["value"]), _texts(file, one, "label")) for one in fixed),
        options_query=option_texts[options] if isinstance(options, str) else None,
        member_of=name(fields["class"]) if "class" in fields else None,
    )


def options_of(parameter: Parameter, engine: Engine) -> list[Option]:
    """The values to pick from, with the number of answers where the pick list counts them."""
    if parameter.options_query is None:
        return list(parameter.fixed_options)
    found = []
    for record in select(engine, parameter.options_query).records():
        value, count = record["value"], record.get("count")
        if isinstance(value, NamedNode | Literal):
            found.append(Option(value, {}, int(count.value) if isinstance(count, Literal) else None))
    return found


def bind(question: CannedQuestion, given: Mapping[str, Sequence[str]], engine: Engine) -> str:
    """The text of a question with values in its slots; a parameter that is not given takes its default.

    Values become terms by the parameter's type and are written as terms: no text of a visitor reaches the query
    in any other way.

    Raises:
        ParameterInvalid: a parameter is unknown, missing, or has a value that does not fit.
    """
    known = {parameter.name: parameter for parameter in question.parameters}
    for given_name in given:
        if given_name not in known:
            raise ParameterInvalid(
                given_name, f"this question has no such parameter; it has {', '.join(known) or 'none'}."
            )
    chosen = {key: _terms(parameter, given.get(key), engine) for key, parameter in known.items()}
    text = question.text
    for slot in reversed(slots(text)):
        values = " ".join(str(term) for term in chosen[slot.name]) or "UNDEF"
        text = f"{text[: slot.start]} {values} {text[slot.end :]}"
    return text


def _terms(parameter: Parameter, given: Sequence[str] | None, engine: Engine) -> list[NamedNode | Literal]:
    if given is None:  # a default stands in the file, reviewed like code, and need not be checked against the data
        return [_term(parameter, value) for value in parameter.default]
    texts = [text for text in given if text]
    if not texts and parameter.required:
        raise ParameterInvalid(parameter.name, "choose a value.")
    if len(texts) > (MAX_VALUES if parameter.multiple else 1):
        most = MAX_VALUES if parameter.multiple else 1
        raise ParameterInvalid(parameter.name, f"give at most {most} value{'s' if most > 1 else ''}.")
    terms = [_term(parameter, text) for text in texts]
    if parameter.fixed_options or parameter.options_query or parameter.member_of:
        _refuse_strangers(parameter, terms, engine)
    return terms


def _term(parameter: Parameter, text: str) -> NamedNode | Literal:
    """A text as a term of the parameter's type."""
    if len(text) > MAX_CHARACTERS:
        raise ParameterInvalid(parameter.name, f"a value may have at most {MAX_CHARACTERS} characters.")
    if parameter.type == "iri":
        return _iri(parameter, text)
    if parameter.type == "string":
        return Literal(text)
    literal = Literal(text, datatype=name(_DATATYPES[parameter.type]))
    if not _well_formed(parameter.type, text):
        raise ParameterInvalid(parameter.name, f"{text!r} is no {parameter.type}.")
    return literal


def _iri(parameter: Parameter, text: str) -> NamedNode:
    prefix, _, local = text.partition(":")
    iri = PREFIXES[prefix] + local if prefix in PREFIXES and not local.startswith("//") else text
    if not iri.startswith(("http://", "https://", "urn:")):
        raise ParameterInvalid(parameter.name, f"{text!r} is no IRI with http, https or urn.")
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise ParameterInvalid(parameter.name, f"{text!r} is no valid IRI.") from error


def _well_formed(kind: str, text: str) -> bool:
    try:
        if kind == "integer":
            return str(int(text)).lstrip("-") == text.lstrip("+-").lstrip("0").rjust(1, "0")
        if kind == "decimal":
            return Decimal(text).is_finite() and "e" not in text.lower()
        if kind == "date":
            return bool(datetime.date.fromisoformat(text))
    except (ValueError, InvalidOperation):
        return False
    return text in ("true", "false")


def _refuse_strangers(parameter: Parameter, terms: list[NamedNode | Literal], engine: Engine) -> None:
    """Refuse a value that is neither on the pick list nor an instance of the parameter's class."""
    allowed = {option.value for option in options_of(parameter, engine)}
    for term in terms:
        if term not in allowed and not _is_instance(parameter, term, engine):
            raise ParameterInvalid(parameter.name, f"{term.value!r} is not one of the choices.")


def _is_instance(parameter: Parameter, term: NamedNode | Literal, engine: Engine) -> bool:
    if parameter.member_of is None:
        return False
    found = select(engine, f"SELECT ?class {{ VALUES ?class {{ {parameter.member_of} }} {term} a ?class }}")
    return bool(found.rows)
