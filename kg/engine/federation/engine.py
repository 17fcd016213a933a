"""An engine that answers SERVICE clauses itself: VALUES blocks with the rows of other endpoints take their place.

SPARQL 1.1 Query Results JSON Format, https://www.w3.org/TR/sparql11-results-json/. The library's own parser of results
is not used: a triple term of many thousand levels would end this process.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pyoxigraph import BaseDirection, Literal, NamedNode, Variable

from kg.core.errors import (
    EngineBusy,
    FederationFailed,
    FederationTooSlow,
    Message,
    QueryInvalid,
    QueryRefused,
    QuestionCancelled,
)
from kg.core.names import ROOT
from kg.engine import Answer, AsyncEngine, Question
from kg.engine.federation import Call, FederatedAnswer
from kg.engine.limits import CancellationToken
from kg.engine.registry import ClosableEngine
from kg.sparql.fast_scan import Namespaces, is_relative, may_say
from kg.sparql.guard import refuse_danger, refuse_depth, refuse_odd_sign
from kg.sparql.lexer import place_of
from kg.sparql.parse_errors import unparsed
from kg.sparql.parser import SyntaxFault, parse
from kg.sparql.syntax_tree import Iri, Query, Service
from kg.sparql.syntax_tree import Variable as VariableNode

NOTHING = "VALUES () { () }"
"""One row without a value: the result of a SILENT call that failed (section 2.3 of Federated Query)."""

_UNBOUND = "UNDEF"
_DIRECTIONS = {"ltr": BaseDirection.LTR, "rtl": BaseDirection.RTL}


@dataclass(frozen=True)
class Clause:
    """``SERVICE SILENT? <iri> { ... }``: its group with the braces, and where the clause lies in the text."""

    iri: str
    silent: bool
    group: str
    start: int
    end: int
    has_relative_iris: bool


@dataclass(frozen=True)
class FederatedText:
    """A query's text, its prologue, and its SERVICE clauses in order."""

    text: str
    prologue: str
    clauses: tuple[Clause, ...]

    def filled(self, blocks: Sequence[str]) -> str:
        """Return the text with a block in the place of each clause."""
        return "".join(piece for piece, _ in self._pieces(blocks))

    def sub_query(self, clause: Clause, max_rows: int) -> str:
        """Return the query for the other endpoint: the rows of the clause's group, at most one more than the limit.

        Its relative IRIs have the same meaning there as here.
        """
        base = f"BASE <{ROOT}>\n" if clause.has_relative_iris else ""
        return f"{base}{self.prologue}SELECT * WHERE {clause.group}\nLIMIT {max_rows + 1}"

    def place_in_text(self, blocks: Sequence[str], line: int, column: int) -> tuple[int, int]:
        """Return line and column in the text of a place in the filled one; within a block, those of its clause."""
        lines = self.filled(blocks).split("\n")
        # The place becomes an offset in the filled text. The pieces are then counted up to the one that contains it:
        # a piece of the text gives the exact place, and a block gives the start of its clause.
        wanted = sum(len(before) + 1 for before in lines[: line - 1]) + column - 1
        passed = 0
        for piece, origin in self._pieces(blocks):
            if wanted < passed + len(piece):
                own = self.text.startswith(piece, origin)
                return place_of(self.text, origin + (wanted - passed if own else 0))
            passed += len(piece)
        return place_of(self.text, len(self.text))

    def _pieces(self, blocks: Sequence[str]) -> Iterator[tuple[str, int]]:
        """Yield text and blocks by turns, each with the place in the text that it comes from."""
        done = 0
        for clause, block in zip(self.clauses, blocks, strict=True):
            yield self.text[done : clause.start], done
            yield block, clause.start
            done = clause.end
        yield self.text[done:], done


def read_clauses(text: str) -> FederatedText:
    """Find the SERVICE clauses of a text.

    Raises:
        QueryInvalid: the text has the letters of SERVICE and does not parse, so nobody is called.
        QueryRefused: the address is a variable, or one SERVICE lies in another.
    """
    if not may_say(text, "SERVICE"):
        return FederatedText(text, "", ())
    try:
        query = parse(text)
    except SyntaxFault as fault:
        refuse_odd_sign(text, fault)
        raise unparsed(text, fault) from None
    namespaces, clauses = Namespaces(query.declarations, ""), list[Clause]()
    for service in query.of(Service):
        clauses.append(_clause(text, service, namespaces))
        # the tree gives them in the order of the text, so a clause inside another one comes directly after it
        if len(clauses) > 1 and service.start < clauses[-2].end:
            raise QueryRefused(
                Message(
                    "SERVICE (%(place)s) lies in another SERVICE: ask both endpoints side by side, and the rows are "
                    "joined here.",
                    place=_place(text, service),
                )
            )
    return FederatedText(text, text[: query.form_start] if isinstance(query, Query) else "", tuple(clauses))


