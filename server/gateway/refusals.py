"""Refusals under load: responses that cost almost no processor time."""

from __future__ import annotations

import json
from html import escape
from http import HTTPStatus

from kg.core.errors import KgError
from kg.core.names import LANGUAGES, PROBLEM
from server.core.http.problem_document import RETRY_SECONDS, STATUS
from server.core.i18n.language import translate_to
from server.core.wsgi import Finished

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><title>{title}</title></head>
<body><h1>{title}</h1><p>{detail}</p>{others}</body></html>
"""


def refusal(error: KgError, accept: str) -> Finished:
    """Return the response to a request that is refused before Flask handles it.

    It is HTML for a browser, problem+json (RFC 9457) for a client that accepts JSON, else plain text.
    """
    # The body is made without Flask, templates or the choice of a language. An overloaded service must refuse more
    # cheaply than it answers. The page has the text in every language for the same reason.
    status = HTTPStatus(STATUS[type(error)])
    kind, body = _body(error, status, accept)
    headers = [
        ("content-type", kind),
        ("content-length", str(len(body))),
        ("cache-control", "no-store"),
        ("vary", "Accept"),
        ("access-control-allow-origin", "*"),
        ("x-content-type-options", "nosniff"),
    ]
    if type(error) in RETRY_SECONDS:
        headers.append(("retry-after", str(RETRY_SECONDS[type(error)])))
    return Finished(status, headers, body)


def _body(error: KgError, status: HTTPStatus, accept: str) -> tuple[str, bytes]:
    if "text/html" in accept:
        texts = ((language, escape(translate_to(error.message, language))) for language in LANGUAGES[1:])
        others = "".join(f'<p lang="{language}">{text}</p>' for language, text in texts)
        page = _PAGE.format(title=f"{status.value} {status.phrase}", detail=escape(str(error)), others=others)
        return "text/html; charset=utf-8", page.encode()
    if "json" in accept:
        kind = type(error).__name__
        problem = {"type": PROBLEM + kind, "title": status.phrase, "status": status.value, "detail": str(error)}
        return "application/problem+json", json.dumps(problem).encode()
    return "text/plain; charset=utf-8", f"{error}\n".encode()
