"""Full IRIs of the names in a syntax tree (SPARQL 1.1 Query Language, section 4.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin

from kg.core.names import ROOT, name
from kg.sparql.lexer import CODEPOINT
from kg.sparql.syntax_tree import Declaration, Iri

_CODEPOINT = re.compile(CODEPOINT)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_LOCAL_ESCAPE = re.compile(r"\\(.)")
_TYPE = name("rdf:type").value


def without_codepoints(text: str) -> str:
    """Return the text with its codepoint escapes resolved, as the standard does before it reads tokens (19.2)."""
    return _CODEPOINT.sub(lambda match: chr(int(match[0][2:], 16)), text)


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
    if _SCHEME.match(iri) or not base:
        return iri
    scheme, _, rest = base.partition(":")
    try:
        # urljoin resolves for the schemes that it knows only
        return scheme + urljoin(f"http:{rest}", iri).removeprefix("http")
    except ValueError:  # it checks hosts as well
        return iri
