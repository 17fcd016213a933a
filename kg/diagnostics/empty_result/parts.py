"""The parts of a query: pieces of its pattern that can be asked alone, each with its text and its place."""

from __future__ import annotations

from dataclasses import dataclass

from kg.core.messages import Message
from kg.sparql.lexer import Kind, Token, tokens

TRIPLE, FILTER, BIND, VALUES, OPTIONAL, MINUS, BLOCK = (
    "triple",
    "filter",
    "bind",
    "values",
    "optional",
    "minus",
    "block",
)


@dataclass(frozen=True)
class Piece:
    """A part of a pattern that can be asked alone: its kind, its text for a question, and its place in the query.

    ``scope`` is the graph of a GRAPH clause around it; ``arms`` are the pieces of the groups in a block.
    """

    kind: str
    text: str
    start: int
    end: int
    parts: tuple[str, str, str] = ("", "", "")
    places: tuple[int, int, int] = (0, 0, 0)
    scope: str = ""
    arms: tuple[tuple[Piece, ...], ...] = ()

    @property
    def question(self) -> str:
        """The text to ask, within its GRAPH clause; what works on earlier rows is never parted from them."""
        if not self.scope or self.kind == BIND:
            return self.text
        brace = self.text.find("{")
        if self.kind in (OPTIONAL, MINUS, FILTER):
            return f"{self.text[:brace]}{{ GRAPH {self.scope} {self.text[brace:]} }}" if brace >= 0 else self.text
        return f"GRAPH {self.scope} {{ {self.text} }}"

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables in it, without their sign, each once."""
        found = (token.text[1:] for token in tokens(self.question) if token.kind == "variable")
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Reading:
    """A query taken apart; ``lost`` says why it could not be."""

    kind: Kind
    prologue: str = ""
    dataset: tuple[str, ...] = ()
    prefixes: tuple[tuple[str, str], ...] = ()
    pieces: tuple[Piece, ...] = ()
    tail: tuple[Token, ...] = ()
    lost: Message | str = ""
