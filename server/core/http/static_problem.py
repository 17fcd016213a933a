"""The one problem document that needs nothing: no template, no language, no address, no engine. Pure.

It is for errors that nobody foresaw, and for those that happen while another error is written.
"""

from __future__ import annotations

import json

from kg.core.names import PROBLEM

STATUS = 500
DETAIL = "The service has a fault, which its operator can read in its log. Try again later, or ask for something else."
_TITLE = "Internal Server Error"
_KIND = PROBLEM + "InternalServerError"
_IN_WORDS = (
    ("en", DETAIL),
    ("de", "Der Dienst hat einen Fehler, den sein Betreiber im Protokoll nachlesen kann. Versuchen Sie es später."),
    ("zh", "服务出现错误，运营者可在日志中查看。请稍后再试。"),
)
_PARAGRAPHS = "\n".join(f'<p lang="{language}">{words}</p>' for language, words in _IN_WORDS)
_PAGE = (
    f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{_TITLE}</title></head>\n'
    f"<body>\n<h1>{_TITLE}</h1>\n{_PARAGRAPHS}\n</body>\n</html>\n"
)
_DOCUMENT = json.dumps({"type": _KIND, "title": _TITLE, "status": STATUS, "detail": DETAIL}) + "\n"


def static_problem(accept: str) -> tuple[str, str]:
    """Return the media type and the text of the document for an Accept header."""
    search_params = accept.lower()
    if "text/html" in search_params:
        return "text/html; charset=utf-8", _PAGE
    if "json" in search_params:
        return "application/problem+json", _DOCUMENT
    return "text/plain; charset=utf-8", DETAIL + "\n"
