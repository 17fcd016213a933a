"""The terms and parts of the ontology, read from its statements (OWL 2 Mapping to RDF Graphs, tables 1 and 16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.core.names import PREFIXES, ROOT, name
from kg.engine import Term as RdfTerm

Texts = Mapping[str, str]
"""A text for each language tag."""


class Sort(Enum):
    """What a term is; the order is that of reading."""

    CLASS = "class"
    OBJECT = "object property"
    DATA = "data property"
    ANNOTATION = "annotation property"
    INDIVIDUAL = "individual"

    @property
    def is_property(self) -> bool:
        """Whether a term of this sort joins a thing with something."""
        return self in (Sort.OBJECT, Sort.DATA, Sort.ANNOTATION)


@dataclass(frozen=True)
class Term:
    """A term of ours.

    ``above`` are the terms of ours that it stands directly below, ``alignments`` those of other vocabularies;
    ``classes`` are those of an individual. ``reasons`` say why there is no ``domain``, ``range`` or ``inverse``.
    """

    iri: NamedNode
    sort: Sort
    labels: Texts
    definition: str
    examples: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    above: tuple[NamedNode, ...] = ()
    alignments: tuple[NamedNode, ...] = ()
    classes: tuple[NamedNode, ...] = ()
    domain: tuple[NamedNode, ...] = ()
    range: tuple[NamedNode, ...] = ()
    inverses: tuple[NamedNode, ...] = ()
    chains: tuple[tuple[NamedNode, ...], ...] = ()
    disjoint: tuple[NamedNode, ...] = ()
    traits: tuple[str, ...] = ()
    reasons: Texts = field(default_factory=dict)
    deprecated: bool = False

    @property
    def local(self) -> str:
        """The name without its namespace; the anchor of the term on its page."""
        return self.iri.value.removeprefix(PREFIXES["fyp"])


@dataclass(frozen=True)
class Module:
    """A part of the ontology, and its terms in the order of reading; ``slug`` is empty for the rest without a part."""

    slug: str
    labels: Texts
    definition: str
    members: tuple[NamedNode, ...]


@dataclass(frozen=True)
class Vocabulary:
    """The ontology as a whole: its header, its terms in the order of their IRIs, and its parts."""

    iri: NamedNode
    version: str
    titles: Texts
    description: str
    issued: str
    terms: Mapping[NamedNode, Term]
    modules: tuple[Module, ...]

    @cached_property
    def below(self) -> Mapping[NamedNode, tuple[NamedNode, ...]]:
        """The terms directly below each term, individuals below their class."""
        found: dict[NamedNode, list[NamedNode]] = {}
        for term in self.terms.values():
            for one in (*term.above, *term.classes):
                found.setdefault(one, []).append(term.iri)
        return {one: tuple(terms) for one, terms in found.items()}

    @cached_property
    def leading_from(self) -> Mapping[NamedNode, tuple[NamedNode, ...]]:
        """The properties whose domain a class is."""
        return self._joining("domain")

    @cached_property
    def leading_to(self) -> Mapping[NamedNode, tuple[NamedNode, ...]]:
        """The properties whose range a class is."""
        return self._joining("range")

    def _joining(self, end: str) -> dict[NamedNode, tuple[NamedNode, ...]]:
        found: dict[NamedNode, list[NamedNode]] = {}
        for term in self.terms.values():
            for cls in getattr(term, end):
                found.setdefault(cls, []).append(term.iri)
        return {cls: tuple(terms) for cls, terms in found.items()}


Subject = NamedNode | BlankNode

_FIRST, _REST = name("rdf:first"), name("rdf:rest")


class Index:
    """The statements of a graph, to be asked by subject or by object."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: defaultdict[tuple[Subject, NamedNode], list[RdfTerm]] = defaultdict(list)
        self._subjects: defaultdict[tuple[NamedNode, RdfTerm], list[Subject]] = defaultdict(list)
        for triple in triples:
            if isinstance(triple.subject, NamedNode | BlankNode):
                self._objects[triple.subject, triple.predicate].append(triple.object)
                self._subjects[triple.predicate, triple.object].append(triple.subject)

    def objects(self, subject: Subject, predicate: NamedNode) -> list[RdfTerm]:
        """What a subject says with a property; IRIs and texts in their order."""
        return sorted(self._objects.get((subject, predicate), ()), key=str)

    def iris(self, subject: Subject, predicate: NamedNode) -> tuple[NamedNode, ...]:
        """The IRIs among them."""
        return tuple(one for one in self.objects(subject, predicate) if isinstance(one, NamedNode))

    def subjects(self, predicate: NamedNode, value: RdfTerm) -> list[Subject]:
        """Who says this, named ones in their order."""
        return sorted(self._subjects.get((predicate, value), ()), key=str)

    def named(self, predicate: NamedNode, value: RdfTerm) -> tuple[NamedNode, ...]:
        """The IRIs among them."""
        return tuple(one for one in self.subjects(predicate, value) if isinstance(one, NamedNode))

    def texts(self, subject: Subject, predicate: NamedNode) -> tuple[str, ...]:
        """The literals that a subject says with a property, without their languages."""
        return tuple(one.value for one in self.objects(subject, predicate) if isinstance(one, Literal))

    def text(self, subject: Subject, predicate: NamedNode) -> str:
        """The first of them, or nothing."""
        return next(iter(self.texts(subject, predicate)), "")

    def by_language(self, subject: Subject, *predicates: NamedNode) -> dict[str, str]:
        """A text for each language, from the first property that has one; untagged text has the language ``""``."""
        found: dict[str, str] = {}
        for predicate in predicates:
            for one in self.objects(subject, predicate):
                if isinstance(one, Literal):
                    found.setdefault(one.language or "", one.value)
        return found

    def list_of(self, head: RdfTerm) -> tuple[RdfTerm, ...]:
        """The members of an RDF list; of one that is broken or leads back to itself, those up to there."""
        members, seen = list[RdfTerm](), set[RdfTerm]()
        while isinstance(head, BlankNode) and head not in seen:
            seen.add(head)
            members += self.objects(head, _FIRST)[:1]
            head = next(iter(self.objects(head, _REST)), name("rdf:nil"))
        return tuple(members)


