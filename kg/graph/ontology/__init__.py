"""The terms of the ontology as people read them: terms, parts, versions, changes, and the shapes in words."""

from kg.graph.ontology.changes import Change, Changes, compare
from kg.graph.ontology.constraint import Constraint, Phrase, ShapeGroup
from kg.graph.ontology.diagram import Diagram, Edge, diagram_of
from kg.graph.ontology.documents import DOCUMENTS, Document, documents_of
from kg.graph.ontology.parser import read_vocabulary
from kg.graph.ontology.shapes import read_constraints
from kg.graph.ontology.term import Module, Sort, Term, Vocabulary
from kg.graph.ontology.uses import Uses, query_of, terms_query, uses_of
from kg.graph.ontology.version import OntologyVersion, later, ontology_version_of, read_ontology_versions

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
