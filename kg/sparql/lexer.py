"""The tokens of a SPARQL text: terminals of the grammar, and what a text asks for by its keyword."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

# PN_CHARS_U [165] of the grammar: names begin with these
NAME_START = (
    r"A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    r"\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
NAME_INSIDE = NAME_START + r"0-9\u00b7\u0300-\u036f\u203f\u2040"

# an escape of a surrogate or of a number above 10FFFF means no character, so it is no escape
CODEPOINT = (
    r"(?:\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|"
    r"\\U(?!0000[dD][89a-fA-F])00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})"
)
ESCAPE = rf"\\[tbnrf\"'\\]|{CODEPOINT}"
# possessive quantifiers: an IRI without its end is given up at once and not tried again in shorter forms
_IRI_INSIDE = r"[^<>\"{}|^`\\\x00-\x20]*+"
IRI = rf"<{_IRI_INSIDE}(?:{CODEPOINT}{_IRI_INSIDE})*+>"

_LOCAL_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
LOCAL_START = rf"(?:[{NAME_START}0-9:]|{_LOCAL_ESCAPE})"
LOCAL_INSIDE = rf"(?:[{NAME_INSIDE}\-:]|{_LOCAL_ESCAPE})"
# possessive: no part gives back characters, as in the engine
LOCAL = rf"{LOCAL_START}{LOCAL_INSIDE}*+(?:\.++{LOCAL_INSIDE}++)?+"
BLANK = rf"_:[{NAME_START}0-9][{NAME_INSIDE}\-]*+(?:\.++[{NAME_INSIDE}\-]++)*+"

# numbers with exponents come before decimals, and decimals before integers: the first alternative that matches wins
NUMBER = r"(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]+|[0-9]*+\.[0-9]+|[0-9]+"
VARIABLE = rf"[?$][{NAME_START}0-9][{NAME_INSIDE}]*"
LANGUAGE = r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"
COMMENT = r"#[^\n\r]*"
SPACE = r"[ \t\r\n]+"

# The beginnings of strings, the longer before the shorter, and how far a text goes on as one.
STRINGS = {
    '"""': rf'"""(?:[^"\\]|{ESCAPE}|"(?!""))*+',
    "'''": rf"'''(?:[^'\\]|{ESCAPE}|'(?!''))*+",
    '"': rf'"(?:[^"\\\n\r]|{ESCAPE})*+',
    "'": rf"'(?:[^'\\\n\r]|{ESCAPE})*+",
}


# the last alternative is any character at all, so that the tokens cover every text
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
        """Return True if this is one of the given keywords, in any case."""
        return self.kind == "word" and self.text.upper() in words


class Kind(Enum):
    """The kind of a text: a form of query, an update, or unknown."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"
    UPDATE = "UPDATE"
    UNKNOWN = "UNKNOWN"

    @property
    def makes_graph(self) -> bool:
        """Return True if the answer is a graph, not a table or a truth value."""
        return self in (Kind.CONSTRUCT, Kind.DESCRIBE)


_QUERY_WORDS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
# a usual prologue up to the keyword: no tokens are needed to recognise it (section 4.1)
_PROLOGUE = re.compile(
    rf"(?:[ \t\r\n]++|#[^\n\r]*+|(?:PREFIX[ \t\r\n]+(?:[A-Za-z][A-Za-z0-9]*)?:|BASE)[ \t\r\n]*{IRI})*+"
    r"(SELECT|ASK|CONSTRUCT|DESCRIBE)(?=[ \t\r\n*{])",
    re.IGNORECASE,
)
_UPDATE_WORDS = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, without white space and comments."""
    return (token for token in tokens_and_comments(text) if token.kind != "comment")


def tokens_and_comments(text: str) -> Iterator[Token]:
    """Yield the tokens and comments of a text, without white space."""
    for kind, start, end in _terminals(text):
        token_text = text[start:end]
        # a run of words, numbers and dots without a colon is split into its tokens
        if kind == "run" and ":" not in token_text:
            for piece in _PIECE.finditer(token_text):
                yield Token(str(piece.lastgroup), piece.group(), start + piece.start())
        elif kind != "space":
            yield Token("prefixed" if kind in ("run", "blank") else kind, token_text, start)


def _terminals(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield kind, start and end of each terminal."""
    for match in _TOKEN.finditer(text):
        kind, (start, end) = _kind(match), match.span()
        # a quote that begins no string, or a triple quote that may be read as an empty string, needs the slower reading
        if text[start] in _QUOTES and (kind == "sign" or text.startswith(3 * text[start], start)):
            yield from _terminals_from(text, start)
            return
        yield kind, start, end


def _terminals_from(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Yield kind, start and end of each terminal from a string on that may have no end.

    If a string has no end, no string with the same quotes ends within it, because the quotes in it are escaped.
    Searching for those ends would take time that grows with the square of the length.
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
    """Return the end of the string that begins here, or 0; note in ``endless`` how far one without an end goes."""
    for opening, inside in _GOES_ON.items():
        # this place lies within a string that has no end, so it is not searched again
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
    """Return the kind of a text: the first keyword of a query or an update decides."""
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
    """Return line and column, both from 1, of a character."""
    before = text[:start]
    return before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1
