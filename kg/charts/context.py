"""The context of a chart: the result of a question, its fields, the look, and aggregates of its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.charts.chart import LOOKS, MARGIN, WIDTHS, Chart, Palette, Theme, Width
from kg.charts.text_metrics import clean
from kg.charts.texts import listed, say
from kg.core.number_format import amount, measure
from kg.engine import Term
from kg.questions.catalogue import CannedQuestion, Parameter
from kg.questions.result import QuestionResult, Row, number_of

_SHORT_UNIT = 2


@dataclass(frozen=True)
class ChartContext:
    """A result by the fields of its question's ``chart``, which name columns."""

    result: QuestionResult
    chart: Mapping[str, Any]
    theme: Theme
    width: Width = "wide"

    @property
    def language(self) -> str:
        """The language of the result."""
        return self.result.language

    @property
    def palette(self) -> Palette:
        """The colours of the theme."""
        return LOOKS[self.theme]

    @property
    def is_narrow(self) -> bool:
        """True for a screen that has no room for labels beside what they name."""
        return self.width == "narrow"

    @property
    def room(self) -> float:
        """The width of the drawing in pixels, without the margins."""
        return WIDTHS[self.width] - 2 * MARGIN

    @property
    def title(self) -> str:
        """The title of the question."""
        return self.result.question.title[self.language]

    def has(self, field: str) -> bool:
        """Return True if the chart names a column for a field."""
        return field in self.chart

    def heading(self, field: str) -> str:
        """Return the heading of the column of a field, in the language of the result."""
        place = self.result.place(self.chart[field])
        return clean(self.result.columns[place].labels[self.language])

    def term(self, field: str, row: Row) -> Term | None:
        """Return the cell of a field; None if the chart has no such field."""
        return row[self.result.place(self.chart[field])] if field in self.chart else None

    def words(self, field: str, row: Row) -> str:
        """Return the cell of a field in words, on one line."""
        term = self.term(field, row)
        number = number_of(term)
        return amount(number, self.language) if number is not None else clean(self.result.words(term))

    def number(self, field: str, row: Row) -> Decimal | None:
        """Return the number in the cell of a field, or None."""
        return number_of(self.term(field, row))

    def amount(self, field: str, row: Row, *, sign: int = 1) -> str:
        """Return the number in the cell of a field times a sign, with the unit of the row; empty if there is none."""
        number, unit = self.number(field, row), self.term("unit", row)
        if number is None:
            return ""
        number *= sign
        return measure(number, self.language, unit if isinstance(unit, NamedNode) else None, self.words("unit", row))

    def bare(self, field: str, row: Row, *, sign: int = 1) -> str:
        """Return the number in the cell of a field times a sign, with its unit only if that is short, such as ``%``."""
        number, whole = self.number(field, row), self.amount(field, row, sign=sign)
        written = "" if number is None else amount(number * sign, self.language)
        # the unit is the difference between the two texts, as a language may write it in its own way
        return whole if len(whole) - len(written) <= _SHORT_UNIT else written

    def say(self, key: str, **values: object) -> str:
        """Return a text in the language of the result."""
        return say(key, self.language, **values)

    def sentences(self, *sentences: str) -> str:
        """Join sentences, each with its full stop; empty ones are left out."""
        stop = self.say("stop")
        mark = stop.strip()
        return "".join(sentence.strip().removesuffix(mark) + stop for sentence in sentences if sentence).strip()

    def conditions(self) -> str:
        """Return the values of the parameters and the facets in words."""
        conditions = []
        for parameter in self.result.question.parameters:
            values = [self._option(parameter, term) for term in self.result.chosen.get(parameter.name, ())]
            if values:
                conditions.append((parameter.labels[self.language], values))
        for column, written in self.result.only.items():
            place = self.result.place(column)
            cells = {self.result.words(row[place]) for row in self.result.rows}
            conditions.append((self.result.columns[place].labels[self.language], sorted(cells or written)))
        comma, colon = self.say("comma"), self.say("colon")
        return self.say("gap").join(clean(f"{label}{colon}{comma.join(values)}") for label, values in conditions)

    def _option(self, parameter: Parameter, term: NamedNode | Literal) -> str:
        labels = {option.value: option.labels.get(self.language, "") for option in parameter.fixed_options}
        number = number_of(term)
        return labels.get(term) or (self.result.words(term) if number is None else amount(number, self.language))


