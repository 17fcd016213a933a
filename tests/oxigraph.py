"""Another engine's server: the native Oxigraph server, on a free port."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from tests.serving import HOST, free_port


@contextmanager
def oxigraph_server(folder: Path | None = None) -> Iterator[str]:
    """The authority of an Oxigraph server, in memory or with a folder, until the block ends."""
    authority = f"{HOST}:{free_port()}"
    program = Path(sys.executable).parent / "oxigraph"
    place = [] if folder is None else ["--location", str(folder)]
    command = [str(program), "serve", "--bind", authority, *place]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            transport = httpx2.HTTPTransport(retries=8)  # the waits between them double
            with httpx2.Client(transport=transport, trust_env=False) as client:
                client.get(f"http://{authority}/query").close()
            yield authority
        finally:
            process.terminate()


@contextmanager
def oxigraph_of(turtle: str, graph: str | None = None) -> Iterator[str]:
    """The authority of an Oxigraph server that holds these triples in memory, until the block ends."""
    with oxigraph_server() as authority:
        load(authority, turtle, graph)
        yield authority


def load(authority: str, turtle: str, graph: str | None = None) -> None:
    """Add triples to a graph, or to the default one."""
    place = "default" if graph is None else f"graph={graph}"
    headers = {"Content-Type": "text/turtle"}
    url = f"http://{authority}/store?{place}"
    httpx2.post(url, content=turtle, headers=headers, trust_env=False).raise_for_status()


def dump(authority: str) -> list[str]:
    """All quads of a server as sorted lines."""
    reply = httpx2.get(f"http://{authority}/store", headers={"Accept": "application/n-quads"}, trust_env=False)
    return sorted(reply.raise_for_status().text.splitlines())


def clear(authority: str) -> None:
    """Empty a server."""
    update = {"update": "DROP ALL"}
    httpx2.post(f"http://{authority}/update", data=update, trust_env=False).raise_for_status()
