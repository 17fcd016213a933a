"""Dump formats and compression: how the quads of a release are written as files."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import BufferedWriter, RawIOBase
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple
from pyoxigraph import Literal as OurLiteral

from kg.core.names import name
from kg.core.turtle import write_stream

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# Higher levels take two to three times as long and save less than a twelfth.
_GZIP_LEVEL = 6
_ZSTD_LEVEL = 9


@dataclass(frozen=True)
class Compression:
    """A compression format; ``around`` returns a file that compresses into another one."""

    ending: str
    name: str
    media_type: str
    around: Callable[[IO[bytes]], IO[bytes]]


def _gzip(file: IO[bytes]) -> IO[bytes]:
    """Compress without name and time in the header, which differ from build to build (RFC 1952, section 2.3)."""
    return cast("IO[bytes]", gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0))


def _zstd(file: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", zstd.ZstdFile(file, "wb", level=_ZSTD_LEVEL))


PACKINGS: Mapping[str, Compression] = {
    packing.ending: packing
    for packing in (
        Compression("gz", "gzip", "application/gzip", _gzip),
        Compression("zst", "Zstandard", "application/zstd", _zstd),
    )
}


class HashedFile(RawIOBase):
    """A new file that counts and hashes what is written to it, and is synced to disk when closed."""

    def __init__(self, path: Path) -> None:
        # mode x: an existing dump is never overwritten, since others know its checksum
        self._file = path.open("xb")
        self._digest = hashlib.sha256()
        self.bytes = 0

    @property
    def sha256(self) -> str:
        """Return the hash of the bytes written so far, in hexadecimal digits."""
        return self._digest.hexdigest()

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Write, count and hash."""
        self._digest.update(data)
        written = self._file.write(data)
        self.bytes += written
        return written

    def close(self) -> None:
        """Close the file after syncing it to disk."""
        # the base class marks the object as closed, so a second call has no effect
        if not self.closed:
            with self._file:
                self._file.flush()
                os.fsync(self._file.fileno())
        super().close()


class _TeeFile(RawIOBase):
    """Writes the same bytes to several files."""

    def __init__(self, files: Sequence[IO[bytes]]) -> None:
        self._files = files

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        for file in self._files:
            file.write(data)
        # BufferedWriter expects a number of bytes, and `len` of a view counts items
        return memoryview(data).nbytes


@contextmanager
def packed(paths: Mapping[str, Path]) -> Iterator[tuple[IO[bytes], dict[str, HashedFile]]]:
    """Yield a file whose content goes to each path, compressed by its key, and the files with counts and hashes.

    The counts are final when the block has ended.

    Raises:
        OSError: there is no room, or a path exists.
    """
    # Content flows from a buffer to the compressors, and from each compressor to its file.
    # The stack closes them in this order: the buffer first, the synced files last.
    with ExitStack() as stack:
        sealed = {ending: stack.enter_context(HashedFile(path)) for ending, path in paths.items()}
        around = [PACKINGS[ending].around(cast("IO[bytes]", file)) for ending, file in sealed.items()]
        packers = [stack.enter_context(file) for file in around]
        # 64 KiB: serialisers write small pieces, and each one would go to every compressor
        yield stack.enter_context(BufferedWriter(_TeeFile(packers), 2**16)), sealed


_HELD_BYTES = 64 * 2**20  # bytes in memory before they are appended to the files of the graphs
# the number of spaces in a line without a graph
_SPACES_OF_A_TRIPLE = 3
_DEFAULT = str(DefaultGraph()).encode()


