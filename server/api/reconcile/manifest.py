"""The documents of the Reconciliation Service API 0.2: manifest, candidates, resources, types, properties, previews."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template
from pyoxigraph import Literal, NamedNode

import kg
from kg.core.names import LANGUAGES, PREFIXES, name, slug_of, thing
from kg.reconcile.candidates import Candidate
from kg.reconcile.properties import DERIVED, Closeness, Property, ValueKind
from kg.reconcile.schema import Schema, Type
from kg.reconcile.values import Entity, Value, described, entities_of, parse_resource_id, values_of
from server.api.reconcile.parser import BATCH_SIZE
from server.core import urls
from server.core.context import request_context
from server.core.i18n.language import gettext, speaking

Json = dict[str, Any]

SERVICES = {"wikidata": "https://wikidata.reconci.link/en/api", "gnd": "https://lobid.org/gnd/reconcile"}
"""The reconciliation services of linked vocabularies, by their prefixes."""

# 18 digits fit into 64 bits; a longer number is sent as a string
_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_INTEGERS = frozenset(map(name, ("xsd:integer", "xsd:gYear", "xsd:nonNegativeInteger", "xsd:int", "xsd:long")))
_FLOATS = frozenset(map(name, ("xsd:decimal", "xsd:double", "xsd:float")))
# 300 digits are below the largest double, so float() never gives infinity, which JSON cannot hold
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
    if described.gives is ValueKind.PAGE and isinstance(value.term, NamedNode):
        return {"str": urls.absolute(urls.page_of(value.term))}
    if described.gives is not ValueKind.TERM or not isinstance(value.term, (NamedNode, Literal)):
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


PREVIEW_WIDTH, PREVIEW_HEIGHT = 400, 200  # pixels

_DEFAULT_TYPES = (
    *("Plan", "Objective", "Measure", "Target", "Project", "Technology", "Sector", "Indicator", "Organisation"),
    *("CooperationArea", "Event", "LegalInstrument", "PlanElement"),
)
_NAMES = {
    "en": "China's Five-Year Plans",
    "de": "Chinas Fünfjahrespläne",
    "zh": "中国五年规划",
}
_SETTINGS: dict[str, dict[str, str]] = {
    "lang": {"en": "Language of names", "de": "Sprache der Namen", "zh": "名称语言"},
    "limit": {
        "en": "Values of each thing, at most (0: all)",
        "de": "Werte je Ding, höchstens (0: alle)",
        "zh": "每个实体最多几个值（0 表示全部）",
    },
    "links": {"en": "Links to other datasets", "de": "Links zu anderen Datenbeständen", "zh": "外部链接"},
}
_CLOSENESS = {
    Closeness.EXACT: {"en": "the same thing only", "de": "nur dasselbe", "zh": "仅完全相同"},
    Closeness.CLOSE: {"en": "also nearly the same", "de": "auch fast dasselbe", "zh": "包括近似相同"},
    Closeness.ALL: {
        "en": "also wider, narrower and related",
        "de": "auch weiter, enger und verwandt",
        "zh": "包括更宽、更窄和相关",
    },
}
_LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "zh": "中文"}


def service_manifest(schema: Schema, language: str) -> Json:
    """Return the manifest of the service for names in one language."""
    types = [schema.types[type_] for type_ in _DEFAULT_TYPES if type_ in schema.types]
    about = urls.absolute(urls.reconcile("about", language))
    return {
        "versions": ["0.2"],
        "name": _NAMES[language],
        "identifierSpace": thing("").value,
        "schemaSpace": PREFIXES["fyp"],
        "documentation": about,
        "serviceVersion": kg.__version__,
        "defaultTypes": [full_type(schema, type_, language) for type_ in types],
        "view": {"url": urls.id_template(lambda slot: urls.page_of(thing(slot)))},
        "feature_view": {"url": about + "#{{id}}"},
        "preview": {
            "url": urls.id_template(lambda slot: urls.reconcile("preview", language, id=slot)),
            "width": PREVIEW_WIDTH,
            "height": PREVIEW_HEIGHT,
        },
        "suggest": {what: _service("suggest", language, what=what) for what in ("entity", "type", "property")},
        "extend": {
            "propose_properties": _service("propose", language),
            "property_settings": _settings(language),
        },
        "batchSize": BATCH_SIZE,
    }


def _service(view: str, language: str, **fields: str) -> Json:
    """Return an address in two parts, which clients concatenate. The first has no slash at the end."""
    root, path = urls.absolute("/").rstrip("/"), urls.reconcile(view, language, **fields)
    return {"service_url": root, "service_path": path}


def _settings(language: str) -> list[Json]:
    def setting(key: str, kind: str, default: str | int, choices: dict[str, str] | None = None) -> Json:
        field: Json = {"name": key, "label": _SETTINGS[key][language], "type": kind, "default": default}
        if choices is not None:
            field["choices"] = [{"value": value, "name": text} for value, text in choices.items()]
        return field

    return [
        setting("lang", "select", language, {language: _LANGUAGE_NAMES[language] for language in LANGUAGES}),
        setting("limit", "number", 0),
        setting(
            "links",
            "select",
            Closeness.CLOSE.value,
            {entry.value: text[language] for entry, text in _CLOSENESS.items()},
        ),
    ]


@dataclass(frozen=True)
class Row:
    """A property as the page lists it: name and meaning, in English or the language of the page."""

    id: str
    name: str
    meaning: str
    is_english: bool


def preview_page(schema: Schema, thing_id: str, language: str) -> tuple[str, int]:
    """Return a short page about a resource, in the language of the service; with 404 if there is none."""
    with speaking(language):
        return _previewed(schema, thing_id, language)


def _previewed(schema: Schema, thing_id: str, language: str) -> tuple[str, int]:
    engine, budget, thing = request_context().engine, request_context().budget, parse_resource_id(thing_id)
    entities = entities_of(engine, schema, [thing] if thing is not None else [], language, budget)
    entity = described(engine, schema, entities, language, budget).get(thing) if thing is not None else None
    if thing is None or entity is None:
        return render_template("preview.html", entity=None, language=language), 404
    in_plan = schema.properties["plan"]
    plan = values_of(engine, schema, in_plan, [thing], language=language, budget=budget).get(thing, ())
    others = [
        (language, entity.names[language])
        for language in LANGUAGES
        if language in entity.names and entity.names[language] != entity.name
    ]
    return render_template(
        "preview.html",
        entity=entity,
        language=language,
        named_in=next((language for language in LANGUAGES if entity.names.get(language) == entity.name), language),
        kinds=[type_.labels.get(language, type_.id) for type_ in entity.types],
        others=others,
        plans=[(entry.name, urls.page_of(entry.term)) for entry in plan if isinstance(entry.term, NamedNode)],
        page=urls.page_of(thing),
    ), 200


def about_page(schema: Schema, language: str) -> str:
    """Return a page on how to use the service, with its types and properties sorted by name."""

    def by_name(named: Type | Property) -> str:
        return named.labels.get(language, named.id).casefold()

    properties = sorted(
        (property_ for property_ in schema.properties.values() if property_ not in DERIVED), key=by_name
    )
    return render_template(
        "reconcile.html",
        language=language,
        addresses={language: urls.absolute(urls.reconcile("endpoint", language)) for language in LANGUAGES},
        batch_size=BATCH_SIZE,
        types=sorted(schema.types.values(), key=by_name),
        known=schema.types,
        derived=[Row(entry.id, entry.labels[language], _meaning(entry), is_english=False) for entry in DERIVED],
        properties=[
            Row(property_.id, property_.labels.get(language, property_.id), property_.meaning, is_english=True)
            for property_ in properties
        ],
    )


def _meaning(property_: Property) -> str:
    """Return the meaning of a derived property, in the language of the page."""
    if property_.vocabulary is None:
        return gettext(property_.meaning)
    return gettext("The matching things in %(vocabulary)s.", vocabulary=gettext(property_.vocabulary.title))
