"""Diagnoses of signs: brackets, braces, dots, quotation marks, and signs of Chinese typing."""

from __future__ import annotations

from kg.core.messages import Message
from kg.diagnostics.syntax.context import (
    CLOSING,
    MODIFIERS,
    OPENING,
    Broken,
    Change,
    Remedy,
    end_of,
    is_term,
    open_brackets,
)

_WIDE = str.maketrans("“”‘’（）｛｝［］；，。．：？＝＜＞＊＂＇", "\"\"''(){}[];,..:?=<>*\"'")
_BRACED = ("OPTIONAL", "MINUS", "EXISTS", "WHERE", "UNION", "CONSTRUCT")


def wide_sign(broken: Broken) -> Remedy | None:
    """A sign as Chinese and typographic keyboards make it."""
    for token in broken.tokens[max(broken.at - 1, 0) : broken.at + 1]:
        plain = token.text.translate(_WIDE)
        if token.kind != "string" and plain != token.text:
            start = token.start + next(place for place, sign in enumerate(token.text) if sign != plain[place])
            line_end = broken.text.find("\n", start)
            end = len(broken.text) if line_end < 0 else line_end
            change = Change(start, end, broken.text[start:end].translate(_WIDE))
            words = Message(
                "SPARQL takes the plain signs of a keyboard only: %(plain)s instead of %(wide)s.",
                plain=change.insert[0],
                wide=broken.text[start],
            )
            return Remedy("wide-sign", words, start, change)
    return None


def open_string(broken: Broken) -> Remedy | None:
    """A string that is not closed on its line, or that holds an escape that does not exist."""
    quote = next((one for one in broken.tokens[: broken.at + 1] if one.kind == "sign" and one.text in ("'", '"')), None)
    if quote is None:
        return None
    line_end = broken.text.find("\n", quote.start)
    line = broken.text[quote.start + 1 : line_end if line_end >= 0 else len(broken.text)]
    close = line.find(quote.text)
    if close >= 0 and "\\" in line[:close]:
        change = Change(quote.start + 1, quote.start + 1 + close, line[:close].replace("\\", "\\\\"))
        words = Message("A backslash in a string begins an escape such as \\n; double it to mean the sign itself.")
        return Remedy("bad-escape", words, quote.start, change)
    if line_end >= 0 and quote.text in broken.text[line_end:]:
        words = Message(
            "A string ends on its own line; one of several lines needs %(quotes)s around it.", quotes=quote.text * 3
        )
        return Remedy("open-string", words, quote.start)
    end = quote.start + 1 + len(line.rstrip(" \t\r)}].;,"))
    words = Message("The string that begins here has no closing quotation mark.")
    return Remedy("open-string", words, quote.start, Change(end, end, quote.text))


def unclosed(broken: Broken) -> Remedy | None:
    """A bracket that is not closed, before another one or at the end of the text."""
    token = broken.token()
    if not broken.open:
        return None
    opening = broken.open[-1]
    if token.kind == "end":
        closing = "".join(OPENING[one.text] for one in reversed(broken.open))
        end = len(broken.text.rstrip())
        words = Message(
            "The bracket %(opening)s is not closed; add %(closing)s at the end.",
            opening=opening.text,
            closing=" ".join(closing),
        )
        return Remedy("unclosed-bracket", words, opening.start, Change(end, end, " " + " ".join(closing)))
    wrong = token.text in CLOSING and OPENING[opening.text] != token.text
    if wrong or (opening.text == "{" and token.is_word("WHERE") and len(broken.open) == 1):
        closing = OPENING[opening.text]
        change = Change(token.start, token.start, closing if wrong else closing + " ")
        words = Message(
            "The bracket %(opening)s is not closed; add %(closing)s before %(sign)s.",
            opening=opening.text,
            closing=closing,
            sign=token.text,
        )
        return Remedy("unclosed-bracket", words, opening.start, change)
    return None


