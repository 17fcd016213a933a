"""A case: an empty pattern with what is known of its query; and a reason, with the mend where there is one."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.core.messages import Message
from kg.core.names import PREFIXES
from kg.diagnostics.empty_result.parts import Piece, Reading
from kg.diagnostics.empty_result.probe import Probe
from kg.diagnostics.term_suggestions import Terms
from kg.sparql.lexer import tokens


@dataclass(frozen=True)
class Fix:
    """Text to put at a place of the query, from one character to another."""

    start: int
    end: int
    insert: str


@dataclass(frozen=True)
class Reason:
    """Why, in one word and in a sentence, where in the query, and what to write instead if that is known."""

    cause: str
    words: Message
    start: int
    fix: Fix | None = None


@dataclass(frozen=True)
class Case:
    """An empty pattern, and what may be asked about it."""

    piece: Piece
    reading: Reading
    terms: Terms
    probe: Probe

    def iri(self, written: str) -> NamedNode | None:
        """The IRI that a name of the query stands for; None for variables, literals and relative IRIs."""
        prefixes = dict(self.reading.prefixes)
        prefix, colon, local = written.partition(":")
        try:
            if written.startswith("<"):
                return NamedNode(written[1:-1])
            if colon and prefix in prefixes:
                return NamedNode(prefixes[prefix] + local.replace("\\", ""))
        except ValueError:
            return None
        return NamedNode(PREFIXES["rdf"] + "type") if written == "a" else None

    def name_for(self, term: str, written: str) -> str:
        """A compact IRI as this query can write it: whole if it does not declare the prefix."""
        prefix, _, local = term.partition(":")
        declared = dict(self.reading.prefixes).get(prefix) == PREFIXES.get(prefix)
        return term if declared and not written.startswith("<") else f"<{PREFIXES[prefix]}{local}>"


def is_name(written: str) -> bool:
    """Whether this is one IRI, written whole or with a prefix."""
    kept = list(tokens(written))
    return len(kept) == 1 and kept[0].kind in ("iri", "prefixed")
