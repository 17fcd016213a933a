"""A recursive-descent parser for SPARQL 1.1 queries and updates, with the SPARQL 1.2 syntax that the engine reads."""

from __future__ import annotations

from functools import lru_cache

from kg.sparql.parser.query import parse
from kg.sparql.parser.terms import SyntaxFault
from kg.sparql.syntax_tree import Query

__all__ = ["SyntaxFault", "parse", "parse_query"]


@lru_cache(maxsize=4)
def parse_query(text: str) -> Query | None:
    """Return the tree of a query, or None if the text is an update or does not parse.

    A few trees are cached, because the guard, the counts and the engine read the same text in turn.
    """
    try:
        parsed = parse(text)
    except SyntaxFault:
        return None
    return parsed if isinstance(parsed, Query) else None
