"""``/releases``: every release that an address may pin, and what it changed in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template, url_for

from kg.release import Release
from kg.release.store import Change
from server.core.context import RequestContext, request_context
from server.core.parameters import reads
from server.core.sparql_protocol.protocol import negotiate
from server.core.sparql_protocol.request import accept_here
from server.core.versioned_urls import within
from server.pages.releases.history import NO_CACHE, history_here

blueprint = Blueprint("releases", __name__)


@dataclass(frozen=True)
class Listed:
    """A release, the graphs that it changed from the one before it, and where its home, dumps and citation are."""

    release: Release
    changes: tuple[Change, ...]
    home: str
    dumps: str
    citation: str

    @property
    def difference(self) -> int:
        """How many quads more it has than the release before it."""
        return sum(change.after - change.before for change in self.changes)


@blueprint.get("/releases")
@reads("lang")
def releases() -> Response:
    """The releases, newest first, as a page or as JSON."""
    service = request_context()
    listed = _listed()
    if negotiate(accept_here(), ["text/html", "application/json"]) == "application/json":
        response = jsonify(_fields(service, listed))
    else:
        page = render_template("releases.html", listed=listed, current=service.engine.release_id)
        response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = NO_CACHE
    response.add_etag()
    return response


def _listed() -> list[Listed]:
    addresses = (url_for("home.home"), url_for("dumps.index"), url_for("citing.dataset", ending="cite.txt"))
    return [
        Listed(release, changes, *(within(address, release.release_id) for address in addresses))
        for release, changes in history_here().changes()
    ]


def _fields(service: RequestContext, listed: list[Listed]) -> dict[str, object]:
    return {
        "current": service.engine.release_id,
        "releases": [
            {
                "release": one.release.release_id,
                "built_on": one.release.manifest.built_on or None,
                "quads": one.release.manifest.quads,
                "changes": {change.graph: [change.before, change.after] for change in one.changes},
                "home": one.home,
                "dumps": one.dumps if one.release.manifest.dumps else None,
                "citation": one.citation,
            }
            for one in listed
        ],
    }
