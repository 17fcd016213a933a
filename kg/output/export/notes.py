"""Notes: what a file says of itself, since it soon lies far from the page that it came from."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from kg.output.export import texts
from kg.output.metadata import LICENSE
from kg.questions.result import InWords, QuestionResult, chosen_words, narrowed_words


@dataclass(frozen=True)
class Notes:
    """What a file says of itself, in the language of its answer.

    ``address`` is that of the page that shows the same; ``built_on`` is the day of the release, where it is known;
    ``parameters`` and ``narrowed`` are labels with what was chosen, in words.
    """

    title: str
    address: str
    citation: str
    release_id: str
    built_on: datetime.date | None
    parameters: tuple[tuple[str, str], ...]
    narrowed: tuple[tuple[str, str], ...]
    licence: str = "CC BY 4.0"
    licence_address: str = LICENSE.value


def notes_of(answered: QuestionResult, *, address: str, citation: str, built_on: datetime.date | None) -> Notes:
    """The notes to an answer; whoever publishes it knows where it stands and how it is cited."""
    language = answered.language
    chosen, narrowed = (_joined(found(answered), language) for found in (chosen_words, narrowed_words))
    return Notes(
        title=answered.question.title[language],
        address=address,
        citation=citation,
        release_id=answered.release_id,
        built_on=built_on,
        parameters=tuple((label, values or texts.ANY[language]) for label, values in chosen),
        narrowed=narrowed,
    )


def _joined(told: InWords, language: str) -> tuple[tuple[str, str], ...]:
    return tuple((label, texts.LIST[language].join(values)) for label, values in told)
