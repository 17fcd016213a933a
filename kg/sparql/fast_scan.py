"""What a SPARQL text surely does not hold, seen without its tokens, which takes a hundredth of their time.

A glance errs on one side only: what it does not see is not there; what it sees may be part of a name or of a string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.sparql.terminals import CODEPOINT, IRI

OPENING = frozenset("([{")
UNARY = frozenset("!+-")
LINKING = frozenset([*"{.;+-*/|", "||", "&&", "<<"])
LINKING_WORDS = ("AS", "BIND", "EXISTS", "FILTER", "GRAPH", "LATERAL", "MINUS", "OPTIONAL", "UNION")

HARMLESS_IRI = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.\-]*://.*|(?:(?!service)[^'#()\[\]])*)>", re.IGNORECASE)

_IRI, _CODEPOINT = re.compile(IRI), re.compile(CODEPOINT)


def may_say(text: str, *words: str) -> bool:
    """Whether a word that holds one of these, which are in capitals, may stand in the text, in any case."""
    capitals = text.upper()
    return any(word in capitals for word in words)


def may_call(text: str) -> bool:
    """Return True if the text has the letters of SERVICE, as they are or with codepoint escapes."""
    return "service" in text.lower() or ("\\" in text and "service" in without_codepoints(text).lower())


def without_codepoints(text: str) -> str:
    """Return the text with its codepoint escapes resolved, as the standard does before it reads tokens (19.2)."""
    return _CODEPOINT.sub(lambda match: chr(int(match[0][2:], 16)), text)


def may_be_misread(text: str) -> bool:
    """Return True if a < that begins an IRI may also be read as 'less than', so that other tokens follow it."""
    # each match holds one < only, at its start: none of them hides another, and every IRI is among them
    return "<<" in text or not all(map(HARMLESS_IRI.fullmatch, _IRI.findall(text)))


def may_be_deep(text: str, most_levels: int, most_links: int) -> bool:
    """Whether the text may nest deeper, have a longer run of signs, or chain more patterns and operators."""
    if max(_count(text, OPENING), _count(text, UNARY)) > most_levels:
        return True
    # a bracket is a link when it follows another one
    return _count(text, LINKING) + text.count("(") + _count(text.upper(), LINKING_WORDS) > most_links


def _count(text: str, signs: Iterable[str]) -> int:
    return sum(map(text.count, signs))
