"""A cursor over the tokens of a question, which goes on only where what stands there is known."""

from __future__ import annotations

from kg.sparql.lexer import Token, tokens


class NotRead(Exception):
    """Something else stands here than in a question for counts; the engine then answers."""


class Cursor:
    """Stands before one token of a text."""

    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self._end = Token("end", "", len(text))
        self.now = next(self._tokens, self._end)

    def step(self) -> Token:
        """The token that stands here, which is then behind."""
        token, self.now = self.now, next(self._tokens, self._end)
        return token

    def took(self, *wanted: str) -> str:
        """The sign or keyword that was taken, in capitals, if it is one of the wanted ones; else nothing, and ""."""
        found = self.now.text.upper()
        if self.now.kind not in ("sign", "word") or found not in wanted:
            return ""
        self.step()
        return found

    def take(self, *wanted: str) -> None:
        """Take these signs and keywords, one after the other.

        Raises:
            NotRead: another one stands there.
        """
        for one in wanted:
            if not self.took(one):
                raise NotRead

    def take_kind(self, kind: str) -> str:
        """Take a token of a kind.

        Raises:
            NotRead: one of another kind stands there.
        """
        if self.now.kind != kind:
            raise NotRead
        return self.step().text

    def take_variable(self) -> str:
        """Take a variable, and say its name: ``?n`` and ``$n`` are the same.

        Raises:
            NotRead: something else stands there.
        """
        return self.take_kind("variable")[1:]
