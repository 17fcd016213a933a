"""Targets as sentences: true by basis, direction, comparator, starting value and year."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.core.names import name
from kg.output.sentences.facts import Facts, Figure
from kg.output.sentences.figure import figure_words, moment, moment_words
from kg.output.sentences.patterns import glued, quotable, say, sentences

_SUMS = (name("fyp:cumulativeCount"), name("fyp:cumulativeAmount"))
_CHANGES = (name("fyp:relativeChange"), name("fyp:pointChange"))
_INCREASE, _REDUCE, _HOLD = (name(f"fyp:{one}") for one in ("increase", "reduce", "hold"))
_PLAN_PERIOD = name("fyp:planPeriod")
_VERBS: dict[NamedNode | None, str] = {_INCREASE: "rise", _REDUCE: "fall"}
_CHANGE_VERBS: dict[NamedNode | None, str] = {_INCREASE: "rise by", _REDUCE: "fall by", _HOLD: "hold change"}


def claim_sentence(facts: Facts, claim: NamedNode, language: str) -> str:
    """What a target wants; and what a note gives instead, if one does. Empty for what is no target with a figure."""
    indicator, aim = facts.node(claim, "fyp:measuredBy"), facts.figure(claim, "fyp:targetValue")
    if indicator is None or aim is None:
        return ""
    what = quotable(facts.label(indicator, language), language)
    wanted = _Wanted(facts, claim, aim, what, language).sentence()
    # a figure in another unit, such as a level beside a change, is no other value of the same
    suggested = [one for one in facts.suggested.get(claim, ()) if one.unit == aim.unit]
    others = dict.fromkeys(figure_words(one, facts, language) for one in suggested)
    others.pop(figure_words(aim, facts, language), None)
    notes = [say("suggested", language, what=other) for other in others]
    return sentences([wanted, *notes], language)


class _Wanted:
    """One target on its way to a sentence."""

    def __init__(self, facts: Facts, claim: NamedNode, aim: Figure, what: str, language: str) -> None:
        self._facts, self._aim, self._what, self._language = facts, aim, what, language
        self._start = facts.figure(claim, "fyp:baseline")
        self._basis = facts.node(claim, "fyp:targetBasis")
        self._direction = facts.node(claim, "fyp:direction")

    def sentence(self) -> str:
        if self._basis in _SUMS:
            return self._say("sum", over=self._over(), aside=self._aside())
        if self._basis in _CHANGES:
            return self._say(_CHANGE_VERBS.get(self._direction, "change by"), over=self._span(), aside=self._aside())
        if self._aim.first_year is not None:  # a level over several years is an average
            key = "hold average" if self._direction == _HOLD else "average"
            return self._say(key, over=self._over(), aside=self._aside())
        verb = _VERBS.get(self._direction)
        if verb is not None and self._start is not None:
            return self._say(f"{verb} from", by=self._by(), start=self._begins())
        if verb is not None:
            return self._say(verb, by=self._by())
        return self._say("hold" if self._direction == _HOLD else "reach", by=self._by(), aside=self._aside())

    def _say(self, key: str, **values: str) -> str:
        held = self._direction == _HOLD
        aim = figure_words(self._aim, self._facts, self._language, held=held)
        return say(key, self._language, what=self._what, aim=aim, **values)

    def _by(self) -> str:
        when, key = moment_words(self._aim, self._language), "until" if self._direction == _HOLD else "by"
        if not when:
            return say(f"{key} the end", self._language)
        key += " the end of the period" if self._aim.year_basis == _PLAN_PERIOD else ""
        return say(key, self._language, when=when)

    def _over(self) -> str:
        """The years of a sum or an average, both ends included."""
        return self._years("over years", 0)

    def _span(self) -> str:
        """The years that a change lies between: it begins at the end of the year before its first one."""
        return self._years("between", -1)

    def _years(self, key: str, shift: int) -> str:
        last = moment_words(self._aim, self._language)
        if self._aim.first_year is not None and last:
            first = moment(self._aim.first_year + shift, None, self._language)
            return say(key, self._language, first=first, last=last)
        return say("over the period", self._language, last=last) if last else say("over", self._language)

    def _begins(self) -> str:
        assert self._start is not None  # noqa: S101 - the callers have looked
        value, when = figure_words(self._start, self._facts, self._language), moment_words(self._start, self._language)
        key = "start" if self._start.month is None else "start month"
        return say(key, self._language, value=value, when=when) if when else value

    def _aside(self) -> str:
        return "" if self._start is None else glued("aside", self._language, start=self._begins())
