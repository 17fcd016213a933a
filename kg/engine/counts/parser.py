"""Reading a question for counts of the whole graph: exactly what is known to be one, and nothing else.

It becomes a question to the counts that are kept, with the same columns, order and limit. Whatever is not surely such a
question is not read, and the engine answers it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.engine.counts.clauses import (
    Condition,
    Count,
    Item,
    Matched,
    take_conditions,
    take_items,
    take_limits,
    take_pattern,
    take_prologue,
)
from kg.engine.counts.cursor import Cursor, NotRead
from kg.engine.counts.patterns import ROWS, WHOLE
from kg.sparql.fast_scan import may_say

_LONGEST = 4096
_MOST_BRACES = 2  # those of the question and of GRAPH
_NEVER = re.compile(r"[;\"'\\|]")  # also within comments: nothing is lost but time


@dataclass(frozen=True)
class CountQuery:
    """A question to the counts, and the properties that it needs."""

    text: str
    columns: frozenset[NamedNode]


@dataclass(frozen=True)
class _Clauses:
    """What a question says; ``group`` is the variable that it groups by, or ""."""

    prologue: str
    distinct: bool
    items: list[Item]
    matched: Matched
    group: str
    conditions: list[Condition]
    limits: dict[str, str]


def read_count_query(text: str) -> CountQuery | None:
    """Read a question; None if it asks, or may ask, for anything but counts of the whole graph."""
    if len(text) > _LONGEST or text.count("{") > _MOST_BRACES or not may_say(text, "COUNT", "DISTINCT"):
        return None
    if _NEVER.search(text):
        return None
    try:
        clauses = _clauses(text)
        _refuse_names(clauses)
        return _asked(clauses)
    except NotRead:
        return None


def _clauses(text: str) -> _Clauses:
    cursor = Cursor(text)
    prefixes = take_prologue(cursor)
    prologue = text[: cursor.now.start]
    cursor.take("SELECT")
    distinct = bool(cursor.took("DISTINCT"))
    items = take_items(cursor)
    matched = take_pattern(cursor, prefixes)
    group = ""
    if cursor.took("GROUP"):
        cursor.take("BY")
        group = cursor.take_variable()
    elif distinct and [item.count for item in items] == [None]:  # the different terms in a place are its groups
        group = items[0].name
    return _Clauses(prologue, distinct, items, matched, group, take_conditions(cursor), take_limits(cursor))


def _refuse_names(clauses: _Clauses) -> None:
    """Every column is the group, or a count with a name that is new; rows are ordered by a column or another count.

    Raises:
        NotRead: this is not so, or there is no count by such a group.
    """
    group, places = clauses.group, clauses.matched.places
    names = [item.name for item in clauses.items]
    plain = {item.name for item in clauses.items if item.count is None}
    if not names or len(set(names)) < len(names) or plain - {group} or (set(names) - plain) & places.keys():
        raise NotRead
    if group and places.get(group) not in clauses.matched.kind.counted:
        raise NotRead
    by = {condition.by for condition in clauses.conditions}
    if any(one not in {*names, group} for one in by if isinstance(one, str)):
        raise NotRead
    # what tells rows apart must be the group, and nothing that is not among the columns
    if clauses.distinct and (group not in plain or any(isinstance(one, Count) for one in by)):
        raise NotRead


def _asked(clauses: _Clauses) -> CountQuery:
    """The question to the counts: it has a statement for each count, and one at least."""
    names = [item.name for item in clauses.items]
    fresh = "_" * (1 + max(map(len, [*names, *clauses.matched.places])))
    kept = {item.name: _column(clauses, item.count) for item in clauses.items if item.count is not None}
    order = []
    for number, condition in enumerate(clauses.conditions):
        by = condition.by
        if isinstance(by, Count):
            kept[f"{fresh}{number}"], by = _column(clauses, by), f"{fresh}{number}"
        order.append(f"{condition.direction}(?{by})")
    kept = kept or {fresh: _column(clauses, Count("*", distinct=False))}
    subject = f"?{clauses.group}" if clauses.group else str(WHOLE)
    text = [
        f"{clauses.prologue}SELECT{' DISTINCT' if clauses.distinct else ''}",
        *(f"?{one}" for one in names),
        "{",
        *(f"{subject} {column} ?{variable} ." for variable, column in kept.items()),
        "}",
        *(["ORDER BY", *order] if order else []),
        *(f"{word} {number}" for word, number in clauses.limits.items()),
    ]
    return CountQuery(" ".join(text), frozenset(kept.values()))


def _column(clauses: _Clauses, count: Count) -> NamedNode:
    """The property that a count is kept by.

    Raises:
        NotRead: it is of another variable, or is not kept.
    """
    kind, places = clauses.matched.kind, clauses.matched.places
    group = places.get(clauses.group, "")
    counted = places.get(count.variable, "") if count.distinct else ROWS
    if counted not in kind.counted[group] or count.variable not in {"*", *places}:
        raise NotRead
    return kind.column(group, counted)
