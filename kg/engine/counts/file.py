"""The file of the counts of a release: next to its quads, not part of its id, with a hash of its own."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat

from kg.engine.counts import Counts
from kg.engine.counts.query import GRAPH, KINDS, ROWS, WHOLE, Kind
from kg.engine.store import Store

COUNTS_FILE = "counts.nq"


def make_counts(store: Store) -> Iterator[Quad]:
    """Yield the counts of a store as statements; one count after the other, because different terms need memory."""
    for kind in KINDS:
        for group, counted in kind.counted.items():
            for place in counted:
                yield from _counts(store, kind, group, place)


def _counts(store: Store, kind: Kind, group: str, counted: str) -> list[Quad]:
    """Return one count for each group; none if a group is not an IRI, because other terms have no stable name."""
    argument = "*" if counted == ROWS else f"DISTINCT ?{counted}"
    by = f"?{group}" if group else ""
    text = f"SELECT (COUNT({argument}) AS ?n) {by} {{ {kind.pattern} }} {by and f'GROUP BY {by}'}"
    rows = store.query(text)
    assert isinstance(rows, QuerySolutions)  # noqa: S101 - it is a SELECT
    column, quads = kind.column(group, counted), []
    for row in rows:
        subject = row[group] if group else WHOLE
        if not isinstance(subject, NamedNode):
            return []
        quads.append(Quad(subject, column, row["n"], GRAPH))
    return quads


def write_counts(store: Store, folder: Path, release_id: str) -> None:
    """Count the store of a release and write the counts into the folder of that release.

    Raises:
        OSError: there is no room to write.
    """
    body = io.BytesIO()
    pyoxigraph.serialize(sorted(make_counts(store), key=str), body, format=RdfFormat.N_QUADS)
    (folder / COUNTS_FILE).write_bytes(_head(release_id, body.getvalue()) + body.getvalue())


def read_counts(folder: Path, release_id: str) -> Counts | None:
    """Return the counts of a release; None if its folder has none, or if they are of another release or have changed.

    Without them the engine answers, more slowly.
    """
    try:
        content = (folder / COUNTS_FILE).read_bytes()
    except OSError:
        return None
    head, newline, body = content.partition(b"\n")
    if head + newline != _head(release_id, body):
        return None
    return Counts(Store(pyoxigraph.parse(body, format=RdfFormat.N_QUADS)))


def _head(release_id: str, body: bytes) -> bytes:
    """Return a comment with the id of the release and the SHA-256 of what follows."""
    return f"# counts of {release_id}, sha256 {hashlib.sha256(body).hexdigest()}\n".encode()