class Source:
    """Sorted N-Quads of a release, one quad a line; ``scratch`` is an empty folder for temporary files."""

    def __init__(self, path: Path, scratch: Path) -> None:
        self.path = path
        self._scratch = scratch
        self._parts: list[Path] | None = None

    def triples(self) -> Iterator[Triple]:
        """Yield the triples of all graphs, each once, by subject.

        In sorted lines, equal triples of several graphs are adjacent.
        """
        for triple, _ in groupby(quad.triple for quad in _read_quads(self.path)):
            yield triple

    def quads_by_graph(self) -> Iterator[Quad]:
        """Yield the quads graph by graph, in order of their names, and within a graph by subject."""
        # several formats read the parts, which are made for the first of them
        if self._parts is None:
            self._parts = self._part()
        for part in self._parts:
            yield from _read_quads(part)

    def _part(self) -> list[Path]:
        """Return a file for each graph, written with bounded memory and few open files."""
        # Lines are collected by graph and appended to the files when they are too many together.
        # Each file is open only meanwhile, since a release may have more graphs than a process may open files.
        places: dict[bytes, Path] = {}
        held: dict[Path, list[bytes]] = defaultdict(list)
        held_bytes = 0
        with self.path.open("rb") as lines:
            for line in lines:
                # files have numbers as names, since the IRI of a graph is no file name
                place = places.setdefault(_graph_of(line), self._scratch / f"{len(places)}.nq")
                held[place].append(line)
                held_bytes += len(line)
                if held_bytes > _HELD_BYTES:
                    _append(held)
                    held_bytes = 0
        _append(held)
        return [places[graph] for graph in sorted(places)]


def _graph_of(line: bytes) -> bytes:
    """Return the graph of a line of N-Quads, five times as fast as by parsing.

    Neither IRIs nor blank nodes contain spaces or quotation marks. So the last term is a graph, unless it ends a
    literal or has only a subject and a predicate before it.
    """
    last = line.rsplit(b" ", 2)[1]
    return _DEFAULT if b'"' in last or line.count(b" ") == _SPACES_OF_A_TRIPLE else last


def _read_quads(path: Path) -> Iterator[Quad]:
    return iter(pyoxigraph.parse(path=str(path), format=RdfFormat.N_QUADS))


def _append(held: dict[Path, list[bytes]]) -> None:
    for place, lines in held.items():
        with place.open("ab") as file:
            file.writelines(lines)
    held.clear()


if TYPE_CHECKING:
    from pyjelly.integrations.generic.generic_sink import GraphName
    from pyjelly.serialize.streams import QuadStream

_XSD_STRING = name("xsd:string")
_TERMS_HELD = 2**12  # cached terms: graphs, properties, classes and recent subjects


def write_jelly(source: Source, out: IO[bytes]) -> None:
    """Write the release as one flat stream of quads, which any reader of Jelly 1.0 understands."""
    from pyjelly.serialize.ioutils import write_delimited  # takes 0.17 s to import

    # a frame is full after a number of quads; the last frame is written although it is not full
    stream = _stream()
    stream.enroll()
    for quad in source.quads_by_graph():
        frame = stream.quad(_terms(quad))
        if frame is not None:
            write_delimited(frame, out)
    last = stream.flow.to_stream_frame()
    if last is not None:
        write_delimited(last, out)


def _stream() -> QuadStream:
    """Return a stream declared as plain RDF 1.1; by default pyjelly would announce quoted triples."""
    from pyjelly import jelly
    from pyjelly.integrations.generic.serialize import GenericSinkTermEncoder
    from pyjelly.options import StreamParameters
    from pyjelly.serialize.streams import QuadStream, SerializerOptions

    options = SerializerOptions(logical_type=jelly.LOGICAL_STREAM_TYPE_FLAT_QUADS, params=StreamParameters())
    return QuadStream(encoder=GenericSinkTermEncoder(lookup_preset=options.lookup_preset), options=options)


def _terms(quad: Quad) -> tuple[GraphName, ...]:
    return tuple(_term(term) for term in (quad.subject, quad.predicate, quad.object, quad.graph_name))


@lru_cache(_TERMS_HELD)
def _term(term: NamedNode | BlankNode | OurLiteral | Triple | DefaultGraph) -> GraphName:
    from pyjelly.integrations.generic import generic_sink

    if isinstance(term, NamedNode):
        return generic_sink.IRI(term.value)
    if isinstance(term, BlankNode):
        return generic_sink.BlankNode(term.value)
    if isinstance(term, OurLiteral):
        # a language, or no datatype, implies the datatype in Jelly as in RDF 1.1
        datatype = None if term.language or term.datatype == _XSD_STRING else term.datatype.value
        return generic_sink.Literal(term.value, term.language, datatype)
    # quoted triples are the only other kind of term
    assert isinstance(term, DefaultGraph)  # noqa: S101 - a release holds no quoted triple
    return generic_sink.DefaultGraph


