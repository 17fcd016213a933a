"""The types and properties of reconciliation, and queries of a table: name, types and expected properties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from kg.core.lru_cache import LruCache
from kg.core.names import PREFIXES, curie, name, sparql_prologue
from kg.engine import Engine, Table, select
from kg.reconcile.properties import DERIVED, LINK_PATHS, Closeness, Property
from kg.search.folding import fold

USUAL_LIMIT = 10
LARGEST_LIMIT = 100
MOST_CHARACTERS = 300
"""The most characters of a text that are compared; a longer query or value finds nothing by its name."""


class Strictness(StrEnum):
    """The effect of a missing type: ``should`` lowers the score, the others leave the resource out."""

    ANY = "any"
    ALL = "all"
    SHOULD = "should"


@dataclass(frozen=True)
class TableValue:
    """A value in the table; if ``identifier`` is that of a resource, ``text`` is its name."""

    text: str = ""
    identifier: str = ""

    @cached_property
    def folded(self) -> str:
        """The beginning of the text as it is compared, folded once for all comparisons."""
        return fold(self.text[:MOST_CHARACTERS])


@dataclass(frozen=True)
class Condition:
    """A property, by its id, and its values in the table; the resource should have each of them."""

    property_id: str
    values: tuple[TableValue, ...]


@dataclass(frozen=True)
class Query:
    """One query; without a text, candidates are found by their properties. ``limit`` is from 1 to LARGEST_LIMIT."""

    text: str = ""
    types: tuple[str, ...] = ()
    strictness: Strictness = Strictness.ANY
    conditions: tuple[Condition, ...] = ()
    limit: int = USUAL_LIMIT

    @cached_property
    def folded(self) -> str:
        """The beginning of the text as it is compared, folded once for all comparisons."""
        return fold(self.text[:MOST_CHARACTERS])


_OURS = f'FILTER(STRSTARTS(STR(?thing), "{PREFIXES["id"]}"))'
# the classes are read from the data, as a class without instances gives no candidates
_CLASSES_IN_USE = f"SELECT DISTINCT ?class {{ ?thing a ?class {_OURS} }}"
_PREDICATES = f"SELECT DISTINCT ?class ?predicate {{ ?thing ?predicate ?value ; a ?class {_OURS} }}"
_LINKS = f"SELECT DISTINCT ?class ?value {{ ?thing {LINK_PATHS[Closeness.ALL]} ?value ; a ?class {_OURS} }}"
_IN_LANGUAGE = 'FILTER(LANG(?value) = "%s")'

Uses = Mapping[str, frozenset[NamedNode]]
"""For each property by its id, the classes that have an instance with it."""


def uses_of(engine: Engine, derived: Iterable[Property], terms: Iterable[Property]) -> Uses:
    """Return the uses of the properties that tables need, and of those of the ontology.

    Raises:
        As ``Engine.answer``.
    """
    # one query covers all simple properties, since a query for each would scan the graph as often
    by_path = _by(select(engine, _PREDICATES))
    links, everything = select(engine, _LINKS), _iris(select(engine, _CLASSES_IN_USE).column("class"))
    uses = {property_.id: by_path.get(property_.path, frozenset()) for property_ in terms}
    for property_ in derived:
        if not property_.path:  # made from the resource
            uses[property_.id] = everything
        elif property_.vocabulary is not None:
            uses[property_.id] = _linked(property_, links)
        else:
            uses[property_.id] = _users(engine, property_)
    return uses


def _users(engine: Engine, property_: Property) -> frozenset[NamedNode]:
    language_filter = _IN_LANGUAGE % property_.text_language if property_.text_language else ""
    query = f"SELECT DISTINCT ?class {{ ?thing {property_.path} ?value ; a ?class {_OURS} {language_filter} }}"
    return _iris(select(engine, query).column("class"))


def _linked(property_: Property, links: Table) -> frozenset[NamedNode]:
    home = property_.vocabulary
    return _iris(cls for cls, value in links.rows if home and isinstance(value, NamedNode) and home.holds(value))


def _by(table: Table) -> Mapping[str, frozenset[NamedNode]]:
    """Return the classes by predicate, written as a path."""
    classes_by_path: dict[str, set[object]] = defaultdict(set)
    for cls, predicate in table.rows:
        classes_by_path[str(predicate)].add(cls)
    return {path: _iris(classes) for path, classes in classes_by_path.items()}


def _iris(terms: Iterable[object]) -> frozenset[NamedNode]:
    return frozenset(term for term in terms if isinstance(term, NamedNode))


_CACHED_RELEASES = 2
_PROLOGUE = sparql_prologue("graph", "owl", "rdfs", "skos")
_LABELS = """SELECT ?term ?label ?meaning { GRAPH graph:ontology {
  VALUES ?kind { %s } ?term a ?kind ; rdfs:label ?label OPTIONAL { ?term skos:definition ?meaning } } }"""
_RELATIONS = "SELECT ?term ?other { GRAPH graph:ontology { ?term %s ?other } }"
_CLASSES = "owl:Class"
_PROPERTIES = "owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty"

# properties that describe terms, not resources
_OF_TERMS = frozenset(map(name, ("fyp:noDomainReason", "fyp:noRangeReason", "fyp:noInverseReason")))

# what the graph is made of besides what plans speak of: sought only by who asks for such a type
APPARATUS = frozenset(
    map(
        name,
        (
            *("fyp:AnswerColumn", "fyp:CannedQuestion", "fyp:EditorialNote", "fyp:Evidence", "fyp:Link"),
            *("fyp:Mention", "fyp:PlanTitle", "fyp:Quantity", "fyp:Section", "fyp:SourceDocument"),
        ),
    )
)


@dataclass(frozen=True)
class Type:
    """A class with instances; ``parents`` are the ids of those directly above it."""

    id: str
    iri: NamedNode
    labels: Mapping[str, str]
    meaning: str = ""
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Schema:
    """Types and properties by id; ``above`` has for each class itself and all above it.

    ``uses`` has for each property the classes that have an instance with it.
    """

    types: Mapping[str, Type] = field(default_factory=dict)
    properties: Mapping[str, Property] = field(default_factory=dict)
    above: Mapping[NamedNode, frozenset[NamedNode]] = field(default_factory=dict)
    uses: Uses = field(default_factory=dict)

    def type_of(self, cls: NamedNode) -> Type | None:
        """Return the type of a class, or None if it is not one of ours."""
        return self.types.get(local_name(cls))

    def most_special(self, classes: Iterable[NamedNode]) -> tuple[Type, ...]:
        """Return the types among the classes of a resource that have no other of them below."""
        own = set(classes)
        wider = {upper for cls in own for upper in self.above.get(cls, frozenset()) if upper != cls}
        types = (self.type_of(cls) for cls in own - wider)
        return tuple(sorted((type_ for type_ in types if type_ is not None), key=lambda type_: type_.id))

    def searchable_classes(self) -> frozenset[NamedNode]:
        """Return the classes of what plans speak of, without those of the apparatus."""
        ours = {type_.iri for type_ in self.types.values()}
        # a class counts to the apparatus with all classes below it
        apart = {cls for cls in ours if not self.above[cls].isdisjoint(APPARATUS)}
        # classes above the apparatus are left out, since its resources are their instances, too
        return frozenset(ours - apart - {upper for cls in apart for upper in self.above[cls]})

    def below(self, type_ids: Iterable[str]) -> frozenset[NamedNode]:
        """Return the classes of some types and all below them; an unknown type has none."""
        wanted = {self.types[type_id].iri for type_id in type_ids if type_id in self.types}
        return frozenset(type_.iri for type_ in self.types.values() if wanted & self.above[type_.iri])

    def fitting(self, type_id: str) -> Iterator[Property]:
        """Yield the properties that instances of a type have, subclasses included, the most telling first.

        An unknown type has none. Without a type (the empty id) they are those that belong to no class, if any resource
        has them.
        """
        fitting = [property_ for property_ in self.properties.values() if self._fits(property_, type_id)]
        ours = {property_.id for property_ in DERIVED}
        yield from (property_ for property_ in fitting if property_.id in ours)
        yield from (property_ for property_ in fitting if property_.id not in ours and property_.domains)
        yield from (property_ for property_ in fitting if property_.id not in ours and not property_.domains)

    def _fits(self, property_: Property, type_id: str) -> bool:
        users = self.uses.get(property_.id, frozenset())
        if not type_id:
            return bool(users) and not property_.domains
        return type_id in self.types and self.types[type_id].iri in users


def local_name(term: NamedNode) -> str:
    """Return the id of a class or property of ours; of any other the compact IRI."""
    return term.value.removeprefix(PREFIXES["fyp"]) if term.value.startswith(PREFIXES["fyp"]) else curie(term)


def schema_of(engine: Engine) -> Schema:
    """Query the types and properties of an engine's release.

    Raises:
        As ``Engine.answer``.
    """
    parents, domains, ranges = (
        _related(engine, relation) for relation in ("rdfs:subClassOf", "rdfs:domain", "rdfs:range")
    )
    used = set(select(engine, _CLASSES_IN_USE).column("class"))
    # the transitive closure is made once, so that tests for subclasses are look-ups
    above = {cls: _above(cls, parents) for cls in {*parents, *(cls for cls in used if isinstance(cls, NamedNode))}}
    types = {}
    for cls, (labels, meaning) in _descriptions(engine, _CLASSES).items():
        if cls in used:
            upper = tuple(sorted(local_name(parent) for parent in parents[cls] if parent in used and _is_ours(parent)))
            types[local_name(cls)] = Type(local_name(cls), cls, labels, meaning, upper)
    terms = {}
    for term, (labels, meaning) in _descriptions(engine, _PROPERTIES).items():
        range_ = next(iter(ranges[term]), None)
        terms[local_name(term)] = Property(
            local_name(term), labels, meaning, str(term), domains=frozenset(domains[term]), range=range_
        )
    derived = {property_.id: property_ for property_ in DERIVED}
    properties = derived | terms | derived  # what is made for tables comes first, and instead of a term of its id
    return Schema(types, properties, above, uses_of(engine, DERIVED, terms.values()))


class Schemas:
    """The schemas of the newest releases, queried once for each; a release never changes."""

    def __init__(self) -> None:
        self._cache = LruCache[str, Schema](_CACHED_RELEASES)

    def of(self, engine: Engine) -> Schema:
        """Return the schema of the engine's release.

        Raises:
            As ``Engine.answer``.
        """
        return self._cache.get(engine.release_id, lambda: schema_of(engine))


def _is_ours(term: NamedNode) -> bool:
    return term.value.startswith(PREFIXES["fyp"])


def _descriptions(engine: Engine, kinds: str) -> dict[NamedNode, tuple[dict[str, str], str]]:
    """Return the labels and the English definition of each term of some kinds, in the order of their names."""
    descriptions: dict[NamedNode, tuple[dict[str, str], str]] = {}
    rows: Table = select(engine, _PROLOGUE + _LABELS % kinds)
    for term, label, meaning in sorted(rows.rows, key=str):
        if not isinstance(term, NamedNode) or not isinstance(label, Literal) or not _is_ours(term) or term in _OF_TERMS:
            continue
        labels, earlier_meaning = descriptions.get(term, ({}, ""))
        labels[label.language or ""] = label.value
        descriptions[term] = labels, meaning.value if isinstance(meaning, Literal) else earlier_meaning
    return descriptions


def _related(engine: Engine, relation: str) -> Mapping[NamedNode, set[NamedNode]]:
    related: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for term, other in select(engine, _PROLOGUE + _RELATIONS % relation).rows:
        if isinstance(term, NamedNode) and isinstance(other, NamedNode):
            related[term].add(other)
    return related


def _above(cls: NamedNode, parents: Mapping[NamedNode, set[NamedNode]]) -> frozenset[NamedNode]:
    # the closure ends in a cycle, too, since a class that is known is not visited again
    upper, left = {cls}, [cls]
    while left:
        fresh = parents.get(left.pop(), set()) - upper
        upper |= fresh
        left += fresh
    return frozenset(upper)