def _clause(text: str, service: Service, namespaces: Namespaces) -> Clause:
    if isinstance(service.name, VariableNode):
        raise QueryRefused(
            Message(
                "SERVICE %(endpoint)s (%(place)s) is refused: write the address of the endpoint, as in SERVICE "
                "<https://...>.",
                endpoint=text[service.name.start : service.name.end],
                place=_place(text, service),
            )
        )
    assert isinstance(service.name, Iri)  # noqa: S101 - the grammar has nothing else there
    group = service.group
    # a name is relative as well if the IRI of its prefix is; the empty list is no name
    relative = any(iri.text != "()" and is_relative(namespaces.full(iri)) for iri in group.of(Iri))
    iri = namespaces.full(service.name)
    return Clause(iri, service.silent, text[group.start : group.end], service.start, service.end, relative)


def _place(text: str, service: Service) -> str:
    line, column = place_of(text, service.start)
    return f"line {line}, column {column}"


def read_rows(body: bytes, max_rows: int) -> tuple[str, int]:
    """Return a VALUES block of the rows of an answer, and the number of rows.

    Raises:
        FederationFailed: it is no table in JSON, has too many rows, or holds what cannot be written here.
    """
    try:
        names, rows = _table(json.loads(body))
        # The classes check names and IRIs and escape texts. So nothing of a foreign answer becomes syntax.
        variables = [str(Variable(name)) for name in names]
        if len(rows) > max_rows:
            raise FederationFailed(
                Message("the answer has more than %(most)s rows: ask for less within the clause.", most=max_rows)
            )
        block = _block(variables, [[_term(row, name) for name in names] for row in rows])
    # each of these means that the foreign text has another shape, or nests too deeply for Python
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FederationFailed(
            Message("the answer is no table in SPARQL JSON (%(reason)s).", reason=_shortened(error))
        ) from error
    return block, len(rows)


def _table(results: Any) -> tuple[list[str], list[dict[str, Any]]]:
    names, rows = results["head"]["vars"], results["results"]["bindings"]
    unknown = {name for row in rows for name in row} - set(names)
    if unknown or len(set(names)) < len(names):
        raise ValueError("the variables of the rows are not those of the head")
    return names, rows