ONTOLOGY = NamedNode(ROOT + "ontology")

_TYPE = name("rdf:type")
_SORTS = {
    name("owl:Class"): Sort.CLASS,
    name("owl:ObjectProperty"): Sort.OBJECT,
    name("owl:DatatypeProperty"): Sort.DATA,
    name("owl:AnnotationProperty"): Sort.ANNOTATION,
    name("owl:NamedIndividual"): Sort.INDIVIDUAL,
}
_TRAITS = {name("owl:FunctionalProperty"): "functional", name("owl:TransitiveProperty"): "transitive"}
_REASONS = {"domain": "fyp:noDomainReason", "range": "fyp:noRangeReason", "inverse": "fyp:noInverseReason"}
_MEMBERS = (name("owl:members"), name("owl:distinctMembers"))


def read_vocabulary(triples: Iterable[Triple]) -> Vocabulary:
    """The ontology that the statements describe; of a graph without a header the version is empty."""
    index = Index(triples)
    disjoint = _disjoint(index)
    found = {iri: sort for kind, sort in _SORTS.items() for iri in index.named(_TYPE, kind) if _ours(iri)}
    terms = {iri: _term(index, iri, found[iri], disjoint) for iri in sorted(found, key=str)}
    return Vocabulary(
        ONTOLOGY,
        index.text(ONTOLOGY, name("owl:versionInfo")),
        index.by_language(ONTOLOGY, name("dcterms:title")),
        index.text(ONTOLOGY, name("dcterms:description")),
        index.text(ONTOLOGY, name("dcterms:issued")),
        terms,
        _modules(index, terms),
    )


def _ours(iri: NamedNode) -> bool:
    return iri.value.startswith(PREFIXES["fyp"])


