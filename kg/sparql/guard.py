"""The guard: it refuses a query that is an update, calls other services, or nests too deeply.

The engine's grammar (pyoxigraph 0.5, parsing expressions) has no tokens. It reads some texts in another way than the
standard: a local name may end where its IRI would be invalid, '<' may be 'less than', keywords need no space. Our
parser takes the longest token. Where a text could be read in both ways it does not parse here, or has a name that
``_refuse_odd_names`` refuses. No text with the letters of SERVICE reaches the engine unless it parses here;
docs/decisions/0039-one-parser-reads-sparql.md has the argument.
"""

from __future__ import annotations

import re

from pyoxigraph import NamedNode

from kg.core.errors import Message, QueryRefused, QueryTooDeep, query_place
from kg.sparql.fast_scan import (
    LINKING,
    LINKING_WORDS,
    OPENING,
    UNARY,
    Namespaces,
    find_odd_sign,
    may_be_deep,
    may_call,
    without_codepoints,
)
from kg.sparql.lexer import COMMENT, SPACE, Kind, kind_of, place_of, tokens, tokens_and_comments
from kg.sparql.parse_errors import unparsed
from kg.sparql.parser import SyntaxFault, parse
from kg.sparql.parser.terms import LESS_NESTING
from kg.sparql.syntax_tree import Iri, Object, Query, Service, Update

_CLOSING = frozenset(")]}")

# One level of nesting takes about as much of the engine's stack as this many links of a chain.
_LINKS_A_LEVEL = 4

# characters that may belong to keywords, variables and names; each run is read once
_RUN = r"(?:\\.|[^ \t\r\n{}()\[\];,<>\"'#\\])++"
_GAP = rf"(?:{SPACE}|{COMMENT})*+"
_RUNS = re.compile(_RUN, re.DOTALL)
_LETTERS = re.compile("service", re.IGNORECASE | re.ASCII)
_HIDING = ("string", "comment", "variable")
# a prefix that may be the end of a triple and the keyword, if nothing is declared for the whole of it
_TERM_AND_LETTERS = re.compile(r"(?:a|true|false|[0-9]+(?:e[0-9]+)?|\.)*+service", re.IGNORECASE | re.ASCII)
_GROUP = re.compile(rf"{_GAP}\{{(?!\|)", re.DOTALL)
# up to SILENT and a target, and the brace of a group
_TARGET_AND_GROUP = re.compile(rf"{_GAP}(?:(?:<[^<>\"{{}}|^`\x00-\x20]*+>|{_RUN}){_GAP}){{0,2}}+\{{(?!\|)", re.DOTALL)


def refuse_danger(text: str, max_nesting: int) -> Kind:
    """Return the kind of a text, and refuse a text that must not reach the engine.

    Raises:
        QueryRefused: it is an update, it calls another service, or it can be read in two ways.
        QueryTooDeep: it nests or chains so deeply that the engine could run out of stack.
        QueryInvalid: it has the letters of SERVICE and does not parse.
    """
    kind = kind_of(text)
    if kind is Kind.UPDATE:
        raise QueryRefused(
            Message(
                "This endpoint only answers questions: updates are refused. Use SELECT, ASK, CONSTRUCT or DESCRIBE."
            )
        )
    # the depth is checked before this fault is raised: a text that is too deep for the parser has the message about
    # depth
    fault = _refuse_calls(text) if may_call(text) else None
    refuse_depth(text, max_nesting)
    if fault is not None:
        raise _too_deep(text, fault.start, max_nesting) if fault.expected == LESS_NESTING else unparsed(text, fault)
    return kind


def _refuse_calls(text: str) -> SyntaxFault | None:
    """Refuse SERVICE where any product could read it; return the fault of a text that does not parse, or None."""
    fault = None
    try:
        parsed = parse(text)
    except SyntaxFault as raised:
        fault, start = raised, _textual_call(text)
        refuse_odd_sign(text, fault)
    else:
        start = next((service.start for service in parsed.of(Service)), None)
        if start is None:
            _refuse_odd_names(text, parsed)
    if start is not None:
        raise QueryRefused(
            Message(
                "SERVICE (%(place)s) is refused: this endpoint calls no other. Begin the federated query at the "
                "other endpoint and call this one from there.",
                place=_place(text, start),
            )
        )
    # other products resolve codepoint escapes before they read tokens, so the resolved text is read as well
    resolved = without_codepoints(text)
    if resolved != text and _calls_anybody(resolved):
        raise QueryRefused(
            Message(
                "The text can be read as a SERVICE clause written with escapes (\\u...); write the characters "
                "themselves."
            )
        )
    return fault


def _calls_anybody(text: str) -> bool:
    try:
        return any(True for _ in parse(text).of(Service))
    except SyntaxFault:
        return _textual_call(text) is not None


