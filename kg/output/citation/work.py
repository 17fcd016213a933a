"""A work of ours as it is cited: an answered question, the whole dataset, or what is said of a thing."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.names import curie
from kg.output.metadata import LICENSE, TITLES
from kg.output.metadata.texts import AUTHOR
from kg.questions.result import QuestionResult, chosen_words, narrowed_words

_COLON = {"en": ": ", "de": ": ", "zh": "："}
_SEMICOLON = {"en": "; ", "de": "; ", "zh": "；"}
_COMMA = {"en": ", ", "de": ", ", "zh": "、"}
_BRACKETS = {"en": " ({})", "de": " ({})", "zh": "（{}）"}
_ID_DIGITS, _ADDRESS_DIGITS = 8, 6


@dataclass(frozen=True)
class Work:
    """What a citation says of a work, in one language.

    ``key`` names it among other works of a bibliography; ``parameters`` are what was chosen, in words; ``address`` pins
    the release, so that it gives the same answer later; ``built_on`` is the day of the release, where it is known;
    ``container`` is the dataset that the work is a part of, and empty for the dataset itself.
    """

    key: str
    title: str
    question: str
    parameters: str
    address: str
    release_id: str
    built_on: datetime.date | None
    language: str = "en"
    container: str = ""
    authors: tuple[str, ...] = (AUTHOR,)
    publisher: str = AUTHOR
    licence: str = "CC BY 4.0"
    licence_address: str = LICENSE.value

    @property
    def full_title(self) -> str:
        """The title with what was chosen, which is all that most lists of references show."""
        return self.title + (_BRACKETS[self.language].format(self.parameters) if self.parameters else "")

    @property
    def year(self) -> str:
        """The year of the release; empty where it is not known."""
        return str(self.built_on.year) if self.built_on is not None else ""


def work_of_question(answered: QuestionResult, *, address: str, built_on: datetime.date | None) -> Work:
    """The answer to a question, with its facets; ``address`` must pin the release of the answer."""
    language = answered.language
    told = [
        label + _COLON[language] + _COMMA[language].join(values)
        for label, values in (*chosen_words(answered), *narrowed_words(answered))
        if values
    ]
    return Work(
        key=_key(answered.question.slug, answered.release_id, address if told else ""),
        title=answered.question.title[language],
        question=answered.question.question[language],
        parameters=_SEMICOLON[language].join(told),
        address=address,
        release_id=answered.release_id,
        built_on=built_on,
        language=language,
        container=TITLES[language],
    )


def work_of_dataset(release_id: str, *, address: str, built_on: datetime.date | None, language: str = "en") -> Work:
    """A release as a whole."""
    key = _key("dataset", release_id)
    return Work(key, TITLES[language], "", "", address, release_id, built_on, language)


def work_of_thing(
    thing: NamedNode, label: str, release_id: str, *, address: str, built_on: datetime.date | None, language: str = "en"
) -> Work:
    """What a release says of a thing, which its label and its IRI name."""
    return Work(
        key=_key(curie(thing).partition(":")[2], release_id),
        title=label,
        question=thing.value,
        parameters="",
        address=address,
        release_id=release_id,
        built_on=built_on,
        language=language,
        container=TITLES[language],
    )


def spelt_out(answered: QuestionResult) -> Mapping[str, tuple[str, ...]]:
    """All values of a question as an address gives them, defaults too: a later program may have other defaults.

    A parameter that was left open although it has a default is given an empty value.
    """
    found = {}
    for parameter in answered.question.parameters:
        values = tuple(_written(term) for term in answered.chosen[parameter.name])
        if values or parameter.default:
            found[parameter.name] = values or ("",)
    return found


def _key(slug: str, release_id: str, address: str = "") -> str:
    """A key of letters, digits and hyphens; that of an answer depends on what was chosen, as its address does."""
    digest = hashlib.sha256(address.encode("utf-8")).hexdigest()[:_ADDRESS_DIGITS] if address else ""
    return "-".join(part for part in ("fyp-kg", slug, release_id[:_ID_DIGITS], digest) if part)


def _written(term: NamedNode | Literal) -> str:
    return curie(term) if isinstance(term, NamedNode) else term.value
