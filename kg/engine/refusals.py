"""Errors that every engine tells in the same words."""

from __future__ import annotations

from kg.core.errors import AnswerTooLarge, QuestionTooLong
from kg.core.messages import Message


def too_long(seconds: float) -> QuestionTooLong:
    """The error about a question that had so many seconds."""
    return QuestionTooLong(
        Message(
            "The question ran longer than %(seconds)s seconds and was stopped: add LIMIT, bind more of the "
            "pattern, or download the data and query it locally.",
            seconds=f"{seconds:g}",
        )
    )


def too_large(limit: int) -> AnswerTooLarge:
    """The error about an answer with more bytes than so many."""
    return AnswerTooLarge(
        Message(
            "The answer is larger than %(most)s bytes: add LIMIT, ask for fewer columns, or download a dump.",
            most=limit,
        )
    )
