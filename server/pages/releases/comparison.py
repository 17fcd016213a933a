"""Whether the current release answers a question as the one does that the address of the request pins."""

from __future__ import annotations

from kg.core.errors import ParameterInvalid
from kg.questions.diff import Difference, difference
from kg.questions.result import QuestionResult
from server.core.context import current_context, pin
from server.core.question_params import QuestionParams, result_params


def difference_here(answered: QuestionResult, params: QuestionParams) -> Difference | None:
    """Ask the current release as well; None where no older release is pinned, so that there is nothing to compare.

    Raises:
        As ``Engine.answer``: who is told nothing would take the answers to be the same.
    """
    if pin() is None:
        return None
    with current_context() as service:
        if service.engine.release_id == answered.release_id:
            return None
        try:
            question = service.catalogue.get(answered.question.slug)
            current, _ = result_params(service, question, params)
        except ParameterInvalid as error:
            return Difference(service.engine.release_id, removed=len(answered.rows), refused=str(error))
        return difference(answered, current)
