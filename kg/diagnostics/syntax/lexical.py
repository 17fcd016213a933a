"""Diagnoses of words: prefixes, IRIs, keywords, operators, and names of the ontology."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import reduce
from urllib.parse import quote

from kg.core.errors import Message, choice, sentences
from kg.core.names import PREFIXES
from kg.diagnostics.syntax.broken_text import BrokenText, Change, Remedy, end_of, insertion, replacement
from kg.diagnostics.term_suggestions import CLEARLY, nearest, unambiguous_name
from kg.sparql.lexer import Token

_UNSAFE = re.compile(r"[\x00-\x20\"{}|^`\\<>]|%(?![0-9A-Fa-f]{2})")
_ADDRESS = re.compile(r"(?:(?:https?|ftp)://|urn:|mailto:)[^\s<>\"{}|^`\\)]*[^\s<>\"{}|^`\\).,;]")
_TURTLE_PREFIX = re.compile(r"@prefix\s+(\S*:)\s*(<[^>\n]*>)(?:\s*\.)?", re.IGNORECASE)
_KEYWORDS = (
    "SELECT ASK CONSTRUCT DESCRIBE WHERE DISTINCT REDUCED FILTER OPTIONAL UNION GRAPH MINUS BIND VALUES PREFIX BASE "
    "FROM NAMED GROUP BY ORDER HAVING LIMIT OFFSET ASC DESC EXISTS NOT UNDEF"
)
_FUNCTIONS = (
    "ABS AVG BNODE BOUND CEIL COALESCE CONCAT CONTAINS COUNT DATATYPE DAY ENCODE_FOR_URI FLOOR GROUP_CONCAT HOURS IF "
    "IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI LANG LANGMATCHES LCASE MAX MIN MINUTES MONTH NOW RAND REGEX REPLACE "
    "ROUND SAMETERM SAMPLE SECONDS STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS STRUUID SUBSTR SUM "
    "TIMEZONE TZ UCASE URI UUID YEAR"
)
_OPERATORS = {"AND": "&&", "OR": "||", "NOT": "!"}
_BEFORE_VALUE = ("=", "<", ">", "+", "-", "*", "/", "!", "&&", "||", ",")
_NO_NULL = Message("SPARQL has no NULL; test with BOUND(?x), as in FILTER(!BOUND(?x)).")
_NO_LIKE = Message('SPARQL has no LIKE; write CONTAINS(?x, "...") or REGEX(?x, "...").')

_LIKEST_PREFIX, _LIKEST_WORD = 0.5, 0.7


# --- prefixes and IRIs -----------------------------------------------------------------------------------------------


def bare_address(broken: BrokenText) -> Remedy | None:
    """Recognise an IRI without its angle brackets."""
    token = broken.token()
    match = _ADDRESS.match(broken.text, token.start)
    if token.kind != "prefixed" or match is None or token.text.partition(":")[0] in broken.prefixes:
        return None
    change = Change(match.start(), match.end(), f"<{match[0]}>")
    return Remedy(
        "bare-iri", Message("An IRI needs angle brackets: write <%(iri)s>.", iri=match[0]), token.start, change
    )


def unknown_prefix(broken: BrokenText) -> Remedy | None:
    """Recognise an undeclared prefix: one of the graph, a misspelt one, or a foreign one."""
    token = broken.token()
    prefix, colon, _ = token.text.partition(":")
    if token.kind != "prefixed" or not colon or prefix in broken.prefixes or prefix == "_":
        return None
    if broken.token(-1).is_word("PREFIX"):
        return None
    if prefix in PREFIXES:
        return _undeclared(broken, prefix, token)
    near = _alike(prefix.lower(), [*broken.prefixes, *PREFIXES], _LIKEST_PREFIX)
    if not near:
        available = ", ".join(f"{name}:" for name in PREFIXES)
        words = Message(
            "Declare %(prefix)s: at the top (PREFIX %(prefix)s: <...>), or use one of this graph's "
            "prefixes: %(offered)s.",
            prefix=prefix,
            offered=available,
        )
        return Remedy("undeclared-prefix", words, token.start)
    words = Message(
        "The prefix %(prefix)s: is not declared; did you mean %(near)s?",
        prefix=prefix,
        near=choice([f"{name}:" for name in near]),
    )
    if len(near) > 1:
        return Remedy("misspelt-prefix", words, token.start)
    change = _with_declaration(broken, near[0], Change(token.start, token.start + len(prefix), near[0]))
    if near[0] not in broken.prefixes:
        words = sentences(words, Message("It needs this line at the top:\n%(line)s", line=_declaration(near[0])))
    return Remedy("misspelt-prefix", words, token.start, change)


def _undeclared(broken: BrokenText, prefix: str, token: Token) -> Remedy:
    used = {name.text.partition(":")[0] for name in broken.tokens if name.kind == "prefixed"}
    missing = [prefix, *sorted((used & PREFIXES.keys()) - broken.prefixes - {prefix})]
    lines = "\n".join(map(_declaration, missing))
    words = Message("Add these lines at the top:\n%(lines)s", lines=lines)
    if len(missing) == 1:
        words = Message("Add this line at the top:\n%(line)s", line=lines)
    # the first word of a text never has an undeclared prefix, so the lines go before everything
    return Remedy(
        "undeclared-prefix",
        words,
        token.start,
        insertion(0, f"{lines}\n"),
    )


def _with_declaration(broken: BrokenText, prefix: str, change: Change) -> Change:
    """Return a change with the declaration of a prefix at the top, unless the text has it."""
    if prefix in broken.prefixes:
        return change
    return Change(0, change.end, f"{_declaration(prefix)}\n{broken.text[: change.start]}{change.insert}")


def _declaration(prefix: str) -> str:
    return f"PREFIX {prefix}: <{PREFIXES[prefix]}>"


def prefix_line(broken: BrokenText) -> Remedy | None:
    """Recognise a prefix declaration as in Turtle, or without its colon."""
    token = broken.token()
    turtle = _TURTLE_PREFIX.match(broken.text, token.start)
    if turtle is not None:
        change = Change(turtle.start(), turtle.end(), f"PREFIX {turtle[1]} {turtle[2]}")
        return Remedy(
            "turtle-prefix",
            Message("In SPARQL write: %(line)s (no @, no dot).", line=change.insert),
            token.start,
            change,
        )
    if broken.token(-1).is_word("PREFIX") and token.kind == "word":
        words = Message("A prefix ends with a colon: PREFIX %(prefix)s: <...>.", prefix=token.text)
        return Remedy("prefix-colon", words, token.start, insertion(end_of(token), ":"))
    return None


def unescaped_iri(broken: BrokenText) -> Remedy | None:
    """Recognise an IRI in angle brackets with a sign that must be escaped (RFC 3987, section 2.2)."""
    line_end = broken.text.find("\n", broken.start)
    line_end = len(broken.text) if line_end < 0 else line_end
    # the last `<` before the misfit opens the IRI that cannot be read
    for token in reversed(broken.tokens[: broken.at + 1]):
        if token.kind not in ("sign", "iri") or not token.text.startswith("<") or token.text == "<<":
            continue
        close = broken.text.find(">", token.start, line_end)
        iri = broken.text[token.start + 1 : close]
        if close < broken.start or not iri or not _UNSAFE.search(iri):
            return None
        escaped = _UNSAFE.sub(lambda sign: quote(sign[0], safe=""), iri)
        signs = reduce(
            lambda before, after: Message("%(one)s %(other)s", one=before, other=after),
            [Message("a space") if sign == " " else str(sign) for sign in dict.fromkeys(_UNSAFE.findall(iri))],
        )
        words = Message("An IRI holds no such signs (%(signs)s); escape them: <%(iri)s>.", signs=signs, iri=escaped)
        return Remedy("unescaped-iri", words, token.start, Change(token.start, close + 1, f"<{escaped}>"))
    return None


def dotted_name(broken: BrokenText) -> Remedy | None:
    """Recognise a local name with a second dot, which the engine reads as the end of the triple."""
    # the name that was cut is among the last tokens before the misfit
    for place in range(max(broken.at - 3, 0), broken.at):
        token = broken.tokens[place]
        rest = broken.text[end_of(token) :]
        local = token.text.partition(":")[2]
        if token.kind == "prefixed" and "." in local and rest[:1] == "." and rest[1:2].isalnum():
            words = Message(
                "The engine takes one dot in a local name; escape the next one: %(written)s...",
                written=f"{token.text}\\.{rest[1]}",
            )
            return Remedy("dotted-name", words, end_of(token), insertion(end_of(token), "\\"))
    return None


def language_tag(broken: BrokenText) -> Remedy | None:
    """Recognise an invalid language tag (BCP 47)."""
    token = broken.token()
    if token.kind != "language":
        return None
    words = Message("%(tag)s is no language tag; tags look like @en, @de, @zh or @zh-Hans.", tag=token.text)
    return Remedy("language-tag", words, token.start)


# --- keywords and names ----------------------------------------------------------------------------------------------


def misspelt_word(broken: BrokenText) -> Remedy | None:
    """Recognise a word that is no keyword, but similar to a function, a keyword or an ontology term."""
    token = broken.token()
    if token.kind != "word" or token.text.upper() in f"{_KEYWORDS} {_FUNCTIONS}".split():
        return None
    is_call = broken.token(1).text == "("
    candidates = _FUNCTIONS if broken.innermost == "(" else _KEYWORDS
    near = _alike(token.text.upper(), candidates.split(), _LIKEST_WORD)
    terms = [] if is_call or broken.innermost not in ("{", "[") else nearest(token.text, broken.terms.all)
    if terms and (not near or terms[0].partition(":")[2] == token.text):
        words = Message("A name of the ontology has its prefix: %(names)s.", names=choice(terms))
        term = unambiguous_name(token.text, terms)
        prefix = term.partition(":")[0] if term is not None else ""
        change = _with_declaration(broken, prefix, replacement(token, term)) if term is not None else None
        return Remedy("name-without-prefix", words, token.start, change)
    if near:
        change = replacement(token, near[0]) if len(near) == 1 else None
        return Remedy("misspelt-keyword", Message("Did you mean %(near)s?", near=choice(near)), token.start, change)
    return _bare_word(broken, token)


def _bare_word(broken: BrokenText, token: Token) -> Remedy | None:
    if any(variable.kind == "variable" and variable.text[1:] == token.text for variable in broken.tokens):
        words = Message("A variable begins with a question mark: ?%(name)s.", name=token.text)
        return Remedy("variable-sign", words, token.start, insertion(token.start, "?"))
    if broken.token(-1).text == "=" or broken.innermost == "(":
        words = Message(
            'A text needs quotation marks: "%(written)s"; a variable begins with a question mark.', written=token.text
        )
        return Remedy("bare-text", words, token.start, replacement(token, f'"{token.text}"'))
    return None


def _alike(word: str, candidates: Iterable[str], least: float) -> list[str]:
    """Return the candidates that are like a word, the likest first; none that is much less like it than the likest."""
    ratios = {name: SequenceMatcher(None, name, word).ratio() for name in candidates}
    best = max(ratios.values(), default=0.0)
    near = [name for name, ratio in ratios.items() if ratio >= max(least, best - CLEARLY)]
    return sorted(near, key=lambda name: (-ratios[name], name))


# --- expressions -----------------------------------------------------------------------------------------------------


def boolean(broken: BrokenText) -> Remedy | None:
    """Recognise a truth value in capitals."""
    token = broken.token()
    if not token.is_word("TRUE", "FALSE") or token.text in ("true", "false"):
        return None
    change = replacement(token, token.text.lower())
    return Remedy(
        "boolean",
        Message("true and false are written in small letters: %(written)s.", written=change.insert),
        token.start,
        change,
    )


def operator(broken: BrokenText) -> Remedy | None:
    """Recognise an operator of another language: AND, OR, NOT, ==, <>, IS NULL, LIKE."""
    before, token = broken.token(-1), broken.token()
    if broken.innermost != "(":
        return None
    if token.is_word("NULL") or (token.is_word("IS") and broken.token(1).is_word("NULL", "NOT")):
        return Remedy("no-null", _NO_NULL, token.start)
    if token.is_word("LIKE"):
        return Remedy("no-like", _NO_LIKE, token.start)
    if token.text == "=" and before.text == "=" and end_of(before) == token.start:
        return _foreign_operator(Change(before.start, end_of(token), "="), "==")
    if token.text == "<>":
        return _foreign_operator(replacement(token, "!="), token.text)
    # `AND` and `OR` are the misfit themselves, but after `NOT` the parser stops one token later
    foreign = before if before.is_word("NOT") else token
    plain = _OPERATORS.get(foreign.text.upper()) if foreign.kind == "word" else None
    return _foreign_operator(replacement(foreign, plain), foreign.text) if plain is not None else None


def _foreign_operator(change: Change, foreign: str) -> Remedy:
    return Remedy(
        "operator",
        Message("SPARQL writes %(written)s instead of %(word)s.", written=change.insert, word=foreign),
        change.start,
        change,
    )


def missing_value(broken: BrokenText) -> Remedy | None:
    """Recognise an operator without its second value, or a function with too few values."""
    before, token = broken.token(-1), broken.token()
    if token.text not in (")", ",", "}") or broken.innermost != "(":
        return None
    if before.text in _BEFORE_VALUE:
        return Remedy("missing-value", Message("After %(sign)s a value is missing.", sign=before.text), token.start)
    opening = broken.tokens.index(broken.open[-1])
    function = broken.tokens[opening - 1] if opening else before
    if token.text == ")" and function.kind == "word":
        return Remedy(
            "missing-value",
            Message("%(word)s needs more than that in its brackets.", word=function.text.upper()),
            token.start,
        )
    return None
