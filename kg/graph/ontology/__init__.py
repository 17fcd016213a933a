"""The terms of the ontology as people read them: terms, parts, versions, changes, and the shapes in words."""

from kg.graph.ontology.diagram import Diagram, Edge, diagram_of
from kg.graph.ontology.shapes import Constraint, Phrase, ShapeGroup, read_constraints
from kg.graph.ontology.terms import Module, Sort, Term, Vocabulary, read_vocabulary
from kg.graph.ontology.uses import Uses, query_of, terms_query, uses_of
from kg.graph.ontology.versions import (
    DOCUMENTS,
    Change,
    Changes,
    Document,
    OntologyVersion,
    compare,
    documents_of,
    later,
    ontology_version_of,
    read_ontology_versions,
)

__all__ = [
    "DOCUMENTS",
    "Change",
    "Changes",
    "Constraint",
    "Diagram",
    "Document",
    "Edge",
    "Module",
    "OntologyVersion",
    "Phrase",
    "ShapeGroup",
    "Sort",
    "Term",
    "Uses",
    "Vocabulary",
    "compare",
    "diagram_of",
    "documents_of",
    "later",
    "ontology_version_of",
    "query_of",
    "read_constraints",
    "read_ontology_versions",
    "read_vocabulary",
    "terms_query",
    "uses_of",
]
