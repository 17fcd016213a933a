"""From the statements of an ontology to its terms and parts (OWL 2 Mapping to RDF Graphs, tables 1 and 16)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode, Triple

from kg.core.messages import N_
from kg.core.names import PREFIXES, ROOT, name
from kg.graph.ontology.index import Index
from kg.graph.ontology.term import Module, Sort, Term, Vocabulary

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
