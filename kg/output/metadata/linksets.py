"""The links to datasets elsewhere, counted by vocabulary and predicate (VoID, section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.names import PREFIXES, curie, name, sparql_prologue
from kg.core.vocabularies import VOCABULARIES, Vocabulary
from kg.engine import Engine, select
from kg.output.metadata.texts import DATASET, TITLES

LINKING = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch")
"""The predicates of a link, the closest first."""


@dataclass(frozen=True)
class Linkset:
    """How many triples link things of ours to a vocabulary elsewhere by one predicate."""

    vocabulary: Vocabulary
    predicate: NamedNode
    triples: int

    @property
    def iri(self) -> NamedNode:
        """Its IRI, made of both names: ``...void#links-wikidata-exactMatch``."""
        return name(f"dataset:links-{self.vocabulary.prefix}-{curie(self.predicate).partition(':')[2]}")


def query() -> str:
    """The SELECT that counts the links; a page shows it, so that its readers can ask it themselves."""
    spaces = " ".join(f'"{one.namespace}"' for one in VOCABULARIES.values())
    return f"""{sparql_prologue("skos")}SELECT ?space ?link (COUNT(*) AS ?triples) WHERE {{
  {{ SELECT DISTINCT ?thing ?link ?target WHERE {{
    VALUES ?link {{ {" ".join(LINKING)} }}
    ?thing ?link ?target .
    FILTER (isIRI(?target) && STRSTARTS(STR(?thing), "{PREFIXES["id"]}"))
  }} }}
  VALUES ?space {{ {spaces} }}
  FILTER (STRSTARTS(STR(?target), ?space))
}} GROUP BY ?space ?link ORDER BY ?space ?link"""


def linksets(engine: Engine) -> tuple[Linkset, ...]:
    """The linksets of a release, by vocabulary and then by closeness of the match; none is empty.

    Raises:
        As ``Engine.answer``.
    """
    by_space = {vocabulary.namespace: vocabulary for vocabulary in VOCABULARIES.values()}
    found = [
        Linkset(by_space[space.value], link, int(triples.value))
        for space, link, triples in select(engine, query()).rows
        if isinstance(space, Literal) and isinstance(link, NamedNode) and isinstance(triples, Literal)
    ]
    order = [name(one) for one in LINKING]
    return tuple(sorted(found, key=lambda one: (one.vocabulary.prefix, order.index(one.predicate))))


def describe_linksets(links: Iterable[Linkset]) -> Iterator[Triple]:
    """The linksets as subsets of the dataset, and the dataset that each leads to, as far as we know it."""
    targets = dict[str, Vocabulary]()
    for one in links:
        target = _target(one.vocabulary)
        yield Triple(DATASET, name("void:subset"), one.iri)
        yield Triple(one.iri, name("rdf:type"), name("void:Linkset"))
        yield Triple(one.iri, name("void:subjectsTarget"), DATASET)
        yield Triple(one.iri, name("void:objectsTarget"), target)
        yield Triple(one.iri, name("void:linkPredicate"), one.predicate)
        yield Triple(one.iri, name("void:triples"), Literal(str(one.triples), datatype=name("xsd:integer")))
        yield Triple(one.iri, name("dcterms:title"), Literal(_title(one), language="en"))
        targets[one.vocabulary.prefix] = one.vocabulary
    for vocabulary in targets.values():
        target = _target(vocabulary)
        title = vocabulary.title.removeprefix("the ")
        yield Triple(target, name("rdf:type"), name("void:Dataset"))
        yield Triple(target, name("dcterms:title"), Literal(title, language="en"))
        yield Triple(target, name("void:uriSpace"), Literal(vocabulary.namespace))


def _target(vocabulary: Vocabulary) -> NamedNode:
    return name(f"dataset:target-{vocabulary.prefix}")


def _title(one: Linkset) -> str:
    return f"{TITLES['en']}: links to {one.vocabulary.title} by {curie(one.predicate)}"
