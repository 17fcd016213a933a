"""Errors of SPARQL texts that do not parse: from the parser's long message to a place and a few words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kg.core.errors import Message, QueryInvalid, sentences
from kg.sparql.lexer import Token, place_of, tokens
from kg.sparql.parser import SyntaxFault

_MESSAGE = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_SIGN = re.compile(r'"((?:[^"\\]|\\.)+)"')

# The parser reports the furthest character that it looked at, up to one keyword after the wrong token. If the gaps
# are wider than every keyword, that character is in the wrong token. The end mark is legal nowhere.
_GAP = " " * 40
_END_MARK = "`"
# a long text keeps the engine's own place, because a second parse with wide gaps takes time
_LONGEST = 16_384
# these signs are never a part of a longer one, so a gap may follow each of them
_LONE = frozenset("{}()[];,.")
_MOST_SIGNS = 8

UNGROUPED = Message("SELECT asks for a variable that is neither grouped nor an aggregate.")
STAR_GROUPED = Message("SELECT * does not go with GROUP BY.")
NAMED_TWICE = Message("AS gives a name that is bound already.")
UNBOUND = Message("SELECT computes with a variable that has no value there.")
ROW_UNEVEN = Message("a row of VALUES has not as many values as there are variables.")

# Expectations in the parser's message, and their words for readers.
_SENTENCES = {
    "IRI parsing failed": Message("an IRI in angle brackets is not valid; escape spaces and special signs."),
    "The SELECT contains a variable that is unbound": UNGROUPED,
    "The SELECT contains an expression with a variable that is unbound": UNBOUND,
    "Duplicated variable name in SELECT": NAMED_TWICE,
    "SELECT * is not authorized with GROUP BY": STAR_GROUPED,
    "overrides an existing variable": NAMED_TWICE,
    "exactly the same number of values": ROW_UNEVEN,
}


# Expectations of our parser, and the message of the engine's parser for the same text.
_MARKERS = {
    "declaration of the prefix": "Prefix not found",
    "a key of GROUP BY": "The SELECT contains a variable that is unbound",
    "as GROUP BY leaves no *": "SELECT * is not authorized with GROUP BY",
    "not in scope yet": "overrides an existing variable",
    "values in a row": "exactly the same number of values",
}


def parse_error(text: str, message: str, reparse: Callable[[str], str]) -> QueryInvalid:
    """Return the error for a text that the engine's parser refused.

    Args:
        text: the SPARQL text.
        message: the message of the parser.
        reparse: returns the parser's message for another text, which never parses.
    """
    match = _MESSAGE.match(message)
    if match is None:
        return QueryInvalid(Message("the query does not parse: %(reason)s.", reason=message))
    start, expected = _raw_start(text, match), match[3]
    all_tokens = list(tokens(text)) if len(text) <= _LONGEST else []
    if all_tokens:
        start, expected = _exact(text, all_tokens, reparse) or (start, expected)
    unexpected = next((token for token in all_tokens if token.start == start), None)
    line, column = place_of(text, start)
    return QueryInvalid(_words(expected, match[3] + expected, unexpected), line, column)


def unparsed(text: str, fault: SyntaxFault) -> QueryInvalid:
    """Return the error for a text that our parser refused."""
    tokens_left = text[fault.start :].split(maxsplit=1)[:1]
    unexpected = Token("", tokens_left[0], fault.start) if tokens_left else None
    marker = next((marker for expected, marker in _MARKERS.items() if expected in fault.expected), "")
    return QueryInvalid(_words("", marker, unexpected), *place_of(text, fault.start))


def offset_of(text: str, line: int, column: int) -> int:
    """Return the offset (from 0) of a line and column (from 1), or the end of the text for a place after it."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
        if not start:
            return len(text)
    return min(start + column - 1, len(text))


def _raw_start(text: str, match: re.Match[str]) -> int:
    return offset_of(text, int(match[1]), int(match[2]))


def _exact(text: str, all_tokens: Sequence[Token], reparse: Callable[[str], str]) -> tuple[int, str] | None:
    """Return the start of the token that the parser could not use, and its expectation, or None."""
    without_filters, starts = _widened(all_tokens)
    match = _MESSAGE.match(reparse(without_filters))
    if match is None:
        return None
    read = offset_of(without_filters, int(match[1]), int(match[2]))
    read -= "Prefix not found" in match[3]  # this message has the end of the name as its place
    place = max((number for number, start in enumerate(starts) if start <= read), default=0)
    # a place after the last token is that of the end mark, which the text itself does not have
    end = all_tokens[-1].start + len(all_tokens[-1].text)
    return (all_tokens[place].start if place < len(all_tokens) else min(end, len(text))), match[3]


def _widened(all_tokens: Sequence[Token]) -> tuple[str, list[int]]:
    """Return the tokens with wide gaps, and the start of each; the last start is that of the end mark."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for number, token in enumerate(all_tokens):
        gap = _GAP if number and not _is_adjacent(all_tokens[number - 1], token) else ""
        starts.append(length + len(gap))
        parts += [gap, token.text]
        length += len(gap) + len(token.text)
    return "".join([*parts, _GAP, _END_MARK]), [*starts, length + len(_GAP)]


def _is_adjacent(before: Token, token: Token) -> bool:
    """Return True if two tokens touch and may be parts of one, as in ``!=``, ``-1``, ``^^`` and ``"x"@en``."""
    if before.start + len(before.text) != token.start:
        return False
    return (
        (before.kind == "sign" and before.text not in _LONE)
        or (token.kind == "sign" and token.text not in _LONE)
        or token.kind == "language"
    )


def _words(expected: str, marker: str, unexpected: Token | None) -> Message | str:
    if "Prefix not found" in marker:
        if unexpected is None or ":" not in unexpected.text:
            return Message("a prefix is not declared; add a PREFIX line for it.")
        prefix = unexpected.text.partition(":")[0]
        return Message("the prefix %(prefix)s: is not declared; add a PREFIX line for it.", prefix=prefix)
    for sentence, message in _SENTENCES.items():
        if sentence in marker:
            return message
    words: Message | str = Message("the query does not parse. It ends too early.")
    if unexpected is not None:
        written = repr(unexpected.text[:60])
        words = Message("the query does not parse. Not expected here: %(written)s.", written=written)
    # a long list of possible signs says nothing about the mistake
    signs = list(dict.fromkeys(match[1] for match in _SIGN.finditer(expected) if "\\" not in match[1]))
    return (
        sentences(words, Message("Expected: %(signs)s", signs=" ".join(signs)))
        if 0 < len(signs) <= _MOST_SIGNS
        else words
    )
