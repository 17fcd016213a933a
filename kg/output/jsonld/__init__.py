"""JSON-LD that reads like JSON: a context made from the ontology, and statements written with it."""

from kg.output.jsonld.context import Context, context_of
from kg.output.jsonld.writer import write_jsonld

__all__ = ["Context", "context_of", "write_jsonld"]
