"""The shortcut of a question: a plain query is answered without what Flask does for every page.

The same view answers, in a request context of Flask's, and the same hooks follow, but those alone that have a say in an
answer. What is no plain query, and whatever goes wrong, is left to Flask, which tells it as it tells everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from kg.errors import KgError
from server.asking.protocol import METHODS, Request, has_query, url_fields
from server.front.gateway import Wsgi, give_body, leave_route
from server.here import FAILURE, PIN, REFUSAL
from server.http.codings import choose, pack
from server.http.freshness import compare, say_how_fresh
from server.http.headers import add
from server.sparql.endpoint import accept_query, endpoint
from server.words.language import FIELD

_PATH = "/sparql"
_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
# what makes it a request for something else, or for a page
_OTHER_FIELDS = frozenset(["explain", FIELD])
# in the order in which Flask would call them
_HOOKS = (accept_query, leave_route, say_how_fresh, pack, compare, add)


def register(app: Flask) -> None:
    """Take the shortcut where there is one; to be called before what stands in front of it in the same way."""
    app.wsgi_app = Shortcut(app, app.wsgi_app)  # type: ignore[method-assign]


class Shortcut:
    """Stands before an application and answers what is a plain query to its endpoint."""

    def __init__(self, app: Flask, application: Wsgi) -> None:
        self._app, self._application = app, application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer, or let the application answer; it then tells the error that the engine has met here."""
        if is_plain(environ):
            with self._app.request_context(environ):
                response = _answer(environ)
                if response is not None:
                    return response(environ, start_response)
        return self._application(environ, start_response)


def is_plain(environ: dict[str, Any]) -> bool:
    """Whether a request asks the current release a query and nothing else."""
    method: str = environ["REQUEST_METHOD"]
    if environ["PATH_INFO"] != _PATH or method not in METHODS or REFUSAL in environ or PIN in environ:
        return False
    asked = Request(method, environ.get("QUERY_STRING", "").encode("latin-1"))
    try:
        names = {name for name, _ in url_fields(asked)}
        is_query = has_query(asked)
    except KgError:
        return False
    return is_query and not names & _OTHER_FIELDS and _HOST.fullmatch(environ.get("HTTP_HOST", "")) is not None


def _answer(environ: dict[str, Any]) -> Response | None:
    choose()
    try:
        response = endpoint()
    except HTTPException:
        return None
    except (KgError, OSError) as error:
        environ[FAILURE] = error
        give_body(environ, request.get_data())  # which is to be read once more
        return None
    assert isinstance(response, Response)  # noqa: S101 - only who asks no query gets a page
    for hook in _HOOKS:
        response = hook(response)
    return response
