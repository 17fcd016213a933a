"""Tests of a SPARQL text without tokens, which take a hundredth of the time of the lexer.

A scan errs in one direction only. A False is certain; a True may come from a part of a name or of a string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.sparql.iris import without_codepoints
from kg.sparql.lexer import IRI

OPENING = frozenset("([{")
UNARY = frozenset("!+-")
LINKING = frozenset([*"{.;+-*/|", "||", "&&", "<<"])
LINKING_WORDS = ("AS", "BIND", "EXISTS", "FILTER", "GRAPH", "LATERAL", "MINUS", "OPTIONAL", "UNION")

_HARMLESS_IRI = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.\-]*://.*|(?:(?!service)[^'#()\[\]])*)>", re.IGNORECASE)
_IRI = re.compile(IRI)


def may_say(text: str, *words: str) -> bool:
    """Return True if a word that contains one of these (in capitals) may be in the text, in any case."""
    capitals = text.upper()
    return any(word in capitals for word in words)


def may_call(text: str) -> bool:
    """Return True if the text has the letters of SERVICE, with or without codepoint escapes."""
    return "service" in text.lower() or ("\\" in text and "service" in without_codepoints(text).lower())


def find_odd_sign(text: str) -> int | None:
    """Return the start of a < that begins an IRI and may also be 'less than', or None."""
    if "<<" in text:
        return text.index("<<")
    # each match has one < only, at its start: none of them hides another, and every IRI is among them
    return next((iri.start() for iri in _IRI.finditer(text) if _HARMLESS_IRI.fullmatch(iri[0]) is None), None)


def may_be_deep(text: str, most_levels: int, most_links: int) -> bool:
    """Return True if the nesting, a run of signs, or a chain of patterns or operators may exceed its limit."""
    if max(_count(text, OPENING), _count(text, UNARY)) > most_levels:
        return True
    # a bracket is a link when it follows another one
    return _count(text, LINKING) + text.count("(") + _count(text.upper(), LINKING_WORDS) > most_links


def _count(text: str, signs: Iterable[str]) -> int:
    return sum(map(text.count, signs))
