"""The request at hand, as the pure protocol looks at it."""

from __future__ import annotations

from flask import request

from server.protocol import Request


def asked() -> Request:
    """Method, query string, two headers and the body of the request at hand."""
    return Request(
        request.method,
        request.query_string,
        request.headers.get("Accept", ""),
        request.headers.get("Content-Type", ""),
        request.get_data(),
    )
