"""Linksets: the links of a page as a document of their own (RFC 9264), for FAIR Signposting of level 2."""

from __future__ import annotations

from collections import defaultdict

from flask import Blueprint, Response, current_app, request

from kg.core.errors import FormUnavailable, RequestInvalid
from kg.core.messages import Message
from kg.core.names import SLUG
from server.api.discovery.signposting import (
    HTML,
    LINKSET_JSON_TYPE,
    LINKSET_TYPE,
    Landing,
    Link,
    landing_of_dataset,
    landing_of_question,
    landing_of_thing,
    written,
)
from server.core import urls
from server.core.context import request_context
from server.core.parameters import reads
from server.core.sparql_protocol.protocol import fields_of_url, negotiate
from server.core.sparql_protocol.request import accept_here
from server.pages.resource.lookup import look_up

blueprint = Blueprint("linksets", __name__)

_BACK = {"describedby": "describes", "item": "collection"}


@blueprint.get("/linkset.json")
@reads("about")
def json() -> Response:
    """The links of the page that ``about`` names, else of the dataset (RFC 9264, section 4.2).

    Raises:
        RequestInvalid: 400, the request names no host, or ``about`` no page that has links.
        ThingUnknown, QuestionUnknown: 404.
    """
    return _json(_links(_landing()))


@blueprint.get("/linkset")
@reads("about")
def text() -> Response:
    """The same as a list of links (RFC 9264, section 4.1), or in JSON for who accepts only that.

    Raises:
        FormUnavailable: 406.
        As ``json``.
    """
    offered = [LINKSET_TYPE, LINKSET_JSON_TYPE, "application/json"]
    best = negotiate(accept_here(), offered)
    if best is None:
        raise FormUnavailable(Message("A linkset has these forms: %(offered)s.", offered=", ".join(offered)))
    links = _links(_landing())
    if best != LINKSET_TYPE:
        response = _json(links)
    else:
        body = ",\n".join(written(link, anchor) for anchor, held in links.items() for link in held)
        response = Response(body + "\n", content_type=LINKSET_TYPE)
    response.headers["Vary"] = "Accept"
    return response


def _landing() -> Landing:
    """The landing page that ``about`` names by its path on this server, such as ``/page/plan-ii``."""
    about = dict(fields_of_url(request.query_string)).get("about", "").removeprefix(request.script_root)
    _, _, rest = about.partition("/")
    kind, _, slug = rest.partition("/")
    if about in ("", "/", "/dataset"):
        return landing_of_dataset()
    if kind in ("page", "q") and SLUG.fullmatch(slug):
        if kind == "q":
            return landing_of_question(request_context().catalogue.get(slug).slug)
        look_up(request_context(), slug)
        return landing_of_thing(slug)
    raise RequestInvalid(
        Message(
            "about=%(about)s names no page with a linkset. Give the path of a page, such as /page/plan-ii, "
            "/q/key-messages or /dataset.",
            about=repr(about),
        )
    )


def _links(landing: Landing) -> dict[str, list[Link]]:
    """The links by what they lead from: the page, and back to it from its files and metadata."""
    page = urls.absolute(landing.path)
    found = defaultdict[str, list[Link]](list, {page: landing.links})
    for link in landing.links:
        if link.rel in _BACK:
            found[link.href].append(Link(_BACK[link.rel], page, HTML))
    return found


def _json(links: dict[str, list[Link]]) -> Response:
    told = []
    for anchor, held in links.items():
        context: dict[str, object] = {"anchor": anchor}
        for rel in dict.fromkeys(link.rel for link in held):
            context[rel] = [
                {"href": link.href} | ({"type": link.type} if link.type else {}) for link in held if link.rel == rel
            ]
        told.append(context)
    body = current_app.json.dumps({"linkset": told}, sort_keys=False)
    return Response(body, content_type=LINKSET_JSON_TYPE)
