"""Observations and single figures as sentences."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.core.names import name
from kg.output.sentences.facts import Facts, Figure
from kg.output.sentences.figure import figure_words, moment, moment_words
from kg.output.sentences.patterns import glued, quotable, say, sentences

_SUMS = (name("fyp:cumulativeCount"), name("fyp:cumulativeAmount"))
_CHANGES = (name("fyp:relativeChange"), name("fyp:pointChange"))


def observation_sentence(facts: Facts, observation: NamedNode, language: str) -> str:
    """What an indicator was found to be; empty for what is no observation with a figure.

    A change has no direction in the graph, only in the wording of its source, which is quoted for that.
    """
    indicator, figure = facts.node(observation, "fyp:observes"), facts.figure(observation, "fyp:observedValue")
    if indicator is None or figure is None:
        return ""
    what, value = quotable(facts.label(indicator, language), language), figure_words(figure, facts, language)
    basis = facts.node(observation, "fyp:observedBasis")
    if basis in _CHANGES and figure.printed and value != figure.printed:
        value = say("as printed", language, value=value, printed=quotable(figure.printed, language))
    spans = figure.first_year is not None
    key = "changed" if basis in _CHANGES else "summed" if basis in _SUMS else "averaged" if spans else "came to"
    when = _years(figure, language, change=basis in _CHANGES) if spans else _when(figure, language)
    if not when:
        key = "came to once" if key == "came to" else key
    told = say(key, language, what=what, value=value, when=when)
    return sentences([told + ("" if figure.year is not None else glued("year unknown", language))], language)


def figure_sentence(facts: Facts, quantity: NamedNode, language: str) -> str:
    """What a quantity says, and of when; empty for what is none."""
    figure = facts.figures.get(quantity)
    if figure is None or not facts.text(quantity, "fyp:asPrinted"):
        return ""
    when = _years(figure, language, change=False) if figure.first_year is not None else _when(figure, language)
    value = figure_words(figure, facts, language)
    gap = " " if when and language != "zh" else "，" if when else ""
    return sentences([say("figure", language, value=value) + gap + when], language)


def _when(figure: Figure, language: str) -> str:
    when = moment_words(figure, language)
    if not when:
        return ""
    return say("in" if figure.month is None else "in month", language, when=when)


def _years(figure: Figure, language: str, *, change: bool) -> str:
    last = moment_words(figure, language)
    assert figure.first_year is not None  # noqa: S101 - the callers have looked
    first = moment(figure.first_year - (1 if change else 0), None, language)
    return say("between" if change else "over years", language, first=first, last=last) if last else ""
