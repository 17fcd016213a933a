"""Milestones, events, links and plans as sentences."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from kg.core.names import curie, name
from kg.core.number_format import amount
from kg.core.partial_date import PartialDate, partial_date
from kg.core.vocabularies import vocabulary_of
from kg.output.sentences.facts import Facts
from kg.output.sentences.patterns import MATCH_KEYS, glued, listed, quotable, say, sentences
from kg.questions.result import number_of

MATCHES: dict[NamedNode | None, str] = {name(f"skos:{one}"): one for one in MATCH_KEYS}


def milestone_sentence(facts: Facts, thing: NamedNode, language: str) -> str:
    """By when a milestone, or a goal without a figure, is to be reached."""
    year = facts.text(thing, "fyp:milestoneYear") or facts.text(thing, "fyp:goalYear")
    if not year.isdecimal():
        return ""
    return sentences([say("milestone", language, when=PartialDate(int(year)).written(language))], language)


def event_sentence(facts: Facts, thing: NamedNode, language: str) -> str:
    """When something happened, and to what."""
    when = _when(facts.terms(thing, "dcterms:date"), language)
    if not when:
        return ""
    subjects = [one for one in facts.terms(thing, "fyp:eventOf") if isinstance(one, NamedNode)]
    what = listed([facts.label(one, language) or curie(one) for one in subjects], language)
    return sentences([say("happened to" if what else "happened", language, when=when, what=what)], language)


def link_sentence(facts: Facts, thing: NamedNode, language: str) -> str:
    """How a thing of ours and one of another vocabulary go together."""
    ours, theirs = facts.node(thing, "fyp:linkSubject"), facts.node(thing, "fyp:linkTarget")
    predicate = facts.node(thing, "fyp:linkPredicate")
    if ours is None or theirs is None or predicate not in MATCHES:
        return ""
    home = vocabulary_of(theirs)
    sure = next((n for term in facts.terms(thing, "fyp:linkConfidence") if (n := number_of(term)) is not None), None)
    told = glued(
        MATCHES[predicate],
        language,
        one=quotable(facts.label(ours, language) or curie(ours), language),
        other=quotable(facts.label(theirs, language) or theirs.value, language),
        where=home.short if home is not None else curie(theirs),
        sure=glued("sure", language, n=amount(sure, language)) if sure is not None else "",
    )
    return sentences([told], language)


def plan_sentence(facts: Facts, thing: NamedNode, language: str) -> str:
    """The years of a plan, who issued it and when."""
    first, last = (facts.text(thing, f"fyp:plan{end}Year") for end in ("Start", "End"))
    if not (first.isdecimal() and last.isdecimal()):
        return ""
    years = (PartialDate(int(year)).written(language) for year in (first, last))
    told = [say("covers", language, **dict(zip(("first", "last"), years, strict=True)))]
    when = _date(facts.terms(thing, "dcterms:issued"), language)
    told += [say("dated", language, when=when)] if when else []
    issuers = [one for one in facts.terms(thing, "fyp:issuedBy") if isinstance(one, NamedNode)]
    if issuers:
        who = listed([facts.label(one, language) or curie(one) for one in issuers], language)
        told.append(say("issued", language, who=who))
    return sentences(told, language)


def _when(dates: tuple[object, ...], language: str) -> str:
    """The first date, as precise as it is known, with its preposition."""
    found = _moment(dates)
    if found is None:
        return ""
    key = "on" if found.day is not None else "in month" if found.month is not None else "in"
    return say(key, language, when=found.written(language))


def _date(dates: tuple[object, ...], language: str) -> str:
    found = _moment(dates)
    return found.written(language) if found is not None else ""


def _moment(dates: tuple[object, ...]) -> PartialDate | None:
    return next((partial_date(date) for date in dates if isinstance(date, Literal)), None)
