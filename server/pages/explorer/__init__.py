"""The explorer: the graph as a picture that one can walk, as a list, and its neighbours as data."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from kg.core.errors import ParameterInvalid
from kg.core.messages import Message
from server.core import urls
from server.core.context import RequestContext, request_context
from server.core.i18n.language import language_here, language_of
from server.core.parameters import reads
from server.core.sparql_protocol.protocol import fields_of_url
from server.core.versioned_urls import permalink
from server.pages.explorer.data import neighbours_of
from server.pages.explorer.entry import entry_to
from server.pages.explorer.explorer_request import MOST_CHARACTERS, ExplorerRequest, read_explorer_request
from server.pages.explorer.families import SHAPES, corners
from server.pages.explorer.panel import panel_of
from server.pages.explorer.start import beginning_of
from server.pages.explorer.view import view_of
from server.pages.explorer.view_state import MOST_OF_A_KIND, MOST_THINGS, view_state_of
from server.pages.resource.lookup import look_up

blueprint = Blueprint("explore", __name__)


@blueprint.get("/explore")
@reads("at", "q", "lang", often=("start", "open", "hide", "without"))
def page() -> str:
    """The picture that the address asks for, with its list; without a start what one may start from.

    Raises:
        ParameterInvalid: 400, a value does not fit, or there are too many.
        ThingUnknown: 404, there is no such start.
        ThingRetired: 410.
    """
    service, asked = request_context(), read_explorer_request(fields_of_url(request.query_string))
    return _picture(service, asked) if asked.starts else _beginning(service, asked)


@blueprint.get("/explore/from/<slug>")
@reads("at", "q", "lang", often=("start", "open", "hide", "without"))
def entry(slug: str) -> Redirect:
    """302 to the picture of a thing with its most telling neighbours: which they are depends on the release.

    Raises:
        ParameterInvalid: 400, the language is none of ours.
        ThingUnknown: 404.
        ThingRetired: 410.
    """
    service, asked = request_context(), read_explorer_request(fields_of_url(request.query_string))
    look_up(service, slug, 1)
    return redirect(urls.explore(entry_to(service.engine, asked, slug).fields()), 302)


@blueprint.get("/explore/neighbours.json")
@reads("thing", "lang")
def neighbours() -> Response:
    """The neighbours of ``thing`` by kind of link.

    Raises:
        ParameterInvalid: 400, no thing is named, or the language is none of ours.
        ThingUnknown: 404.
        ThingRetired: 410.
    """
    fields = fields_of_url(request.query_string)
    language, _ = language_of(fields, "")
    slug = next((value for key, value in reversed(fields) if key == "thing"), "")
    if not slug:
        raise ParameterInvalid("thing", Message("name a resource, such as plan-ict."))
    return jsonify(neighbours_of(request_context(), slug, language))


def _beginning(service: RequestContext, asked: ExplorerRequest) -> str:
    return render_template(
        "explore.html",
        asked=asked,
        beginning=beginning_of(service.engine, asked, language_here()),
        corners=corners,
        most=MOST_CHARACTERS,
        neighbours=url_for("explore.neighbours", thing="plan-ict"),
    )


def _picture(service: RequestContext, asked: ExplorerRequest) -> str:
    language, seen = language_here(), view_state_of(service, asked)
    view = view_of(service, asked, seen, language)
    return render_template(
        "explored.html",
        asked=asked,
        view=view,
        panel=panel_of(service, asked, view.at, language) if view.at else None,
        corners=corners,
        shapes=SHAPES,
        afresh=urls.explore(asked.afresh().fields()),
        whole=urls.explore(asked.whole().fields()),
        lasting=permalink(urls.explore(asked.fields()), service.engine.release_id),
        most_of_a_kind=MOST_OF_A_KIND,
        most_things=MOST_THINGS,
    )
