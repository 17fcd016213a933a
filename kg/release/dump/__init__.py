"""Dumps: a release whole, as files to take home; one module a format, one registry for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from kg.release.dump import jelly, jsonld, nquads, trig, turtle
from kg.release.dump.compression import PACKINGS, Packing
from kg.release.dump.source import Source

SUMS_FILE = "SHA256SUMS"
NAME = "fyp-kg"


@dataclass(frozen=True)
class DumpFormat:
    """A format of dumps; ``keeps_graphs`` says whether it tells in which named graph a statement stands."""

    ending: str
    name: str
    media_type: str
    write: Callable[[Source, IO[bytes]], None]
    keeps_graphs: bool = True


DUMP_FORMATS = {
    one.ending: one
    for one in (
        DumpFormat("nq", "N-Quads", "application/n-quads", nquads.write),
        DumpFormat("trig", "TriG", "application/trig", trig.write),
        DumpFormat("ttl", "Turtle", "text/turtle", turtle.write, keeps_graphs=False),
        DumpFormat("jsonld", "JSON-LD", "application/ld+json", jsonld.write),
        DumpFormat("jelly", "Jelly", "application/x-jelly-rdf", jelly.write),
    )
}

_NAMED = re.compile(rf"{NAME}-[0-9a-f]+\.({'|'.join(DUMP_FORMATS)})\.({'|'.join(PACKINGS)})")


@dataclass(frozen=True)
class DumpFile:
    """A file of a dump: its name, its bytes as it is packed, and their SHA-256 in hexadecimal digits."""

    name: str
    bytes: int
    sha256: str

    @property
    def format(self) -> DumpFormat:
        """What is packed in it."""
        return DUMP_FORMATS[self._endings()[0]]

    @property
    def packing(self) -> Packing:
        """How it is packed, which is also what it is served as: its checksum is that of the packed bytes."""
        return PACKINGS[self._endings()[1]]

    def _endings(self) -> tuple[str, str]:
        _, ending, packing = self.name.split(".")
        return ending, packing


def read_dumps(fields: Sequence[Mapping[str, Any]]) -> tuple[DumpFile, ...]:
    """The files of which a manifest tells; those in a format that this program does not know are left out.

    Raises:
        TypeError or ValueError: it does not tell name, bytes and hash of each.
    """
    found = []
    for one in fields:
        name, size, digest = (dict(one).get(key) for key in ("name", "bytes", "sha256"))
        if not (isinstance(name, str) and isinstance(size, int) and isinstance(digest, str)):
            raise TypeError(f"{one!r} is no dump")
        if _NAMED.fullmatch(name):
            found.append(DumpFile(name, size, digest))
    return tuple(found)


def file_name(release_id: str, ending: str, packing: str) -> str:
    """The name of a file of a dump, such as ``fyp-kg-0123456789abcdef.nq.gz``."""
    return f"{NAME}-{release_id}.{ending}.{packing}"


def sums(files: tuple[DumpFile, ...]) -> str:
    """The checksums as ``sha256sum -c`` reads them."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in files)
