"""Whether the current release answers a question as the one does that the address of the request pins."""

from __future__ import annotations

from kg.core.errors import ParameterInvalid
from kg.questions.diff import Difference, difference
from kg.questions.result import Answered
from server.core.context import current_service, pin
from server.core.question_params import Wish, answer_wish


def difference_here(answered: Answered, wish: Wish) -> Difference | None:
    """Ask the current release as well; None where no older release is pinned, so that there is nothing to compare.

    Raises:
        As ``Engine.answer``: who is told nothing would take the answers to be the same.
    """
    if pin() is None:
        return None
    with current_service() as service:
        if service.engine.release_id == answered.release_id:
            return None
        try:
            current, _ = answer_wish(service, answered.question.slug, wish)
        except ParameterInvalid as error:
            return Difference(service.engine.release_id, removed=len(answered.rows), refused=str(error))
        return difference(answered, current)
