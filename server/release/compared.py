"""Whether the current release answers a question as the one does that the address of the request pins."""

from __future__ import annotations

from kg.answered import Answered
from kg.difference import Difference, difference
from kg.errors import ParameterInvalid
from server.here import current_service, pin
from server.wish import Wish, answer_wish


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
