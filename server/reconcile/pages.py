"""Pages of the reconciliation service: a thing in a frame, and what the service offers."""

from __future__ import annotations

from flask import render_template
from pyoxigraph import NamedNode

from kg.names import LANGUAGES
from kg.reconcile.derived import DERIVED, Property
from kg.reconcile.entities import entities_of, named_thing
from kg.reconcile.schema import Schema, Type
from kg.reconcile.values import values_of
from server import urls
from server.here import here
from server.reconcile.reading import BATCH_SIZE


def preview_page(schema: Schema, thing_id: str, language: str) -> tuple[str, int]:
    """A thing in a few lines; 404 with words where there is none, also for a frame."""
    engine, thing = here().engine, named_thing(thing_id)
    entity = entities_of(engine, schema, [thing], language).get(thing) if thing is not None else None
    if thing is None or entity is None:
        return render_template("preview.html", entity=None, language=language), 404
    plan = values_of(engine, schema, schema.properties["plan"], [thing], language=language).get(thing, ())
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

    return render_template(
        "reconcile.html",
        language=language,
        addresses={one: urls.absolute(urls.reconcile("endpoint", one)) for one in LANGUAGES},
        languages={one: urls.reconcile("about", one) for one in LANGUAGES},
        batch_size=BATCH_SIZE,
        types=sorted(schema.types.values(), key=by_name),
        known=schema.types,
        derived=DERIVED,
        properties=sorted((one for one in schema.properties.values() if one not in DERIVED), key=by_name),
    )
