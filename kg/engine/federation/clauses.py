"""The SERVICE clauses of a text: where they lie, what each would ask, and the text with something in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.core.errors import QueryInvalid, QueryRefused, query_place
from kg.core.messages import Message
from kg.core.names import ROOT
from kg.sparql.lexer import Token, place_of, tokens

_QUERY_WORDS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_NONE = Token("none", "", 0)
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Clause:
    """``SERVICE SILENT? <iri> { ... }``: its group with the braces, and where the clause lies in the text."""

    iri: str
    silent: bool
    group: str
    start: int
    end: int


@dataclass(frozen=True)
class FederatedText:
    """A query's text, taken apart: what stands before its first keyword, and its SERVICE clauses in order."""

    text: str
    prologue: str
    clauses: tuple[Clause, ...]

    def filled(self, blocks: Sequence[str]) -> str:
        """The text with a block in the place of each clause."""
        return "".join(piece for piece, _ in self._pieces(blocks))

    def sub_query(self, clause: Clause, max_rows: int) -> str:
        """What a clause asks the other endpoint: the rows of its group, up to one more than we would take.

        Its relative IRIs mean there what they mean here.
        """
        relative = any(token.kind == "iri" and ":" not in token.text for token in tokens(clause.group))
        base = f"BASE <{ROOT}>\n" if relative else ""
        return f"{base}{self.prologue}SELECT * WHERE {clause.group}\nLIMIT {max_rows + 1}"

    def place_in_text(self, blocks: Sequence[str], line: int, column: int) -> tuple[int, int]:
        """Line and column in the text, of a line and column in the filled one; within a block, the clause's start."""
        lines = self.filled(blocks).split("\n")
        wanted = sum(len(before) + 1 for before in lines[: line - 1]) + column - 1
        passed = 0
        for piece, origin in self._pieces(blocks):
            if wanted < passed + len(piece):
                own = self.text.startswith(piece, origin)
                return place_of(self.text, origin + (wanted - passed if own else 0))
            passed += len(piece)
        return place_of(self.text, len(self.text))

    def _pieces(self, blocks: Sequence[str]) -> Iterator[tuple[str, int]]:
        """Text and blocks by turns, each with the place in the text that it comes from."""
        done = 0
        for clause, block in zip(self.clauses, blocks, strict=True):
            yield self.text[done : clause.start], done
            yield block, clause.start
            done = clause.end
        yield self.text[done:], done


def read_clauses(text: str) -> FederatedText:
    """Find the SERVICE clauses of a text; one in an unusual spelling stays in it and is refused later.

    Raises:
        QueryInvalid: a SERVICE has no address or no whole group.
        QueryRefused: its address is a variable, or one SERVICE lies in another.
    """
    if "service" not in text.lower():
        return FederatedText(text, "", ())
    kept = list(tokens(text))
    start = next((token.start for token in kept if token.is_word(*_QUERY_WORDS)), len(text))
    prefixes = _prefixes(kept)
    found: list[Clause] = []
    for place, token in enumerate(kept):
        if token.is_word("SERVICE"):
            if found and token.start < found[-1].end:
                raise QueryRefused(
                    Message(
                        "SERVICE (%(place)s) lies in another SERVICE: ask both endpoints side by side, and the rows "
                        "are joined here.",
                        place=_place(text, token),
                    )
                )
            found.append(_clause(text, kept, place, prefixes))
    return FederatedText(text, text[:start], tuple(found))


def _clause(text: str, kept: Sequence[Token], place: int, prefixes: dict[str, str]) -> Clause:
    silent = place + 1 < len(kept) and kept[place + 1].is_word("SILENT")
    target, opening = (*kept[place + 1 + silent : place + 3 + silent], _NONE, _NONE)[:2]
    if target.kind == "variable":
        raise QueryRefused(
            Message(
                "SERVICE %(endpoint)s (%(place)s) is refused: write the address of the endpoint, as in SERVICE "
                "<https://...>.",
                endpoint=target.text,
                place=_place(text, kept[place]),
            )
        )
    if target.kind not in ("iri", "prefixed") or opening.text != "{":
        raise _broken(text, kept[place], "SERVICE needs an address and a group, as in SERVICE <https://...> { ... }.")
    end = _closing(kept, place + 2 + silent)
    if end is None:
        raise _broken(text, kept[place], "the group of this SERVICE has no closing brace.")
    iri = _iri(text, target, prefixes)
    return Clause(iri, silent, text[opening.start : end], kept[place].start, end)


def _closing(kept: Sequence[Token], opening: int) -> int | None:
    """Where the group that begins with this token ends."""
    depth = 0
    for place in range(opening, len(kept)):
        token = kept[place]
        depth += (token.text == "{") - (token.text == "}") if token.kind == "sign" else 0
        if depth == 0:
            return token.start + 1
    return None


def _prefixes(kept: Sequence[Token]) -> dict[str, str]:
    """What the PREFIX lines declare; the name with its colon."""
    declared = zip(kept, kept[1:], kept[2:], strict=False)
    return {name.text: iri.text[1:-1] for word, name, iri in declared if word.is_word("PREFIX") and iri.kind == "iri"}


def _iri(text: str, token: Token, prefixes: dict[str, str]) -> str:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _, local = token.text.partition(":")
    if prefix + ":" not in prefixes:
        raise _broken(
            text, token, Message("the prefix %(prefix)s: is not declared; add a PREFIX line for it.", prefix=prefix)
        )
    return prefixes[prefix + ":"] + _ESCAPED.sub(r"\1", local)


def _broken(text: str, token: Token, message: Message | str) -> QueryInvalid:
    return QueryInvalid(message, *place_of(text, token.start))


def _place(text: str, token: Token) -> Message:
    return query_place(*place_of(text, token.start))
