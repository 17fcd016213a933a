"""Reading the catalogue: query files with headers become canned questions, or the build stops."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.core.errors import HeaderInvalid, ParameterInvalid
from kg.core.names import LANGUAGES, PREFIXES, name
from kg.core.settings import PROJECT
from kg.questions.catalogue.question import CannedQuestion, Catalogue, Column, Option, Parameter, Texts
from kg.questions.catalogue.terms import WELL_FORMED, term_of
from kg.sparql.header import QueryFile, read_query_files, read_yaml_file
from kg.sparql.slots import slots

_KINDS = ("entity", "text", "number", "date", "evidence", "hidden")
_FOLDED = ("comparator", "upper", "basis", "direction", "unit", "when")  # what a cell of numbers may tell besides
_SUBJECTS_FILE = "subjects.yaml"
# what a request says of the form of an answer, so that no question may have a parameter of that name
_JSON_SCALAR = re.compile(r"-?[0-9]+(?:\.[0-9]+)?|true|false|null")
_COUNTED = re.compile(r"\?count\b")
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
    """The subjects in the order of the file, each with its name in every language."""
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
    found, wanted = {slot.name for slot in slots(file.text)}, {parameter.name for parameter in parameters}
    if found != wanted:
        raise HeaderInvalid(f"{file.path}: VALUES slots {sorted(found)} and params {sorted(wanted)} differ.")
    _refuse_odd_slots(file, parameters)
    columns = tuple(_column(file, key, value) for key, value in heads.items())
    if strange := {one for column in columns for one in column.folded.values()} - set(heads):
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
    """A pick list may depend on the other parameters of its question, and on nothing else."""
    known = {parameter.name for parameter in parameters}
    for parameter in parameters:
        if parameter.name in RESERVED:
            raise HeaderInvalid(
                f"{file.path}: a parameter cannot be called {parameter.name}; that is a word of the address."
            )
        asked = {slot.name for slot in slots(parameter.options_query or "")}
        if strange := asked - (known - {parameter.name}):
            raise HeaderInvalid(
                f"{file.path}: the options of {parameter.name} ask for {sorted(strange)}, no other parameters."
            )


def _list(file: QueryFile, head: Mapping[str, Any], key: str) -> tuple[str, ...]:
    listed = head.get(key, [])
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise HeaderInvalid(f"{file.path}: {key} is a list of words, such as [plan, type].")
    return tuple(listed)


def typed(value: Any) -> Any:
    """What YAML's strings mean in a picture: numbers, true, false and null are those of JSON."""
    if isinstance(value, dict):
        return {key: typed(one) for key, one in value.items()}
    if isinstance(value, list):
        return [typed(one) for one in value]
    try:
        return json.loads(value) if _JSON_SCALAR.fullmatch(value) else value
    except ValueError:
        return value


def _body(text: str) -> str:
    """The query without its header."""
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


def _column(file: QueryFile, column_name: str, given: Any) -> Column:
    fields = _fields(file, given, f"column {column_name}")
    if fields.get("kind") not in _KINDS:
        raise HeaderInvalid(f"{file.path}: column {column_name} needs a kind of {', '.join(_KINDS)}.")
    folded = {key: fields[key] for key in _FOLDED if key in fields}
    if folded and fields["kind"] != "number":
        raise HeaderInvalid(f"{file.path}: column {column_name} folds {', '.join(folded)}, which only numbers can.")
    return Column(column_name, _texts(file, fields, "label"), fields["kind"], folded)


def _parameter(file: QueryFile, key: str, given: Any, lists: Mapping[str, QueryFile]) -> Parameter:
    fields = _fields(file, given, f"parameter {key}")
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
    return replace(parameter, fixed_options=tuple(_option(file, parameter, one) for one in fixed))


def _counts(file: QueryFile) -> Texts:
    """What the numbers of a pick list count, which it must say if it has any."""
    return _texts(file, file.header, "counts") if _COUNTED.search(file.text) else {}


def _option(file: QueryFile, parameter: Parameter, given: Any) -> Option:
    fields = _fields(file, given, f"an option of {parameter.name}")
    if "value" not in fields:
        raise HeaderInvalid(f"{file.path}: an option of {parameter.name} has no value.")
    try:
        return Option(term_of(parameter, fields["value"]), _texts(file, fields, "label"))
    except ParameterInvalid as error:
        raise HeaderInvalid(f"{file.path}: an option of {error}") from error
