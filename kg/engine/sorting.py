"""ORDER BY with sort keys that the engine can compare.

The engine compares two numbers by value and a number with another literal by text. That is no total order: 9 < 10 by
value, and "10" < "5x" < "9" by text. A sort of such values ends the engine's process. Here each sort key becomes a list
of keys, and all values that one of them has can be compared: the kind of the term, the value of a number, the
datatype, the value of a date or truth value, the text, the language. They give the order of SPARQL 1.1 Query Language,
section 15.1: unbound, blank nodes, IRIs, literals; and where it defines no order (a number and a string, values of
different datatypes), numbers come before texts, texts before other literals, and these by their datatype.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.core.names import PREFIXES
from kg.sparql.lexer import Token, tokens

_XSD = PREFIXES["xsd"]
_END = ("LIMIT", "OFFSET", "VALUES")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_ZONED = ("dateTime", "date", "time")
_COMPARED = ("boolean", "dayTimeDuration", "yearMonthDuration")

_RANK = "IF(isBLANK({e}), 1, IF(isIRI({e}), 2, IF(isNUMERIC({e}), IF({e} = {e}, 4, 3), IF(isTRIPLE({e}), 6, 5))))"
_STRING = f"(DATATYPE({{e}}) IN (<{_XSD}string>, <{PREFIXES['rdf']}langString>))"
# a value without time zone is taken for one in UTC
_IN_ZONE = 'IF(REGEX(STR({e}), "(Z|[+-][0-9][0-9]:[0-9][0-9])$"), STR({e}), CONCAT(STR({e}), "Z"))'


def sortable_text(text: str) -> str | None:
    """Return the text with other sort keys in each ORDER BY, or None if it has none, or one that is not understood."""
    found = list(tokens(text))
    changes: list[tuple[int, int, str]] = []
    for place, token in enumerate(found[:-1]):
        if not (token.is_word("ORDER") and found[place + 1].is_word("BY")):
            continue
        conditions = _conditions(text, found, place + 2)
        if not conditions:
            return None
        start, end = conditions[0][1], conditions[-1][2]
        changes.append((start, end, " " + " ".join(_keys(*condition[0]) for condition in conditions) + " "))
    for start, end, keys in reversed(changes):
        text = text[:start] + keys + text[end:]
    return text if changes else None


_Condition = tuple[tuple[str, str], int, int]


def _conditions(text: str, found: Sequence[Token], place: int) -> list[_Condition]:
    """Return direction, expression, start and end of each condition from a token on; none if one is not understood."""
    conditions: list[_Condition] = []
    while place < len(found):
        token = found[place]
        if token.is_word(*_END) or token.text in _CLOSING:
            break
        direction = token.text.upper() if token.is_word("ASC", "DESC") else ""
        last = _last(found, place)
        if last is None:
            return []
        first = place + 1 if direction else place
        end = found[last].start + len(found[last].text)
        conditions.append(((direction or "ASC", text[found[first].start : end]), token.start, end))
        place = last + 1
    return conditions


def _last(found: Sequence[Token], place: int) -> int | None:
    """Return the last token of the condition that starts here: a variable, a bracket, or a call."""
    token = found[place]
    if token.kind == "variable":
        return place
    if token.text != "(":
        if token.kind not in ("word", "iri", "prefixed"):
            return None
        place += 1
    if place >= len(found) or found[place].text != "(":  # such as NOT EXISTS { ... }
        return None
    depth = 0
    for at in range(place, len(found)):
        text = found[at].text if found[at].kind == "sign" else ""
        depth += (text in _OPENING) - (text in _CLOSING)
        if depth == 0:
            return at
    return None


def _keys(direction: str, expression: str) -> str:
    """Return the sort keys for an expression."""
    value = '""'
    for name in _ZONED:
        value = f"IF(DATATYPE({{e}}) = <{_XSD}{name}>, <{_XSD}{name}>({_IN_ZONE}), {value})"
    for name in _COMPARED:
        value = f"IF(DATATYPE({{e}}) = <{_XSD}{name}>, <{_XSD}{name}>({{e}}), {value})"
    value = f'COALESCE({value}, "")'
    keys = (
        f"COALESCE({_RANK}, 0)",
        f"COALESCE(IF(isNUMERIC({{e}}), IF({{e}} = {{e}}, <{_XSD}double>({{e}}), 0e0), 0e0), 0e0)",
        f"COALESCE(IF(isNUMERIC({{e}}), <{_XSD}decimal>({{e}}), 0.0), 0.0)",
        f'COALESCE(IF(isNUMERIC({{e}}), "", IF({_STRING}, "", STR(DATATYPE({{e}})))), "")',
        value,
        f'COALESCE(IF(isNUMERIC({{e}}), "", IF(STR({value}) = "", STR({{e}}), "")), "")',
        'COALESCE(LANG({e}), "")',
        *(f'COALESCE(STR({part}({{e}})), "")' for part in ("SUBJECT", "PREDICATE", "OBJECT")),
    )
    return " ".join(f"{direction}({key.replace('{e}', expression)})" for key in keys)
