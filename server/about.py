"""Questions about a thing: those that have it on a pick list, ready to be asked about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.catalogue import CannedQuestion, Parameter, choose, options_of
from kg.names import curie
from server import urls
from server.here import Service
from server.wish import Wish


@dataclass(frozen=True)
class Prefilled:
    """A question, and the address that asks it about the thing."""

    question: CannedQuestion
    href: str


def questions_about(service: Service, thing: NamedNode, classes: Collection[NamedNode]) -> list[Prefilled]:
    """The questions with a parameter for things of these classes whose pick list offers this one.

    A question that the thing can only be asked about without an answer is left out.
    """
    found = []
    for question in service.catalogue.questions.values():
        for parameter in question.parameters:
            if parameter.member_of in classes and _offers(service, question, parameter, thing):
                wish = Wish(given={parameter.name: (curie(thing),)})
                found.append(Prefilled(question, urls.question(question.slug, wish)))
                break
    return found


def _offers(service: Service, question: CannedQuestion, parameter: Parameter, thing: NamedNode) -> bool:
    """Whether the pick list has the thing while the other parameters keep their default values."""
    chosen = choose(question, {}, service.engine)
    others = {key: terms for key, terms in chosen.items() if key != parameter.name}
    return any(option.value == thing for option in options_of(parameter, service.engine, others))
