"""The entities of a reconciliation service, the values of their properties, and how well values of a table fit."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from kg.core.names import LANGUAGES, PREFIXES, SLUG, curie, name, slug_of, thing
from kg.core.vocabularies import vocabulary_of
from kg.diagnostics.term_suggestions import similarity
from kg.engine import Engine, Term, select
from kg.engine.limits import UNLIMITED, Budget
from kg.graph.evidence import Place, places_of
from kg.graph.labels import labels_of
from kg.reconcile.properties import LINK_PATHS, Closeness, Property, ValueKind
from kg.reconcile.schema import Query, Schema, TableValue, Type, local_name
from kg.search.folding import fold

Names = Mapping[NamedNode, Mapping[str, str]]


@dataclass(frozen=True)
class Value:
    """A value: its term, its best name, and, if it is a resource, all its names."""

    term: Term
    name: str
    names: tuple[str, ...] = ()


Values = Mapping[NamedNode, Sequence[Value]]


def values_of(
    engine: Engine,
    schema: Schema,
    property_: Property,
    things: Iterable[NamedNode],
    *,
    language: str = "en",
    closeness: Closeness = Closeness.CLOSE,
    budget: Budget = UNLIMITED,
) -> Values:
    """Return the values of one property for each resource that has any, in a fixed order.

    Of texts in several languages those in the wanted one are given, or all where there is none.

    Raises:
        As ``Engine.answer`` and ``Budget.spend``.
    """
    budget.check()
    # sorted, so that equal batches give queries of equal text
    wanted = sorted(set(things), key=lambda iri: iri.value)
    if not wanted:
        return {}
    if property_.gives in (ValueKind.IRI, ValueKind.PAGE):
        return {thing: [Value(thing, thing.value)] for thing in wanted}
    terms = _terms(engine, property_, wanted, closeness, budget)
    if property_.gives is ValueKind.KIND:
        return {thing: _kinds(schema, own, language) for thing, own in terms.items()}
    texts = {thing: _in_language(own, property_, language) for thing, own in terms.items()}
    iris = {term for own in texts.values() for term in own if isinstance(term, NamedNode)}
    names, others = names_of(engine, iris), _other_names(engine, iris)
    values = {}
    for iri, own in texts.items():
        budget.check()
        values[iri] = sorted((_value(term, names, others, language) for term in own), key=_order)
    return values


def names_of(engine: Engine, iris: Iterable[NamedNode]) -> Names:
    """Return the names of resources and terms by language; a place in a source has its line as name.

    Raises:
        As ``Engine.answer``.
    """
    wanted = set(iris)
    labels = labels_of(engine, wanted)
    names = {iri: {key: label.text for key, label in own.items()} for iri, own in labels.items()}
    places = places_of(engine, (iri for iri in wanted - names.keys() if slug_of(iri) is not None))
    return names | {iri: {"": _called(place)} for iri, place in places.items()}


def best_name(names: Names, iri: NamedNode, language: str) -> str:
    """Return the name in a language, else in another one, else the slug or the compact IRI."""
    own = names.get(iri, {})
    return next((own[key] for key in (language, "", *LANGUAGES) if key in own), slug_of(iri) or curie(iri))


def _other_names(engine: Engine, iris: Iterable[NamedNode]) -> Mapping[NamedNode, Sequence[str]]:
    others: dict[NamedNode, list[str]] = defaultdict(list)
    wanted = " ".join(sorted(map(str, iris)))
    if not wanted:
        return others
    text = f"SELECT ?thing ?name {{ VALUES ?thing {{ {wanted} }} ?thing {name('skos:altLabel')} ?name }}"
    for iri, other in select(engine, text).rows:
        if isinstance(iri, NamedNode) and isinstance(other, Literal):
            others[iri].append(other.value)
    return others


def _called(place: Place) -> str:
    return f"line {place.line}" if place.line is not None else place.title


def _terms(
    engine: Engine, property_: Property, things: Sequence[NamedNode], closeness: Closeness, budget: Budget
) -> dict[NamedNode, list[Term]]:
    path = LINK_PATHS[closeness] if property_.vocabulary is not None else property_.path
    if property_.gives is ValueKind.KIND:
        path = str(name("rdf:type"))
    values = " ".join(map(str, things))
    terms: dict[NamedNode, list[Term]] = defaultdict(list)
    for iri, value in select(
        engine, f"SELECT DISTINCT ?thing ?value {{ VALUES ?thing {{ {values} }} ?thing {path} ?value }}"
    ).rows:
        budget.spend(1)
        if isinstance(iri, NamedNode) and value is not None and _fits(value, property_):
            terms[iri].append(value)
    return terms


def _fits(value: Term, property_: Property) -> bool:
    if property_.vocabulary is not None:
        return isinstance(value, NamedNode) and property_.vocabulary.holds(value)
    if property_.text_language:
        return isinstance(value, Literal) and value.language == property_.text_language
    return isinstance(value, (NamedNode, Literal))


def _in_language(terms: Sequence[Term], property_: Property, language: str) -> Sequence[Term]:
    if property_.text_language:
        return terms
    wanted = [term for term in terms if not isinstance(term, Literal) or term.language in (None, language)]
    return wanted or terms


def _kinds(schema: Schema, classes: Iterable[Term], language: str) -> list[Value]:
    types = schema.most_special(type_ for type_ in classes if isinstance(type_, NamedNode))
    return [Value(type_.iri, type_.labels.get(language, type_.id), tuple(type_.labels.values())) for type_ in types]


def _value(term: Term, names: Names, others: Mapping[NamedNode, Sequence[str]], language: str) -> Value:
    if isinstance(term, NamedNode):
        all_names = (*names.get(term, {}).values(), *others.get(term, ()))
        return Value(term, best_name(names, term, language), all_names)
    return Value(term, term.value if isinstance(term, Literal) else str(term))


def _order(value: Value) -> tuple[float, str, str]:
    is_number = isinstance(value.term, Literal) and value.name.lstrip("-").replace(".", "", 1).isdecimal()
    # a number of some hundred digits would be infinite as a float
    return (float(value.name) if is_number and len(value.name) < 300 else 0.0, value.name, str(value.term))


Near = Mapping[TableValue, Mapping[NamedNode, float]]

_LEAST = 0.6
_LIKE = 0.95  # a text that is like another is not the same
_HELD_NAMES = 8_192  # of the graph, never of a visitor
# two digits of exponent at most, and no number so long that arithmetic is slow
_NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d\d?)?", re.ASCII)
_DATES = frozenset(map(name, ("xsd:date", "xsd:dateTime", "xsd:gYear", "xsd:gYearMonth")))


def best_fit(
    wanted: Sequence[TableValue], values: Sequence[Value], near: Near | None = None, budget: Budget = UNLIMITED
) -> float:
    """Return the mean, over the values of the table, of how well each fits its best value in the graph.

    ``near`` scores how well a value names resources; this counts a little less than similar spelling.

    Raises:
        As ``Budget.spend``.
    """
    if not wanted or not values:
        return 0.0

    def one_fit(table_value: TableValue, value: Value) -> float:
        named = (near or {}).get(table_value, {}).get(value.term, 0.0) if isinstance(value.term, NamedNode) else 0.0
        budget.spend(1 + len(value.names))
        return max(fit(table_value, value), named * _LIKE)

    return sum(max(one_fit(table_value, value) for value in values) for table_value in wanted) / len(wanted)


def fit(wanted: TableValue, value: Value) -> float:
    """Return how well one value fits: identifiers and numbers 0 or 1, dates up to their precision in the table."""
    if isinstance(value.term, NamedNode):
        if (wanted.identifier or wanted.text.strip()) in _identifiers(value.term):
            return 1.0
        return _best_similarity(wanted.folded, (value.name, *value.names))
    # a table may give a year where the graph has a day
    if isinstance(value.term, Literal) and value.term.datatype in _DATES:
        return 1.0 if _is_part_of_date(wanted.text.strip(), value.term.value) else 0.0
    wanted_number, number = read_number(wanted.text), read_number(value.name)
    if wanted_number is not None and number is not None:
        return 1.0 if wanted_number == number else 0.0
    return _best_similarity(wanted.folded, (value.name,))


def read_number(text: str) -> Decimal | None:
    """Return the number in a text, or None if it is none of ordinary size."""
    bare = text.strip()
    return Decimal(bare) if _NUMBER.fullmatch(bare) else None


@lru_cache(maxsize=_HELD_NAMES)
def _identifiers(term: NamedNode) -> frozenset[str]:
    """Return all identifiers of a resource or term: its IRI, its slug, its name in our ontology or elsewhere."""
    home = vocabulary_of(term)
    names = [term.value, slug_of(term) or "", f"id:{slug_of(term)}", local_name(term)]
    if home is not None:
        names += [term.value.removeprefix(home.namespace), home.prefix + ":" + term.value.removeprefix(home.namespace)]
    if term.value.startswith(PREFIXES["unit"]):
        names.append(term.value.removeprefix(PREFIXES["unit"]))
    return frozenset(identifier for identifier in names if identifier)


def _is_part_of_date(part: str, date: str) -> bool:
    """Return True if the text is the year, the month or the day of the date."""
    return bool(re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", part[:10], re.ASCII)) and date.startswith(part[:10])


def similarity_of(query: Query, name_: str) -> float:
    """Return how like a query and a name are, from 0 to 1; case, accents, width and script do not count."""
    return _similarity(query.folded, _folded(name_))


def _best_similarity(wanted: str, names: Iterable[str]) -> float:
    return max((_similarity(wanted, _folded(candidate)) for candidate in names), default=0.0) if wanted else 0.0


@lru_cache(maxsize=_HELD_NAMES)
def _folded(name_: str) -> str:
    return fold(name_)


def _similarity(text: str, other: str) -> float:
    if text == other:
        return 1.0
    ratio = similarity(text, other)
    return round(ratio * _LIKE, 4) if ratio >= _LEAST else 0.0


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


def parse_resource_id(text: str) -> NamedNode | None:
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
        # only resources without a definition need the other properties
        if property_id == "definition":
            wanted = [iri for iri in wanted if iri not in values_by_thing]
    return {iri: _BETWEEN.join(parts) for iri, parts in parts_by_thing.items()}
