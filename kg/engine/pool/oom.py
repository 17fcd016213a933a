"""Out of memory: let the kernel end processes that can be replaced before the one that serves."""

from __future__ import annotations

import contextlib
from pathlib import Path

# added to the score of the process that starts them (proc(5), oom_score_adj); more is ended sooner
ZYGOTE, FOLLOWER, PAGES, RENDERER, WORKER = 100, 200, 250, 300, 500

_FILE = Path("/proc/self/oom_score_adj")
_MOST = 1000


def raise_oom_score(points: int) -> None:
    """Raise the score of this process and of those that it starts later; nothing happens where there is no score.

    Anyone may raise a score. Call it before a limit on open files is set.
    """
    with contextlib.suppress(OSError, ValueError):
        _FILE.write_text(str(min(int(_FILE.read_text("ascii")) + points, _MOST)), "ascii")
