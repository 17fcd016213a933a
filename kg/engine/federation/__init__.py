"""Federation: this project answers SERVICE clauses itself, within limits; the engine calls no other endpoint.

The clauses are those of SPARQL 1.1 Federated Query, https://www.w3.org/TR/sparql11-federated-query/.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.core.errors import KgError
from kg.engine import Answer


@dataclass(frozen=True)
class Limits:
    """The limits of federation; see the settings ``federation_*`` for their meaning."""

    seconds: float
    bytes: int
    rows: int
    redirects: int
    clauses: int
    at_once: int


@dataclass
class Call:
    """One call of another endpoint; its fields are filled in while the call runs."""

    url: str
    query: str
    silent: bool
    address: str | None = None
    status: int | None = None
    milliseconds: int | None = None
    rows: int | None = None
    failure: KgError | None = None

    def brief(self) -> dict[str, object]:
        """Return the values that fit into a header."""
        return {"url": self.url, "status": self.status, "ms": self.milliseconds, "rows": self.rows}

    def report(self) -> dict[str, object]:
        """Return all values."""
        error = None if self.failure is None else str(self.failure)
        return {**self.brief(), "address": self.address, "silent": self.silent, "query": self.query, "error": error}


@dataclass(frozen=True)
class FederatedAnswer(Answer):
    """An answer that depends on other endpoints: it may differ tomorrow, so it must not be cached."""

    calls: Sequence[Call] = ()
