"""A store of named graphs that answers SPARQL, and its results as bytes.

It is the only module that holds a ``pyoxigraph.Store``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol
from xml.parsers import expat

import pyoxigraph
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
)

from kg.core.disk import write_failed
from kg.core.errors import Message, QueryFailed, ReleaseBroken, RequestInvalid
from kg.core.media_types import Form
from kg.core.names import ROOT
from kg.core.turtle import serialize
from kg.sparql.parse_errors import parse_error

# RocksDB reports a block that it cannot read only by the words of an error
_UNREADABLE = re.compile(r"^(Corruption|IO error)\b|block checksum mismatch|Input/output error")
_BLOCK_FILE = re.compile(r"(\w+\.sst)\b")

Results = QuerySolutions | QueryBoolean | QueryTriples


class Store:
    """Named graphs; a question without FROM sees the union of all of them.

    A result must be read and dropped in the thread that asked for it: pyoxigraph ends the process otherwise.
    """

    def __init__(self, quads: Iterable[Quad] = ()) -> None:
        self._store = pyoxigraph.Store()
        self.add(quads)

    @classmethod
    def from_nquads(cls, path: Path) -> Store:
        """Load an N-Quads file into memory, always in the same order.

        The order is visible in answers without ORDER BY. ``bulk_load`` would give each process another order, and equal
        queries would get different answers under one entity tag.

        Raises:
            ReleaseBroken: the file cannot be read or parsed.
        """
        store = cls()
        try:
            # lenient: every IRI was valid when the file was written, and to see that again takes a seventh of the time
            quads = pyoxigraph.parse(path=str(path), format=RdfFormat.N_QUADS, lenient=True)
            store._store.bulk_extend(quads)
        except (OSError, SyntaxError, ValueError) as error:
            raise ReleaseBroken(f"{path} cannot be loaded: {error}. Run 'kg build' again.") from error
        return store

    @classmethod
    def read_only(cls, folder: Path) -> Store:
        """Open a store on disk for reading; any number of processes may do so.

        Raises:
            ReleaseBroken: the folder holds no such store.
        """
        store = cls.__new__(cls)
        try:
            store._store = pyoxigraph.Store.read_only(str(folder))
        except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: a block has another checksum
            raise ReleaseBroken(f"{folder} cannot be opened: {error}. Run 'kg build' again.") from error
        return store

    def __len__(self) -> int:
        """Return the number of quads."""
        return len(self._store)

    def __iter__(self) -> Iterator[Quad]:
        """Return all quads, in no order."""
        return iter(self._store)

    def add(self, quads: Iterable[Quad]) -> None:
        """Add quads; a quad that exists already has no effect."""
        self._store.extend(quads)

    def remove_graph(self, graph: NamedNode) -> None:
        """Remove all quads of a named graph."""
        self._store.remove_graph(graph)

    def graph(self, graph: NamedNode) -> Iterator[Quad]:
        """Return the quads of a named graph."""
        return iter(self._store.quads_for_pattern(None, None, None, graph))

    def holds(self, triple: Triple) -> bool:
        """Return True if a triple is in any graph."""
        return any(True for _ in self._store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None))

    def quads_with_property(self, predicate: NamedNode) -> Iterator[Quad]:
        """Return the quads with a property."""
        return iter(self._store.quads_for_pattern(None, predicate, None, None))

    def sizes(self) -> dict[NamedNode, int]:
        """Return the number of quads of each named graph, in the order of their names."""
        counted = self._store.query("SELECT ?graph (COUNT(*) AS ?n) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph")
        assert isinstance(counted, QuerySolutions)  # noqa: S101 - it is a SELECT
        sizes = {graph: int(n.value) for graph, n in counted if isinstance(graph, NamedNode) and isinstance(n, Literal)}
        return dict(sorted(sizes.items(), key=lambda item: item[0].value))

    def write_nquads(self, path: Path) -> None:
        """Write all quads into a file, in no order."""
        self._store.dump(str(path), format=RdfFormat.N_QUADS)

    def query(
        self,
        text: str,
        default_graphs: Sequence[NamedNode] = (),
        named_graphs: Sequence[NamedNode] = (),
        *,
        has_from: bool = False,
    ) -> Results:
        """Answer a SPARQL query over the given dataset (Protocol, section 2.1.4), else over that of its FROM clauses.

        Without either it sees the union of all graphs; pyoxigraph would see the union in spite of FROM.

        Raises:
            QueryInvalid: the text does not parse; says line and column.
            QueryFailed: the evaluation fails.
        """
        chosen = bool(default_graphs or named_graphs)
        try:
            return self._store.query(
                text,
                # relative IRIs mean ours, as in each text that is sent to an external engine
                base_iri=ROOT,
                # a dataset of the request also overrides the FROM clauses of the text (Protocol, section 2.1.4)
                use_default_graph_as_union=not (chosen or has_from),
                default_graph=list(default_graphs) if chosen else None,
                named_graphs=list(named_graphs) if chosen else None,
            )
        except SyntaxError as error:
            raise parse_error(text, str(error), self._message) from error
        except (RuntimeError, ValueError, OSError) as error:
            raise failed(error) from error

    def _message(self, broken: str) -> str:
        """Return the error message of the parser for a text that does not parse."""
        try:
            self._store.query(broken, base_iri=ROOT)
        except SyntaxError as error:
            return str(error)
        return ""


def failed(error: Exception) -> QueryFailed | ReleaseBroken:
    """Return the error for an evaluation that pyoxigraph broke off, while it ran or while its rows were read.

    RocksDB has a checksum for each block on disk; such an error can be recognised only by its message.
    """
    message = str(error)
    if _UNREADABLE.search(message) is None:
        return QueryFailed(Message("The question could not be answered: %(reason)s", reason=message))
    # cut before the checksums and before the path, which a client must not see
    file, reason = _BLOCK_FILE.search(message), message.partition(": stored")[0].partition(" in /")[0]
    where = f"store/{file[1]}" if file is not None else Message("its store")
    return ReleaseBroken(
        Message(
            "The data cannot be read from disk: %(file)s is broken (%(reason)s). Ask those who run this service to "
            "make the release again ('kg build' or 'kg fetch').",
            file=where,
            reason=reason,
        )
    )


def write_store(nquads: Path, folder: Path) -> None:
    """Write an N-Quads file as a store on disk.

    Raises:
        WriteFailed: there is no space or no right to write.
    """
    try:
        store = pyoxigraph.Store(str(folder))
        store.bulk_load(path=str(nquads), format=RdfFormat.N_QUADS)
        # a store is written once and read often, so it is compacted here
        store.optimize()
        store.flush()
    except (OSError, RuntimeError) as error:
        raise write_failed("The store", error, "Make room or choose another KG_HOME.") from error


class Sink(Protocol):
    """A target for bytes."""

    def write(self, data: bytes, /) -> int:
        """Take some bytes."""


def write_answer(results: QuerySolutions | QueryBoolean | Iterable[Triple], form: Form, sink: Sink) -> None:
    """Write a table, a truth value or the statements of a graph; an exception of the sink ends it.

    Raises:
        RequestInvalid: the form does not fit.
        QueryFailed: what was found cannot be written in that form.
    """
    wanted = form.format
    checked = _Checked(sink, is_xml=form.media_type.endswith("+xml"))
    if isinstance(results, (QuerySolutions, QueryBoolean)):
        if not isinstance(wanted, QueryResultsFormat):
            raise RequestInvalid(
                Message("This query makes a table, which has no form %(media_type)s.", media_type=form.media_type)
            )
        # the stubs ask for IO[bytes], but pyoxigraph only calls ``write`` and ``flush``
        results.serialize(checked, format=wanted)  # type: ignore[arg-type]
    else:
        if not isinstance(wanted, RdfFormat):
            raise RequestInvalid(
                Message("This query makes a graph, which has no form %(media_type)s.", media_type=form.media_type)
            )
        checked.write(_written(results, wanted))
    checked.close()


def _written(triples: Iterable[Triple], wanted: RdfFormat) -> bytes:
    try:
        return serialize(triples, wanted)
    except OSError as error:  # such as: JSON-LD has no triple terms
        if isinstance(broken := failed(error), ReleaseBroken):
            raise broken from error
        raise QueryFailed(
            Message("This graph cannot be written in that form: %(reason)s. Take another one.", reason=error)
        ) from error


class _Checked:
    """A sink that refuses output that readers cannot parse: pyoxigraph writes XML for values that XML cannot hold."""

    def __init__(self, sink: Sink, *, is_xml: bool) -> None:
        self._sink = sink
        # with namespaces, expat also refuses a prefix that is not declared
        self._parser = expat.ParserCreate(namespace_separator=" ") if is_xml else None

    def write(self, data: bytes) -> int:
        """Pass on some bytes.

        Raises:
            QueryFailed: a control character, or a property without a local name.
        """
        self._parse(data, last=False)
        return self._sink.write(data)

    def flush(self) -> None:
        """Do nothing: the sink has received all bytes."""

    def close(self) -> None:
        """Check that the output is complete."""
        self._parse(b"", last=True)

    def _parse(self, data: bytes, *, last: bool) -> None:
        if self._parser is None:
            return
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            raise QueryFailed(
                Message("This answer cannot be written as XML: %(reason)s. Take another form.", reason=error)
            ) from error
