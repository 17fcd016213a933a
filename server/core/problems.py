"""Responses for errors: the documents of ``problem_document``, with the links that need a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import Forbidden, HTTPException, InternalServerError, MethodNotAllowed, NotFound, Unauthorized

from kg.core.errors import (
    KgError,
    Message,
    ReleaseBroken,
    ReleaseUnknown,
    ThingRetired,
    ThingUnknown,
    sentences,
)
from kg.core.names import thing
from server.core import urls
from server.core.context import APP_STATE, AppState
from server.core.http.problem_document import STATIC_STATUS as STATUS_OF_FAULTS
from server.core.http.problem_document import Problem, detail_of, folders_of, problem_of, static_problem, write_problem
from server.core.i18n.error_pages import error_page_text
from server.core.integrity import note_broken
from server.core.sparql_protocol.hints import advice_on, corrected_query
from server.core.sparql_protocol.protocol import accept_here
from server.core.urls import pinned_address

_MOST_LINKED = 20

# an error page repeats the path of the client, which may have any length
_LONGEST_PATH = 100


def register(app: Flask) -> None:
    """Register the handlers for our errors, for those of HTTP and for faults of the program."""
    app.register_error_handler(KgError, _respond_to_kg_error)
    app.register_error_handler(HTTPException, _respond_to_http_error)
    app.register_error_handler(InternalServerError, _respond_to_fault)


def _respond_to_kg_error(error: KgError) -> Response:
    note_error(error)
    problem = problem_of(error, folders_here(), advice_on(error))
    response = _respond(replace(problem, members={**problem.members, **_links(error)}))
    if isinstance(error, ThingRetired):
        for address in _pages(error.successors).values():
            response.headers.add("Link", f'<{address}>; rel="successor-version"')  # RFC 5829
    return response


def note_error(error: KgError) -> None:
    """Schedule a check of broken files, and log a message that names folders of this machine."""
    if isinstance(error, ReleaseBroken):
        # the response leaves the folders out, so the log is where the operator reads them
        note_broken(error)
    if str(public_message(error)) != str(error):
        current_app.logger.error("%s: %s", type(error).__name__, error)


def public_message(error: KgError) -> Message | str:
    """Return the message of an error without the folders of this machine, which only the operator may see."""
    return detail_of(error, folders_here())


def folders_here() -> dict[str, str]:
    """Return the texts that responses show instead of the folders of this machine."""
    state = current_app.extensions.get(APP_STATE)
    return folders_of(state.settings) if isinstance(state, AppState) else {}


def _links(error: KgError) -> dict[str, object]:
    """Return the addresses that help after an error, as members of its document."""
    if isinstance(error, ReleaseUnknown):
        return _elsewhere(error)
    if isinstance(error, ThingRetired):
        return {"successors": _pages(error.successors)}
    return {"near": _pages(error.near)} if isinstance(error, ThingUnknown) and error.near else {}


def _pages(slugs: Iterable[str]) -> dict[str, str]:
    """Return the address of the page of each resource."""
    return {slug: urls.page_of(thing(slug)) for slug in slugs}


def _elsewhere(error: ReleaseUnknown) -> dict[str, object]:
    """Return absolute addresses of the same page in the current release and in the newest other ones."""
    out = pinned_address()
    if out is None or not request.host:  # a name with an underscore is a host, and Flask makes no links for it
        return {}
    others = {release_id: urls.absolute(out.within(release_id)) for release_id in error.available[:_MOST_LINKED]}
    return {"current": urls.absolute(out.latest), "releases": others}


def _respond_to_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    # the phrase without blanks is the kind of the problem, by which error_pages.py finds its title
    response = _respond(Problem(status, HTTPStatus(status).phrase.replace(" ", ""), _http_message(error)))
    allowed = getattr(error, "valid_methods", None)
    if isinstance(error, Unauthorized):
        response.headers["WWW-Authenticate"] = "Bearer"  # RFC 6750, section 3
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _respond_to_fault(error: HTTPException) -> Response:
    """Return the response for an unexpected error. It depends on no template, which may be what failed."""
    del error
    content_type, text = static_problem(accept_here())
    return Response(text, STATUS_OF_FAULTS, content_type=content_type, headers={"Vary": "Accept"})


def _http_message(error: HTTPException) -> Message | str:
    """Return the message and remedy for errors that readers meet, else the description of Werkzeug."""
    path, root = (request.script_root + request.path)[:_LONGEST_PATH], request.script_root
    if isinstance(error, NotFound):
        return sentences(
            Message("There is nothing at %(address)s.", address=path),
            Message(
                "To find what you want, search at %(search)s, choose a question at %(questions)s, "
                "or read what can be asked at %(document)s.",
                search=f"{root}/search",
                questions=f"{root}/q/",
                document=f"{root}/openapi.json",
            ),
        )
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return sentences(
            Message("%(address)s does not take %(method)s.", address=path, method=request.method[:20]),
            Message("Ask it by %(methods)s.", methods=", ".join(sorted(error.valid_methods))),
        )
    description = error.description or ""
    return Message(description) if isinstance(error, Forbidden | Unauthorized) else description


def _respond(problem: Problem) -> Response:
    content_type, text = write_problem(problem, accept_here(), render_problem)
    response = Response(text, problem.status, content_type=content_type, headers={"Vary": "Accept"})
    if problem.retry_seconds is not None:
        response.headers["Retry-After"] = str(problem.retry_seconds)
    return response


def render_problem(problem: Problem) -> str:
    """Return the HTML page about a problem, for this request."""
    return render_template(
        "problem.html",
        status=problem.status,
        kind=problem.kind,
        ahead=error_page_text(problem.kind),
        detail=problem.detail,
        advice=problem.advice,
        corrected=corrected_query(problem.advice),
        elsewhere=problem.members,
    )
