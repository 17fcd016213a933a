"""Pages of the reconciliation service: a thing in a frame, and what the service offers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from pyoxigraph import NamedNode

from kg.core.names import LANGUAGES
from kg.reconcile.derived import DERIVED, Property
from kg.reconcile.entities import described, entities_of, named_thing
from kg.reconcile.schema import Schema, Type
from kg.reconcile.values import values_of
from server.api.reconcile.parser import BATCH_SIZE
from server.core import urls
from server.core.context import request_context
from server.core.i18n.language import gettext, speaking


@dataclass(frozen=True)
class Row:
    """A property as the page lists it: what it is called, and what it gives, in English or the language of the page."""

    id: str
    name: str
    meaning: str
    is_english: bool


def preview_page(schema: Schema, thing_id: str, language: str) -> tuple[str, int]:
    """A thing in a few lines, in the language of the service; 404 with words where there is none, also for a frame."""
    with speaking(language):
        return _previewed(schema, thing_id, language)


def _previewed(schema: Schema, thing_id: str, language: str) -> tuple[str, int]:
    engine, budget, thing = request_context().engine, request_context().budget, named_thing(thing_id)
    found = entities_of(engine, schema, [thing] if thing is not None else [], language, budget)
    entity = described(engine, schema, found, language, budget).get(thing) if thing is not None else None
    if thing is None or entity is None:
        return render_template("preview.html", entity=None, language=language), 404
    in_plan = schema.properties["plan"]
    plan = values_of(engine, schema, in_plan, [thing], language=language, budget=budget).get(thing, ())
    others = [(one, entity.names[one]) for one in LANGUAGES if one in entity.names and entity.names[one] != entity.name]
    return render_template(
        "preview.html",
        entity=entity,
        language=language,
        named_in=next((one for one in LANGUAGES if entity.names.get(one) == entity.name), language),
        kinds=[one.labels.get(language, one.id) for one in entity.types],
        others=others,
        plans=[(one.name, urls.page_of(one.term)) for one in plan if isinstance(one.term, NamedNode)],
        page=urls.page_of(thing),
    ), 200


def about_page(schema: Schema, language: str) -> str:
    """How to use the service, and its types and properties by name."""

    def by_name(one: Type | Property) -> str:
        return one.labels.get(language, one.id).casefold()

    properties = sorted((one for one in schema.properties.values() if one not in DERIVED), key=by_name)
    return render_template(
        "reconcile.html",
        language=language,
        addresses={one: urls.absolute(urls.reconcile("endpoint", one)) for one in LANGUAGES},
        batch_size=BATCH_SIZE,
        types=sorted(schema.types.values(), key=by_name),
        known=schema.types,
        derived=[Row(one.id, one.labels[language], _meaning(one), is_english=False) for one in DERIVED],
        properties=[Row(one.id, one.labels.get(language, one.id), one.meaning, is_english=True) for one in properties],
    )


def _meaning(one: Property) -> str:
    """What a property that is made for tables gives, in the language of the page."""
    if one.vocabulary is None:
        return gettext(one.meaning)
    return gettext("The matching things in %(vocabulary)s.", vocabulary=gettext(one.vocabulary.title))
