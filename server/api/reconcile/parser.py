"""Parser of reconciliation requests, with their limits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from flask import current_app

from kg.core.errors import N_, BatchTooLarge, Message, RequestInvalid, choice
from kg.core.names import LANGUAGES
from kg.reconcile.properties import Closeness
from kg.reconcile.schema import (
    LARGEST_LIMIT,
    MOST_CHARACTERS,
    USUAL_LIMIT,
    Condition,
    Query,
    Schema,
    Schemas,
    Strictness,
    TableValue,
)
from server.core.context import request_context

_KEY = "fyp-kg.reconcile.schemas"


def schema_here() -> Schema:
    """Return the types and properties of the release of this request.

    Raises:
        As ``Engine.answer``.
    """
    schemas = current_app.extensions.setdefault(_KEY, Schemas())
    assert isinstance(schemas, Schemas)  # noqa: S101 - set above
    return schemas.of(request_context().engine)


BATCH_SIZE = 50
"""The most queries of a batch."""
LARGEST_EXTENSION = 200
"""The most resources, and the most properties, of a request for values."""
LARGEST_TABLE = 10_000
"""The most cells of a request for values: resources times properties."""
MOST_CONDITIONS = 16
"""The most properties, or types, of one query."""
MOST_COMPARISONS = 600_000
"""The most comparisons of a batch. The largest batch with one value for each property needs fewer."""
MOST_VALUES = 100_000
"""The most values that one request reads."""
_MOST_GIVEN = 50
_LONGEST_SHOWN = 100
# below 2**53, up to which a double holds every whole number exactly
_LARGEST_NUMBER = 10**15
_HALF = re.compile("[\ud800-\udfff]")
_MUST_BE = {
    dict: N_("%(place)s must be an object."),
    list: N_("%(place)s must be an array."),
    str: N_("%(place)s must be a string."),
}

Json = object
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True)
class Fetched:
    """A requested property: its most values for each resource (0: all), their language, and the kinds of links."""

    property_id: str
    most: int
    language: str
    closeness: Closeness


@dataclass(frozen=True)
class Extension:
    """The ids of resources as the client sent them, and the requested properties."""

    ids: tuple[str, ...]
    properties: tuple[Fetched, ...]


def read_queries(text: str) -> dict[str, Query]:
    """Return the queries of a batch, by the keys of the client.

    Raises:
        RequestInvalid: the text is not JSON of this shape.
        BatchTooLarge: there are more than BATCH_SIZE, or one has too many types, properties or values.
    """
    batch = _object(_load(text, "queries"), "queries")
    if len(batch) > BATCH_SIZE:
        raise BatchTooLarge(
            Message(
                "The batch has %(number)s queries: send at most %(most)s at once.",
                number=len(batch),
                most=BATCH_SIZE,
            )
        )
    return {
        _encodable_text(key, "queries"): _query(value, f"queries.{key[:_LONGEST_SHOWN]}")
        for key, value in batch.items()
    }


def read_extension(text: str, language: str) -> Extension:
    """Return the requested values. ``language`` is the default for names.

    Raises:
        RequestInvalid: the text is not JSON of this shape.
        BatchTooLarge: the request is too large.
    """
    asked = _object(_load(text, "extend"), "extend")
    ids = [_text(entry, "extend.ids") for entry in _array(_needed(asked, "ids", "extend"), "extend.ids")]
    wanted = _array(_needed(asked, "properties", "extend"), "extend.properties")
    if max(len(ids), len(wanted)) > LARGEST_EXTENSION:
        raise BatchTooLarge(
            Message(
                "Ask for at most %(most)s resources and %(most)s properties at once.",
                most=LARGEST_EXTENSION,
            )
        )
    if len(ids) * len(wanted) > LARGEST_TABLE:
        raise BatchTooLarge(
            Message("Ask for at most %(most)s values at once: resources times properties.", most=LARGEST_TABLE)
        )
    return Extension(tuple(ids), tuple(_fetched(entry, language) for entry in wanted))


def _load(text: str, field: str) -> Json:
    def refuse(constant: str) -> Json:
        raise RequestInvalid(
            Message("%(field)s is no JSON: %(constant)s is no number.", field=field, constant=constant)
        )

    try:
        # Python also accepts NaN and Infinity, which JSON does not have and a reply could not repeat
        return json.loads(text, parse_constant=refuse)
    except RecursionError as error:
        raise RequestInvalid(Message("%(field)s nests too deeply.", field=field)) from error
    except ValueError as error:  # also a number of too many digits
        raise RequestInvalid(Message("%(field)s is no JSON: %(reason)s.", field=field, reason=error)) from error


def _query(value: Json, where: str) -> Query:
    asked = _object(value, where)
    text = _text(asked["query"], f"{where}.query") if "query" in asked else ""
    listed = _at_most(
        _array(asked.get("properties", []), f"{where}.properties"), MOST_CONDITIONS, f"{where}.properties"
    )
    conditions = tuple(_condition(entry, f"{where}.properties") for entry in listed)
    if "query" not in asked and not conditions:
        raise RequestInvalid(
            Message("%(place)s asks for nothing: give query, or properties, or both.", place=_shown(where))
        )
    return Query(
        text,
        tuple(_types(asked.get("type"), f"{where}.type")),
        _one_of(Strictness, asked.get("type_strict", Strictness.ANY), f"{where}.type_strict"),
        conditions,
        min(_whole(asked.get("limit", USUAL_LIMIT), f"{where}.limit", least=1), LARGEST_LIMIT),
    )


def _condition(value: Json, where: str) -> Condition:
    asked = _object(value, where)
    wanted = _needed(asked, "v", where)
    values = _at_most(wanted if isinstance(wanted, list) else [wanted], _MOST_GIVEN, f"{where}.v")
    return Condition(
        _name(_needed(asked, "pid", where), f"{where}.pid"),
        tuple(_table_value(value, f"{where}.v") for value in values),
    )


def _table_value(value: Json, where: str) -> TableValue:
    # before the numbers, because bool is a subclass of int
    if isinstance(value, bool):
        return TableValue("true" if value else "false")
    if isinstance(value, (int, float)):
        return TableValue(_number(value, where))
    if isinstance(value, dict):
        name = value.get("name", "")
        return TableValue(_text(name, f"{where}.name"), _text(_needed(value, "id", where), f"{where}.id"))
    if isinstance(value, str):
        return TableValue(_encodable_text(value, where))
    raise RequestInvalid(
        Message("%(place)s: give a string, a number, true, false, or an object with an id.", place=_shown(where))
    )


def _number(value: float, where: str) -> str:
    if abs(value) >= _LARGEST_NUMBER:  # also infinity after an overflow
        raise RequestInvalid(
            Message(
                "%(place)s: give a number below %(most)s, or a string.",
                place=_shown(where),
                most=_LARGEST_NUMBER,
            )
        )
    return str(int(value)) if value == int(value) else repr(value)


def _types(value: Json, where: str) -> list[str]:
    """Return the ids of types. Some clients send objects that contain the id."""
    several = _at_most(value if isinstance(value, list) else [] if value is None else [value], MOST_CONDITIONS, where)
    return [
        _name(_needed(entry, "id", where) if isinstance(entry, dict) else entry, where)
        for entry in several
        if entry != ""
    ]


def _fetched(value: Json, language: str) -> Fetched:
    where = "extend.properties"
    asked = _object(value, where)
    settings = _object(asked.get("settings") or {}, f"{where}.settings")
    # a client may send null or an empty text for a setting that its user left alone
    wanted = settings.get("lang") or language
    if wanted not in LANGUAGES:
        raise RequestInvalid(
            Message("%(place)s: choose %(offered)s.", place=f"{where}.settings.lang", offered=choice(LANGUAGES))
        )
    return Fetched(
        _name(_needed(asked, "id", where), f"{where}.id"),
        _whole(settings.get("limit") or 0, f"{where}.settings.limit", least=0),
        str(wanted),
        _one_of(Closeness, settings.get("links") or Closeness.CLOSE, f"{where}.settings.links"),
    )


def _one_of(choices: type[Choice], value: Json, where: str) -> Choice:
    by_text = {str(member): member for member in choices}
    if not isinstance(value, str) or value not in by_text:
        raise RequestInvalid(Message("%(place)s: choose %(offered)s.", place=_shown(where), offered=choice(by_text)))
    return by_text[value]


def _whole(value: Json, where: str, *, least: int) -> int:
    """Return a whole number. OpenRefine's settings send it as a text or as a float."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value, re.ASCII):
        value = int(value)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    # mypy does not follow ``is_number``, so it still sees any JSON value here and in the last line
    if not is_number or not least <= value <= _LARGEST_NUMBER or value != int(value):  # type: ignore[operator, call-overload]
        raise RequestInvalid(
            Message("%(place)s: give a whole number from %(least)s.", place=_shown(where), least=least)
        )
    return int(value)  # type: ignore[call-overload, no-any-return]


