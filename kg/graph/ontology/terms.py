"""The terms and parts of the ontology, read from its statements (OWL 2 Mapping to RDF Graphs, tables 1 and 16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.core.errors import N_
from kg.core.names import PREFIXES, ROOT, name
from kg.engine import Term as RdfTerm

Texts = Mapping[str, str]
"""A text for each language tag."""


class Sort(Enum):
    """The type of a term, in reading order."""

    CLASS = N_("class")
    OBJECT = N_("object property")
    DATA = N_("data property")
    ANNOTATION = N_("annotation property")
    INDIVIDUAL = N_("individual")

    @property
    def is_property(self) -> bool:
        """Return True if a term of this sort is a property."""
        return self in (Sort.OBJECT, Sort.DATA, Sort.ANNOTATION)


@dataclass(frozen=True)
class Term:
    """A term of our ontology.

    ``above`` are its direct superterms, ``alignments`` those in other vocabularies, ``classes`` the classes of an
    individual. ``reasons`` explain a missing ``domain``, ``range`` or ``inverse``.
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
        """Return the name without its namespace, which is the anchor of the term on its page."""
        return self.iri.value.removeprefix(PREFIXES["fyp"])


@dataclass(frozen=True)
class Module:
    """A part of the ontology with its terms in reading order; ``slug`` is empty for terms without a part."""

    slug: str
    labels: Texts
    definition: str
    members: tuple[NamedNode, ...]


@dataclass(frozen=True)
class Vocabulary:
    """The whole ontology: its header, its terms in order of IRI, and its parts."""

    iri: NamedNode
    version: str
    titles: Texts
    description: str
    issued: str
    terms: Mapping[NamedNode, Term]
    modules: tuple[Module, ...]

    @cached_property
    def below(self) -> Mapping[NamedNode, tuple[NamedNode, ...]]:
        """Return the terms directly below each term, individuals below their class."""
        by_parent: dict[NamedNode, list[NamedNode]] = {}
        for term in self.terms.values():
            for parent in (*term.above, *term.classes):
                by_parent.setdefault(parent, []).append(term.iri)
        return {parent: tuple(terms) for parent, terms in by_parent.items()}

    @cached_property
    def leading_from(self) -> Mapping[NamedNode, tuple[NamedNode, ...]]:
        """Return the properties with a class as domain, by class."""
        return self._joining("domain")

    @cached_property
    def leading_to(self) -> Mapping[NamedNode, tuple[NamedNode, ...]]:
        """Return the properties with a class as range, by class."""
        return self._joining("range")

    def _joining(self, end: str) -> dict[NamedNode, tuple[NamedNode, ...]]:
        properties: dict[NamedNode, list[NamedNode]] = {}
        for term in self.terms.values():
            for cls in getattr(term, end):
                properties.setdefault(cls, []).append(term.iri)
        return {cls: tuple(terms) for cls, terms in properties.items()}


Subject = NamedNode | BlankNode

_FIRST, _REST = name("rdf:first"), name("rdf:rest")


