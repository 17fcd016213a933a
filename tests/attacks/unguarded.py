"""A child process that asks pyoxigraph itself, without guard: with or without the limits of a worker.

It reads one JSON string a line, a SPARQL text, and answers each with one word: ``read`` if the engine accepts the text,
``refused`` if it does not. Run as ``python -m tests.attacks.unguarded`` with ``limited`` or ``free``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pyoxigraph
from pyoxigraph import NamedNode, Quad

from kg.core.names import ROOT
from kg.engine.pool.worker import ProcessLimits, apply_limits


def main(limits: str) -> None:
    """Answer each line until the input ends."""
    node = NamedNode("urn:x")
    store = pyoxigraph.Store()
    store.add(Quad(node, node, node, node))
    if limits == "limited":
        apply_limits(ProcessLimits(2**28, 2**20))
    for line in sys.stdin:
        sys.stdout.write(outcome(store, json.loads(line)) + "\n")
        sys.stdout.flush()


def outcome(store: pyoxigraph.Store, text: str) -> str:
    """Ask a text to its end, and say whether it was read."""
    try:
        results = store.query(text, base_iri=ROOT, use_default_graph_as_union=True)
        if not isinstance(results, pyoxigraph.QueryBoolean):
            list(results)
    except (SyntaxError, UnicodeEncodeError):
        return "refused"
    except (OSError, RuntimeError, ValueError):
        return "read"
    return "read"


class Engine:
    """The process, as a test asks it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def reads(self, text: str) -> bool:
        """Return True if the engine accepts the text, which it then evaluates."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(text) + "\n")
        self._process.stdin.flush()
        word = self._process.stdout.readline().strip()
        assert word in ("read", "refused"), f"the engine ended on {text!r}"
        return word == "read"


@contextmanager
def engine(limits: str) -> Iterator[Engine]:
    """Start the process, and end it."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.attacks.unguarded", limits],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=None,
        text=True,
    ) as process:
        try:
            yield Engine(process)
        finally:
            process.kill()


if __name__ == "__main__":
    main(sys.argv[1])
