"""The current Flask request as the pure SPARQL protocol reads it."""

from __future__ import annotations

from flask import Flask, Response, g, request

from kg.core.errors import MediaTypeUnsupported
from kg.core.messages import Message
from server.core.http.codings import choose_coding
from server.core.i18n.language import language_here, named_here
from server.core.sparql_protocol.protocol import FORM_TYPE, Request, fields_of_url

_READ = "accept_was_read"


def register(app: Flask) -> None:
    """Add ``Vary: Accept`` to each response that depends on Accept (RFC 9110, section 12.5.5)."""

    @app.after_request
    def vary(response: Response) -> Response:
        if _READ in g:
            response.vary.add("Accept")
        return response


def accept_here() -> str:
    """Return the Accept header of this request, and note that the response depends on it."""
    setattr(g, _READ, True)
    return request.headers.get("Accept", "")


def asked() -> Request:
    """Return this request as the protocol reads it."""
    return Request(
        request.method,
        request.query_string,
        accept_here(),
        request.headers.get("Content-Type", ""),
        request.get_data(),
        choose_coding(request.headers.get("Accept-Encoding", "")),
        request.headers.get("If-None-Match", ""),
        language_here(),
        bool(named_here()),
    )


def sent_fields() -> list[tuple[str, str]]:
    """Return the fields of the address and of a form.

    Raises:
        RequestInvalid: the fields cannot be decoded.
        MediaTypeUnsupported: the body is not a form.
    """
    fields = fields_of_url(request.query_string)
    if request.method != "POST":
        return fields
    if request.mimetype != FORM_TYPE:
        raise MediaTypeUnsupported(Message("Send a form: Content-Type: %(media_type)s.", media_type=FORM_TYPE))
    return fields + fields_of_url(request.get_data())
