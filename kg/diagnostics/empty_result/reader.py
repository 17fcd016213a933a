"""A tolerant reader of a query's pattern: triples, graphs, filters and blocks, each with its text and its place.

It follows SPARQL 1.1 Query, section 19.8, from [53] on, as far as an explanation needs, and says what it gives up on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from kg.core.messages import Message
from kg.diagnostics.empty_result.cursor import NotRead, end_of
from kg.diagnostics.empty_result.parts import BIND, BLOCK, FILTER, MINUS, OPTIONAL, TRIPLE, VALUES, Piece, Reading
from kg.diagnostics.empty_result.triples import Triples
from kg.sparql.lexer import Kind, Token, kind_of

_MOST_PIECES = 200
_LONGEST = 65_536


def read(text: str) -> Reading:
    """Take a query apart; what cannot be taken apart is said in ``lost``."""
    if len(text) > _LONGEST:
        return Reading(kind_of(text), lost=Message("The query has more than %(most)s characters.", most=_LONGEST))
    reader = _Reader(text)
    reading = Reading(kind_of(text), reader.prologue(), reader.dataset(), reader.prefixes())
    try:
        pieces = reader.where(reading.kind)
    except NotRead as lost:
        return replace(reading, lost=lost.message)
    except RecursionError:
        return replace(reading, lost=Message("The query nests too deeply to be taken apart."))
    return replace(reading, pieces=pieces, tail=tuple(reader.rest()))


class _Reader(Triples):
    """A cursor that reads a query."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._pieces = 0

    # the head of a query

    def prologue(self) -> str:
        """BASE and PREFIX lines, as written."""
        return "".join(f"{self._slice(first, last)}\n" for first, last in self._declarations())

    def _declarations(self) -> Iterator[tuple[Token, Token]]:
        for place, token in enumerate(self._tokens):
            if token.is_word("BASE") or token.is_word("PREFIX"):
                last = place + (1 if token.is_word("BASE") else 2)
                if last < len(self._tokens):
                    yield token, self._tokens[last]
            elif token.kind == "word":
                return

    def prefixes(self) -> tuple[tuple[str, str], ...]:
        """Prefixes with the IRIs that they stand for."""
        return tuple(
            (name.text[:-1], iri.text[1:-1])
            for word, name, iri in zip(self._tokens, self._tokens[1:], self._tokens[2:], strict=False)
            if word.is_word("PREFIX") and iri.kind == "iri"
        )

    def dataset(self) -> tuple[str, ...]:
        """The FROM and FROM NAMED clauses, as written."""
        found = []
        for place, token in enumerate(self._tokens):
            if token.text == "{":
                break
            if token.is_word("FROM"):
                last = place + 1 + (place + 1 < len(self._tokens) and self._tokens[place + 1].is_word("NAMED"))
                if last < len(self._tokens):
                    found.append(self._slice(token, self._tokens[last]))
        return tuple(found)

    def where(self, kind: Kind) -> tuple[Piece, ...]:
        """The pieces of the pattern; the cursor then stands after it."""
        if kind is Kind.DESCRIBE and all(token.text != "{" for token in self._tokens):
            return self._described()
        self._at = self._begin(kind)
        return self._group("")

    def _described(self) -> tuple[Piece, ...]:
        """DESCRIBE without a pattern asks what is said of each IRI."""
        begin = next(place for place, token in enumerate(self._tokens) if token.is_word("DESCRIBE"))
        self._at = len(self._tokens)
        named = [token for token in self._tokens[begin:] if token.kind in ("iri", "prefixed")]
        return tuple(_said(token) for token in named[:_MOST_PIECES])

    def _begin(self, kind: Kind) -> int:
        braces = [place for place, token in enumerate(self._tokens) if token.text == "{"]
        if not braces:
            raise NotRead(Message("The query has no pattern in braces."))
        if kind is Kind.CONSTRUCT and not self._before(braces[0]).is_word("WHERE"):
            place = self._after(braces[0])
            if place < len(self._tokens) and self._tokens[place].text != "{":
                place = next((brace for brace in braces if brace > place), len(self._tokens))
            return place
        return braces[0]

    def _before(self, place: int) -> Token:
        return self._tokens[place - 1] if place else Token("end", "", 0)

    def rest(self) -> list[Token]:
        """The tokens from the cursor on."""
        return self._tokens[self._at :]

    # a group

    def _group(self, scope: str) -> tuple[Piece, ...]:
        """``{ ... }``: GroupGraphPattern [53]."""
        self._take("{")
        pieces: list[Piece] = []
        while self._now.text != "}":
            if self._now.text == ".":
                self._at += 1
                continue
            pieces += self._clause(scope)
            self._pieces += 1
            if self._pieces > _MOST_PIECES:
                raise NotRead(Message("The query has more than %(most)s patterns.", most=_MOST_PIECES))
        self._take("}")
        return tuple(pieces)

    def _clause(self, scope: str) -> list[Piece]:
        start = self._now
        if start.is_word("FILTER"):
            return [self._whole(FILTER, scope, self._skip_constraint)]
        if start.is_word("BIND"):
            return [self._whole(BIND, scope, self._skip_bracket)]
        if start.is_word("VALUES"):
            return [self._whole(VALUES, "", self._skip_values)]
        if start.is_word("OPTIONAL", "MINUS"):
            kind = OPTIONAL if start.is_word("OPTIONAL") else MINUS
            return [self._whole(kind, scope, self._skip_bracket)]
        if start.is_word("GRAPH"):
            return self._graph()
        if start.is_word("SERVICE", "LATERAL"):
            raise NotRead(Message("%(word)s is not explained.", word=start.text.upper()))
        if start.text == "{":
            return self._block(scope)
        return self._triples(scope)

    def _whole(self, kind: str, scope: str, skip: Callable[[], None]) -> Piece:
        start = self._now
        self._at += 1
        skip()
        last = self._tokens[self._at - 1]
        return Piece(kind, self._slice(start, last), start.start, end_of(last), scope=scope)

    def _skip_constraint(self) -> None:
        """Constraint [69]: a bracket, a call, or [NOT] EXISTS with a group."""
        while self._now.text not in ("(", "{"):
            if self._now.kind not in ("word", "prefixed", "iri"):
                raise NotRead(Message("A FILTER has a form that is not explained."))
            self._at += 1
        self._skip_bracket()

    def _skip_values(self) -> None:
        if self._now.text == "(":
            self._skip_bracket()
        else:
            self._at += 1
        self._skip_bracket()

    def _graph(self) -> list[Piece]:
        self._at += 1
        named = self._node([], "")
        return list(self._group(named))

    def _block(self, scope: str) -> list[Piece]:
        """``{ ... }`` or ``{ ... } UNION { ... }``, or a sub-select: asked whole, and read for its arms."""
        start, is_select = self._now, self._next.is_word("SELECT")
        arms: list[tuple[Piece, ...]] = []
        while True:
            arms.append(self._arm(scope))
            if not self._now.is_word("UNION"):
                break
            self._at += 1
        last = self._tokens[self._at - 1]
        if len(arms) == 1 and not is_select and all(piece.kind in (TRIPLE, VALUES) for piece in arms[0]) and arms[0]:
            return list(arms[0])
        return [Piece(BLOCK, self._slice(start, last), start.start, end_of(last), scope=scope, arms=tuple(arms))]

    def _arm(self, scope: str) -> tuple[Piece, ...]:
        if not self._next.is_word("SELECT"):
            return self._group(scope)
        end = self._after(self._at)
        braces = (place for place in range(self._at + 1, end) if self._tokens[place].text == "{")
        self._at = next(braces, end)
        pieces = self._group(scope)
        self._at = end
        return pieces


def _said(token: Token) -> Piece:
    """The pattern that asks what is said of a thing."""
    parts = (token.text, "?property__", "?value__")
    return Piece(TRIPLE, f"{' '.join(parts)} .", token.start, end_of(token), parts, (token.start,) * 3)
