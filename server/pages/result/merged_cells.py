"""A number of an answer with what other columns tell of it: its qualifying word, its upper bound, unit and time."""

from __future__ import annotations

from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from kg.core.number_format import measure
from kg.core.partial_date import partial_date
from kg.engine import Term
from kg.graph.targets import is_fall, sign_of
from kg.output.sentences import qualified
from kg.questions.catalogue import Column
from kg.questions.result import QuestionResult, Row, number_of
from server.pages.result.cells import Cell


def folded_cell(answered: QuestionResult, row: Row, column: Column, cell: Cell) -> Cell:
    """The cell as it is meant: *≥ 60 million*, *−18%*, *2 to 3%*; a number that is rounded stays at hand."""

    def told(key: str) -> Term | None:
        return row[answered.place(column.folded[key])] if key in column.folded else None

    def measured(value: Decimal | None) -> str:
        unit = told("unit")
        named = unit if isinstance(unit, NamedNode) else None
        label = answered.words(unit)
        return "" if value is None else measure(-value if falls else value, answered.language, named, label)

    value = number_of(row[answered.place(column.name)])
    if value is None:
        return cell
    falls = is_fall(told("basis"), told("direction"))
    low, high = measured(value), measured(number_of(told("upper")))
    sign = sign_of(told("comparator"), falls=falls)
    text = f"{sign}\u00a0{low}" if sign else qualified(told("comparator"), low, high, answered.language)
    return Cell(text, numeric=True, exact="" if cell.text in text else cell.text, when=_when(answered, told("when")))


def _when(answered: QuestionResult, term: Term | None) -> str:
    """The year or month that a cell tells, which may be a plain text or number."""
    written = answered.words(term)
    moment = partial_date(Literal(written))
    return written if moment is None else moment.written(answered.language)
