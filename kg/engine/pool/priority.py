"""The priority of a process among others: its nice value, and the processors that it uses."""

from __future__ import annotations

import contextlib
import os
from enum import Enum
from pathlib import Path


class Priority(Enum):
    """Whose questions a process answers; the value is added to the nice value of the process that starts it."""

    QUERIES = 0
    PAGES = 10


def lower_priority(points: int) -> None:
    """Raise the nice value of this thread, and so of those threads and processes that it starts, by so many points.

    With any points it also leaves the first processor to others (Linux): by nice values alone a thread that wakes may
    wait some milliseconds for a nicer one that runs.
    """
    os.nice(points)
    if points:
        with contextlib.suppress(OSError, AttributeError):
            allowed = os.sched_getaffinity(0)
            os.sched_setaffinity(0, allowed - {min(allowed)})  # EINVAL if there is no other one


def set_priority(process: int, priority: int) -> None:
    """Let others go first, by a nice value; of a process that has ended nothing is asked.

    Linux has such a value for each thread, and one that is set for a process is that of its first.
    """
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            os.setpriority(os.PRIO_PROCESS, int(task.name), priority)
