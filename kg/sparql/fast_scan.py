"""A fast scan of query text for names, and their full IRIs (SPARQL 1.1 Query Language, section 4.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin

from kg.core.names import ROOT, name
from kg.sparql.lexer import CODEPOINT, IRI
from kg.sparql.syntax_tree import Declaration, Iri

_CODEPOINT = re.compile(CODEPOINT)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_LOCAL_ESCAPE = re.compile(r"\\(.)")
_TYPE = name("rdf:type").value


def without_codepoints(text: str) -> str:
    """Return the text with its codepoint escapes resolved, as the standard does before it reads tokens (19.2)."""
    return _CODEPOINT.sub(lambda match: chr(int(match[0][2:], 16)), text)


def is_relative(iri: str) -> bool:
    """Return True if an IRI begins with no scheme; a colon elsewhere does not make it absolute (RFC 3986, 4.2)."""
    return _SCHEME.match(iri) is None


class Namespaces:
    """The base and the prefixes that a prologue declares."""

    def __init__(self, declarations: Iterable[Declaration] = (), base: str = ROOT) -> None:
        self._base, self._prefixes = base, dict[str, str]()
        for declaration in declarations:
            self.declare(declaration)

    def declare(self, declaration: Declaration) -> None:
        """Add a declaration; relative IRIs after it are relative to the latest base."""
        if declaration.iri is None:
            return
        full = self.full(declaration.iri)
        if declaration.prefix is None:
            self._base = full
        else:
            self._prefixes[declaration.prefix] = full

    def namespace(self, iri: Iri) -> str:
        """Return the IRI that the prefix of a name is declared for; empty without one."""
        return self._prefixes.get(iri.text.partition(":")[0], "")

    def full(self, iri: Iri) -> str:
        """Return the full IRI; a prefix that is not declared adds nothing."""
        if iri.text == "a":
            return _TYPE
        if iri.text.startswith("<"):
            return _resolved(self._base, without_codepoints(iri.text[1:-1]))
        return self.namespace(iri) + _LOCAL_ESCAPE.sub(r"\1", iri.text.partition(":")[2])


def _resolved(base: str, iri: str) -> str:
    """Return an IRI resolved against a base (RFC 3986, section 5.2); what cannot be resolved stays as it is."""
    if not is_relative(iri) or is_relative(base):
        return iri
    scheme, _, rest = base.partition(":")
    try:
        # urljoin resolves for the schemes that it knows only
        return scheme + urljoin(f"http:{rest}", iri).removeprefix("http")
    except ValueError:  # it checks hosts as well
        return iri


OPENING = frozenset("([{")
UNARY = frozenset("!+-")
LINKING = frozenset([*"{.;+-*/|", "||", "&&", "<<"])
LINKING_WORDS = ("AS", "BIND", "EXISTS", "FILTER", "GRAPH", "LATERAL", "MINUS", "OPTIONAL", "UNION")

# an IRI with a scheme and `//` is no expression after 'less than'. Any other IRI is harmless if it has no quote,
# bracket, comment sign, or letters of SERVICE.
_HARMLESS_IRI = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.\-]*://.*|(?:(?!service)[^'#()\[\]])*)>", re.IGNORECASE)
_IRI = re.compile(IRI)


def may_say(text: str, *words: str) -> bool:
    """Return True if a word that contains one of these (in capitals) may be in the text, in any case."""
    capitals = text.upper()
    return any(word in capitals for word in words)


def may_call(text: str) -> bool:
    """Return True if the text has the letters of SERVICE, with or without codepoint escapes."""
    # the second test is needed for letters that are written as escapes, which other products resolve first
    return "service" in text.lower() or ("\\" in text and "service" in without_codepoints(text).lower())


def find_odd_sign(text: str) -> int | None:
    """Return the start of a < that begins an IRI and may also be 'less than', or None."""
    if "<<" in text:
        return text.index("<<")
    # each match has one < only, at its start: none of them hides another, and every IRI is among them
    return next((iri.start() for iri in _IRI.finditer(text) if _HARMLESS_IRI.fullmatch(iri[0]) is None), None)


def may_be_deep(text: str, most_levels: int, most_links: int) -> bool:
    """Return True if the nesting, a run of signs, or a chain of patterns or operators may exceed its limit."""
    # these counts include strings and comments, so they are never too low. Only a text above a limit is read by tokens.
    if max(_count(text, OPENING), _count(text, UNARY)) > most_levels:
        return True
    # a bracket is a link when it follows another one
    return _count(text, LINKING) + text.count("(") + _count(text.upper(), LINKING_WORDS) > most_links


def _count(text: str, signs: Iterable[str]) -> int:
    return sum(map(text.count, signs))
