"""The manifest of the reconciliation service, and its HTML pages."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from pyoxigraph import NamedNode

import kg
from kg.core.names import LANGUAGES, PREFIXES, thing
from kg.reconcile.entities import described, entities_of, named_thing
from kg.reconcile.properties import DERIVED, Closeness, Property
from kg.reconcile.schema import Schema, Type
from kg.reconcile.values import values_of
from server.api.reconcile.parser import BATCH_SIZE
from server.api.reconcile.shapes import Json, full_type
from server.core import urls
from server.core.context import request_context
from server.core.i18n.language import gettext, speaking

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


def manifest(schema: Schema, language: str) -> Json:
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
    engine, budget, thing = request_context().engine, request_context().budget, named_thing(thing_id)
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
