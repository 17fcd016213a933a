"""The context of our JSON-LD (https://www.w3.org/TR/json-ld11/): short names of terms, and how values look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from kg.core.names import PREFIXES, curie, name, sparql_prologue
from kg.engine import Engine, Term, select

ID, LANGUAGE = "@id", "@language"

# how the values of terms of other vocabularies look; ours are told by the ontology
_WORDS = """
    skos:prefLabel skos:altLabel skos:definition skos:scopeNote skos:example skos:editorialNote dcterms:title
    dcterms:description rdfs:label rdfs:comment sh:name sh:description"""
_THINGS = """
    skos:broader skos:narrower skos:inScheme skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch
    skos:relatedMatch dcterms:subject dcterms:isReplacedBy dcterms:license foaf:page owl:sameAs rdfs:isDefinedBy
    rdfs:seeAlso schema:target sh:class sh:datatype sh:nodeKind sh:parameter sh:path"""

_TERMS = (
    sparql_prologue("graph", "owl", "rdf", "rdfs")
    + """SELECT ?term ?kind ?range {
  GRAPH graph:ontology { ?term a ?kind OPTIONAL { ?term rdfs:range ?range } }
  VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
} ORDER BY ?term ?kind ?range"""
)


@dataclass(frozen=True)
class Context:
    """The key of each term, and how values under it look: ``@id``, ``@language``, a datatype, or as they are ("")."""

    keys: Mapping[NamedNode, str]
    looks: Mapping[NamedNode, str]

    def key(self, term: NamedNode) -> str:
        """The short name of a term of ours, the compact IRI of another one."""
        return self.keys.get(term) or curie(term)

    def document(self) -> dict[str, Any]:
        """The whole context, as it is published."""
        return {"@context": {**PREFIXES, **self.definitions(sorted(self.keys, key=self.key))}}

    def definitions(self, terms: Iterable[NamedNode]) -> dict[str, Any]:
        """What a context says of these terms; nothing of those that their compact IRI says everything of."""
        return {self.key(term): self._definition(term) for term in terms if term in self.keys}

    def _definition(self, term: NamedNode) -> str | dict[str, str]:
        look = self.looks.get(term, "")
        if not look:
            return curie(term)
        kind = {"@container": LANGUAGE} if look == LANGUAGE else {"@type": look}
        return {"@id": curie(term), **kind}


def context_of(engine: Engine) -> Context:
    """The context of a release, from its ontology.

    Raises:
        As ``Engine.answer``.
    """
    looks = {name(one): LANGUAGE for one in _WORDS.split()} | {name(one): ID for one in _THINGS.split()}
    keys = {term: curie(term) for term in looks}
    for term, kind, range_ in select(engine, _TERMS).rows:
        if not isinstance(term, NamedNode) or not curie(term).startswith("fyp:"):
            continue
        local = curie(term).partition(":")[2]
        # fyp:unit keeps its prefix, as "unit" is one
        keys[term] = local if local and local not in PREFIXES else curie(term)
        look = _look(kind, range_)
        if look:
            looks[term] = look
    return Context(keys, looks)


def _look(kind: Term | None, range_: Term | None) -> str:
    if kind == name("owl:ObjectProperty"):
        return ID
    if kind == name("owl:Class") or not isinstance(range_, NamedNode) or range_ == name("xsd:string"):
        return ""
    if range_ == name("rdf:langString"):
        return LANGUAGE
    return curie(range_) if curie(range_).startswith("xsd:") else ""
