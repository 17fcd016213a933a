"""Numbers by what they belong to: read from a column or counted from the rows, and their extremes in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.charts.context import ChartContext
from kg.charts.texts import listed, say
from kg.core.number_format import amount
from kg.engine import Term
from kg.questions.result import Row


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
