"""Notes: what a file says of itself, since it soon lies far from the page that it came from."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.answered import Answered
from kg.catalogue import Parameter
from kg.dataset import LICENSE
from kg.export import words
from kg.names import curie

InWords = tuple[tuple[str, str], ...]
"""Labels and, for each, what was chosen for it."""


@dataclass(frozen=True)
class Notes:
    """What a file says of itself, in the language of its answer.

    ``address`` is that of the page that shows the same; ``parameters`` and ``narrowed`` are what was chosen, in words.
    """

    title: str
    address: str
    citation: str
    release_id: str
    written: datetime.date
    parameters: InWords
    narrowed: InWords
    licence: str = "CC BY 4.0"
    licence_address: str = LICENSE.value


def notes_of(answered: Answered, *, address: str, citation: str, written: datetime.date) -> Notes:
    """The notes to an answer; whoever publishes it knows where it stands and how it is cited."""
    return Notes(
        title=answered.question.title[answered.language],
        address=address,
        citation=citation,
        release_id=answered.release_id,
        written=written,
        parameters=_parameters(answered),
        narrowed=_narrowed(answered),
    )


def _parameters(answered: Answered) -> InWords:
    language = answered.language
    return tuple(
        (
            parameter.labels[language],
            words.LIST[language].join(_value(answered, parameter, term) for term in answered.chosen[parameter.name])
            or words.ANY[language],
        )
        for parameter in answered.question.parameters
    )


def _value(answered: Answered, parameter: Parameter, term: NamedNode | Literal) -> str:
    """A value as its pick list names it."""
    options = (option for option in parameter.fixed_options if option.value == term)
    return next((option.labels[answered.language] for option in options), answered.words(term))


def _narrowed(answered: Answered) -> InWords:
    named = {written: answered.words(term) for term in answered.labels for written in (term.value, curie(term))}
    labels = {column.name: column.labels[answered.language] for column in answered.columns}
    return tuple(
        (labels[column], words.LIST[answered.language].join(named.get(value, value) for value in values))
        for column, values in answered.only.items()
    )
