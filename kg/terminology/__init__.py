"""The terms of the ontology as people read them: terms, parts, versions, changes, and the shapes in words."""

from kg.terminology.changes import Change, Changes, compare
from kg.terminology.constraint import Constraint, Phrase, ShapeGroup
from kg.terminology.diagram import Diagram, Edge, diagram_of
from kg.terminology.documents import DOCUMENTS, Document, documents_of
from kg.terminology.edition import Edition, edition_of, later, read_editions
from kg.terminology.reading import read_vocabulary
from kg.terminology.shapes import read_constraints
from kg.terminology.term import Module, Sort, Term, Vocabulary
from kg.terminology.uses import Uses, query_of, terms_query, uses_of

__all__ = [
    "DOCUMENTS",
    "Change",
    "Changes",
    "Constraint",
    "Diagram",
    "Document",
    "Edge",
    "Edition",
    "Module",
    "Phrase",
    "ShapeGroup",
    "Sort",
    "Term",
    "Uses",
    "Vocabulary",
    "compare",
    "diagram_of",
    "documents_of",
    "edition_of",
    "later",
    "query_of",
    "read_constraints",
    "read_editions",
    "read_vocabulary",
    "terms_query",
    "uses_of",
]
