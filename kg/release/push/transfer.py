"""The work of a push to one store: see what is there, send what is not, verify all, set the mark."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Triple

from kg.core.errors import CopyFailed
from kg.engine.remote.completion_marker import CompletionMarker
from kg.engine.remote.graph_names import GraphNames
from kg.release.push.contents import UNION, Contents
from kg.release.push.digest import Digest

if TYPE_CHECKING:  # httpx2 takes a quarter of a second, which only those pay who call others
    from kg.release.push.store import GraphStore

Step = Callable[[str], None]

_BATCH = 10_000


@dataclass(frozen=True)
class Plan:
    """What is there already: whether all and marked, and how many statements of each graph."""

    is_whole: bool
    there: Mapping[str, int]

    def lines(self, contents: Contents) -> Iterable[str]:
        """The plan in words, a line for each graph."""
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
    """See what is there.

    Raises:
        CopyFailed: the store does not say.
    """
    marked = store.marks().get(contents.naming.release_id)
    there = {name: store.count(contents.iri(name)) for name in contents.graphs}
    counts = {name: digest.count for name, digest in contents.graphs.items()}
    return Plan(marked is not None and marked.sha256 == total(contents.graphs) and there == counts, there)


def push(contents: Contents, store: GraphStore, step: Step, *, again: bool = False) -> CompletionMarker | None:
    """Bring a release into a store; None where it was there whole. With ``again`` all is sent anew.

    What is right stays as it is meanwhile, as the service may answer from it.

    Raises:
        CopyFailed: the store does not take it, or holds something else afterwards.
    """
    step("Looking at what is there")
    planned = plan(contents, store)
    if planned.is_whole and not again:
        return None
    if not planned.is_whole:
        store.remove(contents.naming.mark.value)
    there = {} if again else dict(planned.there)
    for name, digest in contents.graphs.items():
        if planned.there[name] > digest.count:
            store.remove(contents.iri(name))
            there[name] = 0
    _send(contents, store, there, step)
    wrong = _verify(contents, store, contents.graphs, step)
    if wrong:  # what was there before was not what it seemed to be
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
    """Remove a release, its mark first; ``names`` are its graphs where they are known. Says how many graphs went.

    Raises:
        CopyFailed: the store does not remove them.
    """
    marked = store.marks().get(naming.release_id)
    store.remove(naming.mark.value)
    known = {naming.graph_of(name).value for name in (*names, *(marked.graphs if marked is not None else ()))}
    # the graphs of a release that nobody knows any more are looked for, which takes its time in a large store
    graphs = sorted(known | {naming.union.value}) if known else store.graphs_below(naming.own)
    for graph in graphs:
        step(f"Removing {graph}")
        store.remove(graph)
    return len(graphs)


def total(graphs: Mapping[str, Digest]) -> str:
    """One hash of all graphs of a release."""
    whole = Digest()
    whole.add(f"{name} {digest.count} {digest.hex()}\n".encode() for name, digest in sorted(graphs.items()))
    return whole.hex()


def _send(contents: Contents, store: GraphStore, there: Mapping[str, int], step: Step) -> None:
    """Send each statement that is not among the first ones of its graph which are there."""
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
    """The graphs that do not hold what they must, read back from the store."""
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
