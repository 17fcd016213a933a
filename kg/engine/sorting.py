"""ORDER BY with sort keys that the engine can compare.

The engine compares two numbers by value and a number with another literal by text. That is no total order: 9 < 10 by
value, and "10" < "5x" < "9" by text. A sort of such values ends the engine's process. Here each sort key becomes a list
of keys, and all values that one of them has can be compared: the kind of the term, the value of a number, the
datatype, the value of a date or truth value, the text, the language. They give the order of SPARQL 1.1 Query Language,
section 15.1: unbound, blank nodes, IRIs, literals. That section defines no order between a number and a string, or
between values of different datatypes. Here numbers come first, then texts, then other literals by their datatype.
"""

from __future__ import annotations

from kg.core.names import PREFIXES
from kg.sparql.parser import parse_query
from kg.sparql.syntax_tree import Exists, Modifiers, OrderKey, Variable

_XSD = PREFIXES["xsd"]
# values with a time zone and values without one have no total order, so the latter get a time zone below
_ZONED = ("dateTime", "date", "time")
# datatypes whose values have a total order; that of xsd:duration is partial, so its values are sorted as texts
_COMPARED = ("boolean", "dayTimeDuration", "yearMonthDuration")

# ranks: 0 unbound, 1 blank node, 2 IRI, 3 NaN, 4 other number, 5 other literal, 6 triple term.
# NaN is the only number that is not equal to itself.
_RANK = "IF(isBLANK({e}), 1, IF(isIRI({e}), 2, IF(isNUMERIC({e}), IF({e} = {e}, 4, 3), IF(isTRIPLE({e}), 6, 5))))"
_STRING = f"(DATATYPE({{e}}) IN (<{_XSD}string>, <{PREFIXES['rdf']}langString>))"
# a value without time zone is treated as one in UTC
_IN_ZONE = 'IF(REGEX(STR({e}), "(Z|[+-][0-9][0-9]:[0-9][0-9])$"), STR({e}), CONCAT(STR({e}), "Z"))'


def sortable_text(text: str) -> str | None:
    """Return the text with other sort keys in each ORDER BY; None if it has none, or does not parse.

    Return None also if a key has EXISTS: its group may have an ORDER BY of its own.
    """
    query = parse_query(text)
    clauses = [modifiers.order_by for modifiers in query.of(Modifiers) if modifiers.order_by] if query else []
    if not clauses or any(any(True for _ in key.of(Exists)) for keys in clauses for key in keys):
        return None
    # from the last clause to the first, so that the offsets of the earlier ones stay correct
    for keys in reversed(clauses):
        sortable = " ".join(_keys(text, key) for key in keys)
        text = f"{text[: keys[0].start]} {sortable} {text[keys[-1].end :]}"
    return text


def _keys(text: str, key: OrderKey) -> str:
    """Return the sort keys that replace a key."""
    direction, expression = "DESC" if key.descending else "ASC", _expression(text, key)
    value = '""'
    # Nested IFs: the datatype chooses the cast. A literal of another datatype gets "", and the text decides below.
    for name in _ZONED:
        value = f"IF(DATATYPE({{e}}) = <{_XSD}{name}>, <{_XSD}{name}>({_IN_ZONE}), {value})"
    for name in _COMPARED:
        value = f"IF(DATATYPE({{e}}) = <{_XSD}{name}>, <{_XSD}{name}>({{e}}), {value})"
    value = f'COALESCE({value}, "")'
    # An unsuitable term makes an error in most keys, and COALESCE replaces it by a constant of the same datatype.
    # So each key has values of one datatype only, except for ``value``, whose datatypes the key before it separates.
    keys = (
        f"COALESCE({_RANK}, 0)",
        # first as doubles, because decimals have a smaller range; then as decimals, because doubles are less precise
        f"COALESCE(IF(isNUMERIC({{e}}), IF({{e}} = {{e}}, <{_XSD}double>({{e}}), 0e0), 0e0), 0e0)",
        f"COALESCE(IF(isNUMERIC({{e}}), <{_XSD}decimal>({{e}}), 0.0), 0.0)",
        f'COALESCE(IF(isNUMERIC({{e}}), "", IF({_STRING}, "", STR(DATATYPE({{e}})))), "")',
        value,
        f'COALESCE(IF(isNUMERIC({{e}}), "", IF(STR({value}) = "", STR({{e}}), "")), "")',
        'COALESCE(LANG({e}), "")',
        # the parts of a triple term; they are errors for other terms
        *(f'COALESCE(STR({part}({{e}})), "")' for part in ("SUBJECT", "PREDICATE", "OBJECT")),
    )
    return " ".join(f"{direction}({template.replace('{e}', expression)})" for template in keys)


def _expression(text: str, key: OrderKey) -> str:
    """Return the expression of a key as it is written, in brackets unless it is a variable."""
    if isinstance(key.expression, Variable):
        return text[key.expression.start : key.expression.end]
    return f"({text[key.expression.start : key.expression.end]})"
