"""The explorer: its page, and the neighbours of a resource as JSON."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from kg.core.errors import Message, ParameterInvalid
from kg.core.names import curie, thing
from kg.graph.neighbours import Group, Neighbour, classes_of, groups_of, trust_of
from server.core import urls
from server.core.context import RequestContext, request_context
from server.core.i18n.language import language_here, language_of
from server.core.parameters import reads
from server.core.sparql_protocol.protocol import fields_of_url
from server.core.urls import permalink
from server.pages.explorer.view import ExplorerTexts, explorer_texts, panel_of, view_of
from server.pages.explorer.view_state import (
    MOST_CHARACTERS,
    MOST_OF_A_KIND,
    MOST_THINGS,
    SHAPES,
    ExplorerRequest,
    beginning_of,
    corners,
    read_explorer_request,
    start_request,
    view_state_of,
)
from server.pages.resource.lookup import look_up


def neighbours_of(service: RequestContext, slug: str, language: str) -> dict[str, Any]:
    """Return the neighbours of a resource by kind of link, each with its name and its kind of statement.

    Raises:
        ThingUnknown: there is no such resource; the error names the most similar ones.
        ThingRetired: the resource was retired.
    """
    # one statement of each property is enough to see whether the resource exists
    engine, iri = service.engine, look_up(service, slug, 1).thing
    groups = groups_of(engine, iri, MOST_OF_A_KIND)
    # the class decides whether the name is a label, a place or the text of a note
    classes = {neighbour.thing: group.kind.cls for group in groups for neighbour in group.neighbours}
    own = classes_of(engine, [iri]).get(iri)
    terms = {term for group in groups for term in (group.kind.property, group.kind.cls)} | ({own} if own else set())
    wording = explorer_texts(engine, language, {**classes, iri: own}, terms)
    label = wording.thing(iri)
    return {
        "id": slug,
        "iri": iri.value,
        "label": label.text,
        "language": label.language or language,
        "class": curie(own) if own is not None else "",
        "page": urls.absolute(urls.page_of(thing(slug))),
        "kinds": [_kind(wording, group, language) for group in groups],
    }


def _kind(wording: ExplorerTexts, group: Group, language: str) -> dict[str, Any]:
    kind = group.kind
    return {
        "open": str(kind),
        "property": curie(kind.property),
        "inverse": kind.inverse,
        "class": curie(kind.cls),
        "property_label": wording.term(kind.property).text,
        "class_label": wording.term(kind.cls).text,
        "count": group.count,
        "more": group.count - len(group.neighbours),
        "neighbours": [_neighbour(wording, neighbour, language) for neighbour in group.neighbours],
    }


def _neighbour(wording: ExplorerTexts, neighbour: Neighbour, language: str) -> dict[str, Any]:
    label = wording.thing(neighbour.thing)
    return {
        "id": curie(neighbour.thing).partition(":")[2],
        "iri": neighbour.thing.value,
        "label": label.text,
        "language": label.language or language,
        "trust": [trust_of(trust) for trust in neighbour.trusts],
        "page": urls.absolute(urls.page_of(neighbour.thing)),
    }


blueprint = Blueprint("explore", __name__)

_SUBJECT = "thing"


@blueprint.get("/explore")
@reads("at", "q", "lang", often=("start", "open", "hide", "without"))
def page() -> str:
    """Return the picture and list for the address; without a start, the choices to start from.

    Raises:
        ParameterInvalid: 400, a value is invalid, or there are too many.
        ThingUnknown: 404, there is no such start.
        ThingRetired: 410.
    """
    service, asked = request_context(), read_explorer_request(fields_of_url(request.query_string))
    return _picture(service, asked) if asked.starts else _beginning(service, asked)


@blueprint.get("/explore/from/<slug>")
@reads("at", "q", "lang", often=("start", "open", "hide", "without"))
def entry(slug: str) -> Redirect:
    """Return a 302 to the picture of a resource with its most relevant neighbours, which depend on the release.

    Raises:
        ParameterInvalid: 400, the language is unknown.
        ThingUnknown: 404.
        ThingRetired: 410.
    """
    service, asked = request_context(), read_explorer_request(fields_of_url(request.query_string))
    # an unknown start gets its error at this address, and not after a redirect
    look_up(service, slug, 1)
    return redirect(urls.explore(start_request(service.engine, asked, slug).fields()), 302)


@blueprint.get("/explore/neighbours.json")
@reads(_SUBJECT, "lang")
def neighbours() -> Response:
    """Return the neighbours of ``thing`` by kind of link.

    Raises:
        ParameterInvalid: 400, no resource is named, or the language is unknown.
        ThingUnknown: 404.
        ThingRetired: 410.
    """
    fields = fields_of_url(request.query_string)
    language, _ = language_of(fields, "")
    slug = next((value for key, value in reversed(fields) if key == _SUBJECT), "")
    if not slug:
        raise ParameterInvalid(_SUBJECT, Message("name a resource, such as plan-ict."))
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
