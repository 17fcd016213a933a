"""The request at hand, as the pure protocol looks at it."""

from __future__ import annotations

from flask import request

from kg.errors import MediaTypeUnsupported
from server.asking.protocol import FORM_TYPE, Request, fields_of_url


def asked() -> Request:
    """Method, query string, two headers and the body of the request at hand."""
    return Request(
        request.method,
        request.query_string,
        request.headers.get("Accept", ""),
        request.headers.get("Content-Type", ""),
        request.get_data(),
    )


def sent_fields() -> list[tuple[str, str]]:
    """The fields of the address and of a form.

    Raises:
        RequestInvalid: they cannot be read.
        MediaTypeUnsupported: the body is no form.
    """
    fields = fields_of_url(request.query_string)
    if request.method != "POST":
        return fields
    if request.mimetype != FORM_TYPE:
        raise MediaTypeUnsupported(f"Send a form: Content-Type: {FORM_TYPE}.")
    return fields + fields_of_url(request.get_data())
