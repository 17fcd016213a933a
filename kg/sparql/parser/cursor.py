"""A cursor over the tokens of a text: look at the next ones, take them, or say what was expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from kg.sparql.lexer import Token, tokens

_NOTHING = ""
LESS_NESTING = "less nesting"
"""What a fault expects where the parser runs out of stack."""


@dataclass(frozen=True)
class SyntaxFault(Exception):
    """The text is no SPARQL: what was expected at a place, in characters from 0."""

    start: int
    expected: str

    def __str__(self) -> str:
        """Say what was expected where."""
        return f"expected {self.expected} at {self.start}"


class Cursor:
    """The tokens of a text and the place of the next one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = list(tokens(text))
        self._tokens.append(Token("end", _NOTHING, len(text)))
        self.place = 0

    @property
    def next(self) -> Token:
        """The next token; the last one is of the kind ``end``."""
        return self._tokens[self.place]

    @property
    def start(self) -> int:
        """Where the next token starts."""
        return self.next.start

    @property
    def end(self) -> int:
        """Where the token that was taken last ends."""
        if not self.place:
            return 0
        last = self._tokens[self.place - 1]
        return last.start + len(last.text)

    def peek(self, distance: int = 1) -> Token:
        """Return a token further on."""
        return self._tokens[min(self.place + distance, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Take the next token."""
        token = self.next
        self.place += 1
        return token

    def is_word(self, *words: str) -> bool:
        """Return True if the next token is one of the keywords, in any case."""
        return self.next.is_word(*words)

    def is_sign(self, sign: str) -> bool:
        """Return True if the next tokens are the characters of a sign, without space in between."""
        at, place = self.start, self.place
        if self.next.text[:1] != sign[0]:
            return False
        for token in self._tokens[place : place + len(sign)]:
            if token.start != at or token.kind != "sign" or not sign.startswith(token.text):
                return False
            sign = sign[len(token.text) :]
            at += len(token.text)
            if not sign:
                return True
        return False

    def try_word(self, *words: str) -> str:
        """Take the next token if it is one of the keywords, and return it in upper case, else the empty text."""
        return self.take().text.upper() if self.is_word(*words) else ""

    def try_sign(self, sign: str) -> bool:
        """Take a sign if it is next."""
        if not self.is_sign(sign):
            return False
        end = self.start + len(sign)
        while self.next.kind == "sign" and self.start < end:
            self.place += 1
        return True

    def expect_word(self, *words: str) -> str:
        """Take one of the keywords.

        Raises:
            SyntaxFault: another token is next.
        """
        return self.try_word(*words) or self.fail(" or ".join(words))

    def expect_sign(self, sign: str) -> None:
        """Take a sign.

        Raises:
            SyntaxFault: another token is next.
        """
        if not self.try_sign(sign):
            self.fail(sign)

    def fail(self, expected: str) -> NoReturn:
        """Raise a fault at the next token."""
        raise SyntaxFault(self.start, expected)
