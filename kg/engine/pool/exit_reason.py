"""The reason why a worker ended during its query: read from its standard error.

A panic of the engine, a failed allocation and a stack overflow all end the process by a signal. Only the text tells
them apart: pyoxigraph is built so that a panic aborts, and no exception reaches Python.
"""

from __future__ import annotations

import re
from enum import Enum

from kg.core.errors import EngineLost, EnginePanicked, KgError, QuestionTooHeavy
from kg.core.messages import Message

_MEMORY = re.compile(r"memory allocation of \d+ bytes failed|MemoryError|bad_alloc|OutOfMemory|Cannot allocate memory")
_PANIC = re.compile(r"panicked at [^\n]*\n([^\n]*)|PanicException: ([^\n]*)")
_SORT = "total order"
SORT_FAILED = f"panicked at sort\n{_SORT}"
_STACK = re.compile(r"overflowed its stack|stack overflow|Segmentation fault")
_LONGEST_REASON = 200


class Cause(Enum):
    """The cause of the end of a worker."""

    MEMORY = "memory"
    SORT = "sort"
    PANIC = "panic"
    STACK = "stack"
    KILLED = "killed"


def cause_of(written: str) -> Cause:
    """Return the cause that the standard error of a worker shows; without one it was killed."""
    if _MEMORY.search(written):
        return Cause.MEMORY
    panic = _PANIC.search(written)
    if panic is not None:
        return Cause.SORT if _SORT in panic[0] else Cause.PANIC
    return Cause.STACK if _STACK.search(written) else Cause.KILLED


def error_of(written: str, memory_bytes: int) -> KgError:
    """Return the error for a query whose worker ended; ``memory_bytes`` is the memory limit of the worker."""
    cause = cause_of(written)
    if cause is Cause.MEMORY:
        return QuestionTooHeavy(
            Message(
                "The query needed more than its %(size)s MiB of memory: select, group or sort fewer "
                "rows, or add LIMIT.",
                size=memory_bytes // 2**20,
            )
        )
    if cause is Cause.STACK:
        return QuestionTooHeavy(
            Message(
                "The query needed more depth than the engine has: make property paths shorter, and nest fewer patterns."
            )
        )
    if cause is Cause.SORT:
        return EnginePanicked(
            Message(
                "The engine cannot sort these values: it has no consistent order for numbers among other "
                "literals. Sort by their text with ORDER BY STR(?x), or by numbers alone with ORDER BY "
                "xsd:decimal(?x)."
            )
        )
    if cause is Cause.PANIC:
        match = _PANIC.search(written)
        reason = (match[1] or match[2] or "").strip()[:_LONGEST_REASON] if match is not None else ""
        return EnginePanicked(
            Message(
                "The engine has a fault that this query triggers (%(reason)s). Write the query in another way, "
                "and report it together with the release.",
                reason=reason,
            )
        )
    return EngineLost(Message("The process that answered the query was killed from outside. Ask again."))
