"""A work of ours as it is cited: an answered question, the whole dataset, or what is said of a thing."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.answered import Answered
from kg.catalogue import Parameter
from kg.dataset import LICENSE, TITLES
from kg.dataset.words import AUTHOR
from kg.names import curie

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


def work_of_question(answered: Answered, *, address: str, built_on: datetime.date | None) -> Work:
    """The answer to a question, with its facets; ``address`` must pin the release of the answer."""
    language = answered.language
    told = [*_parameters(answered), *_facets(answered)]
    return Work(
        key=_key(answered.question.slug, answered.release_id, address if told else ""),
        title=answered.question.title[language],
        question=answered.question.question[language],
        parameters=_SEMICOLON[language].join(label + _COLON[language] + value for label, value in told),
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


def spelt_out(answered: Answered) -> Mapping[str, tuple[str, ...]]:
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


def _parameters(answered: Answered) -> list[tuple[str, str]]:
    """The label of each parameter that has a value, and its values in words."""
    language = answered.language
    told = []
    for parameter in answered.question.parameters:
        terms = answered.chosen[parameter.name]
        if terms:
            values = _COMMA[language].join(_value(answered, parameter, term) for term in terms)
            told.append((parameter.labels[language], values))
    return told


def _value(answered: Answered, parameter: Parameter, term: NamedNode | Literal) -> str:
    """A value as its pick list names it."""
    options = (option for option in parameter.fixed_options if option.value == term)
    return next((option.labels[answered.language] for option in options), answered.words(term))


def _facets(answered: Answered) -> list[tuple[str, str]]:
    """The label of each column that narrows the answer, and the values it is narrowed to, in words."""
    named = {written: answered.words(term) for term in answered.labels for written in (term.value, curie(term))}
    labels = {column.name: column.labels[answered.language] for column in answered.columns}
    comma = _COMMA[answered.language]
    return [
        (labels[column], comma.join(named.get(value, value) for value in values))
        for column, values in answered.only.items()
    ]


def _written(term: NamedNode | Literal) -> str:
    return curie(term) if isinstance(term, NamedNode) else term.value