def unopened(broken: Broken) -> Remedy | None:
    """A closing bracket too many, or a sign after the end of the query."""
    token = broken.token()
    if token.text in CLOSING and not broken.open:
        words = Message("There is one %(sign)s too many; take it out.", sign=token.text)
        return Remedy("extra-bracket", words, token.start, broken.replace(token, ""))
    if token.text in (";", ".") and not broken.open and broken.token(1).kind == "end":
        words = Message("A query ends without %(sign)s; take it out.", sign=token.text)
        return Remedy("extra-sign", words, token.start, broken.replace(token, ""))
    return None


def modifier_inside(broken: Broken) -> Remedy | None:
    """LIMIT, ORDER BY and their like inside the braces."""
    token = broken.token()
    if not token.is_word(*MODIFIERS) or broken.innermost != "{":
        return None
    word = token.text.upper()
    words = Message("%(word)s belongs after the closing } of the pattern.", word=word)
    if open_brackets(broken.tokens):
        change = Change(token.start, token.start, "} ")
        words = Message("A } is missing: %(word)s belongs after the closing } of the pattern.", word=word)
        return Remedy("unclosed-bracket", words, token.start, change)
    close = next((one for one in broken.tokens[broken.at :] if one.text in CLOSING), token)
    if close.text != "}":
        return Remedy("misplaced-modifier", words, token.start)
    moved = "} " + broken.text[token.start : close.start].rstrip()
    return Remedy("misplaced-modifier", words, token.start, Change(token.start, end_of(close), moved))


def missing_braces(broken: Broken) -> Remedy | None:
    """OPTIONAL, GRAPH, WHERE and their like without braces; UNION between bare patterns."""
    before, token = broken.token(-1), broken.token()
    named = broken.token(-2).is_word("GRAPH") and is_term(before)
    if token.is_word("UNION") and broken.innermost == "{":
        change = broken.replace(token, "} UNION {") if len(broken.open) > 1 else None
        words = Message("UNION belongs between two groups in braces: { { ... } UNION { ... } }.")
        return Remedy("missing-braces", words, token.start, change)
    if before.is_word("GRAPH") and token.text == "{":
        change = Change(token.start, token.start, "?graph ")
        words = Message("GRAPH needs the name of a graph or a variable: GRAPH ?graph { ... }.")
        return Remedy("unnamed-graph", words, token.start, change)
    if (before.is_word(*_BRACED) or named) and is_term(token):
        end = broken.end_before() if before.is_word("WHERE") else broken.end_before(".")
        change = Change(token.start, end, "{ " + broken.text[token.start : end] + " }")
        word = "GRAPH" if named else before.text.upper()
        return Remedy(
            "missing-braces", Message("%(word)s needs its patterns in braces { }.", word=word), token.start, change
        )
    return None


def broken_triple(broken: Broken) -> Remedy | None:
    """A triple of less or more than three parts."""
    token, before = broken.token(), broken.token(-1)
    if broken.innermost not in ("{", "["):
        return None
    parts = _parts_before(broken)
    if is_term(token) and is_term(before) and parts >= 3:
        change = Change(end_of(before), end_of(before), " .")
        words = Message(
            "A triple has three parts: a dot is missing before this one (or ; to say more of the same subject)."
        )
        return Remedy("missing-dot", words, token.start, change)
    if token.text in ("}", ".", ";", "]") and parts in (1, 2):
        words = Message("A triple has three parts: its object is missing.")
        if parts == 1:
            words = Message("A triple has three parts: its property and its object are missing.")
        return Remedy("incomplete-triple", words, token.start)
    return None


def _parts_before(broken: Broken) -> int:
    """How many parts of a triple stand before the misfit; after ; and , the parts that they stand for count too."""
    parts = 0
    for token in reversed(broken.tokens[: broken.at]):
        if token.text in (";", ","):
            return parts + (1 if token.text == ";" else 2)
        if token.text in ("[", "{", "}", ".", ")"):
            return parts + (token.text == "[")
        parts += token.kind != "language" and is_term(token)
    return parts
