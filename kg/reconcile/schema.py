"""The types and properties of a release, by the ids that tables know them by."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock

from pyoxigraph import Literal, NamedNode

from kg.core.names import PREFIXES, curie, name, sparql_prologue
from kg.engine import Engine, Table, select
from kg.reconcile.derived import DERIVED, Property
from kg.reconcile.uses import Uses, uses_of

_HELD_RELEASES = 2
_PROLOGUE = sparql_prologue("graph", "owl", "rdfs", "skos")
_LABELS = """SELECT ?term ?label ?meaning { GRAPH graph:ontology {
  VALUES ?kind { %s } ?term a ?kind ; rdfs:label ?label OPTIONAL { ?term skos:definition ?meaning } } }"""
_RELATIONS = "SELECT ?term ?other { GRAPH graph:ontology { ?term %s ?other } }"
_USED = f'SELECT DISTINCT ?class {{ ?thing a ?class FILTER(STRSTARTS(STR(?thing), "{PREFIXES["id"]}")) }}'
_CLASSES = "owl:Class"
_PROPERTIES = "owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty"

# what describes terms, and not things
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
    """A class that things have; ``parents`` are the ids of those directly above it."""

    id: str
    iri: NamedNode
    labels: Mapping[str, str]
    meaning: str = ""
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Schema:
    """Types and properties by id; ``above`` has for each class itself and all above it.

    ``uses`` has for each property the classes that have a thing with it.
    """

    types: Mapping[str, Type] = field(default_factory=dict)
    properties: Mapping[str, Property] = field(default_factory=dict)
    above: Mapping[NamedNode, frozenset[NamedNode]] = field(default_factory=dict)
    uses: Uses = field(default_factory=dict)

    def type_of(self, cls: NamedNode) -> Type | None:
        """The type that a class is, if it is one of ours."""
        return self.types.get(local_name(cls))

    def most_special(self, classes: Iterable[NamedNode]) -> tuple[Type, ...]:
        """Those types among the classes of a thing that have no other of them below."""
        own = set(classes)
        wider = {upper for cls in own for upper in self.above.get(cls, frozenset()) if upper != cls}
        found = (self.type_of(cls) for cls in own - wider)
        return tuple(sorted((one for one in found if one is not None), key=lambda one: one.id))

    def sought(self) -> frozenset[NamedNode]:
        """The classes of what plans speak of, without those that the apparatus is of as well."""
        ours = {one.iri for one in self.types.values()}
        apart = {cls for cls in ours if not self.above[cls].isdisjoint(APPARATUS)}
        return frozenset(ours - apart - {upper for cls in apart for upper in self.above[cls]})

    def below(self, type_ids: Iterable[str]) -> frozenset[NamedNode]:
        """The classes of some types and all below them; an unknown type has none."""
        wanted = {self.types[one].iri for one in type_ids if one in self.types}
        return frozenset(one.iri for one in self.types.values() if wanted & self.above[one.iri])

    def fitting(self, type_id: str) -> Iterator[Property]:
        """The properties that things of a type have, those below it included, the most telling first.

        An unknown type has none. Without a type (the empty id) they are those that belong to no class, if any thing
        has them.
        """
        fitting = [one for one in self.properties.values() if self._fits(one, type_id)]
        ours = {one.id for one in DERIVED}
        yield from (one for one in fitting if one.id in ours)
        yield from (one for one in fitting if one.id not in ours and one.domains)
        yield from (one for one in fitting if one.id not in ours and not one.domains)

    def _fits(self, one: Property, type_id: str) -> bool:
        users = self.uses.get(one.id, frozenset())
        if not type_id:
            return bool(users) and not one.domains
        return type_id in self.types and self.types[type_id].iri in users


def local_name(term: NamedNode) -> str:
    """The id of a class or property of ours; of any other the compact IRI."""
    return term.value.removeprefix(PREFIXES["fyp"]) if term.value.startswith(PREFIXES["fyp"]) else curie(term)


def schema_of(engine: Engine) -> Schema:
    """Ask an engine for the types and properties of its release.

    Raises:
        As ``Engine.answer``.
    """
    parents, domains, ranges = (_related(engine, one) for one in ("rdfs:subClassOf", "rdfs:domain", "rdfs:range"))
    used = set(select(engine, _USED).column("class"))
    above = {cls: _above(cls, parents) for cls in {*parents, *(one for one in used if isinstance(one, NamedNode))}}
    types = {}
    for cls, (labels, meaning) in _told(engine, _CLASSES).items():
        if cls in used:
            upper = tuple(sorted(local_name(one) for one in parents[cls] if one in used and _is_ours(one)))
            types[local_name(cls)] = Type(local_name(cls), cls, labels, meaning, upper)
    terms = {}
    for term, (labels, meaning) in _told(engine, _PROPERTIES).items():
        found = next(iter(ranges[term]), None)
        terms[local_name(term)] = Property(
            local_name(term), labels, meaning, str(term), domains=frozenset(domains[term]), range=found
        )
    derived = {one.id: one for one in DERIVED}
    properties = derived | terms | derived  # what is made for tables comes first, and instead of a term of its id
    return Schema(types, properties, above, uses_of(engine, DERIVED, terms.values()))


class Schemas:
    """The schemas of the newest releases, asked once for each; a release never changes."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Schema] = OrderedDict()
        self._lock = Lock()

    def of(self, engine: Engine) -> Schema:
        """The schema of the engine's release.

        Raises:
            As ``Engine.answer``.
        """
        with self._lock:
            if engine.release_id in self._held:
                return self._held[engine.release_id]
        found = schema_of(engine)
        with self._lock:
            self._held[engine.release_id] = found
            while len(self._held) > _HELD_RELEASES:
                self._held.popitem(last=False)
        return found


def _is_ours(term: NamedNode) -> bool:
    return term.value.startswith(PREFIXES["fyp"])


def _told(engine: Engine, kinds: str) -> dict[NamedNode, tuple[dict[str, str], str]]:
    """The labels and the English definition of each term of ours of some kinds, in the order of their names."""
    found: dict[NamedNode, tuple[dict[str, str], str]] = {}
    rows: Table = select(engine, _PROLOGUE + _LABELS % kinds)
    for term, label, meaning in sorted(rows.rows, key=str):
        if not isinstance(term, NamedNode) or not isinstance(label, Literal) or not _is_ours(term) or term in _OF_TERMS:
            continue
        labels, said = found.get(term, ({}, ""))
        labels[label.language or ""] = label.value
        found[term] = labels, meaning.value if isinstance(meaning, Literal) else said
    return found


def _related(engine: Engine, relation: str) -> Mapping[NamedNode, set[NamedNode]]:
    found: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for term, other in select(engine, _PROLOGUE + _RELATIONS % relation).rows:
        if isinstance(term, NamedNode) and isinstance(other, NamedNode):
            found[term].add(other)
    return found


def _above(cls: NamedNode, parents: Mapping[NamedNode, set[NamedNode]]) -> frozenset[NamedNode]:
    found, left = {cls}, [cls]
    while left:
        fresh = parents.get(left.pop(), set()) - found
        found |= fresh
        left += fresh
    return frozenset(found)
