"""What an explanation holds: a sentence, the reasons with their places, and how far each pattern matched."""

from __future__ import annotations

from dataclasses import dataclass

from kg.core.messages import Message


@dataclass(frozen=True)
class Step:
    """A pattern of the query: whether it matches alone, and whether the join up to it does; None: not asked."""

    pattern: str
    line: int
    column: int
    alone: bool | None = None
    joined: bool | None = None


@dataclass(frozen=True)
class Finding:
    """A reason, its place in the query (from 1), and the query mended, where that is known."""

    cause: str
    words: Message
    line: int
    column: int
    pattern: str = ""
    mended: str = ""


@dataclass(frozen=True)
class Explanation:
    """What was found; ``summary`` is one sentence, and ``complete`` is false when questions were left out."""

    summary: Message
    findings: tuple[Finding, ...] = ()
    steps: tuple[Step, ...] = ()
    questions: int = 0
    complete: bool = True
