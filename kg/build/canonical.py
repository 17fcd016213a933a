"""The canonical text of a release: N-Quads in the order of their bytes, whose hash is its id."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import pyoxigraph
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad, RdfFormat

from kg.engine.store import Store

_LINES_HELD = 500_000
_BLANK = b"_:"


def canonical_lines(quads: Iterable[Quad]) -> list[bytes]:
    """Return a few quads as sorted lines of N-Quads, blank nodes named by RDF Dataset Canonicalization 1.0."""
    # the algorithm looks only at quads with blank nodes, and the names depend on no others;
    # so most quads are merely sorted
    plain, blank = [], Dataset()
    for quad in quads:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            blank.add(quad)
        else:
            plain.append(quad)
    blank.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    body = pyoxigraph.serialize([*plain, *blank], format=RdfFormat.N_QUADS)
    assert body is not None  # noqa: S101 - serialize returns bytes when it is given no output
    return sorted(body.splitlines(keepends=True))


def canonical_lines_of(store: Store, scratch: Path, lines_held: int = _LINES_HELD) -> Iterator[bytes]:
    """Yield the same of a whole store, of which no more than so many lines are held at once.

    ``scratch`` is an empty folder, which needs room for the text twice. Nodes without a name are few, and are held.
    """
    # an external merge sort: sorted runs go to the disk, and the merge holds a line of each
    whole = scratch / "quads.nq"
    store.write_nquads(whole)
    nameless: list[Quad] = []
    runs: list[Path] = []
    with whole.open("rb") as file:
        lines = _named(file, nameless)
        while run := sorted(islice(lines, lines_held)):
            runs.append(scratch / f"{len(runs)}.nq")
            with runs[-1].open("wb") as out:
                out.writelines(run)
    # this makes room on the disk before the result is written
    whole.unlink()
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("rb")) for path in runs]
        yield from heapq.merge(canonical_lines(nameless), *files)


def _named(lines: Iterable[bytes], nameless: list[Quad]) -> Iterator[bytes]:
    """Yield the lines without a blank node; the quads of the others are put aside."""
    for line in lines:
        if _BLANK in line:  # a literal may hold these signs too
            (quad,) = pyoxigraph.parse(line, format=RdfFormat.N_QUADS)
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                nameless.append(quad)
                continue
        yield line
