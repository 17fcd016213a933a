"""Semi-naive evaluation: of a rule that was asked before, only those matches are missing in which a triple is new.

Source: S. Abiteboul, R. Hull, V. Vianu, Foundations of Databases (1995), section 13.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode

from kg.sparql.lexer import Token, tokens

_CLOSING = {"(": ")", "{": "}"}
_TRIPLE = 3
_TERMS = frozenset(("iri", "prefixed", "variable"))


def increments(text: str, new: NamedNode) -> list[str]:
    """The text of a rule, once for each of its triple patterns, which is asked first and of graph ``new`` alone.

    Empty if its WHERE clause has anything but triple patterns, each written out, named graphs, which must be such as no
    rule adds to, and filters: that rule can only be asked as it is. They may stand in a SELECT of variables, which
    may group by them, with filters after it.
    """
    kept = list(tokens(text))
    start = _start(kept)
    parts = list(_parts(kept, start))
    end = start + sum(len(part) for part, _ in parts)
    if not parts or not _adds_nothing(kept[end:]):
        return []
    written = [(_text_of(text, part), is_pattern) for part, is_pattern in parts]
    head, tail = text[: kept[start].start], text[kept[end].start :]
    return [
        head
        + "\n".join([f"GRAPH {new} {{ {one} }}", *(other for other, _ in written[:place] + written[place + 1 :]), tail])
        for place, (one, is_pattern) in enumerate(written)
        if is_pattern
    ]


def _start(kept: Sequence[Token]) -> int:
    """The place of the first pattern, which may be in a SELECT that comes first in the WHERE clause."""
    start = _after_where(kept, 0)
    if [one.text.upper() for one in kept[start : start + 2]] != ["{", "SELECT"]:
        return start
    inner = _after_variables(kept, start + 2)
    return _after_where(kept, inner) if kept[inner : inner + 1] and kept[inner].is_word("WHERE") else start


def _after_where(kept: Sequence[Token], place: int) -> int:
    return next((one for one in range(place, len(kept)) if kept[one].is_word("WHERE")), len(kept)) + 2


def _adds_nothing(rest: Sequence[Token]) -> bool:
    """Whether what follows the patterns closes their groups, groups and filters what they found, and no more."""
    place = 0
    while place < len(rest):
        if rest[place].is_word("FILTER"):
            place = _end_of_brackets(rest, place)
        elif rest[place].is_word("GROUP"):
            place = _after_variables(rest, place + 2)
        elif rest[place].text == "}":
            place += 1
        else:
            return False
    return bool(rest)


def _after_variables(kept: Sequence[Token], place: int) -> int:
    return next((one for one in range(place, len(kept)) if kept[one].kind != "variable"), len(kept))


def _parts(kept: Sequence[Token], place: int) -> Iterator[tuple[Sequence[Token], bool]]:
    """The parts of a group, and whether each is a triple pattern, up to its end or the first that is something else."""
    while place < len(kept):
        is_pattern = _is_pattern(kept[place : place + _TRIPLE])
        if is_pattern:
            end = place + _TRIPLE
        elif kept[place].is_word("FILTER") or _names_graph(kept[place : place + _TRIPLE]):
            end = _end_of_brackets(kept, place)
        else:
            return
        end += end < len(kept) and kept[end].text == "."
        yield kept[place:end], is_pattern
        place = end


def _is_pattern(some: Sequence[Token]) -> bool:
    return len(some) == _TRIPLE and all(
        one.kind in _TERMS or (place, one.text) == (1, "a") for place, one in enumerate(some)
    )


def _names_graph(some: Sequence[Token]) -> bool:
    return (
        len(some) == _TRIPLE
        and some[0].is_word("GRAPH")
        and some[1].kind in ("iri", "prefixed")
        and some[2].text == "{"
    )


def _end_of_brackets(kept: Sequence[Token], place: int) -> int:
    """The place after the brackets that come next."""
    awaited: list[str] = []
    while place < len(kept):
        sign = kept[place].text
        place += 1
        if sign in _CLOSING:
            awaited.append(_CLOSING[sign])
        elif awaited and sign == awaited[-1]:
            awaited.pop()
            if not awaited:
                break
    return place


def _text_of(text: str, part: Sequence[Token]) -> str:
    return text[part[0].start : part[-1].start + len(part[-1].text)]
