"""The values of properties of things, each with its names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.names import LANGUAGES, curie, name, slug_of
from kg.engine import Engine, Term, select
from kg.engine.budget import UNLIMITED, Budget
from kg.graph.evidence import Place, places_of
from kg.graph.labels import labels_of
from kg.reconcile.derived import LINK_PATHS, Closeness, Gives, Property
from kg.reconcile.schema import Schema

Names = Mapping[NamedNode, Mapping[str, str]]


@dataclass(frozen=True)
class Value:
    """A value: its term, its best name, and, where it is a thing, all its names."""

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
    """The values of one property, for each thing that has any, in a fixed order.

    Of texts in several languages those in the wanted one are given, or all where there is none.

    Raises:
        As ``Engine.answer`` and ``Budget.spend``.
    """
    budget.check()
    wanted = sorted(set(things), key=lambda iri: iri.value)
    if not wanted:
        return {}
    if property_.gives in (Gives.IRI, Gives.PAGE):
        return {thing: [Value(thing, thing.value)] for thing in wanted}
    terms = _terms(engine, property_, wanted, closeness, budget)
    if property_.gives is Gives.KIND:
        return {thing: _kinds(schema, found, language) for thing, found in terms.items()}
    kept = {thing: _in_language(found, property_, language) for thing, found in terms.items()}
    iris = {one for found in kept.values() for one in found if isinstance(one, NamedNode)}
    names, others = names_of(engine, iris), _other_names(engine, iris)
    values = {}
    for thing, found in kept.items():
        budget.check()
        values[thing] = sorted((_value(one, names, others, language) for one in found), key=_order)
    return values


def names_of(engine: Engine, iris: Iterable[NamedNode]) -> Names:
    """What things and terms are called, by language; a place in the source is called by its line.

    Raises:
        As ``Engine.answer``.
    """
    wanted = set(iris)
    labels = labels_of(engine, wanted)
    found = {iri: {key: label.text for key, label in own.items()} for iri, own in labels.items()}
    places = places_of(engine, (iri for iri in wanted - found.keys() if slug_of(iri) is not None))
    return found | {iri: {"": _called(place)} for iri, place in places.items()}


def best_name(names: Names, iri: NamedNode, language: str) -> str:
    """The name in the wanted language, else in another one, else the slug or the compact IRI."""
    known = names.get(iri, {})
    return next((known[one] for one in (language, "", *LANGUAGES) if one in known), slug_of(iri) or curie(iri))


def _other_names(engine: Engine, iris: Iterable[NamedNode]) -> Mapping[NamedNode, Sequence[str]]:
    found: dict[NamedNode, list[str]] = defaultdict(list)
    wanted = " ".join(sorted(map(str, iris)))
    if not wanted:
        return found
    text = f"SELECT ?thing ?name {{ VALUES ?thing {{ {wanted} }} ?thing {name('skos:altLabel')} ?name }}"
    for thing, other in select(engine, text).rows:
        if isinstance(thing, NamedNode) and isinstance(other, Literal):
            found[thing].append(other.value)
    return found


def _called(place: Place) -> str:
    return f"line {place.line}" if place.line is not None else place.title


def _terms(
    engine: Engine, property_: Property, things: Sequence[NamedNode], closeness: Closeness, budget: Budget
) -> dict[NamedNode, list[Term]]:
    path = LINK_PATHS[closeness] if property_.vocabulary is not None else property_.path
    if property_.gives is Gives.KIND:
        path = str(name("rdf:type"))
    values = " ".join(map(str, things))
    found: dict[NamedNode, list[Term]] = defaultdict(list)
    for thing, value in select(
        engine, f"SELECT DISTINCT ?thing ?value {{ VALUES ?thing {{ {values} }} ?thing {path} ?value }}"
    ).rows:
        budget.spend(1)
        if isinstance(thing, NamedNode) and value is not None and _fits(value, property_):
            found[thing].append(value)
    return found


def _fits(value: Term, property_: Property) -> bool:
    if property_.vocabulary is not None:
        return isinstance(value, NamedNode) and property_.vocabulary.holds(value)
    if property_.text_language:
        return isinstance(value, Literal) and value.language == property_.text_language
    return isinstance(value, (NamedNode, Literal))


def _in_language(terms: Sequence[Term], property_: Property, language: str) -> Sequence[Term]:
    if property_.text_language:
        return terms
    wanted = [one for one in terms if not isinstance(one, Literal) or one.language in (None, language)]
    return wanted or terms


def _kinds(schema: Schema, classes: Iterable[Term], language: str) -> list[Value]:
    types = schema.most_special(one for one in classes if isinstance(one, NamedNode))
    return [Value(one.iri, one.labels.get(language, one.id), tuple(one.labels.values())) for one in types]


def _value(term: Term, names: Names, others: Mapping[NamedNode, Sequence[str]], language: str) -> Value:
    if isinstance(term, NamedNode):
        all_names = (*names.get(term, {}).values(), *others.get(term, ()))
        return Value(term, best_name(names, term, language), all_names)
    return Value(term, term.value if isinstance(term, Literal) else str(term))


def _order(value: Value) -> tuple[float, str, str]:
    is_number = isinstance(value.term, Literal) and value.name.lstrip("-").replace(".", "", 1).isdecimal()
    return (float(value.name) if is_number and len(value.name) < 300 else 0.0, value.name, str(value.term))
