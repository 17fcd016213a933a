"""Every question of the catalogue, answered once in each language, with the file that SPARQL's answer should give."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest
from pyoxigraph import Literal, NamedNode

from kg.engine import Table, Term, construct, select
from kg.engine.embedded import EmbeddedEngine
from kg.output.export import Notes, notes_of
from kg.questions.catalogue import CannedQuestion, bind
from kg.questions.result import GRAPH_COLUMNS, QuestionResult, answer_question, place_words
from tests.catalogue import project_catalogue

CATALOGUE = project_catalogue()


@dataclass(frozen=True)
class Asked:
    """An answered question with its notes, and what SPARQL answers to the bound text of it."""

    answered: QuestionResult
    table: Table
    notes: Notes

    def fields(self) -> list[tuple[str, str]]:
        """Each variable with the endings of its fields, in the order of the query."""
        question = self.answered.question
        columns = GRAPH_COLUMNS if question.kind.makes_graph else question.columns
        kinds = {column.name: column.kind for column in columns}
        result = []
        for variable in self.table.variables:
            if variable in kinds:
                is_thing = any(isinstance(term, NamedNode) for term in self.table.column(variable))
                is_evidence = kinds[variable] == "evidence"
                result.append((variable, ""))
                result += [(variable, "_label")] if is_thing or is_evidence or kinds[variable] == "entity" else []
                result += [(variable, "_place")] if is_evidence else []
        return result

    def header(self) -> list[str]:
        """The names of the fields."""
        return [variable + ending for variable, ending in self.fields()]

    def rows(self) -> list[list[Term | str | None]]:
        """The terms of SPARQL's answer, and the words about them; None where it has nothing."""
        return [[self._cell(record[key], ending) for key, ending in self.fields()] for record in self.table.records()]

    def texts(self) -> list[list[str]]:
        """The header, and the rows as texts."""
        return [self.header(), *([text(cell) for cell in row] for row in self.rows())]

    def _cell(self, term: Term | None, ending: str) -> Term | str | None:
        if ending == "" or term is None:
            return term
        if ending == "_label":
            return self.answered.words(term)
        place = self.answered.places.get(term) if isinstance(term, NamedNode) else None
        return None if place is None else place_words(place, self.answered.labels, self.answered.language)


def text(cell: Term | str | None) -> str:
    """A cell as text."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    return cell.value if isinstance(cell, NamedNode | Literal) else str(cell)


def table_of(engine: EmbeddedEngine, question: CannedQuestion) -> Table:
    """Return the answer of SPARQL; of a graph its statements in a table, in order of their text."""
    text = bind(question, {}, engine)
    if not question.kind.makes_graph:
        return select(engine, text)
    rows = ((triple.subject, triple.predicate, triple.object) for triple in construct(engine, text))
    return Table(("subject", "property", "object"), tuple(sorted(rows, key=lambda row: [str(term) for term in row])))


@pytest.fixture(scope="session")
def ask(engine: EmbeddedEngine) -> Callable[[str, str], Asked]:
    """Ask a question of the catalogue in a language."""

    @cache
    def ask(slug: str, language: str = "en") -> Asked:
        question = CATALOGUE.get(slug)
        answered = answer_question(engine, question, {}, language)
        day = datetime.date(2026, 11, 25)
        notes = notes_of(answered, address=f"http://localhost/q/{slug}", citation="Somebody: that.", built_on=day)
        return Asked(answered, table_of(engine, question), notes)

    return ask
