"""Candidates, resources, types, properties and values in the JSON of the Reconciliation Service API 0.2."""

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
"""The reconciliation services of linked vocabularies, by their prefixes."""

_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_INTEGERS = frozenset(map(name, ("xsd:integer", "xsd:gYear", "xsd:nonNegativeInteger", "xsd:int", "xsd:long")))
_FLOATS = frozenset(map(name, ("xsd:decimal", "xsd:double", "xsd:float")))
_FLOAT = re.compile(r"[+-]?\d{1,300}(?:\.\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)


def candidate(match: Candidate, language: str) -> Json:
    """Return a candidate. Its types are always a list of objects, the only form that OpenRefine reads."""
    return {
        "id": match.entity.id,
        "name": match.entity.name,
        **_described(match.entity.description),
        "type": [short_type(each, language) for each in match.entity.types],
        "score": match.score,
        "match": match.match,
        "features": [{"id": key, "value": value} for key, value in match.features.items()],
    }


def suggested_entity(entity: Entity, language: str) -> Json:
    """Return a suggested resource."""
    return {
        "id": entity.id,
        "name": entity.name,
        **_described(entity.description),
        "notable": [short_type(each, language) for each in entity.types],
    }


def short_type(type_: Type, language: str) -> Json:
    """Return a type without its parents."""
    return {"id": type_.id, "name": type_.labels.get(language, type_.id)}


def full_type(schema: Schema, type_: Type, language: str) -> Json:
    """Return a type with its direct parents."""
    broader = [short_type(schema.types[each], language) for each in type_.parents if each in schema.types]
    return {**short_type(type_, language), **_described(type_.meaning), **({"broader": broader} if broader else {})}


def property_(described: Property, language: str) -> Json:
    """Return a property with its name and meaning."""
    return {"id": described.id, "name": described.labels.get(language, described.id), **_described(described.meaning)}


def meta(schema: Schema, property_id: str, language: str) -> Json:
    """Return the head of a column. The name of an unknown property is its id, and its column is empty."""
    described = schema.properties.get(property_id)
    if described is None:
        return {"id": property_id, "name": property_id}
    column: Json = {"id": described.id, "name": described.labels.get(language, described.id)}
    kind = schema.type_of(described.range) if described.range is not None else None
    if kind is not None:
        column["type"] = short_type(kind, language)
    if described.id in SERVICES:
        column["service"] = SERVICES[described.id]
    return column


def cells(described: Property, values: Iterable[Value]) -> list[Json]:
    """Return the values of a property of one resource."""
    return [_cell(described, value) for value in values]


def _cell(described: Property, value: Value) -> Json:
    if described.gives is Gives.PAGE and isinstance(value.term, NamedNode):
        return {"str": urls.absolute(urls.page_of(value.term))}
    if described.gives is not Gives.TERM or not isinstance(value.term, (NamedNode, Literal)):
        return {"str": value.name}
    return _literal(value.term) if isinstance(value.term, Literal) else _thing(described, value.term, value.name)


def _thing(described: Property, term: NamedNode, called: str) -> Json:
    """Return a resource by its id if it is ours or of a vocabulary with such a service; else by name or IRI."""
    slug = slug_of(term)
    if slug is not None:
        return {"id": slug, "name": called}
    if described.vocabulary is None:
        return {"str": called}
    if described.id in SERVICES:
        return {"id": term.value.removeprefix(described.vocabulary.namespace), "name": called}
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
