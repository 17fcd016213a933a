"""Another engine's server: the native Oxigraph server, on a free port."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.serving import HOST, free_port


@contextmanager
def oxigraph_of(turtle: str) -> Iterator[str]:
    """The authority of an Oxigraph server that holds these triples in memory, until the block ends."""
    authority = f"{HOST}:{free_port()}"
    program = Path(sys.executable).parent / "oxigraph"
    with subprocess.Popen([str(program), "serve", "--bind", authority], stderr=subprocess.DEVNULL) as process:
        try:
            transport = httpx.HTTPTransport(retries=8)  # the waits between them double
            with httpx.Client(transport=transport, trust_env=False) as client:
                sent = client.post(
                    f"http://{authority}/store?default", content=turtle, headers={"Content-Type": "text/turtle"}
                )
                sent.raise_for_status()
            yield authority
        finally:
            process.terminate()
