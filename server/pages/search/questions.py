"""Canned questions that fit what is sought, each as a link with the values filled in that the words name."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from kg.graph.labels import Label, labels_of
from kg.questions.suggest import AskedQuestion, QuestionSearch
from server.core import urls
from server.core.context import RequestContext
from server.core.question_params import QuestionParams
from server.core.search_params import SearchParams
from server.pages.result.cells import best_label

_MOST_HELD = 3
_held: OrderedDict[str, QuestionSearch] = OrderedDict()  # by release, as a release never changes
_lock = Lock()


@dataclass(frozen=True)
class OfferedQuestion:
    """A question in words, its address, and the values that are filled in, each under the name of its parameter."""

    text: str
    href: str
    values: tuple[tuple[str, Label], ...]


def offered_questions(service: RequestContext, search_params: SearchParams) -> tuple[OfferedQuestion, ...]:
    """The questions for what is sought; none beside what is narrowed to a kind or a plan, and on the first page only.

    Raises:
        As ``Engine.answer``.
    """
    if search_params.kinds or search_params.plans or search_params.page > 1:
        return ()
    found = _search(service).find(service.engine, search_params.text, budget=service.budget)
    return tuple(_offered(service, one, search_params.language) for one in found)


def _offered(service: RequestContext, asked: AskedQuestion, language: str) -> OfferedQuestion:
    labels = labels_of(service.engine, asked.values.values())
    names = {parameter.name: parameter.labels[language] for parameter in asked.question.parameters}
    return OfferedQuestion(
        asked.question.question[language],
        urls.question(asked.question.slug, QuestionParams(given=asked.parameters)),
        tuple((names[name], best_label(labels, value, language)) for name, value in asked.values.items()),
    )


def _search(service: RequestContext) -> QuestionSearch:
    """What is held for the release; its engine is given anew, as one is lent for a request only."""
    release_id = service.engine.release_id
    with _lock:
        if release_id not in _held:
            _held[release_id] = QuestionSearch(service.catalogue)
        _held.move_to_end(release_id)
        while len(_held) > _MOST_HELD:
            _held.popitem(last=False)
        return _held[release_id]
