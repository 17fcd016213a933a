"""The real server: ``kg serve`` in a process of its own, over any home or over the quads that a test needs."""

from __future__ import annotations

import datetime
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode

from pyoxigraph import Quad

from kg.release import Release
from kg.release.build import _write
from kg.release.dumping import add_dumps
from kg.release.shelf import Shelf
from kg.settings import PROJECT
from kg.store import Store

HOST = "127.0.0.1"
_MOST_TRIES = 1500
_TRY_SECONDS = 0.02
_STOP_SECONDS = 10


def make_release(
    home: Path, quads: Iterable[Quad], *, on: datetime.date | None = None, with_dumps: bool = False
) -> Release:
    """Make quads the current release of a home, without rules, checks and shapes."""
    shelf = Shelf(home)
    with shelf.draft() as draft:
        manifest = _write(Store(quads), draft, "", on)
        if with_dumps:
            add_dumps(draft, manifest, draft)
        release = shelf.keep(draft, manifest.release_id)
    shelf.point_to(release)
    return release


@dataclass(frozen=True)
class Reply:
    """A response, and how long it took to its last byte."""

    status: int
    body: bytes
    seconds: float


class Server:
    """``kg serve`` over the current release of a home, on a free port; settings go without their ``KG_``.

    What it says of errors goes to the file ``errors``, if there is one.
    """

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None, errors: Path | None = None) -> None:
        self.port = free_port()
        environment = {key: value for key, value in os.environ.items() if not key.startswith("KG_")}
        environment |= {f"KG_{key}": value for key, value in (settings or {}).items()}
        command = [sys.executable, "-m", "kg", "serve", "--home", str(home), "--host", HOST, "--port", str(self.port)]
        with errors.open("wb") if errors is not None else nullcontext() as told:
            self.process = subprocess.Popen(
                command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=told, start_new_session=True
            )

    def __enter__(self) -> Server:
        """Wait until it listens."""
        for _ in range(_MOST_TRIES):
            try:
                socket.create_connection((HOST, self.port), timeout=1).close()
            except OSError:
                if self._has_ended(_TRY_SECONDS):
                    break
                continue
            return self
        self.stop()
        raise AssertionError(f"kg serve does not listen; its exit code is {self.process.returncode}")

    def __exit__(
        self, cls: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it, with all its processes."""
        self.stop()

    def stop(self) -> None:
        """Ask it to stop, and end what has not stopped in time."""
        self.process.terminate()
        if not self._has_ended(_STOP_SECONDS):
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def ask(
        self,
        text: str,
        *,
        field: str = "query",
        method: str = "POST",
        accept: str = "application/sparql-results+json",
        source: str = HOST,
    ) -> Reply:
        """Send a text as one field, by a form or in the URL, from one of the addresses of this machine."""
        fields = urlencode({field: text})
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        start = time.monotonic()
        connection = HTTPConnection(HOST, self.port, timeout=60, source_address=(source, 0))
        try:
            if method == "GET":
                connection.request("GET", f"/sparql?{fields}", headers={"Accept": accept})
            else:
                connection.request(method, "/sparql", fields, headers)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        return Reply(response.status, body, time.monotonic() - start)

    def processes(self) -> set[int]:
        """The server and all its descendants."""
        children: dict[int, set[int]] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                children.setdefault(_stat(int(folder.name))[1], set()).add(int(folder.name))
        found, left = set(), [self.process.pid]
        while left:
            found.add(left[-1])
            left += children.get(left.pop(), set())
        return found

    def resident_bytes(self) -> int:
        """Memory of the whole tree of processes; what they share is counted for each."""
        pages = 0
        for process in self.processes():
            with suppress(OSError):
                pages += int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def _has_ended(self, seconds: float) -> bool:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


@contextmanager
def serving(home: Path, **settings: object) -> Iterator[int]:
    """Serve the current release of a home until the block ends, and give the port; ``settings`` are those of ``kg``."""
    with Server(home, {name.upper(): str(value) for name, value in settings.items()}) as server:
        yield server.port


def free_port() -> int:
    """A port that nothing listens on, at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_alive(process: int) -> bool:
    """Whether a process runs; one that has ended and waits to be collected does not."""
    try:
        return _stat(process)[0] != "Z"
    except OSError:
        return False


def _stat(process: int) -> tuple[str, int]:
    """State and parent of a process (proc(5))."""
    state, parent, *_ = Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    return state, int(parent)
