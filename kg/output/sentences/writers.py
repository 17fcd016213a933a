"""Writers of sentences: targets, observations, figures, milestones, events, links and plans."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from kg.core.names import curie, name
from kg.core.number_format import amount, measure
from kg.core.partial_date import PartialDate, partial_date
from kg.core.vocabularies import vocabulary_of
from kg.engine import Term
from kg.output.sentences.facts import Facts, Figure
from kg.output.sentences.patterns import MATCH_KEYS, for_quotation, listed, say, sentences, with_leading_space
from kg.questions.result import number_of

_COMPARATORS = ("exactly", "approximately", "moreThan", "almost", "upToAsPrinted", "atLeast", "lessThan")
_KEYS: dict[Term | None, str] = {name(f"fyp:{local}"): local for local in _COMPARATORS}


def figure_words(figure: Figure, facts: Facts, language: str, *, held: bool = False) -> str:
    """Return the number with unit and comparator, or the original wording if there is no number.

    A figure that is ``held`` is kept at *5 or more*, not at *at least 5*.
    """
    if figure.value is not None:
        # a figure without a recorded comparator is written without one
        key = _KEYS.get(figure.comparator, "exactly")
        key = "atLeast held" if held and key == "atLeast" else key
        return say(key, language, x=_number(figure, facts, language))
    if figure.low is not None and figure.high is not None:
        low, high = (
            measure(bound, language, figure.unit, _unit(figure, facts, language)) for bound in (figure.low, figure.high)
        )
        return say("range", language, low=low, high=high)
    return figure.printed


def qualified(comparator: Term | None, low: str, high: str, language: str) -> str:
    """Return a written number with its comparator, or a range from ``low`` to ``high`` if there is an upper bound."""
    if high:
        return say("range", language, low=low, high=high)
    return say(_KEYS.get(comparator, "exactly"), language, x=low)


def moment_words(figure: Figure, language: str) -> str:
    """Return the year of a figure, with its month if known; empty without.

    A year that only an editorial note gives is marked as such.
    """
    if figure.year is None:
        return ""
    when = moment(figure.year, figure.month, language)
    return say("noted", language, when=when) if figure.year_noted else when


def moment(year: int, month: int | None, language: str) -> str:
    """Return a year or a month in words."""
    return PartialDate(year, month).written(language)


def _number(figure: Figure, facts: Facts, language: str) -> str:
    assert figure.value is not None  # noqa: S101 - the caller has checked
    return measure(figure.value, language, figure.unit, _unit(figure, facts, language))


def _unit(figure: Figure, facts: Facts, language: str) -> str:
    return facts.label(figure.unit, language) if figure.unit is not None else ""


_SUMS = (name("fyp:cumulativeCount"), name("fyp:cumulativeAmount"))
_CHANGES = (name("fyp:relativeChange"), name("fyp:pointChange"))
_INCREASE, _REDUCE, _HOLD = (name(f"fyp:{local}") for local in ("increase", "reduce", "hold"))
_PLAN_PERIOD = name("fyp:planPeriod")
_VERBS: dict[NamedNode | None, str] = {_INCREASE: "rise", _REDUCE: "fall"}
_CHANGE_VERBS: dict[NamedNode | None, str] = {_INCREASE: "rise by", _REDUCE: "fall by", _HOLD: "hold change"}


def claim_sentence(facts: Facts, claim: NamedNode, language: str) -> str:
    """Return what a target aims at, and the value that an editorial note suggests instead.

    It is empty for a resource that is not a target with a figure.
    """
    indicator, aim = facts.node(claim, "fyp:measuredBy"), facts.figure(claim, "fyp:targetValue")
    if indicator is None or aim is None:
        return ""
    what = for_quotation(facts.label(indicator, language), language)
    wanted = _TargetSentence(facts, claim, aim, what, language).sentence()
    # a figure in another unit, such as a level instead of a change, is not comparable
    suggested = [suggestion for suggestion in facts.suggested.get(claim, ()) if suggestion.unit == aim.unit]
    others = dict.fromkeys(figure_words(suggestion, facts, language) for suggestion in suggested)
    others.pop(figure_words(aim, facts, language), None)
    notes = [say("suggested", language, what=other) for other in others]
    return sentences([wanted, *notes], language)


class _TargetSentence:
    """One target, while its sentence is composed."""

    def __init__(self, facts: Facts, claim: NamedNode, aim: Figure, what: str, language: str) -> None:
        self._facts, self._aim, self._what, self._language = facts, aim, what, language
        self._start = facts.figure(claim, "fyp:baseline")
        self._basis = facts.node(claim, "fyp:targetBasis")
        self._direction = facts.node(claim, "fyp:direction")

    def sentence(self) -> str:
        # the basis decides first, since a sum or a change has verbs of its own; then the years, and the direction last
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
        """Return the years of a sum or an average, both ends included."""
        return self._years("over years", 0)

    def _span(self) -> str:
        """Return the years of a change: it begins at the end of the year before its first one."""
        return self._years("between", -1)

    def _years(self, key: str, shift: int) -> str:
        last = moment_words(self._aim, self._language)
        if self._aim.first_year is not None and last:
            first = moment(self._aim.first_year + shift, None, self._language)
            return say(key, self._language, first=first, last=last)
        return say("over the period", self._language, last=last) if last else say("over", self._language)

    def _begins(self) -> str:
        assert self._start is not None  # noqa: S101 - the callers have checked
        value, when = figure_words(self._start, self._facts, self._language), moment_words(self._start, self._language)
        key = "start" if self._start.month is None else "start month"
        return say(key, self._language, value=value, when=when) if when else value

    def _aside(self) -> str:
        return "" if self._start is None else with_leading_space("aside", self._language, start=self._begins())


def observation_sentence(facts: Facts, observation: NamedNode, language: str) -> str:
    """Return the observed value of an indicator; empty for a resource without one.

    A change has no direction in the graph, only in the wording of its source, which is quoted for that.
    """
    indicator, figure = facts.node(observation, "fyp:observes"), facts.figure(observation, "fyp:observedValue")
    if indicator is None or figure is None:
        return ""
    what, value = for_quotation(facts.label(indicator, language), language), figure_words(figure, facts, language)
    basis = facts.node(observation, "fyp:observedBasis")
    if basis in _CHANGES and figure.printed and value != figure.printed:
        value = say("as printed", language, value=value, printed=for_quotation(figure.printed, language))
    spans = figure.first_year is not None
    key = "changed" if basis in _CHANGES else "summed" if basis in _SUMS else "averaged" if spans else "came to"
    when = _years(figure, language, change=basis in _CHANGES) if spans else _when(figure, language)
    if not when:
        key = "came to once" if key == "came to" else key
    sentence = say(key, language, what=what, value=value, when=when)
    return sentences(
        [sentence + ("" if figure.year is not None else with_leading_space("year unknown", language))], language
    )


def figure_sentence(facts: Facts, quantity: NamedNode, language: str) -> str:
    """Return the value and time of a quantity; empty for other resources."""
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
    assert figure.first_year is not None  # noqa: S101 - the callers have checked
    first = moment(figure.first_year - (1 if change else 0), None, language)
    return say("between" if change else "over years", language, first=first, last=last) if last else ""


MATCHES: dict[NamedNode | None, str] = {name(f"skos:{local}"): local for local in MATCH_KEYS}


def milestone_sentence(facts: Facts, thing: NamedNode, language: str) -> str:
    """Return when a milestone, or a goal without a figure, is due."""
    year = facts.text(thing, "fyp:milestoneYear") or facts.text(thing, "fyp:goalYear")
    if not year.isdecimal():
        return ""
    return sentences([say("milestone", language, when=PartialDate(int(year)).written(language))], language)


def event_sentence(facts: Facts, thing: NamedNode, language: str) -> str:
    """Return when an event happened, and what it concerned."""
    when = _event_date(facts.terms(thing, "dcterms:date"), language)
    if not when:
        return ""
    subjects = [subject for subject in facts.terms(thing, "fyp:eventOf") if isinstance(subject, NamedNode)]
    what = listed([facts.label(subject, language) or curie(subject) for subject in subjects], language)
    return sentences([say("happened to" if what else "happened", language, when=when, what=what)], language)


def link_sentence(facts: Facts, thing: NamedNode, language: str) -> str:
    """Return how our resource and an external one are related."""
    ours, theirs = facts.node(thing, "fyp:linkSubject"), facts.node(thing, "fyp:linkTarget")
    predicate = facts.node(thing, "fyp:linkPredicate")
    if ours is None or theirs is None or predicate not in MATCHES:
        return ""
    home = vocabulary_of(theirs)
    sure = next((n for term in facts.terms(thing, "fyp:linkConfidence") if (n := number_of(term)) is not None), None)
    sentence = with_leading_space(
        MATCHES[predicate],
        language,
        one=for_quotation(facts.label(ours, language) or curie(ours), language),
        other=for_quotation(facts.label(theirs, language) or theirs.value, language),
        where=home.short if home is not None else curie(theirs),
        sure=with_leading_space("sure", language, n=amount(sure, language)) if sure is not None else "",
    )
    return sentences([sentence], language)


def plan_sentence(facts: Facts, thing: NamedNode, language: str) -> str:
    """Return the years of a plan, its issuers and its date."""
    first, last = (facts.text(thing, f"fyp:plan{end}Year") for end in ("Start", "End"))
    if not (first.isdecimal() and last.isdecimal()):
        return ""
    years = (PartialDate(int(year)).written(language) for year in (first, last))
    parts = [say("covers", language, **dict(zip(("first", "last"), years, strict=True)))]
    when = _plain_date(facts.terms(thing, "dcterms:issued"), language)
    parts += [say("dated", language, when=when)] if when else []
    issuers = [issuer for issuer in facts.terms(thing, "fyp:issuedBy") if isinstance(issuer, NamedNode)]
    if issuers:
        who = listed([facts.label(issuer, language) or curie(issuer) for issuer in issuers], language)
        parts.append(say("issued", language, who=who))
    return sentences(parts, language)


def _event_date(dates: tuple[object, ...], language: str) -> str:
    """Return the first date, as precise as it is known, with its preposition."""
    date = _first_date(dates)
    if date is None:
        return ""
    key = "on" if date.day is not None else "in month" if date.month is not None else "in"
    return say(key, language, when=date.written(language))


def _plain_date(dates: tuple[object, ...], language: str) -> str:
    date = _first_date(dates)
    return date.written(language) if date is not None else ""


def _first_date(dates: tuple[object, ...]) -> PartialDate | None:
    return next((partial_date(date) for date in dates if isinstance(date, Literal)), None)
