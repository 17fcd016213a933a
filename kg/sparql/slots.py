"""The VALUES slots of a query: where the values of parameters go."""

from __future__ import annotations

from dataclasses import dataclass

from kg.sparql.parser import parse_query
from kg.sparql.syntax_tree import Values


@dataclass(frozen=True)
class Slot:
    """``VALUES $name { ... }``: the name of the parameter, and the place of the text between the braces."""

    name: str
    start: int
    end: int


def slots(text: str) -> list[Slot]:
    """Return the VALUES slots of a query in their order; ``$`` marks a parameter, ``?`` a variable of the query.

    A text that does not parse has none.
    """
    query = parse_query(text)
    values = query.of(Values) if query is not None else ()
    return [
        Slot(block.variables[0].name, block.rows_start, block.rows_end)
        for block in values
        if not block.bracketed and block.variables[0].mark == "$"
    ]
