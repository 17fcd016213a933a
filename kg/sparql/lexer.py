"""Tokens of a SPARQL text, for the parser, and the keyword that says what the text asks for.

The terminals follow SPARQL 1.1 Query Language, section 19.8. A text that is no SPARQL still gives tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from kg.sparql.terminals import (
    BLANK,
    COMMENT,
    IRI,
    LANGUAGE,
    LOCAL,
    NAME_INSIDE,
    NAME_START,
    NUMBER,
    SPACE,
    STRINGS,
    VARIABLE,
)

_SIGN = r"<<|\|\||&&|."

_TERMINALS = (
    ("space", SPACE),
    ("comment", COMMENT),
    ("iri", IRI),
    ("string", "|".join(inside + opening for opening, inside in STRINGS.items())),
    ("variable", VARIABLE),
    ("blank", BLANK),
    # A run of name characters is read once, so that no text takes time that grows with the square of its length.
    ("run", rf"[{NAME_START}][{NAME_INSIDE}.\-]*(?:(?<!\.):(?:{LOCAL})?)?"),
    ("prefixed", rf":(?:{LOCAL})?"),
    ("language", LANGUAGE),
    ("number", NUMBER),
    ("sign", _SIGN),
)
_TOKEN = re.compile("|".join(f"(?P<k{place}>{pattern})" for place, (_, pattern) in enumerate(_TERMINALS)), re.DOTALL)
_GOES_ON = {opening: re.compile(inside) for opening, inside in STRINGS.items()}
_QUOTES = frozenset("\"'")
_PIECE = re.compile(rf"(?P<word>[{NAME_START}][{NAME_INSIDE}]*)|(?P<number>{NUMBER})|(?P<sign>{_SIGN})")


class Token(NamedTuple):
    """A token, and where it starts (in characters from 0)."""

    kind: str
    text: str
    start: int

    def is_word(self, *words: str) -> bool:
        """Whether this is one of the given keywords, which SPARQL spells in any case."""
        return self.kind == "word" and self.text.upper() in words


class Kind(Enum):
    """What a text asks for."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"
    UPDATE = "UPDATE"
    UNKNOWN = "UNKNOWN"

    @property
    def makes_graph(self) -> bool:
        """Whether the answer is a graph, not a table or a truth value."""
        return self in (Kind.CONSTRUCT, Kind.DESCRIBE)


_QUERY_WORDS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
# a text that is written as usual, up to the keyword, which is seen so without its tokens (section 4.1)
_PROLOGUE = re.compile(
    rf"(?:[ \t\r\n]++|#[^\n\r]*+|(?:PREFIX[ \t\r\n]+(?:[A-Za-z][A-Za-z0-9]*)?:|BASE)[ \t\r\n]*{IRI})*+"
    r"(SELECT|ASK|CONSTRUCT|DESCRIBE)(?=[ \t\r\n*{])",
    re.IGNORECASE,
)
_UPDATE_WORDS = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, without white space and comments."""
    return (token for token in tokens_and_comments(text) if token.kind != "comment")


def tokens_and_comments(text: str) -> Iterator[Token]:
    """The tokens of a text and its comments, without white space."""
    for kind, start, end in _terminals(text):
        token_text = text[start:end]
        if kind == "run" and ":" not in token_text:
            for piece in _PIECE.finditer(token_text):
                yield Token(str(piece.lastgroup), piece.group(), start + piece.start())
        elif kind != "space":
            yield Token("prefixed" if kind in ("run", "blank") else kind, token_text, start)


def _terminals(text: str) -> Iterator[tuple[str, int, int]]:
    """The kind of each terminal, where it starts, and where it ends."""
    for match in _TOKEN.finditer(text):
        kind, (start, end) = _kind(match), match.span()
        if text[start] in _QUOTES and (kind == "sign" or text.startswith(3 * text[start], start)):
            yield from _terminals_from(text, start)
            return
        yield kind, start, end


def _terminals_from(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """As ``_terminals``, from a string on that may have no end.

    Where one string does not end, no other that begins alike within it does, as the quotes in it are escaped: to look
    for their ends would take time that grows with the square of the length.
    """
    endless = dict.fromkeys(STRINGS, start)
    while start < len(text):
        if text[start] in _QUOTES:
            end = _end_of_string(text, start, endless)
            kind, end = ("string", end) if end else ("sign", start + 1)
        else:
            match = next(_TOKEN.finditer(text, start))
            kind, end = _kind(match), match.end()
        yield kind, start, end
        start = end


def _kind(match: re.Match[str]) -> str:
    return _TERMINALS[int(str(match.lastgroup)[1:])][0]


def _end_of_string(text: str, start: int, endless: dict[str, int]) -> int:
    """Return the end of the string that begins here, or 0; ``endless`` has the end of each string without an end."""
    for opening, inside in _GOES_ON.items():
        if start < endless[opening] or not text.startswith(opening, start):
            continue
        match = inside.match(text, start)
        end = match.end() if match is not None else start
        if text.startswith(opening, end):
            return end + len(opening)
        endless[opening] = end
    return 0


@lru_cache(maxsize=64)
def kind_of(text: str) -> Kind:
    """What a text asks for: the first keyword that begins a query or an update decides."""
    plain = _PROLOGUE.match(text)
    if plain is not None:
        return Kind(plain[1].upper())
    for token in tokens(text):
        if token.is_word(*_QUERY_WORDS):
            return Kind(token.text.upper())
        if token.is_word(*_UPDATE_WORDS):
            return Kind.UPDATE
    return Kind.UNKNOWN


def place_of(text: str, start: int) -> tuple[int, int]:
    """Line and column, both from 1, of a character."""
    before = text[:start]
    return before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1
