"""Questions about a thing: those that have it on a pick list, ready to be asked about it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from threading import Lock

from pyoxigraph import Literal, NamedNode

from kg.core.names import curie
from kg.questions.binding import choose, options_of
from kg.questions.catalogue import CannedQuestion, Parameter
from server.core import urls
from server.core.context import RequestContext
from server.core.question_params import QuestionParams

_MOST_HELD = 400  # pick lists: those of a release are asked once, as it never changes
_held: OrderedDict[tuple[str, str, str], frozenset[NamedNode | Literal]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Prefilled:
    """A question, and the address that asks it about the thing."""

    question: CannedQuestion
    href: str


def questions_about(service: RequestContext, thing: NamedNode, classes: Collection[NamedNode]) -> list[Prefilled]:
    """The questions with a parameter for things of these classes whose pick list offers this one.

    A question that the thing can only be asked about without an answer is left out.
    """
    found = []
    for question in service.catalogue.questions.values():
        for parameter in question.parameters:
            if parameter.member_of in classes and _offers(service, question, parameter, thing):
                params = QuestionParams(given={parameter.name: (curie(thing),)})
                found.append(Prefilled(question, urls.question(question.slug, params)))
                break
    return found


def _offers(service: RequestContext, question: CannedQuestion, parameter: Parameter, thing: NamedNode) -> bool:
    """Whether the pick list has the thing while the other parameters keep their default values."""
    key = (service.engine.release_id, question.slug, parameter.name)
    with _lock:
        offered = _held.get(key)
    if offered is None:
        offered = _offered(service, question, parameter)
        with _lock:
            _held[key] = offered
            while len(_held) > _MOST_HELD:
                _held.popitem(last=False)
    return thing in offered


def _offered(service: RequestContext, question: CannedQuestion, parameter: Parameter) -> frozenset[NamedNode | Literal]:
    chosen = choose(question, {}, service.engine)
    others = {key: terms for key, terms in chosen.items() if key != parameter.name}
    return frozenset(option.value for option in options_of(parameter, service.engine, others))
