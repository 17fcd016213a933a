"""The real server: ``kg serve`` in a process of its own, over any home or over the quads that a test needs."""

from __future__ import annotations

import datetime
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import TypeVar
from urllib.parse import quote, urlencode

from pyoxigraph import Quad

from kg.build.build import _write
from kg.core.settings import PROJECT
from kg.engine.store import Store, write_store
from kg.release import QUADS_FILE, STORE_FOLDER, Release
from kg.release.dump.write import add_dumps
from kg.release.store import ReleaseStore
from kg.release.verify import write_file_list

HOST = "127.0.0.1"
_EMPTY: Mapping[str, str] = {}
T = TypeVar("T")

PATIENCE_SECONDS = 30
_PAUSE_SECONDS = 0.005
_STOP_SECONDS = 30
_LAST_SECONDS = 10  # at the end of a test nobody waits for a question that still runs
_ANSWER_SECONDS = 60
_FIRST_PORT, _PORTS = 20_000, 12_000
_ENDED = "ZX"  # states of a thread (proc(5))


def make_release(
    home: Path, quads: Iterable[Quad], *, on: datetime.date | None = None, with_dumps: bool = False
) -> Release:
    """Make quads the current release of a home, without rules, checks and shapes."""
    shelf = ReleaseStore(home)
    with shelf.draft() as draft:
        manifest = _write(Store(quads), draft, "", on)
        write_store(draft / QUADS_FILE, draft / STORE_FOLDER)
        if with_dumps:
            manifest = add_dumps(draft, manifest, draft)
        write_file_list(draft, manifest.release_id)
        release = shelf.keep(draft, manifest.release_id)
    shelf.set_current(release)
    return release


@dataclass(frozen=True)
class Reply:
    """A response, and how long it took to its last byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


class Server:
    """``kg serve`` over the current release of a home, on a free port; settings are those of ``kg``.

    Its error output goes to the file ``errors``, if there is one.
    """

    def __init__(self, home: Path, errors: Path | None = None, **settings: object) -> None:
        self.port, self.errors = free_port(), errors or Path(os.devnull)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("KG_")}
        environment |= {f"KG_{name.upper()}": str(value) for name, value in settings.items()}
        command = [sys.executable, "-m", "kg", "serve", "--home", str(home), "--host", HOST, "--port", str(self.port)]
        with self.errors.open("w") if errors is not None else nullcontext() as errors_file:
            self.process = subprocess.Popen(
                command,
                cwd=PROJECT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=errors_file,
                text=True,
                start_new_session=True,
            )

    def __enter__(self) -> Server:
        """Wait until it says that it is ready."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if line != f"Ready at http://{HOST}:{self.port}/ (stop with Ctrl-C)\n":
            code, error_text = self.stop(), self.errors.read_text()
            raise AssertionError(f"kg serve ended with {code} and wrote {line!r}; errors: {error_text!r}")
        return self

    def __exit__(
        self, cls: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it, with all its processes."""
        self.stop(_LAST_SECONDS)

    def stop(self, seconds: float = _STOP_SECONDS) -> int:
        """Ask it to stop, and end what has not stopped in time; gives its exit code."""
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return self.process.wait()

    def ask(
        self,
        path: str,
        headers: Mapping[str, str] = _EMPTY,
        *,
        method: str = "GET",
        body: bytes | None = None,
        source: str = HOST,
    ) -> Reply:
        """Send one request on a connection of its own, from one of the addresses of this machine."""
        return self._send(method, quote(path, safe="/?=&%{}*:"), headers, body, source)

    def query(
        self,
        text: str,
        *,
        field: str = "query",
        method: str = "POST",
        accept: str = "application/sparql-results+json",
        source: str = HOST,
    ) -> Reply:
        """Send a text as one field, by a form or in the URL, from one of the addresses of this machine."""
        fields, headers = urlencode({field: text}), {"Accept": accept}
        if method == "GET":
            return self._send("GET", f"/sparql?{fields}", headers, None, source)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self._send(method, "/sparql", headers, fields.encode(), source)

    def _send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, source: str = HOST
    ) -> Reply:
        start = time.monotonic()
        connection = HTTPConnection(HOST, self.port, timeout=_ANSWER_SECONDS, source_address=(source, 0))
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        response_headers = {key.lower(): value for key, value in response.getheaders()}
        return Reply(response.status, response_headers, content, time.monotonic() - start)

    def metric(self, start: str) -> float:
        """The value of the sample whose line starts so."""
        lines = self.ask("/metrics").body.decode().splitlines()
        return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(start))

    def processes(self) -> set[int]:
        """The server and all its descendants."""
        return descendants(self.process.pid)

    def resident_bytes(self) -> int:
        """Memory of the whole tree of processes; what they share is counted for each."""
        pages = 0
        for process in self.processes():
            with suppress(OSError):
                pages += int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


def until(state: Callable[[], T | None]) -> T:
    """Call a function again and again until its value is true, and return that value."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        value = state()
        if value:
            return value
        threading.Event().wait(_PAUSE_SECONDS)  # what is waited for needs the processor
    raise AssertionError("waited in vain")


@contextmanager
def serving(home: Path, **settings: object) -> Iterator[int]:
    """Serve the current release of a home until the block ends, and give the port; ``settings`` are those of ``kg``."""
    with Server(home, None, **settings) as server:
        yield server.port


def free_port() -> int:
    """A port that nothing listens on, below those that clients get, so that none has it before a slow server does."""
    while True:
        port = _FIRST_PORT + secrets.randbelow(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port


def descendants(process: int) -> set[int]:
    """A process and all that came of it."""
    children: dict[int, set[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            children.setdefault(int(_stat(int(folder.name))[1]), set()).add(int(folder.name))
    family, left = set(), [process]
    while left:
        family.add(left[-1])
        left += children.get(left.pop(), set())
    return family


def is_alive(process: int) -> bool:
    """Return True if a thread of a process runs. The first thread may end before another that holds the sockets."""
    try:
        threads = [int(task.name) for task in Path(f"/proc/{process}/task").iterdir()]
    except OSError:
        return False
    return any(_runs(thread) for thread in threads)


def _runs(thread: int) -> bool:
    try:
        return _stat(thread)[0] not in _ENDED
    except OSError:
        return False


def processor_seconds(processes: Iterable[int]) -> float:
    """The processor time that processes have used until now."""
    ticks = sum(int(ticks) for process in processes for ticks in _stat(process)[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(process: int) -> list[str]:
    """Return the fields that the kernel gives of a process after its name (proc(5)): first its state and its parent."""
    return Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
