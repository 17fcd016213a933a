"""Uses of terms in the graph: counts, examples, and the query for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from kg.core.names import PREFIXES, curie, sparql_prologue
from kg.engine import Engine, Table, select
from kg.graph.ontology.terms import Sort, Term

_PROLOGUE = sparql_prologue("fyp", "skos")

# Aggregates over all terms at once: a few passes over the graph, whatever the number of terms.
_CLASSES = """SELECT ?term (COUNT(DISTINCT ?thing) AS ?uses) WHERE { ?thing a ?term } GROUP BY ?term"""
_PROPERTIES = """SELECT ?term (COUNT(*) AS ?uses) WHERE {
  { SELECT DISTINCT ?thing ?term ?value WHERE { ?thing ?term ?value } }
} GROUP BY ?term"""
_INDIVIDUALS = (
    _PROLOGUE
    + """SELECT ?term (COUNT(*) AS ?uses) WHERE {
  { SELECT DISTINCT ?thing ?property ?term WHERE {
      ?term a ?kind . VALUES ?kind { <http://www.w3.org/2002/07/owl#NamedIndividual> }
      ?thing ?property ?term FILTER(isIRI(?thing) && ?property != skos:member)
  } }
} GROUP BY ?term"""
)
_SHAPES = {  # sort of term: the pattern of its use
    Sort.CLASS: "SELECT DISTINCT ?thing WHERE {{ ?thing a {} }} ORDER BY ?thing",
    Sort.INDIVIDUAL: "SELECT DISTINCT ?thing ?property WHERE {{\n  ?thing ?property {} "
    "FILTER(isIRI(?thing) && ?property != skos:member)\n}} ORDER BY ?property ?thing",
}
_STATEMENTS = "SELECT DISTINCT ?thing ?value WHERE {{ ?thing {} ?value }} ORDER BY ?thing ?value"

_IS_THING = f'FILTER(STRSTARTS(STR(?thing), "{PREFIXES["id"]}"))'
# the least and the greatest IRI: two examples from one pass, the same in each build
_EXAMPLES = {
    Sort.CLASS: f"""SELECT ?term (MIN(STR(?thing)) AS ?first) (MAX(STR(?thing)) AS ?last) WHERE {{
  ?thing a ?term {_IS_THING}
}} GROUP BY ?term""",
    Sort.OBJECT: f"""SELECT ?term (MIN(STR(?thing)) AS ?first) (MAX(STR(?thing)) AS ?last) WHERE {{
  ?thing ?term ?value {_IS_THING}
}} GROUP BY ?term""",
    Sort.INDIVIDUAL: f"""SELECT ?term (MIN(STR(?thing)) AS ?first) (MAX(STR(?thing)) AS ?last) WHERE {{
  ?thing ?property ?term FILTER(STRSTARTS(STR(?term), "{PREFIXES["fyp"]}")) {_IS_THING}
}} GROUP BY ?term""",
}


@dataclass(frozen=True)
class Uses:
    """The number of uses of each term, and one or two resources that use it."""

    counts: Mapping[NamedNode, int] = field(default_factory=dict)
    examples: Mapping[NamedNode, tuple[NamedNode, ...]] = field(default_factory=dict)


def uses_of(engine: Engine, terms: Iterable[Term]) -> Uses:
    """Count the instances of each class, the statements with each property, and those about each individual.

    Raises:
        As ``Engine.answer``.
    """
    by_iri = {term.iri: term for term in terms}
    counted = {
        Sort.CLASS: _counts(select(engine, _CLASSES)),
        Sort.OBJECT: _counts(select(engine, _PROPERTIES)),
        Sort.INDIVIDUAL: _counts(select(engine, _INDIVIDUALS)),
    }
    shown = {sort: _things(select(engine, text)) for sort, text in _EXAMPLES.items()}
    return Uses(
        {iri: counted[_kind(term)].get(iri, 0) for iri, term in by_iri.items()},
        {iri: shown[_kind(term)].get(iri, ()) for iri, term in by_iri.items()},
    )


def query_of(term: Term) -> str:
    """Return the query whose rows are the counted uses of a term."""
    return _PROLOGUE + _SHAPES.get(term.sort, _STATEMENTS).format(curie(term.iri))


def terms_query() -> str:
    """Return the query for all terms with their kind, label and definition."""
    return (
        sparql_prologue("graph", "owl", "rdfs", "skos")
        + """SELECT ?term ?kind ?label ?definition WHERE {
  GRAPH graph:ontology {
    VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty owl:NamedIndividual }
    ?term a ?kind ; rdfs:label|skos:prefLabel ?label ; skos:definition ?definition ; rdfs:isDefinedBy ?ontology
    FILTER(LANG(?label) = "en")
  }
} ORDER BY ?kind ?label"""
    )


def _kind(term: Term) -> Sort:
    return Sort.OBJECT if term.sort.is_property else term.sort


def _counts(table: Table) -> dict[NamedNode, int]:
    return {
        term: int(uses.value)
        for term, uses in table.rows
        if isinstance(term, NamedNode) and isinstance(uses, Literal) and term.value.startswith(PREFIXES["fyp"])
    }


def _things(table: Table) -> dict[NamedNode, tuple[NamedNode, ...]]:
    by_term = {}
    for term, *things in table.rows:
        if isinstance(term, NamedNode):
            named = dict.fromkeys(NamedNode(literal.value) for literal in things if isinstance(literal, Literal))
            by_term[term] = tuple(named)
    return by_term
