"""The problem document for unexpected errors. It needs no template, request or engine.

It also covers an error that happens while another error is written.
"""

from __future__ import annotations

import json
from functools import cache

from kg.core.messages import Message
from kg.core.names import LANGUAGES, PROBLEM
from server.core.i18n.language import translate_to

STATUS = 500
_MESSAGE = Message(
    "The service has a fault, which its operator can read in its log. Try again later, or ask for something else."
)
DETAIL = str(_MESSAGE)
_TITLE = "Internal Server Error"
_KIND = PROBLEM + "InternalServerError"
_DOCUMENT = json.dumps({"type": _KIND, "title": _TITLE, "status": STATUS, "detail": DETAIL}) + "\n"


def static_problem(accept: str) -> tuple[str, str]:
    """Return the media type and the text of the document for an Accept header."""
    accepted = accept.lower()
    if "text/html" in accepted:
        return "text/html; charset=utf-8", _page()
    if "json" in accepted:
        return "application/problem+json", _DOCUMENT
    return "text/plain; charset=utf-8", DETAIL + "\n"


@cache
def _page() -> str:
    texts = ((language, translate_to(_MESSAGE, language)) for language in LANGUAGES)
    paragraphs = "\n".join(f'<p lang="{language}">{text}</p>' for language, text in texts)
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{_TITLE}</title></head>\n'
        f"<body>\n<h1>{_TITLE}</h1>\n{paragraphs}\n</body>\n</html>\n"
    )
