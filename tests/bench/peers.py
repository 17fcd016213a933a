"""Peers: the servers that are measured, all over the same quads, each with a start, a stop and an address."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from kg.release import QUADS_FILE, Release
from kg.settings import PROJECT
from tests.serving import HOST, Server, descendants, free_port

RDFLIB_ENDPOINT = PROJECT / ".tools" / "rdflib-endpoint" / "bin" / "python"
RDFLIB_VERSIONS = ("rdflib-endpoint==0.6.3", "uvicorn==0.38.0")
_START_SECONDS = 600.0
_STEP_SECONDS = 0.05
_RDFLIB_PROGRAM = """
import sys
import uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
data = Dataset(default_union=True)
data.parse(sys.argv[1], format="nquads")
uvicorn.run(SparqlEndpoint(graph=data), host=sys.argv[2], port=int(sys.argv[3]), log_level="error")
"""


@dataclass(frozen=True)
class Peer:
    """A server that runs: its name, where it answers queries, and the process that it began as."""

    name: str
    authority: str
    path: str
    process: int

    @property
    def processes(self) -> set[int]:
        """It and all its descendants."""
        return descendants(self.process)


@contextmanager
def ours(release: Release, name: str = "ours", **settings: object) -> Iterator[Peer]:
    """``kg serve`` over a release, for clients that all have one address."""
    home = release.folder.parent.parent
    with Server(home, None, max_per_client=256, max_waiting=256, **settings) as server:
        yield Peer(name, f"{HOST}:{server.port}", "/sparql", server.process.pid)


@contextmanager
def oxigraph_on_disk(release: Release, deadline_seconds: int | None = None) -> Iterator[Peer]:
    """The native Oxigraph server over the store of the release."""
    authority = f"{HOST}:{free_port()}"
    command = ["serve-read-only", "--location", str(release.folder / "store"), "--bind", authority]
    command += ["--timeout-s", str(deadline_seconds)] if deadline_seconds is not None else []
    with _running([str(_program("oxigraph")), *command, "--union-default-graph"], authority) as process:
        yield Peer("Oxigraph on disk", authority, "/query", process)


@contextmanager
def oxigraph_in_memory(release: Release) -> Iterator[Peer]:
    """The same with its quads in memory."""
    authority = f"{HOST}:{free_port()}"
    command = [str(_program("oxigraph")), "serve", "--bind", authority, "--union-default-graph"]
    with _running(command, authority) as process:
        connection = HTTPConnection(authority, timeout=_START_SECONDS)
        with (release.folder / QUADS_FILE).open("rb") as quads:
            connection.request("POST", "/store", quads, {"Content-Type": "application/n-quads"})
            response = connection.getresponse()
        response.read()
        connection.close()
        if response.status >= 300:
            raise SystemExit(f"Oxigraph took no quads: {response.status}.")
        yield Peer("Oxigraph in memory", authority, "/query", process)


@contextmanager
def rdflib_endpoint(release: Release) -> Iterator[Peer]:
    """rdflib-endpoint over rdflib's own memory store, in an environment of its own."""
    port = free_port()
    command = [str(RDFLIB_ENDPOINT), "-c", _RDFLIB_PROGRAM, str(release.folder / QUADS_FILE), HOST, str(port)]
    with _running(command, f"{HOST}:{port}") as process:
        yield Peer("rdflib-endpoint", f"{HOST}:{port}", "/", process)


def _program(name: str) -> Path:
    return Path(sys.executable).parent / name


@contextmanager
def _running(command: list[str], authority: str) -> Iterator[int]:
    """A program, from when it listens until the block ends."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await(authority, process)
            yield process.pid
        finally:
            process.kill()


def _await(authority: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError, HTTPException):
            connection = HTTPConnection(authority, timeout=_START_SECONDS)
            connection.request("GET", "/")
            connection.getresponse().read()
            connection.close()
            return
        time.sleep(_STEP_SECONDS)
    raise SystemExit(f"{process.args!r} does not answer at {authority}.")
