"""A process gives back the memory that it has freed."""

from __future__ import annotations

import subprocess
import sys

import pytest

_USE = """
import sys
from pathlib import Path
from kg.engine.pool.processes import return_freed_memory

def resident_kib():
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:"))

if sys.argv[1] == "returned":
    return_freed_memory()
large = bytearray(31 * 2**20)
del large  # from now on, blocks of up to this size come from the heap
before = resident_kib()
blocks = [bytearray(2**20) for _ in range(48)]
last = bytearray(100_000)  # at the end of the heap
del blocks
print(resident_kib() - before)
"""


def test_freed_memory_is_returned() -> None:
    unreturned, returned = (
        int(subprocess.run([sys.executable, "-c", _USE, way], check=True, capture_output=True).stdout)
        for way in ("kept", "returned")
    )
    if unreturned < 32 * 2**10:
        pytest.skip("this C library returns it by itself")
    assert returned < unreturned / 2
