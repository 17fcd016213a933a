"""Questions that the counts of a release answer, whatever engine holds the release."""

from __future__ import annotations

from kg.engine import Question
from kg.engine.counts import Counts
from kg.engine.store import Results


def counted(counts: Counts | None, question: Question) -> Results | None:
    """What the counts say; None where there are none, or where the question is about anything but the whole graph."""
    if counts is None or question.default_graphs or question.named_graphs:
        return None
    return counts.results(question.text)
