"""The highest and the lowest of what a picture shows, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from kg.charts.texts import listed, say
from kg.core.number_format import amount

Shown = tuple[str, Decimal]  # what a mark is called, and its number


def extremes(shown: Sequence[Shown], language: str, written: Callable[[Decimal], str] | None = None) -> str:
    """Which have the highest number and which the lowest; empty if there are fewer than two.

    ``written`` says how a number is written, if not as an amount.
    """
    write = written or (lambda number: amount(number, language))
    if len(shown) < 2:
        return ""
    high, low = max(number for _, number in shown), min(number for _, number in shown)
    if high == low:
        return say("all", language, what=write(high))
    told = (("highest", high), ("lowest", low))
    return say("stop", language).join(
        say(key, language, what=_who(shown, number, language, write)) for key, number in told
    )


def _who(shown: Sequence[Shown], number: Decimal, language: str, write: Callable[[Decimal], str]) -> str:
    names = list(dict.fromkeys(label for label, one in shown if one == number))
    return say("with value", language, who=listed(names, language), value=write(number))
