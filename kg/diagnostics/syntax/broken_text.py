"""A text that does not parse: its tokens, the one that the parser cannot use, and the brackets that are open there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kg.core.errors import Message
from kg.diagnostics.term_suggestions import Terms
from kg.sparql.lexer import Token, tokens
from kg.sparql.parser import SyntaxFault, UpdateParser
from kg.sparql.syntax_tree import Query, Select

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
    """The cause in one word, a sentence or two, the place, and the exact change if there is one."""

    cause: str
    words: Message | str
    start: int
    change: Change | None = None


Diagnosis = Callable[["BrokenText"], Remedy | None]


@dataclass(frozen=True)
class BrokenText:
    """A text that does not parse; ``start`` is the place of the misfit, the token that the parser cannot use."""

    text: str
    start: int
    find_terms: Callable[[], Terms]
    message: str = ""

    @cached_property
    def tokens(self) -> list[Token]:
        """All tokens of the text."""
        return list(tokens(self.text))

    @cached_property
    def terms(self) -> Terms:
        """The terms of the release, which only some diagnoses need."""
        return self.find_terms()

    @cached_property
    def selects(self) -> tuple[Query | Select, ...]:
        """The SELECT clauses of a text that breaks only the notes of the grammar, such as those on scope."""
        try:
            # the grammar without its notes, which `parse` would check: such a text has a tree
            tree = UpdateParser(self.text).query_or_update()
            return tuple(node for node in tree.walk() if isinstance(node, Query | Select))
        except (SyntaxFault, RecursionError):
            return ()

    @cached_property
    def at(self) -> int:
        """The number of the misfit among the tokens; the number of tokens at the end of the text."""
        ends = (number for number, token in enumerate(self.tokens) if end_of(token) > self.start)
        return next(ends, len(self.tokens))

    def token(self, shift: int = 0) -> Token:
        """Return the misfit, or a token before or after it; an empty one outside of the text."""
        place = self.at + shift
        if 0 <= place < len(self.tokens):
            return self.tokens[place]
        return Token("end", "", len(self.text) if place > 0 else 0)

    def next_token(self, text: str) -> Token | None:
        """Return the first token with a text, from the misfit on."""
        return next((token for token in self.tokens[self.at :] if token.text == text), None)

    @cached_property
    def open(self) -> list[Token]:
        """The brackets that are open before the misfit, the innermost last."""
        return open_brackets(self.tokens[: self.at])

    @property
    def innermost(self) -> str:
        """The innermost open bracket, or an empty text."""
        return self.open[-1].text if self.open else ""

    @property
    def is_before_pattern(self) -> bool:
        """Return True if the misfit is before the first brace."""
        return all(token.text != "{" for token in self.tokens[: self.at])

    @cached_property
    def prefixes(self) -> frozenset[str]:
        """The prefixes that the text declares."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return frozenset(name.text[:-1] for word, name in pairs if word.is_word("PREFIX") and name.text.endswith(":"))

    def end_before(self, *stops: str) -> int:
        """Return the end of the last token before one of the signs, from the misfit on; brackets are skipped."""
        depth, end = 0, self.token().start
        for token in self.tokens[self.at :]:
            if depth == 0 and (token.text in stops or token.text in CLOSING):
                break
            depth += (token.text in OPENING) - (token.text in CLOSING)
            end = end_of(token)
        return end


def replacement(token: Token, insert: str) -> Change:
    """Return the change of one token."""
    return Change(token.start, end_of(token), insert)


def insertion(place: int, insert: str) -> Change:
    """Return a change that only inserts."""
    return Change(place, place, insert)


def end_of(token: Token) -> int:
    """Return the place behind a token."""
    return token.start + len(token.text)


def is_term(token: Token) -> bool:
    """Return True if a token can be a part of a triple."""
    return token.kind in _TERMS or token.is_word("A", "TRUE", "FALSE") or token.text in ("]", "[")


def open_brackets(within: Iterable[Token]) -> list[Token]:
    """Return the brackets that some tokens open and do not close, the innermost last."""
    opened: list[Token] = []
    for token in within:
        if token.kind == "sign" and token.text in OPENING:
            opened.append(token)
        elif token.kind == "sign" and token.text in CLOSING and opened:
            opened.pop()
    return opened
