"""Failed writes: tell a full disk from other reasons."""

from __future__ import annotations

import errno
import os

from kg.core.errors import DiskFull, WriteFailed

# EDQUOT is the quota of a user, and EFBIG a limit on the size of files (`ulimit -f`)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# libraries that report an error of the system by its words alone
_WORDS = (*map(os.strerror, _FULL), "database or disk is full")


def is_full(error: Exception) -> bool:
    """Return True if a write failed because a disk, a quota or the largest file size is used up."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _FULL
    return any(words in str(error) for words in _WORDS)


def write_failed(what: str, error: Exception, remedy: str) -> WriteFailed:
    """Return the error about a write that failed, which is DiskFull if there was no room.

    ``what`` begins the message and names the file; ``remedy`` is a sentence.
    """
    # `strerror` has no number and no path, which the text of an OSError repeats
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    if is_full(error):
        return DiskFull(f"{what} cannot be written, because the disk is full ({reason}). {remedy}")
    return WriteFailed(f"{what} cannot be written: {reason}. {remedy}")
