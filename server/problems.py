"""The error table: what class of error gives which status; told as problem+json, text or HTML by Accept."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from kg.errors import (
    FormUnavailable,
    KgError,
    MediaTypeUnsupported,
    ParameterInvalid,
    QueryFailed,
    QueryInvalid,
    QueryRefused,
    QueryTooDeep,
    QueryTooLarge,
    QuestionUnknown,
    RequestInvalid,
    ThingUnknown,
)
from kg.names import PROBLEM
from server.protocol import negotiate

STATUS: dict[type[KgError], int] = {
    QueryInvalid: 400,
    QueryTooDeep: 400,
    QueryFailed: 400,
    RequestInvalid: 400,
    ParameterInvalid: 400,
    QueryRefused: 403,
    ThingUnknown: 404,
    QuestionUnknown: 404,
    FormUnavailable: 406,
    QueryTooLarge: 413,
    MediaTypeUnsupported: 415,
}

_OFFERED = ["text/html", "application/problem+json", "application/json", "text/plain"]


def register(app: Flask) -> None:
    """Tell every error of ours, and every one of HTTP, in the same way."""
    app.register_error_handler(KgError, _tell_ours)
    app.register_error_handler(HTTPException, _tell_http)


def _tell_ours(error: KgError) -> Response:
    status = STATUS.get(type(error), 500)
    extra = {"line": error.line, "column": error.column} if isinstance(error, QueryInvalid) and error.line else {}
    return _tell(status, type(error).__name__, str(error), extra)


def _tell_http(error: HTTPException) -> Response:
    status = error.code or 500
    response = _tell(status, HTTPStatus(status).phrase.replace(" ", ""), error.description or "", {})
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _tell(status: int, kind: str, detail: str, extra: dict[str, int | None]) -> Response:
    accept = request.headers.get("Accept", "")
    # programs that accept anything, such as curl, get plain words; browsers name text/html
    wanted = negotiate(accept, _OFFERED) if "text/html" in accept or "json" in accept else "text/plain"
    if wanted == "text/html":
        response = Response(render_template("problem.html", status=status, kind=kind, detail=detail), mimetype=wanted)
    elif wanted in ("application/problem+json", "application/json"):
        title = HTTPStatus(status).phrase
        response = jsonify({"type": PROBLEM + kind, "title": title, "status": status, "detail": detail, **extra})
        response.mimetype = "application/problem+json"
    else:
        response = Response(f"{detail}\n", mimetype="text/plain")
    response.status_code = status
    response.headers["Vary"] = "Accept"
    return response
