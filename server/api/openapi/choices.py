"""What there is to pick from, asked of the graph: the pick lists of all questions, with labels."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode

from kg.engine import Engine
from kg.graph.labels import labels_of
from kg.questions.binding import options_of
from kg.questions.catalogue import Catalogue, Option
from server.api.openapi.parameters import Choice, choice_of, key_of
from server.pages.result.cells import best_label


def choices_of(catalogue: Catalogue, engine: Engine, language: str) -> dict[str, list[Choice]]:
    """The values to pick from, by the name of the parameter's component; none where any value will do.

    Raises:
        As ``Engine.answer``.
    """
    asked: dict[str, list[Option]] = {}  # several questions share a list
    found: dict[str, list[Option]] = {}
    for question in catalogue.questions.values():
        for parameter in question.parameters:
            if parameter.options_query is not None and parameter.options_query not in asked:
                asked[parameter.options_query] = options_of(parameter, engine)
            options = asked[parameter.options_query] if parameter.options_query else list(parameter.fixed_options)
            found[key_of(question, parameter)] = options
    labels = labels_of(engine, _iris(option for options in found.values() for option in options))

    def choice(option: Option) -> Choice:
        if isinstance(option.value, NamedNode):
            return choice_of(option, best_label(labels, option.value, language).text)
        return choice_of(option, option.labels.get(language, option.value.value))

    return {key: [choice(option) for option in options] for key, options in found.items()}


def _iris(options: Iterable[Option]) -> set[NamedNode]:
    return {option.value for option in options if isinstance(option.value, NamedNode)}
