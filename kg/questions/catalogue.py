"""The catalogue of canned questions: query files with typed parameters, and the binding of values to them."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.core.errors import HeaderInvalid, Message, ParameterInvalid, QuestionUnknown
from kg.core.names import LANGUAGES, PREFIXES, name
from kg.core.settings import PROJECT
from kg.engine import Engine, select
from kg.sparql.header import QueryFile, read_query_files, read_yaml_file
from kg.sparql.lexer import Kind, kind_of
from kg.sparql.slots import slots

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Option:
    """A value that a parameter may take, its labels if the file has them, and its number of results."""

    value: NamedNode | Literal
    labels: Texts
    count: int | None = None


@dataclass(frozen=True)
class Parameter:
    """A typed parameter: ``iri``, ``string``, ``integer``, ``decimal``, ``date`` or ``boolean``.

    ``least`` and ``most`` are inclusive bounds of a number or date; empty means unbounded. The query of a pick list may
    have slots for other parameters, so that it offers only what fits their values. ``counts`` says what its numbers
    count.

    """

    name: str
    labels: Texts
    type: str
    multiple: bool
    required: bool
    default: tuple[str, ...]
    fixed_options: tuple[Option, ...]
    options_query: str | None
    member_of: NamedNode | None
    least: str = ""
    most: str = ""
    counts: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """A column of the result: its heading, and how its cells are shown.

    ``folded`` names other columns that a page shows within the cells of this one, such as the unit of a number.
    """

    name: str
    labels: Texts
    kind: str
    folded: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CannedQuestion:
    """A question in plain words with the query that answers it.

    ``about`` is the column that names the subject of a row, if that is not the first column of resources.
    """

    slug: str
    title: Texts
    question: Texts
    description: Texts
    limits: Texts
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    tests: tuple[dict[str, Any], ...]
    text: str
    subject: str
    tags: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    about: str = ""
    chart: Mapping[str, Any] | None = None
    competency: int | None = None

    @property
    def kind(self) -> Kind:
        """Return the query form, usually SELECT."""
        return kind_of(self.text)


@dataclass(frozen=True)
class Catalogue:
    """All canned questions in order of slug, and their subjects in order."""

    questions: Mapping[str, CannedQuestion]
    subjects: Mapping[str, Texts]

    def get(self, slug: str) -> CannedQuestion:
        """Return the question with a slug.

        Raises:
            QuestionUnknown: there is none.
        """
        if slug not in self.questions:
            raise QuestionUnknown(
                Message("There is no question %(name)s. The questions are listed at /q/.", name=repr(slug))
            )
        return self.questions[slug]

    def by_subject(self) -> dict[str, list[CannedQuestion]]:
        """Return the questions by subject, in the order of subjects; empty subjects are left out."""
        listed = {
            subject: [question for question in self.questions.values() if question.subject == subject]
            for subject in self.subjects
        }
        return {subject: questions for subject, questions in listed.items() if questions}


MAX_CHARACTERS = 200

# patterns of whole texts: the parsers of Python also accept spaces, underscores and digits of other scripts
WELL_FORMED = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "decimal": re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "boolean": re.compile(r"true|false"),
}


def term_of(parameter: Parameter, text: str) -> NamedNode | Literal:
    """Return a text as a term of the parameter's type.

    Raises:
        ParameterInvalid: it is too long, or no text of that type.
    """
    if len(text) > MAX_CHARACTERS:
        raise ParameterInvalid(
            parameter.name, Message("a value may have at most %(most)s characters.", most=MAX_CHARACTERS)
        )
    if parameter.type == "iri":
        return _iri(parameter, text)
    if parameter.type == "string":
        try:
            return Literal(text)
        except ValueError as error:  # a lone surrogate, which JSON can contain
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
    # a prefix may be spelled like a scheme, and ``//`` shows that the text is an address
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
    """Return True if the text is valid in XML Schema.

    Python's parsers accept more, such as ``1_000`` and ``20211231``.
    """
    if not WELL_FORMED[kind].fullmatch(text):
        return False
    try:
        return kind != "date" or bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


_KINDS = ("entity", "text", "number", "date", "evidence", "hidden")
_FOLDED = ("comparator", "upper", "basis", "direction", "unit", "when")  # what a number cell may show as well
_SUBJECTS_FILE = "subjects.yaml"
_JSON_SCALAR = re.compile(r"-?[0-9]+(?:\.[0-9]+)?|true|false|null")
_COUNTED = re.compile(r"\?count\b")
# Fields of a request for the form of a response; no parameter may have these names.
RESERVED = ("bom", "lang", "page", "release", "size", "sort", "theme", "width")


def read_catalogue(folder: Path = PROJECT / "queries") -> Catalogue:
    """Read ``pages/*.rq`` and the pick lists ``options/*.rq``.

    Raises:
        HeaderInvalid: a header lacks something, or slots and parameters do not match.
        FileUnreadable: a file cannot be read.
    """
    subjects = _subjects(folder / _SUBJECTS_FILE)
    lists = {file.slug: file for file in read_query_files(folder / "options")}
    questions = [_question(file, lists, subjects) for file in read_query_files(folder / "pages")]
    return Catalogue({question.slug: question for question in questions}, subjects)


def _subjects(path: Path) -> dict[str, Texts]:
    """Return the subjects in the order of the file, each with its name in every language."""
    listed = read_yaml_file(path)
    for subject, texts in listed.items():
        if not isinstance(texts, dict) or any(not texts.get(language) for language in LANGUAGES):
            raise HeaderInvalid(f"{path}: {subject} needs a name in each of {', '.join(LANGUAGES)}.")
    return listed


def _question(file: QueryFile, lists: Mapping[str, QueryFile], subjects: Mapping[str, Texts]) -> CannedQuestion:
    head = file.header
    if head.get("subject") not in subjects:
        raise HeaderInvalid(
            f"{file.path}: subject is {head.get('subject')!r}; it must be one of {', '.join(subjects)}."
        )
    params, heads = (_fields(file, head.get(key) or {}, key) for key in ("params", "columns"))
    parameters = tuple(_parameter(file, key, value, lists) for key, value in params.items())
    # both must agree: a slot without a parameter would always be open, and a parameter without a slot has no effect
    slot_names, wanted = {slot.name for slot in slots(file.text)}, {parameter.name for parameter in parameters}
    if slot_names != wanted:
        raise HeaderInvalid(f"{file.path}: VALUES slots {sorted(slot_names)} and params {sorted(wanted)} differ.")
    _refuse_odd_slots(file, parameters)
    columns = tuple(_column(file, key, value) for key, value in heads.items())
    if strange := {name_ for column in columns for name_ in column.folded.values()} - set(heads):
        raise HeaderInvalid(f"{file.path}: columns are folded with {sorted(strange)}, which are no columns.")
    facets = _list(file, head, "facets")
    if unknown := set(facets) - set(heads):
        raise HeaderInvalid(f"{file.path}: facets name {sorted(unknown)}, which are no columns.")
    if not str(head.get("competency", "0")).isdecimal():
        raise HeaderInvalid(f"{file.path}: competency is a whole number.")
    if (about := head.get("about", "")) and about not in heads:
        raise HeaderInvalid(f"{file.path}: rows are about {about!r}, which is no column.")
    return CannedQuestion(
        slug=file.slug,
        **{field: _texts(file, head, field) for field in ("title", "question", "description", "limits")},
        parameters=parameters,
        columns=columns,
        about=about,
        tests=tuple(head.get("tests") or ()),
        text=_body(file.text),
        subject=str(head["subject"]),
        tags=_list(file, head, "tags"),
        facets=facets,
        chart=typed(_fields(file, head["chart"], "chart")) if "chart" in head else None,
        competency=int(head["competency"]) if "competency" in head else None,
    )


def _refuse_odd_slots(file: QueryFile, parameters: Sequence[Parameter]) -> None:
    """Refuse pick lists that depend on anything but the other parameters of their question."""
    names = {parameter.name for parameter in parameters}
    for parameter in parameters:
        if parameter.name in RESERVED:
            raise HeaderInvalid(
                f"{file.path}: a parameter cannot be called {parameter.name}; that is a word of the address."
            )
        asked = {slot.name for slot in slots(parameter.options_query or "")}
        if strange := asked - (names - {parameter.name}):
            raise HeaderInvalid(
                f"{file.path}: the options of {parameter.name} ask for {sorted(strange)}, no other parameters."
            )


def _list(file: QueryFile, head: Mapping[str, Any], key: str) -> tuple[str, ...]:
    listed = head.get(key, [])
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise HeaderInvalid(f"{file.path}: {key} is a list of words, such as [plan, type].")
    return tuple(listed)


def typed(value: Any) -> Any:
    """Convert the strings of YAML in a chart: numbers, true, false and null are those of JSON."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    try:
        # the YAML of a header has texts only; a number with leading zeros is no JSON and stays a text
        return json.loads(value) if _JSON_SCALAR.fullmatch(value) else value
    except ValueError:
        return value


def _body(text: str) -> str:
    """Return the query without its header."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip() + "\n"


def _fields(file: QueryFile, fields: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(fields, dict):
        raise HeaderInvalid(f"{file.path}: {what} needs fields, each a name, a colon and a value.")
    return fields


def _texts(file: QueryFile, fields: Mapping[str, Any], key: str) -> Texts:
    texts = fields.get(key)
    if not isinstance(texts, dict) or any(not texts.get(language) for language in LANGUAGES):
        raise HeaderInvalid(f"{file.path}: {key} needs a text in each of {', '.join(LANGUAGES)}.")
    return texts


def _column(file: QueryFile, column_name: str, value: Any) -> Column:
    fields = _fields(file, value, f"column {column_name}")
    if fields.get("kind") not in _KINDS:
        raise HeaderInvalid(f"{file.path}: column {column_name} needs a kind of {', '.join(_KINDS)}.")
    folded = {key: fields[key] for key in _FOLDED if key in fields}
    if folded and fields["kind"] != "number":
        raise HeaderInvalid(f"{file.path}: column {column_name} folds {', '.join(folded)}, which only numbers can.")
    return Column(column_name, _texts(file, fields, "label"), fields["kind"], folded)


def _parameter(file: QueryFile, key: str, value: Any, lists: Mapping[str, QueryFile]) -> Parameter:
    fields = _fields(file, value, f"parameter {key}")
    kind = fields.get("type", "string")
    if kind not in ("iri", "string", *WELL_FORMED):
        raise HeaderInvalid(f"{file.path}: parameter {key} has the unknown type {kind!r}.")
    options = fields.get("options")
    if isinstance(options, str) and options not in lists:
        raise HeaderInvalid(f"{file.path}: parameter {key} takes its options from {options!r}, which does not exist.")
    if fields.get("class", "fyp:").partition(":")[0] not in PREFIXES:
        raise HeaderInvalid(f"{file.path}: parameter {key} has the class {fields['class']!r}, whose prefix is unknown.")
    default, listed = fields.get("default", []), lists[options] if isinstance(options, str) else None
    parameter = Parameter(
        name=key,
        labels=_texts(file, fields, "label"),
        type=kind,
        multiple=fields.get("multiple") == "true",
        required=fields.get("required", "true") == "true",
        default=tuple(default) if isinstance(default, list) else (default,),
        fixed_options=(),
        options_query=listed.text if listed is not None else None,
        member_of=name(fields["class"]) if "class" in fields else None,
        least=fields.get("min", ""),
        most=fields.get("max", ""),
        counts=_counts(listed) if listed is not None else {},
    )
    fixed = options if isinstance(options, list) else []
    return replace(parameter, fixed_options=tuple(_option(file, parameter, option) for option in fixed))


def _counts(file: QueryFile) -> Texts:
    """Return what the numbers of a pick list count; a list with numbers must state it."""
    return _texts(file, file.header, "counts") if _COUNTED.search(file.text) else {}


def _option(file: QueryFile, parameter: Parameter, value: Any) -> Option:
    fields = _fields(file, value, f"an option of {parameter.name}")
    if "value" not in fields:
        raise HeaderInvalid(f"{file.path}: an option of {parameter.name} has no value.")
    try:
        return Option(term_of(parameter, fields["value"]), _texts(file, fields, "label"))
    except ParameterInvalid as error:
        raise HeaderInvalid(f"{file.path}: an option of {error}") from error


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
    # from the last slot to the first, so that the places of earlier slots stay right
    for slot in reversed(slots(text)):
        # UNDEF matches any value, so an open parameter does not limit the answer
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
    # the whole list, without regard to other parameters: a value that fits none of them gives no rows and no error
    allowed = {option.value for option in options_of(parameter, engine)}
    for term in terms:
        if term not in allowed and not _is_instance(parameter, term, engine):
            raise ParameterInvalid(
                parameter.name, Message("%(value)s is not one of the choices.", value=repr(term.value))
            )


def _is_instance(parameter: Parameter, term: NamedNode | Literal, engine: Engine) -> bool:
    if parameter.member_of is None:
        return False
    # the term is already one of its type, so no text of a client can change the query
    classes = select(engine, f"SELECT ?class {{ VALUES ?class {{ {parameter.member_of} }} {term} a ?class }}")
    return bool(classes.rows)
