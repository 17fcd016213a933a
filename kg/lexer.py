"""Tokens of a SPARQL text: what it asks for, how deeply it nests, where its VALUES slots lie.

The terminals follow SPARQL 1.1 Query Language, section 19.8. A text that is no SPARQL still gives tokens:
whether it parses is the engine's to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from kg.errors import QueryRefused, QueryTooDeep
from kg.glance import HARMLESS_IRI, IRI, LINKING, LINKING_WORDS, OPENING, UNARY, may_be_deep, may_call

# Character classes and escapes of sections 19.2 and 19.8. They must be exact: a text that the engine reads in another
# way than we do could hide a SERVICE from us. (The engine needs no space after a keyword: ``trueSERVICE:a{}`` runs.)
_START = (
    r"A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    r"\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_INSIDE = _START + r"0-9\u00b7\u0300-\u036f\u203f\u2040"
_ESCAPE = (
    r"\\[tbnrf\"'\\]|\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|"
    r"\\U(?!0000[dD][89a-fA-F])00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4}"
)
_LOCAL_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = (
    rf"(?:[{_START}0-9:]|{_LOCAL_ESCAPE})"
    rf"(?:(?:[{_INSIDE}.\-:]|{_LOCAL_ESCAPE})*(?:[{_INSIDE}\-:]|{_LOCAL_ESCAPE}))?"
)
_NUMBER = r"(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]+|[0-9]*+\.[0-9]+|[0-9]+"
_SIGN = r"<<|\|\||&&|."

# The beginnings of strings, the longer before the shorter, and how far a text goes on as one.
_STRINGS = {
    '"""': rf'"""(?:[^"\\]|{_ESCAPE}|"(?!""))*+',
    "'''": rf"'''(?:[^'\\]|{_ESCAPE}|'(?!''))*+",
    '"': rf'"(?:[^"\\\n\r]|{_ESCAPE})*+',
    "'": rf"'(?:[^'\\\n\r]|{_ESCAPE})*+",
}
_TERMINALS = (
    ("space", r"[ \t\r\n]+"),
    ("comment", r"#[^\n\r]*"),
    ("iri", IRI),
    ("string", "|".join(inside + opening for opening, inside in _STRINGS.items())),
    ("variable", rf"[?$][{_START}0-9][{_INSIDE}]*"),
    # A run of name characters is read once, so that no text takes time that grows with the square of its length.
    ("run", rf"[{_START}][{_INSIDE}.\-]*(?:(?<!\.):(?:{_LOCAL})?)?"),
    ("prefixed", rf":(?:{_LOCAL})?"),
    ("language", r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"),
    ("number", _NUMBER),
    ("sign", _SIGN),
)
_TOKEN = re.compile("|".join(f"(?P<k{place}>{pattern})" for place, (_, pattern) in enumerate(_TERMINALS)), re.DOTALL)
_GOES_ON = {opening: re.compile(inside) for opening, inside in _STRINGS.items()}
_QUOTES = frozenset("\"'")
_PIECE = re.compile(rf"(?P<word>[{_START}][{_INSIDE}]*)|(?P<number>{_NUMBER})|(?P<sign>{_SIGN})")


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

_CLOSING = frozenset(")]}")
_BEFORE_OPERAND = frozenset([*"(,;=^|&!/*+-<", "<<", "||", "&&"])

# How many links of a chain take about as much of the engine's stack as a level of nesting.
_LINKS_A_LEVEL = 4


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, without white space and comments."""
    return (token for token in tokens_and_comments(text) if token.kind != "comment")


def tokens_and_comments(text: str) -> Iterator[Token]:
    """The tokens of a text and its comments, without white space."""
    for kind, start, end in _terminals(text):
        found = text[start:end]
        if kind == "run" and ":" not in found:
            for piece in _PIECE.finditer(found):
                yield Token(str(piece.lastgroup), piece.group(), start + piece.start())
        elif kind != "space":
            yield Token("prefixed" if kind == "run" else kind, found, start)


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
    endless = dict.fromkeys(_STRINGS, start)
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
    """Where the string ends that begins here, or 0; ``endless`` says up to where no string with a beginning ends."""
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


