"""Errors that have the same message in every engine."""

from __future__ import annotations

from kg.core.errors import AnswerTooLarge, QuestionTooLong
from kg.core.messages import Message


def too_long(seconds: float) -> QuestionTooLong:
    """Return the error for a question that exceeded its time."""
    return QuestionTooLong(
        Message(
            "The question ran longer than %(seconds)s seconds and was stopped: add LIMIT, bind more of the "
            "pattern, or download the data and query it locally.",
            seconds=f"{seconds:g}",
        )
    )


def too_large(limit: int) -> AnswerTooLarge:
    """Return the error for an answer larger than ``limit`` bytes."""
    return AnswerTooLarge(
        Message(
            "The answer is larger than %(most)s bytes: add LIMIT, ask for fewer columns, or download a dump.",
            most=limit,
        )
    )
