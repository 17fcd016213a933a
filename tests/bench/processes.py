"""The processes of a server by kind, and those that still run although their server does not know them any more."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.serving import Server, is_alive

KINDS = ("top", "serving", "pages", "zygote", "worker", "renderer", "follower")
_MARK = "FYP_TEST_RUN"
_COMMANDS = {
    b"server.gateway.page_process": "pages",
    b"kg.engine.pool.zygote": "zygote",
    b"kg.charts.render_worker": "renderer",
    b"\0fetch\0": "follower",
}


@contextmanager
def marked() -> Iterator[str]:
    """Mark all processes that are started within the block, and give the mark."""
    mark = secrets.token_hex(8)
    os.environ[_MARK] = mark
    try:
        yield mark
    finally:
        del os.environ[_MARK]


def with_mark(mark: str) -> set[int]:
    """Return the processes with a mark, whoever their parents are by now."""
    sought, processes = f"{_MARK}={mark}".encode(), set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is another user's
            if sought in (folder / "environ").read_bytes().split(b"\0") and is_alive(int(folder.name)):
                processes.add(int(folder.name))
    return processes


def kinds(server: Server) -> dict[str, set[int]]:
    """Return the processes of a server by kind."""
    by_kind: dict[str, set[int]] = {kind: set() for kind in KINDS}
    tree = server.processes()
    for process in tree:
        with suppress(OSError):  # it has ended
            by_kind[_kind(process, server.process.pid)].add(process)
    return by_kind


def _kind(process: int, top: int) -> str:
    if process == top:
        return "top"
    command = Path(f"/proc/{process}/cmdline").read_bytes()
    kind = next((kind for part, kind in _COMMANDS.items() if part in command), "serving")
    forked = kind == "zygote" and Path(f"/proc/{_parent(process)}/cmdline").read_bytes() == command
    return "worker" if forked else kind


def _parent(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])


def open_files(processes: Iterable[int]) -> int:
    """Return how many descriptors processes have open."""
    total = 0
    for process in processes:
        with suppress(OSError):
            total += len(list(Path(f"/proc/{process}/fd").iterdir()))
    return total
