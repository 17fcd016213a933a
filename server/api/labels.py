"""Labels of many resources at once: names in each language, classes and, on demand, passages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias

from flask import Blueprint, Response, jsonify
from pyoxigraph import NamedNode

from kg.core.errors import BatchTooLarge, Message, ParameterInvalid
from kg.core.names import LANGUAGES, PREFIXES, curie, graph, slug_of
from kg.engine import Engine, select
from kg.graph.evidence import Place, evidence_of, places_of
from kg.graph.labels import Label, Labels, labels_of, values_of
from server.core import urls
from server.core.context import request_context
from server.core.i18n.external_terms import FOREIGN_WORDS
from server.core.parameters import reads
from server.core.sparql_protocol.protocol import read_iri, sent_fields
from server.pages.result.cells import linked_words, named_by

blueprint = Blueprint("labels", __name__)

MOST_THINGS = 400
EVIDENCE = "evidence"

Json: TypeAlias = dict[str, Any]


@blueprint.route("/labels", methods=["GET", "POST"])
@reads("evidence", often=("iri",))
def data() -> Response:
    """Return the labels and classes of the resources in ``iri``; with ``evidence=1`` also their passages.

    Raises:
        RequestInvalid: an ``iri`` is not an IRI.
        ParameterInvalid: there is no ``iri``, or ``evidence`` is neither 0 nor 1.
        BatchTooLarge: there are more than ``MOST_THINGS``.
    """
    fields = sent_fields()
    iris = list(dict.fromkeys(value for key, value in fields if key == "iri"))
    if not iris:
        raise ParameterInvalid("iri", Message("name at least one resource."))
    if len(iris) > MOST_THINGS:
        raise BatchTooLarge(
            Message(
                "These are %(number)s resources: send at most %(most)s at once.", number=len(iris), most=MOST_THINGS
            )
        )
    things = [read_iri("iri", value) for value in iris]
    engine = request_context().engine
    kinds = _kinds_of(engine, things)
    labels = _place_words(engine, things) | labels_of(engine, {*things, *kinds.values()})
    evidence = _evidence(engine, things) if _wants_evidence(fields) else {}
    return jsonify(
        {
            "release": engine.release_id,
            "things": {thing.value: _thing(thing, labels, kinds, evidence) for thing in things},
            "kinds": {kind.value: names(kind, labels) for kind in sorted(set(kinds.values()), key=str)},
        }
    )


def _wants_evidence(fields: Iterable[tuple[str, str]]) -> bool:
    wanted = dict(fields).get(EVIDENCE, "0")
    if wanted not in ("0", "1"):
        raise ParameterInvalid(EVIDENCE, Message("give 1 for the places where a statement is made, or 0."))
    return wanted == "1"


def _thing(
    iri: NamedNode, labels: Labels, kinds: Mapping[NamedNode, NamedNode], evidence: Mapping[NamedNode, list[Json]]
) -> Json:
    kind = kinds.get(iri)
    entry: Json = {"labels": names(iri, labels), "kind": kind.value if kind is not None else None}
    return {**entry, EVIDENCE: evidence[iri]} if iri in evidence else entry


def names(iri: NamedNode, labels: Labels) -> dict[str, str]:
    """Return the names of a resource by language. Without a name, the key is empty and the text a slug or IRI."""
    if iri in labels:
        return {language: label.text for language, label in sorted(labels[iri].items())}
    if iri in FOREIGN_WORDS:
        return {language: FOREIGN_WORDS[iri][language] for language in LANGUAGES}
    return {"": slug_of(iri) or curie(iri)}


def _kinds_of(engine: Engine, things: Collection[NamedNode]) -> dict[NamedNode, NamedNode]:
    """Return the stated class of each resource in our ontology. Inferred classes are wider, so they are excluded."""
    text = (
        f"SELECT ?thing ?kind {{ VALUES ?thing {{ {values_of(things)} }} GRAPH ?where {{ ?thing a ?kind }} "
        f"FILTER(?where != {graph('inferred')}) }} ORDER BY ?thing ?kind"
    )
    kinds: dict[NamedNode, NamedNode] = {}
    for thing, kind in select(engine, text).rows:
        if isinstance(thing, NamedNode) and isinstance(kind, NamedNode) and kind.value.startswith(PREFIXES["fyp"]):
            # rows are ordered, so a resource with several classes has the same one in each answer
            kinds.setdefault(thing, kind)
    return kinds


def _place_words(engine: Engine, things: Collection[NamedNode]) -> Labels:
    """Return names for passages, made of their line and section, since they have no label."""
    places = {iri: place for iri, place in places_of(engine, things).items() if place.line is not None}
    labels = labels_of(engine, named_by(places.values()))
    return {
        iri: {language: Label(linked_words(place, labels, language), language) for language in LANGUAGES}
        for iri, place in places.items()
    }


def _evidence(engine: Engine, things: Collection[NamedNode]) -> dict[NamedNode, list[Json]]:
    """Return the passages of each resource: itself if it is a passage, else those of its evidence."""
    passages: dict[NamedNode, list[NamedNode]] = {thing: [] for thing in things}
    for (claim, _), sources in evidence_of(engine, things).items():
        passages[claim] += [place for place in sources if place not in passages[claim]]
    places = places_of(engine, {*things, *(place for sources in passages.values() for place in sources)})
    labels = labels_of(engine, named_by(places.values()))

    def own_places(iri: NamedNode) -> list[Json]:
        own = [iri] if iri in places else passages[iri]
        return [_place(places[place], labels) for place in own if place in places]

    return {thing: own_places(thing) for thing in things}


def _place(place: Place, labels: Labels) -> Json:
    return {
        "iri": place.iri.value,
        "page": urls.page_of(place.iri),
        "words": {language: linked_words(place, labels, language) for language in LANGUAGES},
    }
