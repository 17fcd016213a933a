"""A flat table: an answer with a field for each thing that a file says of a column."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from pyoxigraph import NamedNode

from kg.engine import Term
from kg.questions.catalogue import Column
from kg.questions.result import QuestionResult, place_words

FlatCell: TypeAlias = Term | str | None
"""A term of the answer, or words about one; None where the answer has nothing."""


class Part(Enum):
    """What of a cell a field holds; the value is what follows the name of the column."""

    VALUE = ""
    LABEL = "_label"
    PLACE = "_place"


@dataclass(frozen=True)
class Field:
    """One field of a file: the terms of a column, their labels, or their places in a source.

    ``has_iris`` says whether the terms of the column are IRIs.
    """

    column: Column
    part: Part
    has_iris: bool

    @property
    def name(self) -> str:
        """The name of the field in files: ``plan``, ``plan_label``."""
        return self.column.name + self.part.value


@dataclass(frozen=True)
class Flat:
    """The fields in the order of the query, and the rows that go with them."""

    fields: tuple[Field, ...]
    rows: tuple[tuple[FlatCell, ...], ...]


def flatten(answered: QuestionResult) -> Flat:
    """Every column of an answer, hidden ones too: ``x``, for IRIs also ``x_label``, for evidence also ``x_place``."""
    fields = tuple(field for at in range(len(answered.columns)) for field in _fields(answered, at))
    places = {iri: place_words(place, answered.labels, answered.language) for iri, place in answered.places.items()}
    plan = [(answered.place(field.column.name), field.part) for field in fields]

    def cell(term: Term | None, part: Part) -> FlatCell:
        if part is Part.VALUE or term is None:
            return term
        if part is Part.LABEL:
            return answered.words(term)
        return places.get(term) if isinstance(term, NamedNode) else None

    return Flat(fields, tuple(tuple(cell(row[at], part) for at, part in plan) for row in answered.rows))


def _fields(answered: QuestionResult, at: int) -> list[Field]:
    """The fields of one column.

    The kind of a column decides, so that an empty answer has the same header as a full one; only a column that is
    hidden or meant for literals has to be looked into.
    """
    column = answered.columns[at]
    has_iris = column.kind in ("entity", "evidence") or any(isinstance(row[at], NamedNode) for row in answered.rows)
    parts = [Part.VALUE]
    parts += [Part.LABEL] if has_iris else []
    parts += [Part.PLACE] if column.kind == "evidence" else []
    return [Field(column, part, has_iris) for part in parts]