def _term(index: Index, iri: NamedNode, sort: Sort, disjoint: Mapping[NamedNode, set[NamedNode]]) -> Term:
    above = index.iris(iri, name("rdfs:subClassOf")) + index.iris(iri, name("rdfs:subPropertyOf"))
    classes = index.iris(iri, _TYPE)
    reasons = {what: index.text(iri, name(reason)) for what, reason in _REASONS.items()}
    inverse = name("owl:inverseOf")
    return Term(
        iri,
        sort,
        index.by_language(iri, name("rdfs:label"), name("skos:prefLabel")),
        index.text(iri, name("skos:definition")),
        examples=index.texts(iri, name("skos:example")),
        notes=index.texts(iri, name("skos:scopeNote")),
        above=tuple(one for one in above if _ours(one)),
        alignments=tuple(one for one in above if not _ours(one)),
        classes=tuple(one for one in classes if _ours(one)),
        domain=index.iris(iri, name("rdfs:domain")),
        range=index.iris(iri, name("rdfs:range")),
        inverses=tuple(sorted({*index.iris(iri, inverse), *index.named(inverse, iri)}, key=str)),
        chains=_chains(index, iri),
        disjoint=tuple(sorted(disjoint.get(iri, ()), key=str)),
        traits=tuple(trait for kind, trait in _TRAITS.items() if kind in classes),
        reasons={what: reason for what, reason in reasons.items() if reason},
        deprecated=index.text(iri, name("owl:deprecated")) in ("true", "1"),
    )


def _chains(index: Index, iri: NamedNode) -> tuple[tuple[NamedNode, ...], ...]:
    heads = index.objects(iri, name("owl:propertyChainAxiom"))
    chains = (tuple(one for one in index.list_of(head) if isinstance(one, NamedNode)) for head in heads)
    return tuple(sorted(chains, key=str))


def _disjoint(index: Index) -> dict[NamedNode, set[NamedNode]]:
    """For each class the classes that it shares no thing with; individuals that differ are no news to a reader."""
    found: dict[NamedNode, set[NamedNode]] = {}
    for axiom in index.subjects(_TYPE, name("owl:AllDisjointClasses")):
        for head in index.objects(axiom, _MEMBERS[0]):
            members = {one for one in index.list_of(head) if isinstance(one, NamedNode)}
            for one in members:
                found.setdefault(one, set()).update(members - {one})
    return found


def _modules(index: Index, terms: Mapping[NamedNode, Term]) -> tuple[Module, ...]:
    """The parts by their position; a term without one, and all of an older ontology, stand in a last part."""
    parts = index.named(_TYPE, name("skos:Collection"))
    found, placed = list[tuple[int, Module]](), set[NamedNode]()
    for part in parts:
        position = index.text(part, name("fyp:position"))
        members = {one for one in index.iris(part, name("skos:member")) if one in terms} - placed
        placed |= members
        module = Module(
            part.value.removeprefix(PREFIXES["module"]),
            index.by_language(part, name("skos:prefLabel")),
            index.text(part, name("skos:definition")),
            _in_order(terms, members),
        )
        found.append((int(position) if position.isdecimal() else len(parts), module))
    modules = [module for _, module in sorted(found, key=lambda pair: (pair[0], pair[1].slug))]
    rest = terms.keys() - placed
    return (*modules, *([Module("", {}, "", _in_order(terms, rest))] if rest else []))


def _in_order(terms: Mapping[NamedNode, Term], members: Iterable[NamedNode]) -> tuple[NamedNode, ...]:
    """Classes before properties before individuals; a class after the one above it, an individual after its class."""
    sorts = list(Sort)

    def way(iri: NamedNode, seen: tuple[NamedNode, ...] = ()) -> tuple[str, ...]:
        upper = [one for one in (*terms[iri].above, *terms[iri].classes) if one in terms and one not in seen]
        return (*(way(upper[0], (*seen, iri)) if upper else ()), terms[iri].local)

    def place(iri: NamedNode) -> tuple[int, tuple[str, ...]]:
        return sorts.index(terms[iri].sort), way(iri)

    return tuple(sorted(members, key=place))
