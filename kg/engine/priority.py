"""The priority of a process among others, by its nice value."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def set_priority(process: int, priority: int) -> None:
    """Let others go first, by a nice value; of a process that has ended nothing is asked.

    Linux has such a value for each thread, and one that is set for a process is that of its first.
    """
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            os.setpriority(os.PRIO_PROCESS, int(task.name), priority)