def _needed(asked: Mapping[str, Json], key: str, where: str) -> Json:
    if key not in asked:
        raise RequestInvalid(Message("%(place)s has no %(key)s.", place=_shown(where), key=key))
    return asked[key]


def _object(value: Json, where: str) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        raise RequestInvalid(Message(_MUST_BE[dict], place=_shown(where)))
    return value


def _array(value: Json, where: str) -> Sequence[Json]:
    if not isinstance(value, list):
        raise RequestInvalid(Message(_MUST_BE[list], place=_shown(where)))
    return value


def _at_most(values: Sequence[Json], most: int, where: str) -> Sequence[Json]:
    if len(values) > most:
        raise BatchTooLarge(
            Message(
                "%(place)s has %(number)s entries: give at most %(most)s.",
                place=_shown(where),
                number=len(values),
                most=most,
            )
        )
    return values


def _name(value: Json, where: str) -> str:
    """Return the id of a type, property or resource. Its length is limited, because each answer repeats it."""
    text = _text(value, where)
    if len(text) > MOST_CHARACTERS:
        raise BatchTooLarge(
            Message(
                "%(place)s has %(number)s characters: give at most %(most)s.",
                place=_shown(where),
                number=len(text),
                most=MOST_CHARACTERS,
            )
        )
    return text


def _text(value: Json, where: str) -> str:
    if not isinstance(value, str):
        raise RequestInvalid(Message(_MUST_BE[str], place=_shown(where)))
    return _encodable_text(value, where)


def _encodable_text(text: str, where: str) -> str:
    """Return a text that JSON can send back, which excludes half of a surrogate pair (RFC 8259, section 8.2)."""
    if _HALF.search(text):
        raise RequestInvalid(
            Message("%(place)s has half of a surrogate pair, which is no character.", place=_shown(where))
        )
    return text


def _shown(where: str) -> str:
    """Return a place in the JSON for an error message. The keys of the client may have any length and characters."""
    return _HALF.sub("\ufffd", where)[:_LONGEST_SHOWN]
