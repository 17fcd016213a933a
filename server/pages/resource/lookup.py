"""A thing as a request names it: described, or the reason why it is not."""

from __future__ import annotations

from kg.core.errors import ThingRetired, ThingUnknown
from kg.core.messages import Message, sentences
from kg.core.names import SLUG, slug_of, thing
from kg.graph.describe import Description, describe, retirement_of
from server.core.context import RequestContext
from server.pages.search.views import nearest


def look_up(service: RequestContext, slug: str, most: int | None = None) -> Description:
    """What a release says of a thing: at most so many statements of each property, or all.

    Raises:
        ThingUnknown: it says nothing; names the slugs that are most like it.
        ThingRetired: the thing is no more.
    """
    if not SLUG.fullmatch(slug):
        raise _unknown(service, slug)
    retired = retirement_of(service.engine, thing(slug))
    if retired is not None:
        successors = [one for iri in retired.successors if (one := slug_of(iri))]
        raise ThingRetired(slug, successors, retired.reason)
    found = describe(service.engine, thing(slug), most)
    if found is None or not found.statements:
        raise _unknown(service, slug)
    return found


def _unknown(service: RequestContext, slug: str) -> ThingUnknown:
    near = [one for hit in nearest(service, slug) if (one := slug_of(hit.thing))]
    shown = repr(slug if len(slug) <= 100 else slug[:100] + "…")
    messages = [Message("There is no resource %(name)s.", name=shown)]
    if near:
        messages.append(Message("The nearest names are %(names)s.", names=", ".join(near)))
    return ThingUnknown(sentences(*messages, Message("Look for it at /search.")), near)
