"""Wordings that a product reads rightly, in the place of those that it misreads; each says the same in SPARQL 1.1.

They are the quirks of a product in its questions, as data: a row of the table of products names those that it needs.
Each takes a text that parses and gives one that parses, and looks at tokens, never into strings or comments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kg.sparql.lexer import Token, tokens

Wording = Callable[[str], str]

NOBODY = "<urn:x-fyp:nobody>"
_TERMS = ("iri", "prefixed", "string", "number")
_STRINGS = (("string", "language"), ("string", "sign", "sign", "iri"), ("string", "sign", "sign", "prefixed"))
_PATH_SIGNS = frozenset("()|/^!*+?")


def reworded(text: str, wordings: Sequence[Wording]) -> str:
    """A text after each wording, in their order."""
    for wording in wordings:
        text = wording(text)
    return text


def without_undef(text: str) -> str:
    """``VALUES ?x { UNDEF }`` says nothing and is left out.

    Virtuoso takes the variable for one that is bound to nothing, and loses it where a UNION or an OPTIONAL binds it.
    """
    return _exchanged(text, [(start, end, "") for _, start, end, row in _single_values(text) if row == ["UNDEF"]])


def with_second_value(text: str) -> str:
    """``VALUES ?x { one }`` gets a second value, which a FILTER takes away again.

    Virtuoso puts a single value in the place of the variable, and then gives it back as a string instead of an IRI, or
    finds nothing at the end of a property path.
    """
    changes = []
    for variable, start, end, row in _single_values(text):
        if row != ["UNDEF"]:
            told = f"VALUES {variable} {{ {''.join(row)} {NOBODY} }} FILTER({variable} != {NOBODY})"
            changes.append((start, end, told))
    return _exchanged(text, changes)


def with_split_plus(text: str) -> str:
    """``p+`` becomes ``p*/p``: the same pairs, but a pair to which several ways lead comes once for each last step.

    Virtuoso finds nothing along ``p+`` when both of its ends are known by then; after ``p*`` the last step is an
    ordinary triple, so that only one end of the long way is known.
    """
    read = list(tokens(text))
    changes = []
    for place, token in enumerate(read):
        if token.text == "+" and place and (first := _path_start(read, place - 1)) is not None:
            start, end = read[first].start, _end(read[place - 1])
            changes.append((start, token.start + 1, f"({text[start:end]}*/{text[start:end]})"))
    return _exchanged(text, changes)


VIRTUOSO: tuple[Wording, ...] = (without_undef, with_second_value, with_split_plus)


def _single_values(text: str) -> list[tuple[str, int, int, list[str]]]:
    """Each VALUES of one variable and one row within a group: the variable, where it starts and ends, the row."""
    read = list(tokens(text))
    found = []
    for place, token in enumerate(read):
        if not token.is_word("VALUES") or place + 3 >= len(read) or read[place + 1].kind != "variable":
            continue
        closing = next(at for at in range(place + 2, len(read)) if read[at].text == "}")
        row = read[place + 3 : closing]
        if _depth(read[:place]) and _is_single(row):
            found.append((read[place + 1].text, token.start, read[closing].start + 1, [one.text for one in row]))
    return found


def _is_single(row: Sequence[Token]) -> bool:
    """Whether these tokens are one value: UNDEF or a term, perhaps a string with its language or datatype."""
    kinds = tuple(one.kind for one in row)
    if len(row) == 1:
        return kinds[0] in _TERMS or row[0].is_word("UNDEF", "TRUE", "FALSE")
    return kinds in _STRINGS


def _depth(read: Sequence[Token]) -> int:
    return sum((one.text == "{") - (one.text == "}") for one in read)


def _path_start(read: Sequence[Token], last: int) -> int | None:
    """Where the part of a path starts that ends at a token; None if it is no path."""
    if read[last].kind in ("iri", "prefixed") or read[last].text == "a":
        return last
    if read[last].text != ")":
        return None
    depth = 0
    for at in range(last, -1, -1):
        token = read[at]
        if token.kind not in ("iri", "prefixed") and token.text != "a" and token.text not in _PATH_SIGNS:
            return None
        depth += (token.text == ")") - (token.text == "(")
        if depth == 0:  # what stands in brackets after a word are the arguments of a function
            is_call = at > 0 and read[at - 1].kind == "word"
            return None if is_call or at == last - 1 else at
    return None


def _end(token: Token) -> int:
    return token.start + len(token.text)


def _exchanged(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    for start, end, told in reversed(changes):
        text = text[:start] + told + text[end:]
    return text
