"""Tests of a running server rely on two facts: its port stays free, and its processes are seen until they end."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import free_port, is_alive, until

CLIENTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
EXIT = {"x86_64": 60, "aarch64": 93}  # the number of the system call that ends one thread
FIRST_THREAD_ENDS = """
import ctypes, sys, threading
threading.Thread(target=sys.stdin.read).start()
ctypes.CDLL(None).syscall(int(sys.argv[1]), 0)
"""


@pytest.mark.skipif(not CLIENTS.exists(), reason="only Linux says which ports clients get")
def test_a_free_port_is_none_that_a_client_may_get_meanwhile() -> None:
    first, last = map(int, CLIENTS.read_text("ascii").split())
    assert not any(first <= free_port() <= last for _ in range(20))


@pytest.mark.skipif(platform.machine() not in EXIT, reason="the system call is not known for this processor")
def test_a_process_runs_until_its_last_thread_has_ended() -> None:
    command = [sys.executable, "-c", FIRST_THREAD_ENDS, str(EXIT[platform.machine()])]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        stat = Path(f"/proc/{process.pid}/stat")
        until(lambda: stat.read_text("ascii").rpartition(")")[2].split()[0] == "Z")
        assert is_alive(process.pid)
        process.kill()
        until(lambda: not is_alive(process.pid))
    assert not is_alive(process.pid)
