"""An engine answers questions: the one small interface between those who ask and those who hold the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions, Triple

from kg.forms import FORMS, Form

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True)
class Question:
    """A SPARQL text, the dataset it is asked of (empty: the union of all graphs), and the wanted form.

    A form that does not fit the kind of the query is the asker's mistake: the engine raises RequestInvalid.
    """

    text: str
    form: Form = FORMS["srj"]
    default_graphs: tuple[NamedNode, ...] = ()
    named_graphs: tuple[NamedNode, ...] = ()


@dataclass(frozen=True)
class Answer:
    """A whole answer, serialised in its form; never a part."""

    body: bytes
    form: Form


@dataclass(frozen=True)
class Table:
    """The rows of a SELECT; an unbound cell is None."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def column(self, variable: str) -> tuple[Term | None, ...]:
        """The cells under one variable."""
        place = self.variables.index(variable)
        return tuple(row[place] for row in self.rows)

    def records(self) -> list[dict[str, Term | None]]:
        """The rows as mappings from variable to cell."""
        return [dict(zip(self.variables, row, strict=True)) for row in self.rows]


class Engine(Protocol):
    """Anything that answers questions over one release."""

    @property
    def release_id(self) -> str:
        """The release that the answers come from."""

    def answer(self, question: Question) -> Answer:
        """Answer a question, whole or not at all.

        Raises:
            QueryInvalid: the text does not parse.
            QueryRefused: it is an update or calls another service.
            QueryTooDeep: it nests too deeply.
            QueryFailed: its evaluation fails.
            RequestInvalid: the form does not fit the kind of the query.
        """


def select(engine: Engine, text: str) -> Table:
    """Ask a SELECT and read its rows.

    Raises:
        As ``Engine.answer``.
    """
    answer = engine.answer(Question(text))
    solutions = pyoxigraph.parse_query_results(answer.body, format=QueryResultsFormat.JSON)
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - the library's own questions are SELECTs
    variables = tuple(variable.value for variable in solutions.variables)
    return Table(variables, tuple(tuple(solution[variable] for variable in variables) for solution in solutions))