def write_jsonld(source: Source, out: IO[bytes]) -> None:
    """Write the release as expanded JSON-LD, one object for each named graph."""
    pyoxigraph.serialize(source.quads_by_graph(), out, format=RdfFormat.JSON_LD)


def write_nquads(source: Source, out: IO[bytes]) -> None:
    """Write the canonical quads unchanged, so that their SHA-256 names the release."""
    with source.path.open("rb") as file:
        shutil.copyfileobj(file, out)


def write_trig(source: Source, out: IO[bytes]) -> None:
    """Write the release as TriG, one block for each named graph."""
    write_stream(source.quads_by_graph(), RdfFormat.TRIG, out)


def write_turtle(source: Source, out: IO[bytes]) -> None:
    """Write the union of all graphs as Turtle; it does not name the graph of a statement."""
    write_stream(source.triples(), RdfFormat.TURTLE, out)


SUMS_FILE = "SHA256SUMS"
NAME = "fyp-kg"


@dataclass(frozen=True)
class DumpFormat:
    """A dump format; ``keeps_graphs`` is True if it names the graph of each statement."""

    ending: str
    name: str
    media_type: str
    write: Callable[[Source, IO[bytes]], None]
    keeps_graphs: bool = True


DUMP_FORMATS = {
    dump_format.ending: dump_format
    for dump_format in (
        DumpFormat("nq", "N-Quads", "application/n-quads", write_nquads),
        DumpFormat("trig", "TriG", "application/trig", write_trig),
        DumpFormat("ttl", "Turtle", "text/turtle", write_turtle, keeps_graphs=False),
        DumpFormat("jsonld", "JSON-LD", "application/ld+json", write_jsonld),
        DumpFormat("jelly", "Jelly", "application/x-jelly-rdf", write_jelly),
    )
}

# a manifest may come from another home, so no name of a dump may lead out of the folder
_NAMED = re.compile(rf"{NAME}-[0-9a-f]+\.({'|'.join(DUMP_FORMATS)})\.({'|'.join(PACKINGS)})")


@dataclass(frozen=True)
class DumpFile:
    """A dump file: its name, its compressed size, and the SHA-256 of the compressed bytes."""

    name: str
    bytes: int
    sha256: str

    @property
    def format(self) -> DumpFormat:
        """Return the format of the content."""
        return DUMP_FORMATS[self._endings()[0]]

    @property
    def packing(self) -> Compression:
        """Return the compression; files are served compressed, so the checksum is that of the compressed bytes."""
        return PACKINGS[self._endings()[1]]

    def _endings(self) -> tuple[str, str]:
        # a name has exactly two dots, see the pattern above
        _, ending, packing = self.name.split(".")
        return ending, packing


def read_dumps(fields: Sequence[Mapping[str, Any]]) -> tuple[DumpFile, ...]:
    """Return the dump files of a manifest; unknown formats are left out.

    Raises:
        TypeError or ValueError: it does not tell name, bytes and hash of each.
    """
    files = []
    for entry in fields:
        name, size, digest = (dict(entry).get(key) for key in ("name", "bytes", "sha256"))
        if not (isinstance(name, str) and isinstance(size, int) and isinstance(digest, str)):
            raise TypeError(f"{entry!r} is no dump")
        if _NAMED.fullmatch(name):
            files.append(DumpFile(name, size, digest))
    return tuple(files)


def file_name(release_id: str, ending: str, packing: str) -> str:
    """Return the name of a dump file, such as ``fyp-kg-0123456789abcdef.nq.gz``."""
    return f"{NAME}-{release_id}.{ending}.{packing}"


def sums(files: tuple[DumpFile, ...]) -> str:
    """Return the checksums in the format of ``sha256sum -c``."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in files)
