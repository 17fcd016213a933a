"""Errors that every engine tells in the same words."""

from __future__ import annotations

from kg.core.errors import AnswerTooLarge, QuestionTooLong


def too_long(seconds: float) -> QuestionTooLong:
    """The error about a question that had so many seconds."""
    return QuestionTooLong(
        f"The question ran longer than {seconds:g} seconds and was stopped: add LIMIT, "
        "bind more of the pattern, or take a dump and ask it at home."
    )


def too_large(limit: int) -> AnswerTooLarge:
    """The error about an answer with more bytes than so many."""
    return AnswerTooLarge(f"The answer is larger than {limit} bytes: add LIMIT, ask for fewer columns, or take a dump.")
