"""Reads triples: subjects with their lists of properties and objects, paths taken whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from kg.core.messages import Message
from kg.diagnostics.empty_result.cursor import Cursor, NotRead, end_of
from kg.diagnostics.empty_result.parts import TRIPLE, Piece

_SIGNS = ("+", "-")


class Triples(Cursor):
    """A cursor that reads triples (SPARQL 1.1 Query, section 19.8, [81] to [110])."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._fresh = count(1)

    def _triples(self, scope: str) -> list[Piece]:
        """TriplesSameSubjectPath [81]."""
        found: list[Piece] = []
        start = self._now
        subject = self._node(found, scope)
        if start.text == "[" and self._now.text in (".", "}"):
            return found
        self._properties(subject, start.start, found, scope)
        return found

    def _properties(self, subject: str, subject_start: int, found: list[Piece], scope: str) -> None:
        """PropertyListPathNotEmpty [83]."""
        while True:
            path_start = self._now.start
            path = self._path()
            while True:
                object_start = self._now.start
                place = len(found)
                object_ = self._node(found, scope)
                parts, places = (subject, path, object_), (subject_start, path_start, object_start)
                end = end_of(self._tokens[self._at - 1])
                piece = Piece(TRIPLE, f"{' '.join(parts)} .", path_start, end, parts, places, scope)
                found.insert(place, replace(piece, start=min(places) if place == 0 else path_start))
                if self._now.text != ",":
                    break
                self._at += 1
            if self._now.text != ";":
                return
            while self._now.text == ";":
                self._at += 1
            if self._now.text in (".", "}", "]"):
                return

    def _path(self) -> str:
        """A property or a whole property path [88]: no spaces, so that nothing changes its meaning."""
        first = self._at
        while True:
            while self._now.text in ("^", "!"):
                self._at += 1
            if self._now.text == "(":
                self._skip_bracket()
            elif self._now.kind in ("iri", "prefixed", "variable") or self._now.is_word("A"):
                self._at += 1
            else:
                raise NotRead(Message("%(written)s is where a property should be.", written=repr(self._now.text)))
            while self._now.text in ("*", "+", "?"):
                self._at += 1
            if self._now.text not in ("/", "|"):
                return self._slice(self._tokens[first], self._tokens[self._at - 1])
            self._at += 1

    def _node(self, found: list[Piece], scope: str) -> str:
        """A term; a blank node becomes a variable, which matches the same (section 4.1.4)."""
        first = self._at
        token = self._now
        if token.text == "[":
            return self._blank(found, scope)
        if token.text.startswith("_:"):
            self._at += 1
            return "?label__" + "".join(sign if sign.isalnum() else "_" for sign in token.text[2:])
        if token.text == "(":
            self._skip_bracket()
        elif token.kind == "string":
            self._literal()
        elif token.text in _SIGNS and self._next.kind == "number":
            self._at += 2
        elif token.kind in ("iri", "prefixed", "variable", "number") or token.is_word("TRUE", "FALSE"):
            self._at += 1
        else:
            raise NotRead(Message("%(written)s is where a term should be.", written=repr(token.text)))
        return self._slice(self._tokens[first], self._tokens[self._at - 1])

    def _literal(self) -> None:
        self._at += 1
        if self._now.kind == "language":
            self._at += 1
            while self._now.text == "-":  # the direction of SPARQL 1.2
                self._at += 1
        elif self._now.text == "^" and self._next.text == "^":
            self._at += 3

    def _blank(self, found: list[Piece], scope: str) -> str:
        """``[ ... ]``: BlankNodePropertyListPath [101]."""
        start = self._now
        self._take("[")
        name = f"?blank__{next(self._fresh)}"
        if self._now.text != "]":
            self._properties(name, start.start, found, scope)
        self._take("]")
        return name
