"""Plain queries: asked from the event loop, without a thread in between, and answered in the mould of Flask's answers.

A request is plain if it is a query to the endpoint and nothing else. Its answer differs from others in the same form by
its body, its length and its tag alone, so that the first one that Flask makes is the mould of those that follow. What
is not plain, goes wrong, or has no mould yet is Flask's to tell, which is handed what the engine has said already.
"""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeGuard

from kg.core.errors import KgError
from kg.core.settings import Settings
from kg.engine import Answer, Awaited, Engine, Question
from kg.engine.cancellation import CancellationToken
from server.core.context import Foreseen
from server.core.http.codings import IDENTITY, is_worth_packing, pack
from server.core.http.validators import coded, tag_of_answer
from server.core.sparql_protocol.protocol import ENDPOINT, Request, question_of, read_fields
from server.core.wsgi import Finished
from server.gateway.request_record import RequestRecord

# what a plain query may say; anything else is for other views
_FIELDS = frozenset(["query", "default-graph-uri", "named-graph-uri", "format"])
_METHODS = ("GET", "POST")
# longer ones are sent to a worker, or packed, in the time of other requests
_MOST_BYTES = 64 * 1024
_OWN = frozenset(["etag", "content-length", "content-encoding"])


class FastEngineSource(Protocol):
    """What lends the engine of the current release: ``kg.engine.registry.Lender`` does."""

    def lend(self) -> AbstractContextManager[Engine]:
        """The engine, which stays open as long as it is lent."""


@dataclass(frozen=True)
class ResponseTemplate:
    """What the answers in one form have in common: headers in lower case, and the route."""

    release_id: str
    headers: tuple[tuple[str, str], ...]
    route: str


class FastPath:
    """Reads, asks and answers plain queries; for one event loop. ``edition`` is that of the program."""

    def __init__(self, lending: FastEngineSource, settings: Settings, edition: str) -> None:
        self._lending, self._edition = lending, edition
        self._most_bytes = min(settings.max_question_bytes, _MOST_BYTES)
        self._moulds: dict[str, ResponseTemplate] = {}

    def read(self, visit: RequestRecord) -> Question | None:
        """The question of a request that is a plain query."""
        asked = visit.request
        if asked.path != ENDPOINT or asked.method not in _METHODS or asked.if_none_match or not asked.may_be_shared:
            return None
        query_string = asked.query_string.encode("utf-8")
        request = Request(asked.method, query_string, asked.accept, asked.content_type, visit.body)
        try:
            fields = read_fields(request)
            return question_of(fields, asked.accept, self._most_bytes) if _FIELDS.issuperset(dict(fields)) else None
        except KgError:
            return None

    async def ask(self, question: Question, cancellation: CancellationToken, threads: Executor) -> Foreseen | None:
        """What the engine says to a question; None if it is none of those that can be waited for here."""
        with self._lending.lend() as engine:
            if not isinstance(engine, Awaited):
                return None
            try:
                said: Answer | KgError = await engine.answer_soon(question, cancellation, threads)
            except KgError as error:
                said = error
            return Foreseen(engine.release_id, question, said)

    def fill(self, foreseen: Foreseen, coding: str) -> Finished | None:
        """The response in a content coding, if there is a mould for it and the answer is short and plain."""
        answer, mould = foreseen.said, self._moulds.get(foreseen.question.form.ending)
        if mould is None or mould.release_id != foreseen.release_id or not _is_short(answer):
            return None
        tag = tag_of_answer(foreseen.release_id, foreseen.question, self._edition)
        if tag is None:
            return None
        headers, body = list(mould.headers), answer.body
        if coding != IDENTITY and is_worth_packing(body):
            tag, body = coded(tag, coding), pack(body, coding)
            headers.append(("content-encoding", coding))
        headers += [("etag", tag), ("content-length", str(len(body)))]
        return Finished(200, headers, body, route=mould.route)

    def learn(self, foreseen: Foreseen, response: Finished) -> None:
        """Take the mould of a response that Flask has made of what was foreseen."""
        if _is_short(foreseen.said) and response.status == 200 and response.header("etag"):
            kept = tuple((key, value) for key, value in response.headers if key not in _OWN)
            self._moulds[foreseen.question.form.ending] = ResponseTemplate(foreseen.release_id, kept, response.route)


def _is_short(said: Answer | KgError) -> TypeGuard[Answer]:
    """Whether it is an answer like all others: one that called other endpoints tells so in its headers."""
    return type(said) is Answer and said.spill is None and said.size <= _MOST_BYTES
