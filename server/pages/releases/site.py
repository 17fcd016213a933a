"""This server as the place where a release is to be had: its addresses, files, releases and services."""

from __future__ import annotations

import datetime

from flask import url_for
from pyoxigraph import NamedNode

from kg.core.errors import ReleaseBroken, ReleaseMissing
from kg.core.names import thing
from kg.output.metadata import Access, Dump, Edition, Site
from kg.release import Release
from kg.release.store import ReleaseStore
from server.core import urls
from server.core.context import RequestContext, request_context
from server.core.versioned_urls import permalink, way

_PROTOCOL = NamedNode("https://www.w3.org/TR/sparql11-protocol/")
_GRAPH_STORE = NamedNode("https://www.w3.org/TR/sparql11-http-rdf-update/")
_FRAGMENTS = NamedNode("https://linkeddatafragments.org/specification/triple-pattern-fragments/")
_EXAMPLE = thing("plan-ii")


def site_here() -> Site:
    """The site over the release at hand: below the address of a pinned release all its addresses keep to that.

    Raises:
        RequestInvalid: the request names no host.
    """
    service = request_context()
    return Site(
        home=_iri(url_for("home.home")),
        page=_iri(urls.dataset()),
        document=_iri(url_for("datasets.void")),
        endpoint=_iri(urls.sparql()),
        union=_iri(url_for("graphs.indirect") + "?default"),
        example=_EXAMPLE,
        built_on=built_on(service),
        search=_iri(url_for("opensearch.description")),
        dumps=dumps_here(),
        editions=_editions(service),
        current_id=_current_id(service),
        access=_access(),
    )


def built_on(service: RequestContext) -> datetime.date | None:
    """The day of the release; a release that is not on this shelf, but held by another engine, tells none."""
    release = _release(service)
    return release.built_on if release is not None else None


def _release(service: RequestContext) -> Release | None:
    """The release at hand, if it is on this shelf."""
    try:
        return ReleaseStore(service.settings.home).get(service.engine.release_id)
    except (ReleaseMissing, ReleaseBroken):
        return None


def dumps_here() -> tuple[Dump, ...]:
    """The files of the release at hand, as its manifest lists them."""
    release = _release(request_context())
    listed = release.manifest.dumps if release is not None else ()
    return tuple(
        Dump(
            _iri(url_for("dumps.file", name=one.name)),
            one.format.media_type,
            one.packing.media_type,
            one.bytes,
            one.sha256,
        )
        for one in listed
    )


def _editions(service: RequestContext) -> tuple[Edition, ...]:
    """The releases that addresses may pin, the newest first; the one at hand is among them, wherever it is held."""
    own = service.engine.release_id
    kept = ReleaseStore(service.settings.home).releases() if service.settings.older_releases else []
    days = {release.release_id: release.built_on for release in kept}
    if own not in days:
        days = {own: built_on(service), **days}
    front = url_for("home.home")
    return tuple(Edition(one, NamedNode(permalink(front, one)), day) for one, day in days.items())


def _current_id(service: RequestContext) -> str:
    out = way()
    return out.current_id if out is not None else service.engine.release_id


def _access() -> tuple[Access, ...]:
    endpoint, described = _iri(urls.sparql()), _iri(url_for("openapi.document"))
    matching, fragments = _iri(url_for("reconcile.endpoint")), _iri(url_for("fragments.triples"))
    return (
        Access("sparql", "SPARQL endpoint", endpoint, endpoint, _PROTOCOL),
        Access("graph-store", "Named graphs", _iri(url_for("graphs.indirect")), described, _GRAPH_STORE),
        Access("questions", "Questions with their answers as files", _iri(url_for("canned.index")), described),
        Access("reconcile", "Reconciliation of names, as from OpenRefine", matching, matching),
        Access("fragments", "Statements by pattern, page by page", fragments, fragments, _FRAGMENTS),
        Access("search", "Search by name", _iri(urls.search()), _iri(url_for("opensearch.description"))),
    )


def _iri(address: str) -> NamedNode:
    return NamedNode(urls.absolute(address))
