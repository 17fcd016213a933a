"""The file of the counts of a release: beside its quads, no part of its id, and with a hash of its own."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pyoxigraph
from pyoxigraph import RdfFormat

from kg.engine.counts import Counts
from kg.engine.counts.build import make_counts
from kg.engine.store import Store

COUNTS_FILE = "counts.nq"


def write_counts(store: Store, folder: Path, release_id: str) -> None:
    """Count the store of a release and write the counts into the folder of that release.

    Raises:
        OSError: there is no room to write.
    """
    body = io.BytesIO()
    pyoxigraph.serialize(sorted(make_counts(store), key=str), body, format=RdfFormat.N_QUADS)
    (folder / COUNTS_FILE).write_bytes(_head(release_id, body.getvalue()) + body.getvalue())


def read_counts(folder: Path, release_id: str) -> Counts | None:
    """The counts of a release; None where its folder has none, or such as were not written for it or have changed.

    Without them questions are answered as well, only later.
    """
    try:
        told = (folder / COUNTS_FILE).read_bytes()
    except OSError:
        return None
    head, newline, body = told.partition(b"\n")
    if head + newline != _head(release_id, body):
        return None
    return Counts(Store(pyoxigraph.parse(body, format=RdfFormat.N_QUADS)))


def _head(release_id: str, body: bytes) -> bytes:
    """A comment that says which release this is of, and the SHA-256 of what follows."""
    return f"# counts of {release_id}, sha256 {hashlib.sha256(body).hexdigest()}\n".encode()