def _nothing(question: CannedQuestion) -> str:
    del question
    return ""


@dataclass(frozen=True)
class Kind:
    """A kind of chart; ``needs`` and ``may`` are the fields that name columns, ``besides`` those that do not.

    ``draw`` gives nothing if there is nothing to draw; ``wrong`` says what else is wrong with a chart.
    """

    needs: tuple[str, ...]
    may: tuple[str, ...]
    draw: Callable[[ChartContext], Chart | None]
    besides: tuple[str, ...] = ()
    wrong: Callable[[CannedQuestion], str] = _nothing


@dataclass(frozen=True)
class Entry:
    """A number with the cells that it belongs to, as terms and in words; None if it is unknown."""

    terms: tuple[Term | None, ...]
    words: tuple[str, ...]
    number: Decimal | None
    written: str


def aggregate(context: ChartContext, fields: Sequence[str]) -> list[Entry]:
    """Return one entry for each number with the same cells of the fields, in the order of the result.

    A result has several rows for one number that several sources support. A chart with ``count`` counts the
    distinct terms in that column instead, and one with neither ``value`` nor ``count`` counts the rows.
    """
    return _read(context, fields) if context.has("value") else _counted(context, fields)


def value_heading(context: ChartContext) -> str:
    """Return the heading of the numbers: that of their column, or what is counted."""
    if context.has("value"):
        return context.heading("value")
    return context.say("number of", what=context.heading("count")) if context.has("count") else context.say("rows")


def _read(context: ChartContext, fields: Sequence[str]) -> list[Entry]:
    entries: dict[tuple[object, ...], Entry] = {}
    for row in context.result.rows:
        terms, words = _cells(context, fields, row)
        number = context.number("value", row)
        # equal cells and an equal number are one fact that several sources state
        entries.setdefault((terms, number), Entry(terms, words, number, context.amount("value", row)))
    return list(entries.values())


def _counted(context: ChartContext, fields: Sequence[str]) -> list[Entry]:
    things: dict[tuple[Term | None, ...], set[object]] = {}
    words: dict[tuple[Term | None, ...], tuple[str, ...]] = {}
    for number, row in enumerate(context.result.rows):
        terms, words_of_row = _cells(context, fields, row)
        words.setdefault(terms, words_of_row)
        thing = context.term("count", row) if context.has("count") else number
        things.setdefault(terms, set()).update(() if thing is None else (thing,))
    counts = {terms: Decimal(len(distinct_things)) for terms, distinct_things in things.items()}
    return [Entry(terms, words[terms], count, amount(count, context.language)) for terms, count in counts.items()]


def _cells(context: ChartContext, fields: Sequence[str], row: Row) -> tuple[tuple[Term | None, ...], tuple[str, ...]]:
    terms = tuple(context.term(field, row) for field in fields)
    return terms, tuple(context.words(field, row) or context.say("unnamed") for field in fields if context.has(field))


Shown = tuple[str, Decimal]  # what a mark is called, and its number


def extremes(shown: Sequence[Shown], language: str, written: Callable[[Decimal], str] | None = None) -> str:
    """Return which have the highest number and which the lowest; empty if there are fewer than two.

    ``written`` says how a number is written, if not as an amount.
    """
    write = written or (lambda number: amount(number, language))
    if len(shown) < 2:
        return ""
    high, low = max(number for _, number in shown), min(number for _, number in shown)
    if high == low:
        return say("all", language, what=write(high))
    ends = (("highest", high), ("lowest", low))
    return say("stop", language).join(
        say(key, language, what=_who(shown, number, language, write)) for key, number in ends
    )


def _who(shown: Sequence[Shown], number: Decimal, language: str, write: Callable[[Decimal], str]) -> str:
    names = list(dict.fromkeys(label for label, value in shown if value == number))
    return say("with value", language, who=listed(names, language), value=write(number))
