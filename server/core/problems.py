"""Errors as responses, by the table in ``server.core.http.statuses``: problem+json, text or HTML by Accept."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from http.client import responses
from math import ceil

from flask import Flask, Response, current_app, jsonify, render_template, request
from werkzeug.exceptions import Forbidden, HTTPException, InternalServerError, MethodNotAllowed, NotFound, Unauthorized

from kg.core.errors import (
    EngineUnreachable,
    FederationFailed,
    KgError,
    QueryInvalid,
    ReleaseBroken,
    ReleaseUnknown,
    ThingRetired,
    ThingUnknown,
)
from kg.core.messages import Message, sentences
from kg.core.names import PROBLEM, thing
from kg.diagnostics.syntax import Advice
from server.core import urls
from server.core.context import HOLDING, AppState
from server.core.http.folders import folders_of, hide_folders
from server.core.http.static_problem import STATUS as STATUS_OF_FAULTS
from server.core.http.static_problem import static_problem
from server.core.http.statuses import RETRY_SECONDS, STATUS
from server.core.i18n.error_pages import way_on
from server.core.integrity import note_broken
from server.core.sparql_protocol.hints import advice_on, in_words, members, mended_query
from server.core.sparql_protocol.protocol import negotiate
from server.core.sparql_protocol.request import accept_here
from server.core.versioned_urls import way

_MOST_LINKED = 20

_LONGEST_PATH = 100

_OFFERED = ["text/html", "application/problem+json", "application/json", "text/plain"]


def register(app: Flask) -> None:
    """Tell every error of ours, and every one of HTTP, in the same way."""
    app.register_error_handler(KgError, _tell_ours)
    app.register_error_handler(HTTPException, _tell_http)
    app.register_error_handler(InternalServerError, _tell_fault)


def _tell_ours(error: KgError) -> Response:
    status = STATUS.get(type(error), 500)
    if isinstance(error, ReleaseBroken):
        note_broken(error)
    advice = advice_on(error)
    extra = members(advice) if advice is not None else _extra(error)
    detail = public_message(error)
    if str(detail) != str(error):
        current_app.logger.error("%s: %s", type(error).__name__, error)
    response = _tell(status, type(error).__name__, detail, extra, advice)
    if isinstance(error, ThingRetired):
        for address in _pages(error.successors).values():
            response.headers.add("Link", f'<{address}>; rel="successor-version"')  # RFC 5829
    if type(error) in RETRY_SECONDS:
        response.headers["Retry-After"] = str(RETRY_SECONDS[type(error)])
    if isinstance(error, EngineUnreachable):
        response.headers["Retry-After"] = str(max(1, ceil(error.wait_seconds)))
    return response


def public_message(error: KgError) -> Message | str:
    """Return the message of an error; one that names folders of this machine as text without them."""
    holding = current_app.extensions.get(HOLDING)
    if not isinstance(holding, AppState):
        return error.message
    text = hide_folders(str(error), folders_of(holding.settings))
    return error.message if text == str(error) else text


def _extra(error: KgError) -> dict[str, object]:
    """What a program is told of an error besides the words."""
    if isinstance(error, QueryInvalid) and error.line:
        return {"line": error.line, "column": error.column}
    if isinstance(error, FederationFailed):
        return {"calls": error.calls}
    if isinstance(error, ReleaseUnknown):
        return _elsewhere(error)
    if isinstance(error, ThingRetired):
        return {"successors": _pages(error.successors)}
    return {"near": _pages(error.near)} if isinstance(error, ThingUnknown) and error.near else {}


def _pages(slugs: Iterable[str]) -> dict[str, str]:
    """The page of each thing."""
    return {slug: urls.page_of(thing(slug)) for slug in slugs}


def _elsewhere(error: ReleaseUnknown) -> dict[str, object]:
    """Where the same is answered from the current release and from the newest of the others, as absolute addresses."""
    out = way()
    if out is None or not request.host:  # a name with an underscore is a host, and Flask makes no links for it
        return {}
    others = {release_id: urls.absolute(out.within(release_id)) for release_id in error.known[:_MOST_LINKED]}
    return {"current": urls.absolute(out.latest), "releases": others}


def _tell_http(error: HTTPException) -> Response:
    status = error.code or 500
    response = _tell(status, HTTPStatus(status).phrase.replace(" ", ""), _http_message(error), {})
    allowed = getattr(error, "valid_methods", None)
    if isinstance(error, Unauthorized):
        response.headers["WWW-Authenticate"] = "Bearer"  # RFC 6750, section 3
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _tell_fault(error: HTTPException) -> Response:
    """Tell an error that nobody foresaw, also one of another error's page: it must depend on nothing that failed."""
    del error
    content_type, text = static_problem(accept_here())
    return Response(text, STATUS_OF_FAULTS, content_type=content_type, headers={"Vary": "Accept"})


def _http_message(error: HTTPException) -> Message | str:
    """Return what went wrong and the way on, for errors that readers meet; else the description of Werkzeug."""
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


def _tell(
    status: int, kind: str, detail: Message | str, extra: dict[str, object], advice: Advice | None = None
) -> Response:
    accept = accept_here()
    # programs that accept anything, such as curl, get plain words; browsers name text/html
    wanted = negotiate(accept, _OFFERED) if "text/html" in accept or "json" in accept else "text/plain"
    if wanted == "text/html":
        page = render_template(
            "problem.html",
            status=status,
            kind=kind,
            ahead=way_on(kind),
            detail=detail,
            advice=advice,
            mended=mended_query(advice),
            elsewhere=extra,
        )
        response = Response(page, mimetype=wanted)
    elif wanted in ("application/problem+json", "application/json"):
        title = responses.get(status, "Client Closed Request")  # 499 is nginx's number, and in no list
        response = jsonify({"type": PROBLEM + kind, "title": title, "status": status, "detail": str(detail), **extra})
        response.mimetype = "application/problem+json"
    else:
        current = f"The current release: {extra['current']}\n" if "current" in extra else ""
        taught = in_words(advice) if advice is not None else ""
        response = Response(f"{detail}\n{current}{taught}", mimetype="text/plain")
    response.status_code = status
    response.headers["Vary"] = "Accept"
    return response
