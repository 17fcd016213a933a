"""Memento (RFC 7089): past states of resources, graphs and dumps, at addresses that pin a release.

An address without a pinned release is its own TimeGate (section 4.1.1): with ``Accept-Datetime`` it redirects to the
release that was current then. Only views that show nothing but data have mementos, since a release pins the data only.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import suppress

from flask import Blueprint, Flask, Response, current_app, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date, parse_date
from werkzeug.wrappers import Response as BaseResponse

from kg.core.errors import MementoMissing, Message, RequestInvalid, ThingRetired
from kg.release.store import History
from server.core import urls
from server.core.context import pin, request_context
from server.core.urls import PinnedAddress, pinned_address_here
from server.pages.releases.releases import NO_CACHE, history_here, history_until_now
from server.pages.resource.lookup import look_up

blueprint = Blueprint("memento", __name__)

# the views with mementos; a file with an id in its name never changes
ORIGINALS = frozenset(
    [
        "things.identifier",
        "things.page",
        "things.negotiated",
        "things.data",
        "ontology.current",
        "ontology.current_file",
        "ontology.shapes_current",
        "ontology.shapes_file",
        "graphs.direct",
        "dumps.index",
        "dumps.lasting",
        "dumps.checksums",
    ]
)

_WANTED = "Accept-Datetime"
_LINK_FORMAT = "application/link-format"
_SAFE = ("GET", "HEAD")


def register(app: Flask) -> None:
    """Register datetime negotiation, and add the Memento headers to originals and mementos."""
    app.before_request(_negotiate)
    app.after_request(_add_memento_headers)


@blueprint.get("/timemap/<path:rest>")
def timemap(rest: str) -> Response:
    """Return the mementos of the address ``/`` + ``rest``, as links (section 5).

    Raises:
        MementoMissing: 404, it has none.
        ThingUnknown: 404, the resource neither exists now nor is retired.
    """
    endpoint, slug = _matched(rest)
    if endpoint not in ORIGINALS:
        raise MementoMissing(
            Message(
                "/%(path)s has no TimeMap. Resources, graphs, dumps, the ontology and the shapes have one, such as "
                "/timemap/id/plan-ii.",
                path=rest[:100],
            )
        )
    if slug:
        with suppress(ThingRetired):  # a retired resource still has mementos
            look_up(request_context(), slug, 1)
    asked = pinned_address_here()
    original = PinnedAddress(asked.root, asked.rest.removeprefix("/timemap"), asked.current_id)
    response = Response(",\n".join(_map(original, endpoint)) + "\n", content_type=_LINK_FORMAT)
    response.headers["Cache-Control"] = NO_CACHE
    response.add_etag()
    return response


def _matched(rest: str) -> tuple[str, str]:
    """Return the view of an address and the slug of its resource; empty texts if there is none."""
    try:
        endpoint, values = current_app.url_map.bind("").match(f"/{rest}", method="GET")
    except HTTPException:
        return "", ""
    return str(endpoint), str(values.get("slug", ""))


def _history(endpoint: str) -> History:
    """Return the releases in which an address may have mementos. The resource itself may be missing in some."""
    history = history_until_now()
    if not endpoint.startswith("dumps."):
        return history
    return History(tuple(release for release in history.releases if release.manifest.dumps))


def _negotiate() -> BaseResponse | None:
    """Return a redirect to the memento of the wanted time (section 4.1.1), or None. Pinned addresses have one state."""
    wanted, endpoint = request.headers.get(_WANTED), request.endpoint
    if wanted is None or endpoint not in ORIGINALS or pin() is not None or request.method not in _SAFE:
        return None
    release = _history(endpoint).at(_read(wanted))
    return redirect(pinned_address_here().within(release.release_id), 302) if release is not None else None


def _read(wanted: str) -> datetime.datetime:
    """Return the time of an Accept-Datetime header (section 2.1.1).

    Raises:
        RequestInvalid: the time is not exactly in the format of the standard.
    """
    try:
        moment = parse_date(wanted)
        # the parser also accepts other formats and a wrong weekday, so the time must give the same text again
        written = http_date(moment) if moment is not None else ""
    except (OverflowError, ValueError):
        moment, written = None, ""
    if moment is None or written != wanted.strip():
        raise RequestInvalid(
            Message(
                "%(name)s: %(value)s is no time; write it in GMT, with its right weekday: "
                "Wed, 25 Nov 2026 09:00:00 GMT.",
                name=_WANTED,
                value=repr(wanted[:60]),
            )
        )
    return moment


def _add_memento_headers(response: Response) -> Response:
    endpoint = request.endpoint
    if endpoint not in ORIGINALS or response.status_code >= 400 or request.method not in _SAFE:
        return response
    pinned = pin()
    if pinned is None:
        response.vary.add(_WANTED)
    else:
        since = next((since for since, entry in history_here().dated if entry.release_id == pinned.release_id), None)
        if since is not None:
            response.headers["Memento-Datetime"] = http_date(since)
    if request.host:
        response.headers.add("Link", ", ".join(_links(pinned_address_here(), endpoint)))
    return response


def _links(way: PinnedAddress, endpoint: str) -> Iterator[str]:
    """Yield the links of a response: the original with its TimeGate, and the TimeMap (section 2.2).

    An unpinned address also names its first and last memento.
    """
    yield f'<{urls.absolute(way.latest)}>; rel="original timegate"'
    yield f'<{_address_of_map(way)}>; rel="timemap"; type="{_LINK_FORMAT}"'
    if pin() is None:
        mementos = list(_mementos(way, _history(endpoint)))
        yield from mementos[:1]
        # a single memento is the first and the last at once, and is not repeated
        yield from mementos[1:][-1:]


def _map(way: PinnedAddress, endpoint: str) -> Iterator[str]:
    history = _history(endpoint)
    dated = history.dated
    span = f'; from="{http_date(dated[0][0])}"; until="{http_date(dated[-1][0])}"' if dated else ""
    yield f'<{urls.absolute(way.latest)}>; rel="original timegate"'
    yield f'<{_address_of_map(way)}>; rel="self"; type="{_LINK_FORMAT}"{span}'
    yield from _mementos(way, history)


def _mementos(way: PinnedAddress, history: History) -> Iterator[str]:
    last = len(history.dated) - 1
    for place, (since, release) in enumerate(history.dated):
        named = "first " * (place == 0) + "last " * (place == last) + "memento"
        yield f'<{urls.absolute(way.within(release.release_id))}>; rel="{named}"; datetime="{http_date(since)}"'


def _address_of_map(way: PinnedAddress) -> str:
    return urls.absolute(f"{way.root}/timemap{way.rest}")
