"""The clauses of a question for counts, as SPARQL 1.1 Query Language, section 19.8, writes them."""

from __future__ import annotations

from dataclasses import dataclass

from kg.core.names import name
from kg.engine.counts.cursor import Cursor, NotRead
from kg.engine.counts.patterns import QUADS, TRIPLES, TYPES, Kind

_TYPE = f"<{name('rdf:type').value}>"


@dataclass(frozen=True)
class Count:
    """COUNT of a variable or of ``*``, or of its different values."""

    variable: str
    distinct: bool


@dataclass(frozen=True)
class Item:
    """A column of the answer: its name, and what it counts, or None for a variable of the pattern."""

    name: str
    count: Count | None


@dataclass(frozen=True)
class Matched:
    """The pattern, and the place in it of each variable; a place that is written ``[]`` has none."""

    kind: Kind
    places: dict[str, str]


@dataclass(frozen=True)
class Condition:
    """A condition of ORDER BY."""

    direction: str
    by: str | Count


def take_prologue(cursor: Cursor) -> dict[str, str]:
    """The IRI, in its brackets, of each prefix."""
    prefixes: dict[str, str] = {}
    while cursor.took("PREFIX"):
        prefix = cursor.take_kind("prefixed")
        if not prefix.endswith(":") or prefix in prefixes:
            raise NotRead
        prefixes[prefix] = cursor.take_kind("iri")
    return prefixes


def take_items(cursor: Cursor) -> list[Item]:
    """What stands between SELECT and the pattern."""
    items = []
    while cursor.now.kind == "variable" or cursor.now.text == "(":
        if cursor.took("("):
            count = take_count(cursor)
            cursor.take("AS")
            items.append(Item(cursor.take_variable(), count))
            cursor.take(")")
        else:
            items.append(Item(cursor.take_variable(), None))
    return items


def take_count(cursor: Cursor) -> Count:
    """COUNT and its brackets."""
    cursor.take("COUNT", "(")
    distinct = bool(cursor.took("DISTINCT"))
    variable = cursor.took("*") or cursor.take_variable()
    cursor.take(")")
    return Count(variable, distinct)


def take_pattern(cursor: Cursor, prefixes: dict[str, str]) -> Matched:
    """The pattern in its braces: all triples, all types, or all quads."""
    cursor.took("WHERE")
    cursor.take("{")
    if cursor.took("GRAPH"):
        graph = cursor.take_variable()
        cursor.take("{")
        kind, terms = _take_triple(cursor, prefixes)
        cursor.take("}")
        cursor.took(".")
        if kind is TYPES:
            raise NotRead
        kind, terms = QUADS, [graph, *terms]
    else:
        kind, terms = _take_triple(cursor, prefixes)
    cursor.take("}")
    named = [term for term in terms if term]
    if len(set(named)) < len(named):  # one variable in two places
        raise NotRead
    return Matched(kind, {term: place for term, place in zip(terms, kind.places, strict=True) if term})


def _take_triple(cursor: Cursor, prefixes: dict[str, str]) -> tuple[Kind, list[str]]:
    subject = _take_place(cursor)
    if cursor.now.kind == "variable":
        kind, terms = TRIPLES, [subject, cursor.take_variable(), _take_place(cursor)]
    else:
        _take_type(cursor, prefixes)
        kind, terms = TYPES, [subject, _take_place(cursor)]
    cursor.took(".")
    return kind, terms


def _take_place(cursor: Cursor) -> str:
    """A variable, or ``[]``, which matches as one without a name."""
    if cursor.took("["):
        cursor.take("]")
        return ""
    return cursor.take_variable()


def _take_type(cursor: Cursor, prefixes: dict[str, str]) -> None:
    token = cursor.step()
    if (token.kind, token.text) == ("word", "a") or (token.kind, token.text) == ("iri", _TYPE):
        return
    prefix, colon, local = token.text.partition(":")
    if token.kind != "prefixed" or f"{prefixes.get(prefix + colon, '')[:-1]}{local}>" != _TYPE:
        raise NotRead


def take_conditions(cursor: Cursor) -> list[Condition]:
    """The conditions of ORDER BY, if there are any: variables and counts."""
    if not cursor.took("ORDER"):
        return []
    cursor.take("BY")
    conditions = []
    while cursor.now.kind == "variable" or cursor.now.text.upper() in ("ASC", "DESC"):
        direction = cursor.took("ASC", "DESC")
        if not direction:
            conditions.append(Condition("ASC", cursor.take_variable()))
            continue
        cursor.take("(")
        by = cursor.take_variable() if cursor.now.kind == "variable" else take_count(cursor)
        conditions.append(Condition(direction, by))
        cursor.take(")")
    if not conditions:
        raise NotRead
    return conditions


def take_limits(cursor: Cursor) -> dict[str, str]:
    """LIMIT and OFFSET, each at most once; then the text must end."""
    limits: dict[str, str] = {}
    while word := cursor.took("LIMIT", "OFFSET"):
        number = cursor.take_kind("number")
        if word in limits or not number.isdecimal():
            raise NotRead
        limits[word] = number
    if cursor.now.kind != "end":
        raise NotRead
    return limits
