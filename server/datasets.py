"""The dataset about itself: the service description of the endpoint, and VoID at its well-known address."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, url_for
from pyoxigraph import NamedNode, RdfFormat, Triple

from kg.dataset import Counts, count, service_description, void_description
from kg.engine import Answer
from kg.turtle import serialize
from server import urls
from server.asked import asked
from server.here import here, pin
from server.protocol import choose_form, url_fields, wanted_ending
from server.reply import reply

blueprint = Blueprint("datasets", __name__)

_KEY = "fyp-kg.counts"


@blueprint.get("/.well-known/void")
def void() -> Response:
    """VoID, in each form of a graph (https://www.w3.org/TR/void/, section 7.2)."""
    return _told(void_description(_counts(), _address("sparql.endpoint"), _address("datasets.void")))


def describe_service() -> Response:
    """The service description, in each form of a graph."""
    return _told(service_description(_counts(), _address("sparql.endpoint")))


def _told(triples: list[Triple]) -> Response:
    wanted = asked()
    form = choose_form(True, wanted.accept, wanted_ending(url_fields(wanted)))  # noqa: FBT003 - a plain fact
    assert isinstance(form.format, RdfFormat)  # noqa: S101 - a form of a graph
    return reply(Answer(serialize(triples, form.format), form), release_id=here().engine.release_id)


def _counts() -> Counts:
    """The counts of the release at hand, which are made once."""
    engine = here().engine
    known: Counts | None = current_app.extensions.get(_KEY)
    if known is not None and known.release_id == engine.release_id:
        return known
    counts = count(engine)
    if pin() is None:  # an older release must not take the place of the current one
        current_app.extensions[_KEY] = counts
    return counts


def _address(view: str) -> NamedNode:
    return NamedNode(urls.absolute(url_for(view)))
