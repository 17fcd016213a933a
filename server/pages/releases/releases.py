"""The page of all releases with their changes, and the comparison of an answer with the current release."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, jsonify, render_template, url_for

from kg.core.errors import ParameterInvalid
from kg.questions.diff import Difference, difference
from kg.questions.result import QuestionResult
from kg.release import Release
from kg.release.store import Change, History, ReleaseStore, read_history
from server.core.context import RequestContext, app_state, current_context, pin, request_context
from server.core.parameters import reads
from server.core.question_params import QuestionParams, result_params
from server.core.sparql_protocol.protocol import accept_here, negotiate
from server.core.urls import within

# for pages on several releases: dumps may be added and releases removed while the current one stays
NO_CACHE = "no-cache"
_KEY = "fyp-kg.history"


@dataclass(frozen=True)
class _CachedHistory:
    """A history, and the modification time of the release store when it was read."""

    changed_ns: int
    history: History


def history_here() -> History:
    """Return the releases that an address may pin: all of the home, or the current one if older ones are off."""
    holding = app_state()
    store = ReleaseStore(holding.settings.home)
    try:
        # the time is read first, so that a change in between leads to another read and never to an old history
        changed_ns = store.folder.stat().st_mtime_ns
    # a home without releases, for example with an external engine
    except OSError:
        return History(())
    cached: _CachedHistory | None = current_app.extensions.get(_KEY)
    if cached is None or cached.changed_ns != changed_ns:
        cached = current_app.extensions[_KEY] = _CachedHistory(changed_ns, read_history(store))
    if holding.has_older:
        return cached.history
    current = cached.history.get(holding.engine.release_id)
    return History((current,) if current is not None else ())


def history_until_now() -> History:
    """Return the releases that were not rolled back."""
    return history_here().until(app_state().engine.release_id)


def difference_here(answered: QuestionResult, params: QuestionParams) -> Difference | None:
    """Compare an answer of a pinned older release with the current one. Return None if none is pinned.

    Raises:
        As ``Engine.answer``: without an error, a reader would believe that the answers are equal.
    """
    if pin() is None:
        return None
    with current_context() as service:
        if service.engine.release_id == answered.release_id:
            return None
        try:
            question = service.catalogue.get(answered.question.slug)
            current, _ = result_params(service, question, params)
        # a value of the older release may be unknown today, which is a difference and not an error
        except ParameterInvalid as error:
            return Difference(service.engine.release_id, removed=len(answered.rows), refused=str(error))
        return difference(answered, current)


blueprint = Blueprint("releases", __name__)


@dataclass(frozen=True)
class ReleaseEntry:
    """A release, its changed graphs, and the addresses of its home page, dumps and citation."""

    release: Release
    changes: tuple[Change, ...]
    home: str
    dumps: str
    citation: str

    @property
    def difference(self) -> int:
        """The number of added quads, less the removed ones."""
        return sum(change.after - change.before for change in self.changes)


@blueprint.get("/releases")
@reads("lang")
def releases() -> Response:
    """Return the releases, newest first, as a page or as JSON."""
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


def _listed() -> list[ReleaseEntry]:
    addresses = (url_for("home.home"), url_for("dumps.index"), url_for("citing.dataset", ending="cite.txt"))
    return [
        ReleaseEntry(release, changes, *(within(address, release.release_id) for address in addresses))
        for release, changes in history_here().changes()
    ]


def _fields(service: RequestContext, listed: list[ReleaseEntry]) -> dict[str, object]:
    return {
        "current": service.engine.release_id,
        "releases": [
            {
                "release": entry.release.release_id,
                "built_on": entry.release.manifest.built_on or None,
                "quads": entry.release.manifest.quads,
                "changes": {change.graph: [change.before, change.after] for change in entry.changes},
                "home": entry.home,
                "dumps": entry.dumps if entry.release.manifest.dumps else None,
                "citation": entry.citation,
            }
            for entry in listed
        ],
    }
