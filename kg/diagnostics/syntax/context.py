"""A broken text as the diagnoses see it: its tokens, the one that does not fit, and what is open there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kg.core.messages import Message
from kg.diagnostics.term_suggestions import Terms
from kg.sparql.lexer import Token, tokens

OPENING = {"(": ")", "[": "]", "{": "}"}
CLOSING = {closing: opening for opening, closing in OPENING.items()}
MODIFIERS = ("LIMIT", "OFFSET", "ORDER", "GROUP", "HAVING")
_TERMS = ("iri", "prefixed", "variable", "string", "number", "language")


class Change(NamedTuple):
    """Put ``insert`` in the place of the characters from ``start`` to ``end``."""

    start: int
    end: int
    insert: str


class Remedy(NamedTuple):
    """What is the matter, in one word and in a sentence or two, where, and the exact change where it can be had."""

    cause: str
    words: Message | str
    start: int
    change: Change | None = None


Diagnosis = Callable[["Broken"], Remedy | None]


@dataclass(frozen=True)
class Broken:
    """A text that does not parse: ``start`` is the place of the token that the parser could not use."""

    text: str
    start: int
    find_terms: Callable[[], Terms]
    reported: str = ""

    @cached_property
    def tokens(self) -> list[Token]:
        """All tokens of the text."""
        return list(tokens(self.text))

    @cached_property
    def terms(self) -> Terms:
        """The terms of the release, which only some diagnoses need."""
        return self.find_terms()

    @cached_property
    def at(self) -> int:
        """The number of the token that does not fit; the number of tokens at the end of the text."""
        ends = (number for number, token in enumerate(self.tokens) if end_of(token) > self.start)
        return next(ends, len(self.tokens))

    def token(self, shift: int = 0) -> Token:
        """The token that does not fit, or one before or after it; an empty one outside the text."""
        place = self.at + shift
        if 0 <= place < len(self.tokens):
            return self.tokens[place]
        return Token("end", "", len(self.text) if place > 0 else 0)

    @cached_property
    def open(self) -> list[Token]:
        """The brackets that are open before the token that does not fit, the innermost last."""
        return open_brackets(self.tokens[: self.at])

    @property
    def innermost(self) -> str:
        """The innermost open bracket, or nothing."""
        return self.open[-1].text if self.open else ""

    @cached_property
    def prefixes(self) -> dict[str, Token]:
        """The prefixes that the text declares, as the token after PREFIX."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return {name.text[:-1]: name for word, name in pairs if word.is_word("PREFIX") and name.text.endswith(":")}

    def replace(self, token: Token, insert: str) -> Change:
        """A change of one token."""
        return Change(token.start, end_of(token), insert)

    def end_before(self, *stops: str) -> int:
        """The end of the last token before one of the signs, from the misfit on, brackets passed over."""
        depth, end = 0, self.token().start
        for token in self.tokens[self.at :]:
            if depth == 0 and (token.text in stops or token.text in CLOSING):
                break
            depth += (token.text in OPENING) - (token.text in CLOSING)
            end = end_of(token)
        return end


def end_of(token: Token) -> int:
    """The place after a token."""
    return token.start + len(token.text)


def is_term(token: Token) -> bool:
    """Whether a token can be a part of a triple."""
    return token.kind in _TERMS or token.is_word("A", "TRUE", "FALSE") or token.text in ("]", "[")


def open_brackets(kept: Iterable[Token]) -> list[Token]:
    """The brackets that are not closed by the end of some tokens, the innermost last."""
    opened: list[Token] = []
    for token in kept:
        if token.kind == "sign" and token.text in OPENING:
            opened.append(token)
        elif token.kind == "sign" and token.text in CLOSING and opened:
            opened.pop()
    return opened


def first(broken: Broken, diagnoses: Iterable[Diagnosis]) -> Remedy | None:
    """The remedy of the first diagnosis that fits."""
    return next((remedy for diagnosis in diagnoses if (remedy := diagnosis(broken)) is not None), None)
