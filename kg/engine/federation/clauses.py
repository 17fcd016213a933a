"""The SERVICE clauses of a text, and the VALUES blocks that take their place: rows of other endpoints as terms.

SPARQL 1.1 Query Results JSON Format, https://www.w3.org/TR/sparql11-results-json/. The library's own parser of results
is not used: a triple term of many thousand levels would end this process.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BaseDirection, Literal, NamedNode, Variable

from kg.core.errors import FederationFailed, QueryRefused
from kg.core.messages import Message
from kg.core.names import ROOT
from kg.sparql.fast_scan import may_say
from kg.sparql.guard import refuse_odd_sign
from kg.sparql.iris import Namespaces
from kg.sparql.lexer import place_of
from kg.sparql.parse_errors import unparsed
from kg.sparql.parser import SyntaxFault, parse
from kg.sparql.syntax_tree import Iri, Query, Service
from kg.sparql.syntax_tree import Variable as VariableNode

NOTHING = "VALUES () { () }"
"""One row without a value: the result of a SILENT call that failed (section 2.3 of Federated Query)."""

_UNBOUND = "UNDEF"
_DIRECTIONS = {"ltr": BaseDirection.LTR, "rtl": BaseDirection.RTL}


@dataclass(frozen=True)
class Clause:
    """``SERVICE SILENT? <iri> { ... }``: its group with the braces, and where the clause lies in the text."""

    iri: str
    silent: bool
    group: str
    start: int
    end: int
    has_relative_iris: bool


@dataclass(frozen=True)
class FederatedText:
    """A query's text, its prologue, and its SERVICE clauses in order."""

    text: str
    prologue: str
    clauses: tuple[Clause, ...]

    def filled(self, blocks: Sequence[str]) -> str:
        """Return the text with a block in the place of each clause."""
        return "".join(piece for piece, _ in self._pieces(blocks))

    def sub_query(self, clause: Clause, max_rows: int) -> str:
        """Return the query for the other endpoint: the rows of the clause's group, at most one more than the limit.

        Its relative IRIs have the same meaning there as here.
        """
        base = f"BASE <{ROOT}>\n" if clause.has_relative_iris else ""
        return f"{base}{self.prologue}SELECT * WHERE {clause.group}\nLIMIT {max_rows + 1}"

    def place_in_text(self, blocks: Sequence[str], line: int, column: int) -> tuple[int, int]:
        """Return line and column in the text of a place in the filled one; within a block, those of its clause."""
        lines = self.filled(blocks).split("\n")
        wanted = sum(len(before) + 1 for before in lines[: line - 1]) + column - 1
        passed = 0
        for piece, origin in self._pieces(blocks):
            if wanted < passed + len(piece):
                own = self.text.startswith(piece, origin)
                return place_of(self.text, origin + (wanted - passed if own else 0))
            passed += len(piece)
        return place_of(self.text, len(self.text))

    def _pieces(self, blocks: Sequence[str]) -> Iterator[tuple[str, int]]:
        """Yield text and blocks by turns, each with the place in the text that it comes from."""
        done = 0
        for clause, block in zip(self.clauses, blocks, strict=True):
            yield self.text[done : clause.start], done
            yield block, clause.start
            done = clause.end
        yield self.text[done:], done


def read_clauses(text: str) -> FederatedText:
    """Find the SERVICE clauses of a text.

    Raises:
        QueryInvalid: the text has the letters of SERVICE and does not parse, so nobody is called.
        QueryRefused: the address is a variable, or one SERVICE lies in another.
    """
    if not may_say(text, "SERVICE"):
        return FederatedText(text, "", ())
    try:
        query = parse(text)
    except SyntaxFault as fault:
        refuse_odd_sign(text, fault)
        raise unparsed(text, fault) from None
    namespaces, clauses = Namespaces(query.declarations, ""), list[Clause]()
    for service in query.of(Service):
        clauses.append(_clause(text, service, namespaces))
        if len(clauses) > 1 and service.start < clauses[-2].end:
            raise QueryRefused(
                Message(
                    "SERVICE (%(place)s) lies in another SERVICE: ask both endpoints side by side, and the rows are "
                    "joined here.",
                    place=_place(text, service),
                )
            )
    return FederatedText(text, text[: query.form_start] if isinstance(query, Query) else "", tuple(clauses))


def _clause(text: str, service: Service, namespaces: Namespaces) -> Clause:
    if isinstance(service.name, VariableNode):
        raise QueryRefused(
            Message(
                "SERVICE %(endpoint)s (%(place)s) is refused: write the address of the endpoint, as in SERVICE "
                "<https://...>.",
                endpoint=text[service.name.start : service.name.end],
                place=_place(text, service),
            )
        )
    assert isinstance(service.name, Iri)  # noqa: S101 - the grammar has nothing else there
    group = service.group
    relative = any(iri.text.startswith("<") and ":" not in iri.text for iri in group.of(Iri))
    iri = namespaces.full(service.name)
    return Clause(iri, service.silent, text[group.start : group.end], service.start, service.end, relative)


def _place(text: str, service: Service) -> str:
    line, column = place_of(text, service.start)
    return f"line {line}, column {column}"


def read_rows(body: bytes, max_rows: int) -> tuple[str, int]:
    """Return a VALUES block of the rows of an answer, and the number of rows.

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


def _table(results: Any) -> tuple[list[str], list[dict[str, Any]]]:
    names, rows = results["head"]["vars"], results["results"]["bindings"]
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
        Message("?%(name)s has a term of the kind %(kind)s: select other variables.", name=name, kind=_shortened(kind))
    )


def _literal(value: str, cell: dict[str, Any]) -> Literal:
    if "xml:lang" in cell:
        direction = _DIRECTIONS[cell["its:dir"]] if "its:dir" in cell else None
        return Literal(value, language=cell["xml:lang"], direction=direction)
    return Literal(value, datatype=NamedNode(cell["datatype"])) if "datatype" in cell else Literal(value)


def _shortened(value: object) -> str:
    return str(value)[:100]
