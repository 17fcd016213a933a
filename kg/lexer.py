"""Tokens of a SPARQL text: what it asks for, how deeply it nests, where its VALUES slots lie.

The terminals follow SPARQL 1.1 Query Language, section 19.8. A text that is no SPARQL still gives tokens:
whether it parses is the engine's to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from kg.errors import QueryRefused, QueryTooDeep

_TERMINALS = (
    ("comment", r"#[^\n\r]*"),
    ("iri", r"<[^<>\"{}|^`\\\x00-\x20]*>"),
    ("string", r'"""(?:[^"\\]|\\.|"(?!""))*"""|' + r"'''(?:[^'\\]|\\.|'(?!''))*'''"),
    ("string", r'"(?:[^"\\\n\r]|\\.)*"|' + r"'(?:[^'\\\n\r]|\\.)*'"),
    ("variable", r"[?$]\w+"),
    ("prefixed", r"(?:[^\W\d_][\w.\-]*)?:(?:[\w.\-:]|%[0-9A-Fa-f]{2}|\\.)*"),
    ("language", r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"),
    ("number", r"\d*\.?\d+(?:[eE][+-]?\d+)?"),
    ("word", r"[^\W\d]\w*"),
    ("space", r"\s+"),
    ("sign", r"."),
)
_TOKEN = re.compile("|".join(f"(?P<k{place}>{pattern})" for place, (_, pattern) in enumerate(_TERMINALS)), re.DOTALL)


@dataclass(frozen=True)
class Token:
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
_UPDATE_WORDS = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, without white space and comments."""
    for match in _TOKEN.finditer(text):
        kind = _TERMINALS[int(str(match.lastgroup)[1:])][0]
        if kind not in ("space", "comment"):
            yield Token(kind, match.group(), match.start())


def kind_of(text: str) -> Kind:
    """What a text asks for: the first keyword that begins a query or an update decides."""
    for token in tokens(text):
        if token.is_word(*_QUERY_WORDS):
            return Kind(token.text.upper())
        if token.is_word(*_UPDATE_WORDS):
            return Kind.UPDATE
    return Kind.UNKNOWN


def refuse_danger(text: str, max_nesting: int) -> Kind:
    """Say what a text asks for, and refuse what must not reach the engine.

    Raises:
        QueryRefused: it is an update, or it calls another service.
        QueryTooDeep: brackets or a run of signs nest deeper than ``max_nesting``.
    """
    kind = kind_of(text)
    if kind is Kind.UPDATE:
        raise QueryRefused(
            "This endpoint only answers questions: updates are refused. Use SELECT, ASK, CONSTRUCT or DESCRIBE."
        )
    depth = run = 0
    for token in tokens(text):
        if token.is_word("SERVICE"):
            line, column = place_of(text, token.start)
            raise QueryRefused(
                f"SERVICE (line {line}, column {column}) is refused: this endpoint calls no other. "
                "Begin the federated query at the other endpoint and call this one from there."
            )
        depth += (token.text in "([{") - (token.text in ")]}") if token.kind == "sign" else 0
        run = run + 1 if token.kind == "sign" and token.text in "!+-" else 0
        if max(depth, run) > max_nesting:
            line, column = place_of(text, token.start)
            raise QueryTooDeep(
                f"The text nests deeper than {max_nesting} levels at line {line}, column {column}; "
                "flatten it or ask it in parts."
            )
    return kind


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
