"""What a SPARQL text surely does not hold, seen without its tokens, which takes a hundredth of their time.

A glance errs on one side only: what it does not see is not there; what it sees may be part of a name or of a string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

OPENING = frozenset("([{")
UNARY = frozenset("!+-")
LINKING = frozenset([*"{.;+-*/|", "||", "&&", "<<"])
LINKING_WORDS = ("AS", "BIND", "EXISTS", "FILTER", "GRAPH", "LATERAL", "MINUS", "OPTIONAL", "UNION")

IRI = r"<[^<>\"{}|^`\\\x00-\x20]*>"
HARMLESS_IRI = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.\-]*://.*|(?:(?!service)[^'#()\[\]])*)>", re.IGNORECASE)

_IRI = re.compile(IRI)


def may_say(text: str, *words: str) -> bool:
    """Whether a word that holds one of these, which are in capitals, may stand in the text, in any case."""
    capitals = text.upper()
    return any(word in capitals for word in words)


def may_call(text: str) -> bool:
    """Whether the text may say SERVICE, or hold an IRI whose < could be read as 'less than'."""
    if "service" in text.lower() or "<<" in text:
        return True
    # each match holds one < only, at its start: none of them hides another, and every IRI is among them
    return not all(map(HARMLESS_IRI.fullmatch, _IRI.findall(text)))


def may_be_deep(text: str, most_levels: int, most_links: int) -> bool:
    """Whether the text may nest deeper, have a longer run of signs, or chain more patterns and operators."""
    if max(_count(text, OPENING), _count(text, UNARY)) > most_levels:
        return True
    # a bracket is a link when it follows another one
    return _count(text, LINKING) + text.count("(") + _count(text.upper(), LINKING_WORDS) > most_links


def _count(text: str, signs: Iterable[str]) -> int:
    return sum(map(text.count, signs))