def _block(variables: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if len(variables) == 1:
        return f"VALUES {variables[0]} {{ {' '.join(row[0] for row in rows)} }}"
    lines = " ".join("(" + " ".join(row) + ")" for row in rows)
    return f"VALUES ({' '.join(variables)}) {{ {lines} }}"


def _term(row: dict[str, Any], name: str) -> str:
    if name not in row:
        return _UNBOUND
    cell = row[name]
    kind, value = cell["type"], cell["value"]
    if kind == "uri":
        return str(NamedNode(value))
    if kind in ("literal", "typed-literal"):
        return str(_literal(value, cell))
    if kind == "bnode":
        raise FederationFailed(
            Message(
                "?%(name)s has a blank node, which means nothing outside its own endpoint: select other "
                "variables within the SERVICE clause, or leave the row out with FILTER(!isBlank(?%(name)s)).",
                name=name,
            )
        )
    raise FederationFailed(
        Message("?%(name)s has a term of the kind %(kind)s: select other variables.", name=name, kind=_shortened(kind))
    )


def _literal(value: str, cell: dict[str, Any]) -> Literal:
    if "xml:lang" in cell:
        direction = _DIRECTIONS[cell["its:dir"]] if "its:dir" in cell else None
        return Literal(value, language=cell["xml:lang"], direction=direction)
    return Literal(value, datatype=NamedNode(cell["datatype"])) if "datatype" in cell else Literal(value)


def _shortened(value: object) -> str:
    return str(value)[:100]


if TYPE_CHECKING:  # the import of httpx2 takes a quarter of a second: only processes that call others pay for it
    from kg.engine.federation.fetch import Fetcher


class FederatingEngine(AsyncEngine):
    """Replaces SERVICE clauses by the rows of other endpoints, and passes the rest to ``engine``."""

    def __init__(self, engine: ClosableEngine, fetcher: Fetcher, max_nesting: int) -> None:
        self.engine = engine
        self._fetcher, self._limits, self._max_nesting = fetcher, fetcher.limits, max_nesting
        # a call keeps a thread for as long as the slowest endpoint takes, so their number has a limit
        self._places = threading.BoundedSemaphore(self._limits.at_once)

    @property
    def release_id(self) -> str:
        """The release that the local part of the answers comes from."""
        return self.engine.release_id

    def close(self) -> None:
        """Close the engine within."""
        self.engine.close()

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        """Answer a question; one with SERVICE clauses gives a FederatedAnswer.

        Raises:
            FederationFailed: a call failed that is not SILENT.
            FederationTooSlow: it took too long.
            As ``Engine.answer``.
        """
        parts = self._parts(question.text)
        if not parts.clauses:
            return self.engine.answer(question, cancellation)
        calls, blocks = self._call(parts, cancellation or CancellationToken())
        _raise_first_failure(calls)
        answer = self._ask(replace(question, text=parts.filled(blocks)), parts, blocks, cancellation)
        return FederatedAnswer(answer.body, answer.form, answer.spill, answer.spilled_bytes, calls)

    async def answer_soon(self, question: Question, cancellation: CancellationToken, threads: Executor) -> Answer:
        """Answer as ``answer`` does; one of the threads waits for calls of other endpoints."""
        if may_say(question.text, "SERVICE") or not isinstance(self.engine, AsyncEngine):
            return await asyncio.get_running_loop().run_in_executor(threads, self.answer, question, cancellation)
        return await self.engine.answer_soon(question, cancellation, threads)

    def explain(self, text: str, cancellation: CancellationToken | None = None) -> Sequence[Call]:
        """Make the calls of a text and report them, without answering the local part.

        Raises:
            QueryRefused: the text asks for what is not done here.
            As ``read_clauses``.
        """
        parts = self._parts(text)
        return self._call(parts, cancellation or CancellationToken())[0] if parts.clauses else ()

    def _parts(self, text: str) -> FederatedText:
        if may_say(text, "SERVICE"):
            refuse_depth(text, self._max_nesting)
        return read_clauses(text)

    def _call(self, parts: FederatedText, cancellation: CancellationToken) -> tuple[Sequence[Call], Sequence[str]]:
        """Make the calls, after all checks that can refuse them."""
        if len(parts.clauses) > self._limits.clauses:
            raise QueryRefused(
                Message(
                    "The query has %(clauses)s SERVICE clauses; no more than %(most)s are called.",
                    clauses=len(parts.clauses),
                    most=self._limits.clauses,
                )
            )
        # the local part and each sub-query are texts of their own; all are checked before the first call
        refuse_danger(parts.filled([NOTHING] * len(parts.clauses)), self._max_nesting)
        calls = [
            Call(self._fetcher.target(clause.iri).url, parts.sub_query(clause, self._limits.rows), clause.silent)
            for clause in parts.clauses
        ]
        for call in calls:
            refuse_danger(call.query, self._max_nesting)
        with self._place():
            return calls, _call_all(self._fetcher, calls, cancellation)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise EngineBusy(Message("Too many questions call other endpoints just now; ask again in some seconds."))
        try:
            yield
        finally:
            self._places.release()

    def _ask(
        self, question: Question, parts: FederatedText, blocks: Sequence[str], cancellation: CancellationToken | None
    ) -> Answer:
        try:
            return self.engine.answer(question, cancellation)
        except QueryInvalid as error:
            # the engine saw the text with the blocks, but the client knows only its own
            if error.line is None or error.column is None:
                raise
            raise QueryInvalid(error.reason, *parts.place_in_text(blocks, error.line, error.column)) from error


def _raise_first_failure(calls: Sequence[Call]) -> None:
    """Raise the error of the first call that failed and is not SILENT, with the report of all."""
    report = [call.report() for call in calls]
    for call in calls:
        if call.failure is None or call.silent:
            continue
        message = Message("SERVICE <%(url)s> failed: %(reason)s", url=call.url, reason=call.failure.message)
        if isinstance(call.failure, FederationFailed):
            raise type(call.failure)(message, report) from call.failure
        raise QueryRefused(message) from call.failure


def _call_all(fetcher: Fetcher, calls: Sequence[Call], cancellation: CancellationToken) -> list[str]:
    """Make all calls concurrently, and return a VALUES block for each; a call notes its own failure.

    Raises:
        QuestionCancelled: the client has gone.
    """
    return asyncio.run(_together(fetcher, calls, cancellation))


async def _together(fetcher: Fetcher, calls: Sequence[Call], cancellation: CancellationToken) -> list[str]:
    loop = asyncio.get_running_loop()
    work = asyncio.gather(*(_fetch_rows(fetcher, call) for call in calls))

    def stop() -> None:
        with suppress(RuntimeError):  # the loop has ended already
            # the client disconnects in another thread, and tasks may be cancelled only in their loop
            loop.call_soon_threadsafe(work.cancel)

    cancellation.attach(stop)
    try:
        return await work
    except asyncio.CancelledError as error:
        raise QuestionCancelled(Message("The client is gone.")) from error
    finally:
        cancellation.attach(None)


async def _fetch_rows(fetcher: Fetcher, call: Call) -> str:
    begin = time.monotonic()
    try:
        async with asyncio.timeout(fetcher.limits.seconds):
            body = await fetcher.fetch(call)
        block, call.rows = read_rows(body, fetcher.limits.rows)
    except TimeoutError:
        call.failure = FederationTooSlow(
            Message("the endpoint took longer than %(seconds)s seconds.", seconds=f"{fetcher.limits.seconds:g}")
        )
    except (FederationFailed, QueryRefused) as error:
        call.failure = error
    else:
        return block
    finally:
        call.milliseconds = round(1000 * (time.monotonic() - begin))
    # also for a call that is not SILENT: its failure is raised when all calls have ended
    return NOTHING
