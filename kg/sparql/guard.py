"""The guard: it refuses a text that must not reach the engine, because it writes, calls others or is too deep."""

from __future__ import annotations

import re

from kg.core.errors import QueryRefused, QueryTooDeep, query_place
from kg.core.messages import Message
from kg.sparql.fast_scan import (
    HARMLESS_IRI,
    LINKING,
    LINKING_WORDS,
    OPENING,
    UNARY,
    may_be_deep,
    may_be_misread,
    may_call,
    without_codepoints,
)
from kg.sparql.lexer import Kind, Token, kind_of, place_of, tokens
from kg.sparql.readings import find_call
from kg.sparql.terminals import IRI

_CLOSING = frozenset(")]}")
_BEFORE_OPERAND = frozenset([*"(,;=^|&!/*+-<", "<<", "||", "&&"])
_IRI = re.compile(IRI)

# How many links of a chain take about as much of the engine's stack as a level of nesting.
_LINKS_A_LEVEL = 4


def refuse_danger(text: str, max_nesting: int) -> Kind:
    """Say what a text asks for, and refuse what must not reach the engine.

    Raises:
        QueryRefused: it is an update, it calls another service, or it can be read in two ways.
        QueryTooDeep: it nests or chains so deeply that the engine could run out of stack.
    """
    kind = kind_of(text)
    if kind is Kind.UPDATE:
        raise QueryRefused(
            Message(
                "This endpoint only answers questions: updates are refused. Use SELECT, ASK, CONSTRUCT or DESCRIBE."
            )
        )
    calls = may_call(text)
    is_deep = may_be_deep(text, max_nesting, max_nesting * _LINKS_A_LEVEL)
    if (calls or is_deep) and may_be_misread(text):
        refuse_two_readings(text)
    if calls:
        _refuse_calls(text)
    if is_deep:
        _refuse_depth(text, max_nesting)
    return kind


def _refuse_calls(text: str) -> None:
    """Refuse SERVICE wherever the engine, or another product, could read it."""
    start = find_call(text)
    if start is not None:
        raise QueryRefused(
            Message(
                "SERVICE (%(place)s) is refused: this endpoint calls no other. Begin the federated query at the "
                "other endpoint and call this one from there.",
                place=_place(text, start),
            )
        )
    if "\\" in text and find_call(without_codepoints(text)) is not None:
        raise QueryRefused(
            Message(
                "The text can be read as a SERVICE clause written with escapes (\\u...); write the characters "
                "themselves."
            )
        )


def refuse_two_readings(text: str) -> None:
    """Refuse a < that may be 'less than' where we read an IRI, which may hide a string, a comment or a bracket.

    Raises:
        QueryRefused: there is such a sign.
    """
    brackets: list[str] = []
    before = Token("sign", "(", 0)
    for token in tokens(text):
        if token.text in OPENING:
            brackets.append(token.text)
        elif token.text in _CLOSING and brackets:
            brackets.pop()
        elif _may_be_less_than(text, before, token, brackets):
            raise QueryRefused(
                Message(
                    "The sign < (%(place)s) can be read as 'less than' and as the beginning of an IRI; put a space "
                    "after it, or write the IRI with its scheme, as in <https://...>.",
                    place=_place(text, token.start),
                )
            )
        before = token


def _may_be_less_than(text: str, before: Token, token: Token, brackets: list[str]) -> bool:
    """Return True if < may stand between two operands here, and what follows is an IRI in one reading only."""
    if brackets[-1:] != ["("] or (before.kind == "sign" and before.text in _BEFORE_OPERAND):
        return False
    iri = token.text if token.kind == "iri" else ""
    if token.text == "<<" and (match := _IRI.match(text, token.start + 1)) is not None:
        iri = match[0]
    return bool(iri) and HARMLESS_IRI.fullmatch(iri) is None


def _refuse_depth(text: str, max_nesting: int) -> None:
    """Refuse deep brackets, runs of signs, and long chains: the engine takes stack for each link of ``1+1+1+...``."""
    depth = run = links = 0
    in_values = False
    before = ""
    for token in tokens(text):
        sign = token.text if token.kind == "sign" else ""
        depth += (sign in OPENING) - (sign in _CLOSING)
        run = run + 1 if sign in UNARY else 0
        in_values = token.is_word("VALUES") or (in_values and sign != "}")
        links += not in_values and (sign in LINKING or token.is_word(*LINKING_WORDS) or (before, sign) == (")", "("))
        if max(depth, run) > max_nesting:
            raise QueryTooDeep(
                Message(
                    "The text nests deeper than %(most)s levels at %(place)s; flatten it or ask it in parts.",
                    most=max_nesting,
                    place=_place(text, token.start),
                )
            )
        if links > max_nesting * _LINKS_A_LEVEL:
            raise QueryTooDeep(
                Message(
                    "The text chains more than %(most)s patterns and operators at %(place)s; ask it in parts, "
                    "or give a list of values as VALUES.",
                    most=max_nesting * _LINKS_A_LEVEL,
                    place=_place(text, token.start),
                )
            )
        before = sign


def _place(text: str, start: int) -> Message:
    return query_place(*place_of(text, start))
