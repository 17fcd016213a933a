"""An answer in words: what was chosen for it, what it was narrowed to, and where a thing is said."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from kg.core.names import curie
from kg.graph.evidence import Place
from kg.graph.labels import Labels, label_of
from kg.questions.catalogue import Parameter, Texts
from kg.questions.result import QuestionResult

InWords = tuple[tuple[str, tuple[str, ...]], ...]
"""Labels and, for each, the values that were chosen."""

_LINE: Texts = {"en": "line {line}", "de": "Zeile {line}", "zh": "第{line}行"}
_SEPARATOR: Texts = {"en": ", ", "de": ", ", "zh": "，"}


def chosen_words(answered: QuestionResult) -> InWords:
    """Each parameter with its values as its pick list names them; one that was left open has none."""
    return tuple(
        (
            parameter.labels[answered.language],
            tuple(_value(answered, parameter, term) for term in answered.chosen[parameter.name]),
        )
        for parameter in answered.question.parameters
    )


def _value(answered: QuestionResult, parameter: Parameter, term: NamedNode | Literal) -> str:
    options = (option for option in parameter.fixed_options if option.value == term)
    return next((option.labels[answered.language] for option in options), answered.words(term))


def narrowed_words(answered: QuestionResult) -> InWords:
    """Each column that narrows the answer, with the values that it is narrowed to."""
    named = {written: answered.words(term) for term in answered.labels for written in (term.value, curie(term))}
    labels = {column.name: column.labels[answered.language] for column in answered.columns}
    return tuple(
        (labels[column], tuple(named.get(value, value) for value in values)) for column, values in answered.only.items()
    )


def place_words(place: Place, labels: Labels, language: str = "en") -> str:
    """A place in words: line and section of a passage; title, publisher and address of a cited page.

    Those of a cited page are in the language of its title.
    """
    if place.line is None:
        said = [place.title, place.publisher, place.address]
    else:
        section = label_of(labels, place.section, language).text if place.section is not None else ""
        said = [line_words(place.line, language), section]
    return _SEPARATOR[place.language or language].join(part for part in said if part)


def line_words(line: int, language: str = "en") -> str:
    """A line of the source in words."""
    return _LINE[language].format(line=line)
