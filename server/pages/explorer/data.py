"""The neighbours of a thing as data."""

from __future__ import annotations

from typing import Any

from kg.core.names import curie, thing
from kg.graph.neighbours import Group, Neighbour, classes_of, groups_of, trust_of
from server.core import urls
from server.core.context import RequestContext
from server.pages.explorer.texts import ExplorerTexts, explorer_texts
from server.pages.explorer.view_state import MOST_OF_A_KIND
from server.pages.resource.lookup import look_up


def neighbours_of(service: RequestContext, slug: str, language: str) -> dict[str, Any]:
    """The neighbours of a thing by kind of link, each with its name and how the statement came about.

    Raises:
        ThingUnknown: there is no such thing; names those that are most like it.
        ThingRetired: it is no more.
    """
    engine, iri = service.engine, look_up(service, slug, 1).thing
    groups = groups_of(engine, iri, MOST_OF_A_KIND)
    classes = {one.thing: group.kind.cls for group in groups for one in group.neighbours}
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
        "neighbours": [_neighbour(wording, one, language) for one in group.neighbours],
    }


def _neighbour(wording: ExplorerTexts, neighbour: Neighbour, language: str) -> dict[str, Any]:
    label = wording.thing(neighbour.thing)
    return {
        "id": curie(neighbour.thing).partition(":")[2],
        "iri": neighbour.thing.value,
        "label": label.text,
        "language": label.language or language,
        "trust": [trust_of(one) for one in neighbour.trusts],
        "page": urls.absolute(urls.page_of(neighbour.thing)),
    }
