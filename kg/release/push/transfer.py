"""Transfer of a release to one graph store: compare, send what is missing, verify, mark as complete."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import RdfFormat, Triple

from kg.core.errors import CopyFailed
from kg.engine.remote.quirks import CompletionMarker, GraphNames
from kg.release import QUADS_FILE, Release

_MODULUS = 2**256


@dataclass
class Digest:
    """A hash of statements in any order: their number, and the sum of their hashes modulo 2 to the 256th."""

    count: int = 0
    total: int = 0

    def add(self, lines: Iterable[bytes]) -> None:
        """Add statements, each a line of N-Triples as pyoxigraph writes it."""
        # A sum does not depend on the order, so neither side must sort its statements.
        # With an exclusive or, a statement that comes twice would leave no trace.
        for line in lines:
            self.count += 1
            self.total += int.from_bytes(hashlib.sha256(line).digest())
        self.total %= _MODULUS

    def add_triples(self, triples: Iterable[Triple]) -> None:
        """Add statements in any serialisation."""
        body = pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES)
        assert body is not None  # noqa: S101 - serialize returns bytes when it is given no output
        self.add(body.splitlines(keepends=True))

    def hex(self) -> str:
        """Return the sum in hexadecimal digits."""
        return f"{self.total:064x}"


UNION = ""
"""The key of the union; other graphs have their names of the manifest."""


@dataclass(frozen=True)
class Contents:
    """The statements of a release by graph, counted and hashed; they are read from its file on demand."""

    naming: GraphNames
    path: Path
    graphs: Mapping[str, Digest]

    @classmethod
    def of(cls, release: Release) -> Contents:
        """Read a release once.

        Raises:
            CopyFailed: a graph of it is none of ours.
        """
        naming = GraphNames(release.release_id)
        for name in release.manifest.graphs:
            # this raises an error for a foreign graph, before the file is read
            naming.graph_of(name)
        path = release.folder / QUADS_FILE
        graphs = {name: Digest() for name in (UNION, *sorted(release.manifest.graphs))}
        for name, line in statements(path, naming):
            graphs[name].add([line])
        return cls(naming, path, graphs)

    @property
    def total(self) -> int:
        """Return the number of statements to send, including those of the union."""
        return sum(digest.count for digest in self.graphs.values())

    def iri(self, name: str) -> str:
        """Return the name of a graph in the engine."""
        return (self.naming.union if name == UNION else self.naming.graph_of(name)).value

    def statements(self) -> Iterator[tuple[str, bytes]]:
        """Yield each statement as it is sent, with its graph."""
        return statements(self.path, self.naming)


def statements(path: Path, naming: GraphNames) -> Iterator[tuple[str, bytes]]:
    """Yield the statements of a file of canonical quads: each in its graph, and once in the union.

    The lines are sorted, so equal statements of two graphs are adjacent.
    """
    # a statement goes into the union when it differs from the one before it
    before = b""
    with path.open("rb") as file:
        for quad in file:
            name, line = naming.statement(quad)
            yield name, line
            if line != before:
                yield UNION, line
            before = line


if TYPE_CHECKING:  # httpx2 takes 0.25 s to import
    from kg.release.push.store import GraphStore

Step = Callable[[str], None]

_BATCH = 10_000


@dataclass(frozen=True)
class Plan:
    """The state of the store: whether the release is complete and marked, and the statements in each graph."""

    is_whole: bool
    there: Mapping[str, int]

    def lines(self, contents: Contents) -> Iterable[str]:
        """Yield the plan in words, a line for each graph."""
        for name, digest in contents.graphs.items():
            there = self.there[name]
            shown = name or "(the union of all)"
            if there == digest.count:
                yield f"{shown}: {digest.count} statements, all there"
            elif there > digest.count:
                yield f"{shown}: {digest.count} statements; {there} are there, so it is sent anew"
            else:
                yield f"{shown}: {digest.count} statements, {there} of them there"


def plan(contents: Contents, store: GraphStore) -> Plan:
    """Compare the store with the release.

    Raises:
        CopyFailed: the store does not say.
    """
    # equal counts do not prove equal content; the mark does, since it is written after everything was read back
    marked = store.marks().get(contents.naming.release_id)
    there = {name: store.count(contents.iri(name)) for name in contents.graphs}
    counts = {name: digest.count for name, digest in contents.graphs.items()}
    return Plan(marked is not None and marked.sha256 == total(contents.graphs) and there == counts, there)


def push(contents: Contents, store: GraphStore, step: Step, *, again: bool = False) -> CompletionMarker | None:
    """Send a release to a store; return None if it was complete. With ``again``, everything is sent again.

    Correct graphs stay unchanged meanwhile, as the service may answer from them.

    Raises:
        CopyFailed: the store does not take it, or holds something else afterwards.
    """
    step("Looking at what is there")
    planned = plan(contents, store)
    if planned.is_whole and not again:
        return None
    # The mark goes first, so that nobody is answered from an incomplete release.
    # A complete release keeps it, since sending equal statements again changes no set.
    if not planned.is_whole:
        store.remove(contents.naming.mark.value)
    # a graph with too many statements holds foreign ones, and is sent from its first statement
    there = {} if again else dict(planned.there)
    for name, digest in contents.graphs.items():
        if planned.there[name] > digest.count:
            store.remove(contents.iri(name))
            there[name] = 0
    _send(contents, store, there, step)
    wrong = _verify(contents, store, contents.graphs, step)
    # each wrong graph is sent a second time into an empty graph, and only a second difference is an error
    if wrong:  # earlier statements had the right count but other content
        store.remove(contents.naming.mark.value)
        for name in wrong:
            store.remove(contents.iri(name))
        right = {name: digest.count for name, digest in contents.graphs.items() if name not in wrong}
        _send(contents, store, right, step)
        _refuse(contents, _verify(contents, store, wrong, step))
    mark = _mark(contents)
    store.add(contents.naming.mark.value, [mark.statement()])
    return mark


def remove(naming: GraphNames, names: Iterable[str], store: GraphStore, step: Step) -> int:
    """Remove a release, its mark first, and return the number of removed graphs.

    ``names`` are its graphs, if known.

    Raises:
        CopyFailed: the store does not remove them.
    """
    marked = store.marks().get(naming.release_id)
    store.remove(naming.mark.value)
    graph_names = {naming.graph_of(name).value for name in (*names, *(marked.graphs if marked is not None else ()))}
    # Unknown releases need a search for their graphs, which is slow in a large store.
    graphs = sorted(graph_names | {naming.union.value}) if graph_names else store.graphs_below(naming.own)
    for graph in graphs:
        step(f"Removing {graph}")
        store.remove(graph)
    return len(graphs)


def total(graphs: Mapping[str, Digest]) -> str:
    """Return one hash of all graphs of a release."""
    whole = Digest()
    whole.add(f"{name} {digest.count} {digest.hex()}\n".encode() for name, digest in sorted(graphs.items()))
    return whole.hex()


def _send(contents: Contents, store: GraphStore, there: Mapping[str, int], step: Step) -> None:
    """Send the statements of each graph after the first ones that the store has."""
    seen = dict.fromkeys(contents.graphs, 0)
    held: dict[str, list[bytes]] = {name: [] for name in contents.graphs}
    sizes = dict.fromkeys(contents.graphs, 0)
    sent = sum(there.values())
    for name, line in contents.statements():
        seen[name] += 1
        if seen[name] <= there.get(name, 0):
            continue
        held[name].append(line)
        sizes[name] += len(line)
        if sizes[name] >= store.chunk_bytes:
            sent += _flush(contents, store, name, held)
            sizes[name] = 0
            step(f"Sending: {sent} of {contents.total} statements")
    for name in contents.graphs:
        sent += _flush(contents, store, name, held)
    step(f"Sending: {sent} of {contents.total} statements")


def _flush(contents: Contents, store: GraphStore, name: str, held: dict[str, list[bytes]]) -> int:
    lines, held[name] = held[name], []
    if lines:
        store.add(contents.iri(name), lines)
    return len(lines)


def _verify(contents: Contents, store: GraphStore, names: Iterable[str], step: Step) -> list[str]:
    """Read graphs back from the store, and return those with wrong content."""
    wrong = []
    for name in names:
        step(f"Reading back {name or 'the union of all'}")
        if _digest(store.read(contents.iri(name))) != contents.graphs[name]:
            wrong.append(name)
    return wrong


def _digest(triples: Iterable[Triple]) -> Digest:
    digest, batch = Digest(), list[Triple]()
    for triple in triples:
        batch.append(triple)
        if len(batch) >= _BATCH:
            digest.add_triples(batch)
            batch = []
    digest.add_triples(batch)
    return digest


def _refuse(contents: Contents, wrong: Iterable[str]) -> None:
    listed = ", ".join(name or "the union of all" for name in wrong)
    if listed:
        raise CopyFailed(
            f"The engine does not give back what it was sent, in: {listed}. The release {contents.naming.release_id} "
            "is not marked, so nothing is answered from it. See docs/how-to/external-engine.md for the requirements."
        )


def _mark(contents: Contents) -> CompletionMarker:
    counts = {name: digest.count for name, digest in contents.graphs.items() if name != UNION}
    pushed = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return CompletionMarker(contents.naming.release_id, sum(counts.values()), counts, total(contents.graphs), pushed)