def _textual_call(text: str) -> int | None:
    """Return the start of the first SERVICE that a target and a group may follow, or None.

    It gives a text that does not parse a better reason for its refusal than a syntax error.
    """
    # offsets stay the same, so a place in this text is a place in the query
    visible = _without_hidden(text)
    for run in _RUNS.finditer(visible):
        letters = _LETTERS.search(run[0])
        if letters is not None and _TARGET_AND_GROUP.match(visible, run.end()) is not None:
            return run.start() + letters.start()
    return None


def _without_hidden(text: str) -> str:
    """Return the text with spaces for its strings, comments and variables; all offsets stay the same."""
    parts, end = list[str](), 0
    for token in tokens_and_comments(text):
        if token.kind in _HIDING:
            parts += text[end : token.start], " " * len(token.text)
            end = token.start + len(token.text)
    return "".join([*parts, text[end:]])


def _refuse_odd_names(text: str, parsed: Query | Update) -> None:
    """Refuse a name that the engine could split in two: the second part may be a keyword."""
    for item in parsed.of(Object):
        if isinstance(item.term, Iri) and _may_be_call(text, item.term):
            prefix = item.term.text.partition(":")[0]
            raise QueryRefused(
                Message(
                    "The prefix %(prefix)s: (%(place)s) can be read as SERVICE and more; rename it.",
                    prefix=prefix,
                    place=_place(text, item.term.start),
                )
            )
    namespaces = Namespaces(parsed.declarations)
    for iri in parsed.of(Iri):
        _, colon, local = iri.text.partition(":")
        if not colon or iri.text.startswith("<"):
            continue
        if local and not _is_valid(namespaces.full(iri)):
            raise QueryRefused(
                Message(
                    "The name %(name)s (%(place)s) makes no valid IRI, so SERVICE may hide in it.",
                    name=iri.text[:60],
                    place=_place(text, iri.start),
                )
            )


def _may_be_call(text: str, name: Iri) -> bool:
    """Return True if an object may be the end of its triple and SERVICE, followed by a target and a group.

    pyoxigraph prefers a declared name to a keyword. This check is for a later version that does not.
    """
    return _TERM_AND_LETTERS.match(name.text) is not None and _GROUP.match(text, name.end) is not None


def _is_valid(iri: str) -> bool:
    try:
        # pyoxigraph itself decides here, because the engine ends a name where its IRI would be invalid
        NamedNode(iri)
    except ValueError:
        return False
    return True


def refuse_odd_sign(text: str, fault: SyntaxFault) -> None:
    """Refuse a < where the parser did not expect an IRI, if the IRI is not plain.

    Raises:
        QueryRefused: it may be 'less than', and the IRI hides a string, a comment or a bracket.
    """
    if text.startswith("<", fault.start) and find_odd_sign(text) is not None:
        raise _less_than(text, fault.start)


def _less_than(text: str, start: int) -> QueryRefused:
    return QueryRefused(
        Message(
            "The sign < (%(place)s) can be read as 'less than' and as the beginning of an IRI. Put a space "
            "after it, or write the IRI with its scheme, as in <https://...>.",
            place=_place(text, start),
        )
    )


def refuse_depth(text: str, max_nesting: int) -> None:
    """Refuse a text that is too deep, or may be: it does not parse, and an IRI in it may hide brackets.

    Raises:
        QueryTooDeep: it nests or chains too deeply.
        QueryRefused: its depth is not certain.
    """
    # cheap counts come first, as nearly every text is far below the limits
    if not may_be_deep(text, max_nesting, max_nesting * _LINKS_A_LEVEL):
        return
    _refuse_depth(text, max_nesting)
    odd = find_odd_sign(text)
    if odd is None:
        return
    try:
        parse(text)
    except SyntaxFault as fault:
        raise _less_than(text, fault.start if text.startswith("<", fault.start) else odd) from None


def _refuse_depth(text: str, max_nesting: int) -> None:
    """Refuse deep brackets, runs of signs, and long chains: the engine takes stack for each link of ``1+1+1+...``.

    This reads tokens, because the parser would take stack as well.
    """
    depth = run = links = 0
    in_values = False
    before = ""
    for token in tokens(text):
        sign = token.text if token.kind == "sign" else ""
        depth += (sign in OPENING) - (sign in _CLOSING)
        run = run + 1 if sign in UNARY else 0
        # rows of VALUES are a list and not a chain, so their signs do not count
        in_values = token.is_word("VALUES") or (in_values and sign != "}")
        links += not in_values and (sign in LINKING or token.is_word(*LINKING_WORDS) or (before, sign) == (")", "("))
        if max(depth, run) > max_nesting:
            raise _too_deep(text, token.start, max_nesting)
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


def _too_deep(text: str, start: int, max_nesting: int) -> QueryTooDeep:
    return QueryTooDeep(
        Message(
            "The text nests deeper than %(most)s levels at %(place)s; flatten it or ask it in parts.",
            most=max_nesting,
            place=_place(text, start),
        )
    )


def _place(text: str, start: int) -> Message:
    return query_place(*place_of(text, start))
