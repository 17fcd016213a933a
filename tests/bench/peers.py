"""Peers: the servers that are measured, all over the same quads, each with a start, a stop and an address."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.core.settings import PROJECT
from kg.engine.remote.quirks import VIRTUOSO, Wording, reworded
from kg.release import QUADS_FILE, Release
from tests.serving import HOST, Server, descendants, free_port
from tests.virtuoso import PROGRAM, Means, is_installed, virtuoso

RDFLIB_ENDPOINT = PROJECT / ".tools" / "rdflib-endpoint" / "bin" / "python"
RDFLIB_VERSIONS = ("rdflib-endpoint==0.6.3", "uvicorn==0.38.0")
# 1.3 GiB of pages, and connections for three times the most clients that are measured
_MEANS_OF_VIRTUOSO = Means(buffers=170_000, clients=100, seconds=120)
_N_QUADS = 512  # the flag of its reader of Turtle
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
    """A server that runs: its name, where it answers queries, the process that it began as, and how it reads a text."""

    name: str
    authority: str
    path: str
    process: int
    wordings: tuple[Wording, ...] = field(default=(), repr=False)

    @property
    def processes(self) -> set[int]:
        """It and all its descendants."""
        return descendants(self.process)

    def worded(self, text: str) -> str:
        """A text in the wording that it reads rightly."""
        return reworded(text, self.wordings)


@contextmanager
def ours(release: Release, name: str = "ours", **settings: object) -> Iterator[Peer]:
    """``kg serve`` over a release, for clients that all have one address."""
    home = release.folder.parent.parent
    with Server(home, None, max_per_client=256, max_waiting=256, **settings) as server:
        yield Peer(name, f"{HOST}:{server.port}", "/sparql", server.process.pid)


@contextmanager
def oxigraph_on_disk(release: Release) -> Iterator[Peer]:
    """The native Oxigraph server over the store of the release."""
    authority = f"{HOST}:{free_port()}"
    command = ["serve-read-only", "--location", str(release.folder / "store"), "--bind", authority]
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


@contextmanager
def virtuoso_on_disk(release: Release) -> Iterator[Peer]:
    """Virtuoso, asked over all its graphs as it does by itself; its own few thousand quads lie there, too."""
    if not is_installed():
        raise SystemExit("Virtuoso is not installed: on Debian, it is in virtuoso-opensource-7.")
    with TemporaryDirectory() as folder, virtuoso(Path(folder), _MEANS_OF_VIRTUOSO) as server:
        quads = Path(folder, QUADS_FILE)
        shutil.copy(release.folder / QUADS_FILE, quads)
        server.run(f"DB.DBA.TTLP_MT(file_open('{quads}'), '', 'urn:none', {_N_QUADS});")
        server.run("CHECKPOINT;")
        quads.unlink()
        yield Peer("Virtuoso", server.authority, "/sparql", server.process, VIRTUOSO)


def version_of_virtuoso() -> str:
    """Its version, empty where it is not installed."""
    if not is_installed():
        return ""
    process = subprocess.run([PROGRAM, "-?"], capture_output=True, text=True, check=False)
    match = re.search(r"Version ([0-9.]*[0-9])", process.stdout + process.stderr)
    return match[1] if match else ""


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
