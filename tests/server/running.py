"""``kg serve`` in a process of its own, as its operator sees it: the line that says it is ready, its log, its end."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from kg.settings import PROJECT
from tests.serving import HOST, free_port

_EMPTY: Mapping[str, str] = {}
STOP_SECONDS = 30


@dataclass
class Answered:
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Running:
    """A server that is ready."""

    process: subprocess.Popen[str]
    port: int
    errors: Path

    def ask(
        self, path: str, headers: Mapping[str, str] = _EMPTY, *, method: str = "GET", body: bytes | None = None
    ) -> Answered:
        """Send one request on a connection of its own."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=STOP_SECONDS)
        try:
            connection.request(method, quote(path, safe="/?=&%{}*:"), body, dict(headers))
            response = connection.getresponse()
            body = response.read()
            return Answered(response.status, {key.lower(): value for key, value in response.getheaders()}, body)
        finally:
            connection.close()

    def metric(self, start: str) -> float:
        """The value of the sample whose line starts so."""
        lines = self.ask("/metrics").body.decode().splitlines()
        return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(start))

    def processes(self) -> set[int]:
        """The server's processes: itself, granian's worker, the zygote, the workers that answer."""
        found, new = {self.process.pid}, {self.process.pid}
        while new:
            new = {child for parent in new for child in _children(parent)} - found
            found |= new
        return found

    def stop(self) -> int:
        """Ask it to end, and wait until it has; gives its exit code."""
        self.process.terminate()
        return self.process.wait(STOP_SECONDS)


@contextmanager
def running(home: Path, errors: Path, **settings: object) -> Iterator[Running]:
    """A server of the current release of a home, from the moment that it says that it is ready."""
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("KG_")}
    environment |= {f"KG_{name.upper()}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "kg", "serve", "--home", str(home), "--host", HOST, "--port", str(port)]
    with (
        errors.open("w") as told,
        subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=told, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"Ready at http://{HOST}:{port}/ (stop with Ctrl-C)\n", (
                errors.read_text()
            )
            yield Running(process, port, errors)
        finally:
            process.terminate()


def _children(process: int) -> set[int]:
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        return {int(child) for task in tasks for child in (task / "children").read_text().split()}
    except OSError:
        return set()


def is_alive(process: int) -> bool:
    """Whether a process runs; one that has ended and was not yet waited for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def processor_seconds(processes: set[int]) -> float:
    """The processor time that processes have used until now."""
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
