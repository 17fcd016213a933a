"""A figure in words: how it is qualified, the number with its unit, and the time that it is of."""

from __future__ import annotations

from kg.core.names import name
from kg.core.number_format import measure
from kg.core.partial_date import PartialDate
from kg.engine import Term
from kg.output.sentences.facts import Facts, Figure
from kg.output.sentences.patterns import say

_COMPARATORS = ("exactly", "approximately", "moreThan", "almost", "upToAsPrinted", "atLeast", "lessThan")
_KEYS: dict[Term | None, str] = {name(f"fyp:{one}"): one for one in _COMPARATORS}


def figure_words(figure: Figure, facts: Facts, language: str, *, held: bool = False) -> str:
    """The number with its unit and its qualifying word; the printed form where there is no number.

    What is ``held`` is kept at *5 or more*, not at *at least 5*.
    """
    if figure.value is not None:
        # a figure whose wording was not recorded stands without a qualifying word, as one that has none
        key = _KEYS.get(figure.comparator, "exactly")
        key = "atLeast held" if held and key == "atLeast" else key
        return say(key, language, x=_number(figure, facts, language))
    if figure.low is not None and figure.high is not None:
        low, high = (
            measure(one, language, figure.unit, _unit(figure, facts, language)) for one in (figure.low, figure.high)
        )
        return say("range", language, low=low, high=high)
    return figure.printed


def qualified(comparator: Term | None, low: str, high: str, language: str) -> str:
    """A written number with its qualifying word; a range from ``low`` to ``high`` where the upper bound is told."""
    if high:
        return say("range", language, low=low, high=high)
    return say(_KEYS.get(comparator, "exactly"), language, x=low)


def moment_words(figure: Figure, language: str) -> str:
    """The year of a figure, with its month where that is known, and that a note gives it if one does; empty without."""
    if figure.year is None:
        return ""
    when = moment(figure.year, figure.month, language)
    return say("noted", language, when=when) if figure.year_noted else when


def moment(year: int, month: int | None, language: str) -> str:
    """A year or a month, as a sentence names it."""
    return PartialDate(year, month).written(language)


def _number(figure: Figure, facts: Facts, language: str) -> str:
    assert figure.value is not None  # noqa: S101 - the caller has looked
    return measure(figure.value, language, figure.unit, _unit(figure, facts, language))


def _unit(figure: Figure, facts: Facts, language: str) -> str:
    return facts.label(figure.unit, language) if figure.unit is not None else ""
