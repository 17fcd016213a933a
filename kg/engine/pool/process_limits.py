"""Limits that a process sets for itself: priority, memory arenas, and its place for the out-of-memory killer."""

from __future__ import annotations

import contextlib
import ctypes
import os
from enum import Enum
from pathlib import Path


class Priority(Enum):
    """The priority of a process; the value is added to the nice value of the process that starts it."""

    QUERIES = 0
    PAGES = 10


def lower_priority(points: int) -> None:
    """Raise the nice value of this thread, and so of those threads and processes that it starts, by so many points.

    With any points the thread also leaves the first processor to others (Linux): with nice values alone, a thread that
    wakes may wait some milliseconds for a nicer one that runs.
    """
    os.nice(points)
    if points:
        with contextlib.suppress(OSError, AttributeError):
            allowed = os.sched_getaffinity(0)
            os.sched_setaffinity(0, allowed - {min(allowed)})  # EINVAL if there is no other one


def set_priority(process: int, priority: int) -> None:
    """Set the nice value of all threads of a process; a process that has ended is ignored.

    On Linux a nice value that is set for a process applies to its first thread only.
    """
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            os.setpriority(os.PRIO_PROCESS, int(task.name), priority)


# parameters of mallopt(3)
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_ARENAS = 2
# glibc's own defaults; one that is set is no longer raised
_THRESHOLD_BYTES = 128 * 1024


def return_freed_memory() -> None:
    """Limit the arenas and fix the thresholds before threads start; other C libraries have neither."""
    with contextlib.suppress(OSError, AttributeError):  # no mallopt
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, _ARENAS)
        mallopt(_M_MMAP_THRESHOLD, _THRESHOLD_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _THRESHOLD_BYTES)


# added to the score of the process that starts them (proc(5), oom_score_adj); the kernel kills a higher score sooner
ZYGOTE, FOLLOWER, PAGES, RENDERER, WORKER = 100, 200, 250, 300, 500

_FILE = Path("/proc/self/oom_score_adj")
_MOST = 1000


def raise_oom_score(points: int) -> None:
    """Raise the score of this process and of those that it starts later; do nothing where there is no score.

    Anyone may raise a score. Call it before a limit on open files is set.
    """
    with contextlib.suppress(OSError, ValueError):
        _FILE.write_text(str(min(int(_FILE.read_text("ascii")) + points, _MOST)), "ascii")
