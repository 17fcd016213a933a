"""Headers of every response: open to scripts of other sites, closed to scripts in our pages."""

from __future__ import annotations

from flask import Flask, Response, request

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def register(app: Flask) -> None:
    """Add the headers to every response, errors included."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "FYP-Release"
    if request.method == "OPTIONS":  # a script asks first whether it may POST application/sparql-query
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "no-referrer-when-downgrade"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
