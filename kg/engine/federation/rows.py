"""From the answer of another endpoint to a VALUES block: its rows as terms, or words that say why not.

SPARQL 1.1 Query Results JSON Format, https://www.w3.org/TR/sparql11-results-json/. The library's own parser is not
used: a triple term of many thousand levels would end this process.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pyoxigraph import BaseDirection, Literal, NamedNode, Variable

from kg.core.errors import FederationFailed
from kg.core.messages import Message

NOTHING = "VALUES () { () }"
"""One row without a value: what a SILENT call that failed stands for (section 2.3 of Federated Query)."""

_UNBOUND = "UNDEF"
_DIRECTIONS = {"ltr": BaseDirection.LTR, "rtl": BaseDirection.RTL}


def read_rows(body: bytes, max_rows: int) -> tuple[str, int]:
    """A VALUES block of the rows of an answer, and how many they are.

    Raises:
        FederationFailed: it is no table in JSON, has too many rows, or holds what cannot be written here.
    """
    try:
        names, rows = _table(json.loads(body))
        variables = [str(Variable(name)) for name in names]
        if len(rows) > max_rows:
            raise FederationFailed(
                Message("the answer has more than %(most)s rows: ask for less within the clause.", most=max_rows)
            )
        block = _block(variables, [[_term(row, name) for name in names] for row in rows])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FederationFailed(
            Message("the answer is no table in SPARQL JSON (%(reason)s).", reason=_shortened(error))
        ) from error
    return block, len(rows)


def _table(found: Any) -> tuple[list[str], list[dict[str, Any]]]:
    names, rows = found["head"]["vars"], found["results"]["bindings"]
    unknown = {name for row in rows for name in row} - set(names)
    if unknown or len(set(names)) < len(names):
        raise ValueError("the variables of the rows are not those of the head")
    return names, rows


def _block(variables: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if len(variables) == 1:
        return f"VALUES {variables[0]} {{ {' '.join(row[0] for row in rows)} }}"
    lines = " ".join("(" + " ".join(row) + ")" for row in rows)
    return f"VALUES ({' '.join(variables)}) {{ {lines} }}"


def _term(row: dict[str, Any], name: str) -> str:
    if name not in row:
        return _UNBOUND
    cell = row[name]
    kind, value = cell["type"], cell["value"]
    if kind == "uri":
        return str(NamedNode(value))
    if kind in ("literal", "typed-literal"):
        return str(_literal(value, cell))
    if kind == "bnode":
        raise FederationFailed(
            Message(
                "?%(name)s has a blank node, which means nothing outside its own endpoint: select other "
                "variables within the SERVICE clause, or leave the row out with FILTER(!isBlank(?%(name)s)).",
                name=name,
            )
        )
    raise FederationFailed(
        Message(
            "?%(name)s has a term of the kind %(kind)s: select other variables.",
            name=name,
            kind=_shortened(kind),
        )
    )


def _literal(value: str, cell: dict[str, Any]) -> Literal:
    if "xml:lang" in cell:
        direction = _DIRECTIONS[cell["its:dir"]] if "its:dir" in cell else None
        return Literal(value, language=cell["xml:lang"], direction=direction)
    return Literal(value, datatype=NamedNode(cell["datatype"])) if "datatype" in cell else Literal(value)


def _shortened(what: object) -> str:
    return str(what)[:100]