def refuse_danger(text: str, max_nesting: int) -> Kind:
    """Say what a text asks for, and refuse what must not reach the engine.

    Raises:
        QueryRefused: it is an update, it calls another service, or it can be read in two ways.
        QueryTooDeep: it nests or chains so deeply that the engine could run out of stack.
    """
    kind = kind_of(text)
    if kind is Kind.UPDATE:
        raise QueryRefused(
            "This endpoint only answers questions: updates are refused. Use SELECT, ASK, CONSTRUCT or DESCRIBE."
        )
    if may_call(text):
        _refuse_services(text)
    if may_be_deep(text, max_nesting, max_nesting * _LINKS_A_LEVEL):
        _refuse_depth(text, max_nesting)
    return kind


def _refuse_services(text: str) -> None:
    """Refuse SERVICE wherever the engine could read it, which is also at the head of ``serviceX:name {``."""
    brackets: list[str] = []
    before = Token("sign", "(", 0)
    for token, after in pairwise(chain(tokens(text), [Token("sign", "", len(text))])):
        if token.text in OPENING:
            brackets.append(token.text)
        elif token.text in _CLOSING and brackets:
            brackets.pop()
        elif _may_be_less_than(before, token, brackets):
            raise QueryRefused(
                f"The sign < ({_place(text, token)}) can be read as 'less than' and as the beginning of an IRI; "
                "put a space after it, or write the IRI with its scheme, as in <https://...>."
            )
        elif _may_call(before, token, after):
            raise QueryRefused(
                f"SERVICE ({_place(text, token)}) is refused: this endpoint calls no other. "
                "Begin the federated query at the other endpoint and call this one from there."
            )
        before = token


def _may_be_less_than(before: Token, token: Token, brackets: list[str]) -> bool:
    """Whether < may stand between two operands here, and what we read as an IRI may hide a string, comment or call."""
    if brackets[-1:] != ["("] or (before.kind == "sign" and before.text in _BEFORE_OPERAND):
        return False
    return token.text == "<<" or (token.kind == "iri" and HARMLESS_IRI.fullmatch(token.text) is None)


def _may_call(before: Token, token: Token, after: Token) -> bool:
    if token.kind == "word":
        return "service" in token.text.lower()
    if token.kind != "prefixed" or after.text != "{" or before.is_word("GRAPH", "FROM", "NAMED", "DESCRIBE"):
        return False
    return "service" in token.text.partition(":")[0].lower()


def _refuse_depth(text: str, max_nesting: int) -> None:
    """Refuse deep brackets, runs of signs, and long chains: the engine takes stack for each link of ``1+1+1+...``."""
    depth = run = links = 0
    in_values = False
    before = ""
    for token in tokens(text):
        sign = token.text if token.kind == "sign" else ""
        depth += (sign in OPENING) - (sign in _CLOSING)
        run = run + 1 if sign in UNARY else 0
        in_values = token.is_word("VALUES") or (in_values and sign != "}")
        links += not in_values and (sign in LINKING or token.is_word(*LINKING_WORDS) or (before, sign) == (")", "("))
        if max(depth, run) > max_nesting:
            raise QueryTooDeep(
                f"The text nests deeper than {max_nesting} levels at {_place(text, token)}; "
                "flatten it or ask it in parts."
            )
        if links > max_nesting * _LINKS_A_LEVEL:
            raise QueryTooDeep(
                f"The text chains more than {max_nesting * _LINKS_A_LEVEL} patterns and operators "
                f"at {_place(text, token)}; ask it in parts, or give a list of values as VALUES."
            )
        before = sign


def _place(text: str, token: Token) -> str:
    line, column = place_of(text, token.start)
    return f"line {line}, column {column}"


def place_of(text: str, start: int) -> tuple[int, int]:
    """Line and column, both from 1, of a character."""
    before = text[:start]
    return before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1


@dataclass(frozen=True)
class Slot:
    """``VALUES $name { ... }``: the parameter's name, and where the text between the braces lies."""

    name: str
    start: int
    end: int


def slots(text: str) -> list[Slot]:
    """The VALUES slots of a text; ``$`` marks a parameter, ``?`` a variable of the query."""
    found = []
    kept = list(tokens(text))
    for place, (first, second) in enumerate(pairwise(kept)):
        if not (first.is_word("VALUES") and second.kind == "variable" and second.text.startswith("$")):
            continue
        rest = kept[place + 2 :]
        if not rest or rest[0].text != "{":
            continue
        closing = next((token for token in rest if token.kind == "sign" and token.text == "}"), None)
        if closing is not None:
            found.append(Slot(second.text[1:], rest[0].start + 1, closing.start))
    return found