class Index:
    """The statements of a graph by subject and by object, always in the same order."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: defaultdict[tuple[Subject, NamedNode], list[RdfTerm]] = defaultdict(list)
        self._subjects: defaultdict[tuple[NamedNode, RdfTerm], list[Subject]] = defaultdict(list)
        for triple in triples:
            if isinstance(triple.subject, NamedNode | BlankNode):
                self._objects[triple.subject, triple.predicate].append(triple.object)
                self._subjects[triple.predicate, triple.object].append(triple.subject)

    def objects(self, subject: Subject, predicate: NamedNode) -> list[RdfTerm]:
        """Return the sorted objects of a subject and predicate."""
        # sorted, since a graph has no order and a page must be the same each time
        return sorted(self._objects.get((subject, predicate), ()), key=str)

    def iris(self, subject: Subject, predicate: NamedNode) -> tuple[NamedNode, ...]:
        """Return the objects that are IRIs."""
        return tuple(term for term in self.objects(subject, predicate) if isinstance(term, NamedNode))

    def subjects(self, predicate: NamedNode, value: RdfTerm) -> list[Subject]:
        """Return the sorted subjects of a predicate and object."""
        return sorted(self._subjects.get((predicate, value), ()), key=str)

    def named(self, predicate: NamedNode, value: RdfTerm) -> tuple[NamedNode, ...]:
        """Return the subjects that are IRIs."""
        return tuple(term for term in self.subjects(predicate, value) if isinstance(term, NamedNode))

    def texts(self, subject: Subject, predicate: NamedNode) -> tuple[str, ...]:
        """Return the literals of a subject and predicate, without their languages."""
        return tuple(term.value for term in self.objects(subject, predicate) if isinstance(term, Literal))

    def text(self, subject: Subject, predicate: NamedNode) -> str:
        """Return the first of these literals, or an empty text."""
        return next(iter(self.texts(subject, predicate)), "")

    def by_language(self, subject: Subject, *predicates: NamedNode) -> dict[str, str]:
        """Return a text for each language, from the first property that has one.

        Text without a language tag has the language ``""``.
        """
        texts: dict[str, str] = {}
        for predicate in predicates:
            for term in self.objects(subject, predicate):
                if isinstance(term, Literal):
                    texts.setdefault(term.language or "", term.value)
        return texts

    def list_of(self, head: RdfTerm) -> tuple[RdfTerm, ...]:
        """Return the members of an RDF list; a broken or circular list ends there."""
        members, seen = list[RdfTerm](), set[RdfTerm]()
        # a list that refers to itself would never reach ``rdf:nil``
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
_TRAITS = {name("owl:FunctionalProperty"): N_("functional"), name("owl:TransitiveProperty"): N_("transitive")}
_REASONS = {"domain": "fyp:noDomainReason", "range": "fyp:noRangeReason", "inverse": "fyp:noInverseReason"}
_MEMBERS = (name("owl:members"), name("owl:distinctMembers"))


def read_vocabulary(triples: Iterable[Triple]) -> Vocabulary:
    """Read the ontology from its statements; without a header the version is empty."""
    index = Index(triples)
    disjoint = _disjoint(index)
    sorts = {iri: sort for kind, sort in _SORTS.items() for iri in index.named(_TYPE, kind) if _ours(iri)}
    terms = {iri: _term(index, iri, sorts[iri], disjoint) for iri in sorted(sorts, key=str)}
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
        above=tuple(parent for parent in above if _ours(parent)),
        alignments=tuple(parent for parent in above if not _ours(parent)),
        classes=tuple(parent for parent in classes if _ours(parent)),
        domain=index.iris(iri, name("rdfs:domain")),
        range=index.iris(iri, name("rdfs:range")),
        # an inverse may be stated at either of the two properties
        inverses=tuple(sorted({*index.iris(iri, inverse), *index.named(inverse, iri)}, key=str)),
        chains=_chains(index, iri),
        disjoint=tuple(sorted(disjoint.get(iri, ()), key=str)),
        traits=tuple(trait for kind, trait in _TRAITS.items() if kind in classes),
        reasons={what: reason for what, reason in reasons.items() if reason},
        deprecated=index.text(iri, name("owl:deprecated")) in ("true", "1"),
    )


def _chains(index: Index, iri: NamedNode) -> tuple[tuple[NamedNode, ...], ...]:
    heads = index.objects(iri, name("owl:propertyChainAxiom"))
    chains = (tuple(member for member in index.list_of(head) if isinstance(member, NamedNode)) for head in heads)
    return tuple(sorted(chains, key=str))


def _disjoint(index: Index) -> dict[NamedNode, set[NamedNode]]:
    """Return the disjoint classes of each class; axioms on different individuals are left out."""
    disjoint: dict[NamedNode, set[NamedNode]] = {}
    for axiom in index.subjects(_TYPE, name("owl:AllDisjointClasses")):
        for head in index.objects(axiom, _MEMBERS[0]):
            members = {cls for cls in index.list_of(head) if isinstance(cls, NamedNode)}
            for cls in members:
                disjoint.setdefault(cls, set()).update(members - {cls})
    return disjoint


def _modules(index: Index, terms: Mapping[NamedNode, Term]) -> tuple[Module, ...]:
    """Return the parts by position; terms without a part come last in an unnamed one."""
    parts = index.named(_TYPE, name("skos:Collection"))
    positioned, placed = list[tuple[int, Module]](), set[NamedNode]()
    for part in parts:
        position = index.text(part, name("fyp:position"))
        # a term in two parts belongs to the first of them, or its page would list it twice
        members = {member for member in index.iris(part, name("skos:member")) if member in terms} - placed
        placed |= members
        module = Module(
            part.value.removeprefix(PREFIXES["module"]),
            index.by_language(part, name("skos:prefLabel")),
            index.text(part, name("skos:definition")),
            _in_order(terms, members),
        )
        # parts without a position come last
        positioned.append((int(position) if position.isdecimal() else len(parts), module))
    modules = [module for _, module in sorted(positioned, key=lambda pair: (pair[0], pair[1].slug))]
    rest = terms.keys() - placed
    return (*modules, *([Module("", {}, "", _in_order(terms, rest))] if rest else []))


def _in_order(terms: Mapping[NamedNode, Term], members: Iterable[NamedNode]) -> tuple[NamedNode, ...]:
    """Sort terms: classes, properties, individuals; a class after its superclass, an individual after its class."""
    sorts = list(Sort)

    # the key of a term is the path from its uppermost superterm, so that it sorts right after that
    def way(iri: NamedNode, seen: tuple[NamedNode, ...] = ()) -> tuple[str, ...]:
        above = (*terms[iri].above, *terms[iri].classes)
        # ``seen`` ends the path in a cycle
        upper = [parent for parent in above if parent in terms and parent not in seen]
        return (*(way(upper[0], (*seen, iri)) if upper else ()), terms[iri].local)

    def place(iri: NamedNode) -> tuple[int, tuple[str, ...]]:
        return sorts.index(terms[iri].sort), way(iri)

    return tuple(sorted(members, key=place))
