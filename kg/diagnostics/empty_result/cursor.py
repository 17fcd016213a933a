"""A cursor over the tokens of a query: what stands here, what bracket closes where, the text from one to another."""

from __future__ import annotations

from collections.abc import Iterable

from kg.core.messages import Message
from kg.sparql.lexer import Token, tokens

_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")


class NotRead(Exception):  # internal: becomes a sentence of the explanation
    """The reader cannot parse the query at this place."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


class Cursor:
    """Stands before one token of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._at = 0

    @property
    def _now(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else Token("end", "", len(self._text))

    @property
    def _next(self) -> Token:
        return self._tokens[self._at + 1] if self._at + 1 < len(self._tokens) else Token("end", "", len(self._text))

    def _take(self, sign: str) -> None:
        if self._now.text != sign:
            written = repr(self._now.text) if self._now.text else Message("the end")
            raise NotRead(Message("%(written)s is where %(sign)s should be.", written=written, sign=sign))
        self._at += 1

    def _slice(self, first: Token, last: Token) -> str:
        """The text from one token to another, without comments, on one line."""
        inside = [token for token in self._tokens if first.start <= token.start <= last.start]
        return _joined(inside)

    def _after(self, place: int) -> int:
        """The place after the bracket that opens at a place."""
        depth = 0
        for number in range(place, len(self._tokens)):
            token = self._tokens[number]
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
            if depth == 0:
                return number + 1
        return len(self._tokens)

    def _skip_bracket(self) -> None:
        if self._now.text not in _OPENING:
            raise NotRead(Message("%(written)s is where a bracket should be.", written=repr(self._now.text)))
        self._at = self._after(self._at)


def _joined(inside: Iterable[Token]) -> str:
    """Tokens with a space where the text has a gap, so that comments and line ends do not matter."""
    text, end = "", None
    for token in inside:
        text += (" " if end is not None and token.start > end else "") + token.text
        end = end_of(token)
    return text


def end_of(token: Token) -> int:
    """The place after a token."""
    return token.start + len(token.text)
