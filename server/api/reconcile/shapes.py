"""Candidates, things, types, properties and values as the Reconciliation Service API 0.2 writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.core.names import name, slug_of
from kg.reconcile.candidates import Candidate
from kg.reconcile.entities import Entity
from kg.reconcile.properties import Gives, Property
from kg.reconcile.schema import Schema, Type
from kg.reconcile.values import Value
from server.core import urls

Json = dict[str, Any]

SERVICES = {"wikidata": "https://wikidata.reconci.link/en/api", "gnd": "https://lobid.org/gnd/reconcile"}
"""The reconciliation services of vocabularies that we link to, by their prefixes."""

_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_INTEGERS = frozenset(map(name, ("xsd:integer", "xsd:gYear", "xsd:nonNegativeInteger", "xsd:int", "xsd:long")))
_FLOATS = frozenset(map(name, ("xsd:decimal", "xsd:double", "xsd:float")))
_FLOAT = re.compile(r"[+-]?\d{1,300}(?:\.\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)


def candidate(one: Candidate, language: str) -> Json:
    """A candidate; its types are always a list of objects, which is the only form that OpenRefine reads."""
    return {
        "id": one.entity.id,
        "name": one.entity.name,
        **_described(one.entity.description),
        "type": [short_type(each, language) for each in one.entity.types],
        "score": one.score,
        "match": one.match,
        "features": [{"id": key, "value": value} for key, value in one.features.items()],
    }


def suggested_entity(entity: Entity, language: str) -> Json:
    """A thing that is suggested."""
    return {
        "id": entity.id,
        "name": entity.name,
        **_described(entity.description),
        "notable": [short_type(each, language) for each in entity.types],
    }


def short_type(one: Type, language: str) -> Json:
    """A type without what is above it."""
    return {"id": one.id, "name": one.labels.get(language, one.id)}


def full_type(schema: Schema, one: Type, language: str) -> Json:
    """A type with those directly above it."""
    broader = [short_type(schema.types[each], language) for each in one.parents if each in schema.types]
    return {**short_type(one, language), **_described(one.meaning), **({"broader": broader} if broader else {})}


def property_(one: Property, language: str) -> Json:
    """A property."""
    return {"id": one.id, "name": one.labels.get(language, one.id), **_described(one.meaning)}


def meta(schema: Schema, property_id: str, language: str) -> Json:
    """The head of a column; an unknown property is called by its id, and its column is empty."""
    known = schema.properties.get(property_id)
    if known is None:
        return {"id": property_id, "name": property_id}
    told: Json = {"id": known.id, "name": known.labels.get(language, known.id)}
    kind = schema.type_of(known.range) if known.range is not None else None
    if kind is not None:
        told["type"] = short_type(kind, language)
    if known.id in SERVICES:
        told["service"] = SERVICES[known.id]
    return told


def cells(known: Property, values: Iterable[Value]) -> list[Json]:
    """The values of a property of one thing."""
    return [_cell(known, value) for value in values]


def _cell(known: Property, value: Value) -> Json:
    if known.gives is Gives.PAGE and isinstance(value.term, NamedNode):
        return {"str": urls.absolute(urls.page_of(value.term))}
    if known.gives is not Gives.TERM or not isinstance(value.term, (NamedNode, Literal)):
        return {"str": value.name}
    return _literal(value.term) if isinstance(value.term, Literal) else _thing(known, value.term, value.name)


def _thing(known: Property, term: NamedNode, called: str) -> Json:
    """A thing by its id: of ours, or of a vocabulary that has a reconciliation service; any other by name or IRI."""
    slug = slug_of(term)
    if slug is not None:
        return {"id": slug, "name": called}
    if known.vocabulary is None:
        return {"str": called}
    if known.id in SERVICES:
        return {"id": term.value.removeprefix(known.vocabulary.namespace), "name": called}
    return {"str": term.value}


def _literal(term: Literal) -> Json:
    text = term.value
    if term.datatype in _INTEGERS and _WHOLE.fullmatch(text):
        return {"int": int(text)}
    if term.datatype in _FLOATS and _FLOAT.fullmatch(text):
        return {"float": float(text)}
    if term.datatype == name("xsd:date") and _DATE.fullmatch(text):
        return {"date": f"{text}T00:00:00Z"}
    if term.datatype == name("xsd:dateTime") and _MOMENT.fullmatch(text):
        return {"date": text}
    return {"str": text}


def _described(text: str) -> Mapping[str, str]:
    return {"description": text} if text else {}
