"""The interface of engines: a question in, an answer out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import IO, Protocol, TypeAlias

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from kg.core.media_types import FORMS, Form
from kg.engine.limits import CancellationToken

# a large answer is read in pieces of this size, so that it is never whole in memory
_CHUNK_BYTES = 256 * 1024

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True)
class Question:
    """A SPARQL text, its dataset (empty: the union of all graphs), and the wanted form.

    If the form does not fit the kind of the query, the engine raises RequestInvalid.
    """

    text: str
    form: Form = FORMS["srj"]
    default_graphs: tuple[NamedNode, ...] = ()
    named_graphs: tuple[NamedNode, ...] = ()


@dataclass(frozen=True)
class Answer:
    """A whole answer, serialised in its form. A large one is in ``spill``; ``body`` is then empty."""

    body: bytes
    form: Form
    spill: IO[bytes] | None = None
    spilled_bytes: int = 0

    @property
    def size(self) -> int:
        """The size in bytes."""
        return self.spilled_bytes if self.spill is not None else len(self.body)

    def chunks(self) -> Iterator[bytes]:
        """Yield the answer in pieces, once; close the file of a large one at the end."""
        if self.spill is None:
            yield self.body
            return
        # the file has no name, so its space on disk is free once it is closed
        with self.spill:
            self.spill.seek(0)
            while chunk := self.spill.read(_CHUNK_BYTES):
                yield chunk

    def close(self) -> None:
        """Close the file of an answer that nobody reads to its end."""
        if self.spill is not None:
            self.spill.close()


@dataclass(frozen=True)
class Table:
    """The rows of a SELECT; an unbound cell is None."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def column(self, variable: str) -> tuple[Term | None, ...]:
        """Return the cells of one variable."""
        place = self.variables.index(variable)
        return tuple(row[place] for row in self.rows)

    def records(self) -> list[dict[str, Term | None]]:
        """Return the rows as mappings from variable to cell."""
        return [dict(zip(self.variables, row, strict=True)) for row in self.rows]


class Engine(Protocol):
    """Anything that answers questions over one release."""

    @property
    def release_id(self) -> str:
        """The release that the answers come from."""

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        """Answer a question completely, or raise; ``cancellation`` cancels it if the engine can.

        Raises:
            QueryInvalid: the text does not parse.
            QueryRefused: it is an update or calls another service.
            QueryTooDeep: it nests too deeply.
            QueryFailed: its evaluation fails.
            RequestInvalid: the form does not fit the kind of the query.
        """


class AsyncEngine(ABC):
    """An engine whose answers a task of an event loop can await."""

    @abstractmethod
    async def answer_soon(self, question: Question, cancellation: CancellationToken, threads: Executor) -> Answer:
        """Answer as ``Engine.answer`` does; blocking calls run in ``threads``."""


@dataclass(frozen=True)
class CancellableEngine:
    """An engine for one request: adds the cancellation token to each question; ``waiting`` surrounds each call."""

    engine: Engine
    cancellation: CancellationToken
    waiting: Callable[[], AbstractContextManager[None]] = nullcontext

    @property
    def release_id(self) -> str:
        """The release that the answers come from."""
        return self.engine.release_id

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        """Answer a question; see ``Engine.answer``."""
        with self.waiting():
            return self.engine.answer(question, cancellation or self.cancellation)


def select(engine: Engine, text: str) -> Table:
    """Run a SELECT and return its rows.

    Raises:
        As ``Engine.answer``.
    """
    return rows_of(b"".join(engine.answer(Question(text)).chunks()))


def construct(engine: Engine, text: str) -> list[Triple]:
    """Run a CONSTRUCT or DESCRIBE and return its statements.

    Raises:
        As ``Engine.answer``.
    """
    body = b"".join(engine.answer(Question(text, FORMS["nt"])).chunks())
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in pyoxigraph.parse(body, RdfFormat.N_TRIPLES)]


def rows_of(body: bytes) -> Table:
    """Read the rows of a SELECT's answer in JSON."""
    solutions = pyoxigraph.parse_query_results(body, format=QueryResultsFormat.JSON)
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - the library's own questions are SELECTs
    variables = tuple(variable.value for variable in solutions.variables)
    return Table(variables, tuple(tuple(solution[variable] for variable in variables) for solution in solutions))
