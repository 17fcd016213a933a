"""Things as tables know them: an id, a name, types, and a line that tells namesakes apart."""

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
    """A thing of the graph; ``types`` are the most special of its classes, ``classes`` are all, also those by rule."""

    thing: NamedNode
    name: str
    names: Mapping[str, str]
    types: tuple[Type, ...] = ()
    classes: frozenset[NamedNode] = frozenset()
    description: str = ""

    @property
    def id(self) -> str:
        """The slug."""
        return slug_of(self.thing) or self.thing.value


def named_thing(text: str) -> NamedNode | None:
    """The thing that a slug or an IRI of ours names, be it there or not; None for any other text."""
    slug = text.strip().removeprefix("<").removesuffix(">").removeprefix(thing("").value).removeprefix("id:")
    return thing(slug) if len(slug) <= _LONGEST_ID and SLUG.fullmatch(slug) else None


def entities_of(
    engine: Engine, schema: Schema, things: Iterable[NamedNode], language: str = "en", budget: Budget = UNLIMITED
) -> dict[NamedNode, Entity]:
    """What tables are told of things but for their descriptions; what the graph does not hold is left out.

    Raises:
        As ``Engine.answer`` and ``Budget.check``.
    """
    classes = classes_of(engine, things)
    names = names_of(engine, classes)
    found = {}
    for one, own in classes.items():
        budget.check()
        types, called = schema.most_special(own), best_name(names, one, language)
        found[one] = Entity(one, called, names.get(one, {}), types, frozenset(own))
    return found


def described(
    engine: Engine, schema: Schema, entities: Mapping[NamedNode, Entity], language: str, budget: Budget = UNLIMITED
) -> dict[NamedNode, Entity]:
    """The same entities with their descriptions.

    Raises:
        As ``Engine.answer`` and ``Budget.check``.
    """
    lines = _lines(engine, schema, entities, language, budget)
    return {one: replace(entity, description=lines.get(one, "")) for one, entity in entities.items()}


def classes_of(engine: Engine, things: Iterable[NamedNode]) -> Mapping[NamedNode, set[NamedNode]]:
    """The classes of things, those that follow by rule among them; what the graph does not hold has none.

    Raises:
        As ``Engine.answer``.
    """
    wanted = sorted(set(things), key=lambda iri: iri.value)
    found: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    if not wanted:
        return found
    text = f"SELECT DISTINCT ?thing ?class {{ VALUES ?thing {{ {' '.join(map(str, wanted))} }} ?thing a ?class }}"
    for one, cls in select(engine, text).rows:
        if isinstance(one, NamedNode) and isinstance(cls, NamedNode):
            found[one].add(cls)
    return found


def _lines(
    engine: Engine, schema: Schema, things: Iterable[NamedNode], language: str, budget: Budget
) -> Mapping[NamedNode, str]:
    """The definition of each thing in the language, or else its plan, figure and year."""
    wanted = list(things)
    told: dict[NamedNode, list[str]] = defaultdict(list)
    for property_id in (one for one in _TELLING if one in schema.properties):
        property_ = schema.properties[property_id]
        found: Values = values_of(engine, schema, property_, wanted, language=language, budget=budget)
        for one, values in found.items():
            told[one] += [value.name for value in values if value.name not in told[one]]
        if property_id == "definition":
            wanted = [one for one in wanted if one not in found]
    return {one: _BETWEEN.join(parts) for one, parts in told.items()}
