"""The SPARQL 1.1 Protocol: from the outcome of a query to its response. Pure: no Flask, no store.

The gateway and the Flask view of the endpoint answer with the same functions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from kg.core.errors import KgError
from kg.diagnostics.syntax import advise
from kg.diagnostics.term_suggestions import Terms
from kg.engine import Answer, Question
from kg.engine.federation import FederatedAnswer
from server.core.http.codings import IDENTITY, is_worth_compressing, pack, pack_chunks
from server.core.http.freshness import named, tag_of_answer, with_coding
from server.core.http.headers import common_headers
from server.core.http.problem_document import Problem, problem_of, static_problem, write_problem
from server.core.sparql_protocol.protocol import FORM_TYPE, QUERY_TYPE, Request

CALLS = "fyp-federation"
"""The header with the url, status, ms and rows of each call to another endpoint, in JSON."""

NO_STORE = "no-store"
ACCEPT_QUERY = ("accept-query", f"{QUERY_TYPE}, {FORM_TYPE}")
"""The media types for the method QUERY (section 3 of its draft)."""

_SAFE = ("GET", "HEAD", "QUERY")
_VARY = "Accept, Accept-Encoding"
# computed once, as the common headers differ only between a 304 and all other statuses
_EVERY = {status: (*common_headers(status), ACCEPT_QUERY) for status in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)}

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Response:
    """A response. Its header names are in lower case. A large body comes in ``chunks``, and can be read once."""

    status: int
    headers: Headers
    body: bytes = b""
    chunks: Iterator[bytes] | None = None


def _no_page(problem: Problem) -> str:
    return str(problem.detail)


@dataclass(frozen=True)
class Service:
    """Everything that a response depends on besides its request.

    Attributes:
        build_version: the version of the program, a part of each entity tag.
        max_age: the Cache-Control of an answer.
        folders: the text in place of each folder of this machine; see ``hide_folders``.
        terms: the terms of the release, for advice on a query; called only if an error needs them.
        render_page: the HTML page about a problem.
    """

    release_id: str
    build_version: str
    max_age: str
    folders: Mapping[str, str] = field(default_factory=dict)
    terms: Callable[[], Terms] = Terms
    render_page: Callable[[Problem], str] = _no_page


def respond(question: Question | None, outcome: Answer | Exception, request: Request, service: Service) -> Response:
    """Return the response of the endpoint to a query: an answer, or an error.

    ``question`` is None if the request could not be parsed. An exception that is no KgError is a fault of the program.
    """
    if isinstance(outcome, Answer):
        if question is None:
            raise ValueError("an answer needs a question")
        return _of_endpoint(answer_response(question, outcome, request, service))
    if isinstance(outcome, KgError):
        advice = advise(outcome, question.text, service.terms) if question is not None else None
        problem = problem_of(outcome, service.folders, advice)
        return _problem_response(problem, write_problem(problem, request.accept, service.render_page), request, service)
    fault = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "InternalServerError", "")
    return _problem_response(fault, static_problem(request.accept), request, service)


def respond_unchanged(question: Question, request: Request, service: Service) -> Response | None:
    """Return a 304 of the endpoint if the client has the answer already, so that the query need not run."""
    response = unchanged_response(question, request, service)
    return _of_endpoint(response) if response is not None else None


def unchanged_response(question: Question, request: Request, service: Service) -> Response | None:
    """Return a 304 if If-None-Match names the answer, plain or in the coding of the request, else None."""
    if not request.if_none_match or request.method not in _SAFE:
        return None
    tag = tag_of_answer(service.release_id, question, service.build_version)
    # Both tags are tried, because the size of the answer decides if it is compressed. That size is unknown until the
    # query has run.
    match = named(request.if_none_match, (tag, with_coding(tag, request.coding))) if tag is not None else None
    if match is None:
        return None
    headers = (("etag", match), ("cache-control", service.max_age), ("vary", _VARY))
    return Response(HTTPStatus.NOT_MODIFIED, (*headers, ("fyp-release", service.release_id)))


def answer_response(question: Question, answer: Answer, request: Request, service: Service) -> Response:
    """Return a 200 with a complete answer, in the coding of the request."""
    form, is_federated = answer.form, isinstance(answer, FederatedAnswer)
    # an answer that depends on other endpoints must not be cached
    tag = None if is_federated else tag_of_answer(service.release_id, question, service.build_version)
    is_packed = request.coding != IDENTITY and (answer.spill is not None or is_worth_compressing(answer.body))
    headers = [
        ("content-type", form.media_type + ("; charset=utf-8" if form.is_text else "")),
        ("vary", _VARY),
        ("fyp-release", service.release_id),
        ("cache-control", service.max_age if tag else NO_STORE),
    ]
    if isinstance(answer, FederatedAnswer):
        headers.append((CALLS, json.dumps([call.brief() for call in answer.calls], separators=(",", ":"))))
    if is_packed:
        headers.append(("content-encoding", request.coding))
    if tag:
        headers.append(("etag", with_coding(tag, request.coding) if is_packed else tag))
    if answer.spill is None:
        body = pack(answer.body, request.coding) if is_packed else answer.body
        return Response(HTTPStatus.OK, (*headers, ("content-length", str(len(body)))), body)
    # no content-length here: the compressed size is known only after the last chunk
    if is_packed:
        return Response(HTTPStatus.OK, tuple(headers), chunks=pack_chunks(answer.chunks(), request.coding))
    return Response(HTTPStatus.OK, (*headers, ("content-length", str(answer.size))), chunks=answer.chunks())


def _problem_response(problem: Problem, document: tuple[str, str], request: Request, service: Service) -> Response:
    content_type, text = document
    body = text.encode("utf-8")
    headers = [
        ("content-type", content_type),
        ("content-length", str(len(body))),
        ("cache-control", NO_STORE),
        ("fyp-release", service.release_id),
    ]
    vary = _VARY
    if content_type.startswith("text/html"):
        headers.append(("content-language", request.language))
        if not request.names_language:
            vary = "Accept, Accept-Language, Accept-Encoding"
    if problem.retry_seconds is not None:
        headers.append(("retry-after", str(problem.retry_seconds)))
    return _of_endpoint(Response(problem.status, (*headers, ("vary", vary)), body))


def _of_endpoint(response: Response) -> Response:
    """Add the headers of every response of the endpoint."""
    status = response.status if response.status in _EVERY else HTTPStatus.OK
    return Response(response.status, response.headers + _EVERY[HTTPStatus(status)], response.body, response.chunks)
