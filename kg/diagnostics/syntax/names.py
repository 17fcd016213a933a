"""Diagnoses of names: prefixes, IRIs, keywords, and terms of the ontology that are misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import reduce
from urllib.parse import quote

from kg.core.messages import Message, choice, sentences
from kg.core.names import PREFIXES
from kg.diagnostics.syntax.context import Broken, Change, Remedy, end_of
from kg.diagnostics.term_suggestions import CLEARLY, meant, nearest
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


_LIKEST_PREFIX, _LIKEST_WORD = 0.5, 0.7


def _like(word: str, among: Iterable[str], least: float) -> list[str]:
    """The words that this one is like, the likest first; none that is much less like it than the likest."""
    scored = [(SequenceMatcher(None, one, word).ratio(), one) for one in dict.fromkeys(among)]
    best = max(scored, default=(0.0, ""))[0]
    near = [(ratio, one) for ratio, one in scored if ratio >= max(least, best - CLEARLY)]
    return [one for _, one in sorted(near, key=lambda found: (-found[0], found[1]))]


def bare_address(broken: Broken) -> Remedy | None:
    """An IRI without its angle brackets."""
    token = broken.token()
    match = _ADDRESS.match(broken.text, token.start)
    if token.kind != "prefixed" or match is None or token.text.partition(":")[0] in broken.prefixes:
        return None
    change = Change(match.start(), match.end(), f"<{match[0]}>")
    return Remedy(
        "bare-iri", Message("An IRI needs angle brackets: write <%(iri)s>.", iri=match[0]), token.start, change
    )


def unknown_prefix(broken: Broken) -> Remedy | None:
    """A prefix that the text does not declare: one that the graph knows, or nearly one, or a foreign one."""
    token = broken.token()
    prefix, colon, _ = token.text.partition(":")
    if token.kind != "prefixed" or not colon or prefix in broken.prefixes or prefix == "_":
        return None
    if broken.token(-1).is_word("PREFIX"):
        return None
    if prefix in PREFIXES:
        return _declare(broken, prefix, token)
    near = _like(prefix.lower(), [*broken.prefixes, *PREFIXES], _LIKEST_PREFIX)
    if not near:
        known = ", ".join(f"{one}:" for one in PREFIXES)
        words = Message(
            "Declare %(prefix)s: at the top (PREFIX %(prefix)s: <...>), or use one of this graph's "
            "prefixes: %(offered)s.",
            prefix=prefix,
            offered=known,
        )
        return Remedy("undeclared-prefix", words, token.start)
    alternatives = choice([f"{one}:" for one in near])
    words = Message("The prefix %(prefix)s: is not declared; did you mean %(near)s?", prefix=prefix, near=alternatives)
    if len(near) > 1:
        return Remedy("misspelt-prefix", words, token.start)
    change = _declared(broken, near[0], Change(token.start, token.start + len(prefix), near[0]))
    if near[0] not in broken.prefixes:
        words = sentences(words, Message("It needs this line at the top:\n%(line)s", line=_line(near[0])))
    return Remedy("misspelt-prefix", words, token.start, change)


def _declared(broken: Broken, prefix: str, change: Change) -> Change:
    """A change that brings a prefix into use, with its line at the top where that is missing."""
    if prefix in broken.prefixes:
        return change
    return Change(0, change.end, f"{_line(prefix)}\n{broken.text[: change.start]}{change.insert}")


def _declare(broken: Broken, prefix: str, token: Token) -> Remedy:
    used = {one.text.partition(":")[0] for one in broken.tokens if one.kind == "prefixed"}
    missing = [prefix, *sorted((used & PREFIXES.keys()) - broken.prefixes.keys() - {prefix})]
    lines = [_line(one) for one in missing]
    words = Message("Add these lines at the top:\n%(lines)s", lines="\n".join(lines))
    if len(lines) == 1:
        words = Message("Add this line at the top:\n%(line)s", line=lines[0])
    # an undeclared prefix never is in the text's first word, so the lines go before everything
    added = "\n".join(lines)
    return Remedy("undeclared-prefix", words, token.start, Change(0, 0, f"{added}\n"))


def _line(prefix: str) -> str:
    return f"PREFIX {prefix}: <{PREFIXES[prefix]}>"


def prefix_line(broken: Broken) -> Remedy | None:
    """A PREFIX line in the manner of Turtle, or without its colon."""
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
        change = Change(end_of(token), end_of(token), ":")
        return Remedy(
            "prefix-colon",
            Message("A prefix ends with a colon: PREFIX %(prefix)s: <...>.", prefix=token.text),
            token.start,
            change,
        )
    return None


def unescaped_iri(broken: Broken) -> Remedy | None:
    """An IRI in angle brackets with a sign that must be escaped (RFC 3987, section 2.2)."""
    line_end = broken.text.find("\n", broken.start)
    line_end = len(broken.text) if line_end < 0 else line_end
    for token in reversed(broken.tokens[: broken.at + 1]):
        if token.kind not in ("sign", "iri") or not token.text.startswith("<") or token.text == "<<":
            continue
        close = broken.text.find(">", token.start, line_end)
        iri = broken.text[token.start + 1 : close]
        if close < broken.start or not iri or not _UNSAFE.search(iri):
            return None
        escaped = _UNSAFE.sub(lambda sign: quote(sign[0], safe=""), iri)
        unsafe = list(dict.fromkeys(_UNSAFE.findall(iri)))
        signs = reduce(
            lambda before, after: Message("%(one)s %(other)s", one=before, other=after),
            [Message("a space") if sign == " " else str(sign) for sign in unsafe],
        )
        words = Message("An IRI holds no such signs (%(signs)s); escape them: <%(iri)s>.", signs=signs, iri=escaped)
        return Remedy("unescaped-iri", words, token.start, Change(token.start, close + 1, f"<{escaped}>"))
    return None


def language_tag(broken: Broken) -> Remedy | None:
    """A language tag that is none (BCP 47)."""
    token = broken.token()
    if token.kind != "language":
        return None
    words = Message("%(tag)s is no language tag; tags look like @en, @de, @zh or @zh-Hans.", tag=token.text)
    return Remedy("language-tag", words, token.start)


def misspelt_word(broken: Broken) -> Remedy | None:
    """A word that is no keyword: a function, a keyword or a term of the ontology is near."""
    token = broken.token()
    if token.kind != "word" or token.text.upper() in f"{_KEYWORDS} {_FUNCTIONS}".split():
        return None
    called = broken.token(1).text == "("
    words = _FUNCTIONS if broken.innermost == "(" else _KEYWORDS
    near = _like(token.text.upper(), words.split(), _LIKEST_WORD)
    terms = [] if called or broken.innermost not in ("{", "[") else nearest(token.text, broken.terms.all)
    if terms and (not near or terms[0].partition(":")[2] == token.text):
        remedy = Message("A name of the ontology has its prefix: %(names)s.", names=choice(terms))
        term = meant(token.text, terms)
        change = _declared(broken, term.partition(":")[0], broken.replace(token, term)) if term is not None else None
        return Remedy("name-without-prefix", remedy, token.start, change)
    if near:
        change = broken.replace(token, near[0]) if len(near) == 1 else None
        return Remedy("misspelt-keyword", Message("Did you mean %(near)s?", near=choice(near)), token.start, change)
    return _variable_sign(broken, token)


def _variable_sign(broken: Broken, token: Token) -> Remedy | None:
    known = {one.text[1:] for one in broken.tokens if one.kind == "variable"}
    if token.text in known:
        change = Change(token.start, token.start, "?")
        return Remedy(
            "variable-sign",
            Message("A variable begins with a question mark: ?%(name)s.", name=token.text),
            token.start,
            change,
        )
    if broken.token(-1).text == "=" or broken.innermost == "(":
        change = broken.replace(token, f'"{token.text}"')
        words = Message(
            'A text needs quotation marks: "%(written)s"; a variable begins with a question mark.',
            written=token.text,
        )
        return Remedy("bare-text", words, token.start, change)
    return None
