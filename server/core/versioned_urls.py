"""Addresses that pin a release: the whole service exists below ``/release/<id>``, over that release.

Only the data are pinned. The canned questions and result forms belong to the program, so an older release gets today's
queries.
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
# files below it need no engine
_FILES = "/dumps/"
# blueprints about the service, not about a release
_OF_THE_SERVICE = frozenset(["memento", "releases", "state", "status", "sitemap"])
_UNQUOTED = "/:@!$&()*+,;=~"


@dataclass(frozen=True)
class Way:
    """The parts of a pinned address, to build the same one for another release.

    ``root`` is the path of the service, ``rest`` the path below it with the query. ``current_id`` is the release that
    was current when the request came.
    """

    root: str
    rest: str
    current_id: str

    @property
    def latest(self) -> str:
        """The address of the same page in the current release."""
        return self.root + self.rest

    def within(self, release_id: str) -> str:
        """Return the address of the same page in another release."""
        return f"{self.root}{RELEASES}{release_id}{self.rest}"


def way() -> Way | None:
    """Return the parts of this pinned address, even if there is no such release; None if it pins none."""
    current = request.environ.get(_WAY)
    assert current is None or isinstance(current, Way)  # noqa: S101 - _Pinning is the only writer
    return current


def way_here() -> Way:
    """Return the parts of the address of this request, pinned or not."""
    current = way()
    if current is not None:
        return current
    address = _quoted(request.environ["PATH_INFO"], request.environ.get("QUERY_STRING", ""))
    return Way(request.script_root, address, request_context().engine.release_id)


def register(app: Flask, holding: AppState) -> None:
    """Answer requests below ``/release/<id>`` from that release, and name the current release in each response."""
    app.wsgi_app = _Pinning(app.wsgi_app, holding)  # type: ignore[method-assign]
    app.before_request(_leave)
    app.after_request(_tell)
    app.context_processor(lambda: {"pin": pin(), "way": way()})


class _Pinning:
    """Moves ``/release/<id>`` from the path to ``SCRIPT_NAME``, so that routes and links work below it unchanged."""

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
        if rest.startswith(STATIC):  # static files are the same in all releases
            environ["PATH_INFO"] = rest
            return self._application(environ, start_response)
        with ExitStack() as loans:
            try:
                with waiting_in(environ):  # opening an older release takes seconds
                    engine = loans.enter_context(self._engine(release_id, rest))
            except KgError as error:  # the path stays as it is, so that no link leads below an unknown release
                environ[REFUSAL] = error
            else:
                environ[PIN] = Pin(release_id, engine)
                environ["SCRIPT_NAME"], environ["PATH_INFO"] = f"{root}{RELEASES}{release_id}", rest
            return self._application(environ, start_response)

    def _engine(self, release_id: str, rest: str) -> AbstractContextManager[Engine]:
        return (
            nullcontext(self._holding.name(release_id))
            if rest.startswith(_FILES)
            else self._holding.acquire(release_id)
        )


def _quoted(path: str, query: str) -> str:
    """Return the address of a path and query of the WSGI environment (bytes as Latin-1, PEP 3333)."""
    address = quote(path.encode("latin-1"), safe=_UNQUOTED)
    return f"{address}?{quote(query.encode('latin-1'), safe=_UNQUOTED + '?%')}" if query else address


def _leave() -> BaseResponse | None:
    """Redirect a pinned address to the unpinned one if the page is about the service, not about a release."""
    current = way()
    if current is None or pin() is None or request.blueprint not in _OF_THE_SERVICE:
        return None
    return redirect(current.latest, 307)


def _tell(response: Response) -> Response:
    """Link to the same page in the current release (RFC 5829), and stop search engines from indexing this one."""
    current = way()
    if current is not None:
        response.headers["FYP-Current-Release"] = current.current_id
        if not any("latest-version" in link for link in response.headers.getlist("Link")):  # the view may know better
            response.headers.add("Link", f'<{current.latest}>; rel="latest-version"')
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def within(address: str, release_id: str) -> str:
    """Return an address from ``url_for`` below a release."""
    out = way()
    root = out.root if out is not None else request.script_root
    return f"{root}{RELEASES}{release_id}{address.removeprefix(request.script_root)}"


def without(address: str) -> str:
    """Return an address from ``url_for`` without a pinned release."""
    out = way()
    return out.root + address.removeprefix(request.script_root) if out is not None else address


def permalink(address: str, release_id: str) -> str:
    """Return the permanent form of an address from ``url_for``: absolute, with its release pinned.

    Raises:
        RequestInvalid: the request names no host.
    """
    return urls.absolute(within(address, release_id))
