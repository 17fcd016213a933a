"""Resources as tables know them: an id, a name, types, and a line that tells namesakes apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from kg.core.names import SLUG, slug_of, thing
from kg.engine import Engine, select
from kg.engine.budget import UNLIMITED, Budget
from kg.reconcile.schema import Schema, Type
from kg.reconcile.values import Values, best_name, names_of, values_of

_LONGEST_ID = 200
_TELLING = ("definition", "plan", "valueAsPrinted", "year", "issuedBy", "issueDate")
_BETWEEN = " · "


@dataclass(frozen=True)
class Entity:
    """A resource; ``types`` are the most special of its classes, ``classes`` are all, inferred ones included."""

    thing: NamedNode
    name: str
    names: Mapping[str, str]
    types: tuple[Type, ...] = ()
    classes: frozenset[NamedNode] = frozenset()
    description: str = ""

    @property
    def id(self) -> str:
        """The slug of the resource."""
        return slug_of(self.thing) or self.thing.value


def named_thing(text: str) -> NamedNode | None:
    """Return the resource that a slug or an IRI of ours names, whether or not it exists; None for any other text."""
    slug = text.strip().removeprefix("<").removesuffix(">").removeprefix(thing("").value).removeprefix("id:")
    return thing(slug) if len(slug) <= _LONGEST_ID and SLUG.fullmatch(slug) else None


def entities_of(
    engine: Engine, schema: Schema, things: Iterable[NamedNode], language: str = "en", budget: Budget = UNLIMITED
) -> dict[NamedNode, Entity]:
    """Return resources without their descriptions; those that the graph does not have are left out.

    Raises:
        As ``Engine.answer`` and ``Budget.check``.
    """
    classes = classes_of(engine, things)
    names = names_of(engine, classes)
    entities = {}
    for iri, own in classes.items():
        budget.check()
        types, called = schema.most_special(own), best_name(names, iri, language)
        entities[iri] = Entity(iri, called, names.get(iri, {}), types, frozenset(own))
    return entities


def described(
    engine: Engine, schema: Schema, entities: Mapping[NamedNode, Entity], language: str, budget: Budget = UNLIMITED
) -> dict[NamedNode, Entity]:
    """Return the same entities with their descriptions.

    Raises:
        As ``Engine.answer`` and ``Budget.check``.
    """
    lines = _lines(engine, schema, entities, language, budget)
    return {iri: replace(entity, description=lines.get(iri, "")) for iri, entity in entities.items()}


def classes_of(engine: Engine, things: Iterable[NamedNode]) -> Mapping[NamedNode, set[NamedNode]]:
    """Return the classes of resources, inferred ones included; a resource that the graph does not have has none.

    Raises:
        As ``Engine.answer``.
    """
    wanted = sorted(set(things), key=lambda iri: iri.value)
    classes: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    if not wanted:
        return classes
    text = f"SELECT DISTINCT ?thing ?class {{ VALUES ?thing {{ {' '.join(map(str, wanted))} }} ?thing a ?class }}"
    for instance, cls in select(engine, text).rows:
        if isinstance(instance, NamedNode) and isinstance(cls, NamedNode):
            classes[instance].add(cls)
    return classes


def _lines(
    engine: Engine, schema: Schema, things: Iterable[NamedNode], language: str, budget: Budget
) -> Mapping[NamedNode, str]:
    """Return the definition of each resource in the language, or else its plan, figure and year."""
    wanted = list(things)
    parts_by_thing: dict[NamedNode, list[str]] = defaultdict(list)
    for property_id in (property_id for property_id in _TELLING if property_id in schema.properties):
        property_ = schema.properties[property_id]
        values_by_thing: Values = values_of(engine, schema, property_, wanted, language=language, budget=budget)
        for iri, values in values_by_thing.items():
            parts_by_thing[iri] += [value.name for value in values if value.name not in parts_by_thing[iri]]
        if property_id == "definition":
            wanted = [iri for iri in wanted if iri not in values_by_thing]
    return {iri: _BETWEEN.join(parts) for iri, parts in parts_by_thing.items()}
