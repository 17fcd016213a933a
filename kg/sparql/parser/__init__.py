"""A recursive-descent parser for SPARQL 1.1 queries and updates, with the SPARQL 1.2 syntax that the engine reads."""

from __future__ import annotations

from kg.sparql.parser.cursor import SyntaxFault
from kg.sparql.parser.update import parse

__all__ = ["SyntaxFault", "parse"]
