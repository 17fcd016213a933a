"""The allocator of the C library: let a process give memory back that it has freed.

glibc keeps freed memory in arenas, up to eight for each processor, and raises its threshold for mapping a block by
itself up to 32 MiB. A process that once held large answers in many threads then keeps their memory for ever.
"""

from __future__ import annotations

import contextlib
import ctypes

# parameters of mallopt(3)
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_ARENAS = 2
# glibc's own defaults; one that is set is no longer raised
_THRESHOLD_BYTES = 128 * 1024


def return_freed_memory() -> None:
    """Limit the arenas and keep the thresholds, before threads are started; other C libraries have neither."""
    with contextlib.suppress(OSError, AttributeError):  # no mallopt
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, _ARENAS)
        mallopt(_M_MMAP_THRESHOLD, _THRESHOLD_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _THRESHOLD_BYTES)
