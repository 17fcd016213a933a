"""A hash of statements in any order: the sum of the hashes of their lines, modulo 2 to the 256th."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph
from pyoxigraph import RdfFormat, Triple

_MODULUS = 2**256


@dataclass
class Digest:
    """How many statements there were, and the sum of their hashes."""

    count: int = 0
    total: int = 0

    def add(self, lines: Iterable[bytes]) -> None:
        """Take in some statements, each a line of N-Triples as pyoxigraph writes it."""
        for line in lines:
            self.count += 1
            self.total += int.from_bytes(hashlib.sha256(line).digest())
        self.total %= _MODULUS

    def add_triples(self, triples: Iterable[Triple]) -> None:
        """Take in some statements, however they were written."""
        body = pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES)
        assert body is not None  # noqa: S101 - serialize returns bytes when it is given no output
        self.add(body.splitlines(keepends=True))

    def hex(self) -> str:
        """The sum in hexadecimal digits."""
        return f"{self.total:064x}"
