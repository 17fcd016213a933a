"""Addresses that pin a release: below ``/release/<id>`` lies the whole service, as it answers over that release.

Only the data are pinned. The canned questions are part of the program, and so are the forms of answers: an old release
is asked the queries of today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from kg.core.errors import KgError
from kg.engine import Engine
from server.core import urls
from server.core.context import PIN, REFUSAL, AppState, Pin, pin, request_context, waiting_in
from server.core.http.paths import RELEASES, STATIC, split_pin
from server.core.wsgi import Wsgi

_WAY = "fyp-kg.way"
# below it lie files, for which no engine need be opened
_FILES = "/dumps/"
# blueprints that tell of the service and not of a release
_OF_THE_SERVICE = frozenset(["memento", "releases", "state", "status", "sitemap"])
_UNQUOTED = "/:@!$&()*+,;=~"


@dataclass(frozen=True)
class Way:
    """From a pinned address to the same one elsewhere: ``root`` is that of the service, ``rest`` path and query.

    ``current_id`` is the release that was current when the request came; what is told of a later one is told anew.
    """

    root: str
    rest: str
    current_id: str

    @property
    def latest(self) -> str:
        """Where the current release answers the same."""
        return self.root + self.rest

    def within(self, release_id: str) -> str:
        """Where another release answers the same."""
        return f"{self.root}{RELEASES}{release_id}{self.rest}"


def way() -> Way | None:
    """The way out of the pinned address of this request, be the release there or not; None if it pins none."""
    current = request.environ.get(_WAY)
    assert current is None or isinstance(current, Way)  # noqa: S101 - _Pinning is the only writer
    return current


def way_here() -> Way:
    """The way from the address of this request, pinned or not, to the same one in any release."""
    current = way()
    if current is not None:
        return current
    address = _quoted(request.environ["PATH_INFO"], request.environ.get("QUERY_STRING", ""))
    return Way(request.script_root, address, request_context().engine.release_id)


def register(app: Flask, holding: AppState) -> None:
    """Answer what is below ``/release/<id>`` from that release, and say so in each response."""
    app.wsgi_app = _Pinning(app.wsgi_app, holding)  # type: ignore[method-assign]
    app.before_request(_leave)
    app.after_request(_tell)
    app.context_processor(lambda: {"pin": pin(), "way": way()})


class _Pinning:
    """Takes ``/release/<id>`` off the front of a path, so that routes and links work below it as they do without."""

    def __init__(self, application: Wsgi, holding: AppState) -> None:
        self._application, self._holding = application, holding

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(RELEASES) or REFUSAL in environ:
            return self._application(environ, start_response)
        root = environ.get("SCRIPT_NAME", "")
        release_id, rest = split_pin(path)
        address = _quoted(rest, environ.get("QUERY_STRING", ""))
        environ[_WAY] = Way(root, address, self._holding.engine.release_id)
        if rest.startswith(STATIC):  # which no release changes
            environ["PATH_INFO"] = rest
            return self._application(environ, start_response)
        with ExitStack() as loans:
            try:
                with waiting_in(environ):  # a release that rests is opened first, which takes seconds
                    engine = loans.enter_context(self._engine(release_id, rest))
            except KgError as error:  # told at the address as it is, so that no link leads below it
                environ[REFUSAL] = error
            else:
                environ[PIN] = Pin(release_id, engine)
                environ["SCRIPT_NAME"], environ["PATH_INFO"] = f"{root}{RELEASES}{release_id}", rest
            return self._application(environ, start_response)

    def _engine(self, release_id: str, rest: str) -> AbstractContextManager[Engine]:
        return (
            nullcontext(self._holding.name(release_id)) if rest.startswith(_FILES) else self._holding.lend(release_id)
        )


def _quoted(path: str, query: str) -> str:
    """A path and query of the WSGI environment (bytes as latin-1, PEP 3333) as an address holds them."""
    address = quote(path.encode("latin-1"), safe=_UNQUOTED)
    return f"{address}?{quote(query.encode('latin-1'), safe=_UNQUOTED + '?%')}" if query else address


def _leave() -> BaseResponse | None:
    """Lead from a pinned address of what is of the service alone to that itself."""
    current = way()
    if current is None or pin() is None or request.blueprint not in _OF_THE_SERVICE:
        return None
    return redirect(current.latest, 307)


def _tell(response: Response) -> Response:
    """Say where the same is answered from the current release (RFC 5829), and keep search engines to that one."""
    current = way()
    if current is not None:
        response.headers["FYP-Current-Release"] = current.current_id
        if not any("latest-version" in link for link in response.headers.getlist("Link")):  # the view may know better
            response.headers.add("Link", f'<{current.latest}>; rel="latest-version"')
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def within(address: str, release_id: str) -> str:
    """An address of this service, as ``url_for`` makes it, below a release."""
    out = way()
    root = out.root if out is not None else request.script_root
    return f"{root}{RELEASES}{release_id}{address.removeprefix(request.script_root)}"


def without(address: str) -> str:
    """An address of this service, as ``url_for`` makes it, that pins no release."""
    out = way()
    return out.root + address.removeprefix(request.script_root) if out is not None else address


def permalink(address: str, release_id: str) -> str:
    """The lasting form of an address of this service, as ``url_for`` makes it: absolute, and with its release pinned.

    Raises:
        RequestInvalid: the request names no host.
    """
    return urls.absolute(within(address, release_id))
