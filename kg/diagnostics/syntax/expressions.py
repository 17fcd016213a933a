"""Diagnoses of expressions: spellings of other languages, columns of SELECT, names with dots, sort keys."""

from __future__ import annotations

from kg.core.messages import Message
from kg.diagnostics.syntax.context import CLOSING, OPENING, Broken, Change, Remedy, end_of
from kg.sparql.lexer import Token
from kg.sparql.parse_errors import UNBOUND

_OPERATORS = {"AND": "&&", "OR": "||", "NOT": "!"}
_NO_NULL = Message("SPARQL has no NULL; test with BOUND(?x), as in FILTER(!BOUND(?x)).")
_NO_LIKE = Message('SPARQL has no LIKE; write CONTAINS(?x, "...") or REGEX(?x, "...").')


def boolean(broken: Broken) -> Remedy | None:
    """A truth value in capitals."""
    token = broken.token()
    if not token.is_word("TRUE", "FALSE") or token.text in ("true", "false"):
        return None
    change = broken.replace(token, token.text.lower())
    return Remedy(
        "boolean",
        Message("true and false are written in small letters: %(written)s.", written=change.insert),
        token.start,
        change,
    )


def operator(broken: Broken) -> Remedy | None:
    """An operator of another language: AND, OR, NOT, ==, <>, IS NULL, LIKE."""
    before, token = broken.token(-1), broken.token()
    if broken.innermost != "(":
        return None
    if token.is_word("NULL") or (token.is_word("IS") and broken.token(1).is_word("NULL", "NOT")):
        return Remedy("no-null", _NO_NULL, token.start)
    if token.is_word("LIKE"):
        return Remedy("no-like", _NO_LIKE, token.start)
    if token.text == "=" and before.text == "=" and end_of(before) == token.start:
        return _instead(Change(before.start, end_of(token), "="), "==")
    if token.text == "<>":
        return _instead(broken.replace(token, "!="), token.text)
    wrong = before if before.is_word("NOT") else token
    plain = _OPERATORS.get(wrong.text.upper()) if wrong.kind == "word" else None
    return _instead(broken.replace(wrong, plain), wrong.text) if plain is not None else None


def _instead(change: Change, wrong: str) -> Remedy:
    return Remedy(
        "operator",
        Message("SPARQL writes %(written)s instead of %(word)s.", written=change.insert, word=wrong),
        change.start,
        change,
    )


def column(broken: Broken) -> Remedy | None:
    """A column of SELECT that is renamed without brackets, lacks AS, or has brackets and no new name."""
    before, token = broken.token(-1), broken.token()
    if broken.innermost == "(" and before.is_word("AS") and token.kind == "word":
        change = Change(token.start, token.start, "?")
        return Remedy(
            "variable-sign",
            Message("The name after AS is a variable: ?%(name)s.", name=token.text),
            token.start,
            change,
        )
    if any(one.text == "{" for one in broken.tokens[: broken.at]):
        return None
    after = broken.token(1)
    if not broken.open and token.is_word("AS") and before.kind == after.kind == "variable":
        change = Change(before.start, end_of(after), f"({before.text} AS {after.text})")
        words = Message("A renamed column is written in brackets: %(written)s.", written=change.insert)
        return Remedy("missing-brackets", words, before.start, change)
    if len(broken.open) == 1 and before.text == ")" and token.kind == "variable":
        change = Change(token.start, token.start, "AS ")
        return Remedy(
            "missing-as",
            Message("A computed column needs AS before its name: AS %(variable)s.", variable=token.text),
            token.start,
            change,
        )
    if token.text == ")" and before.kind == "variable" and broken.token(-2).text == "(" and len(broken.open) == 1:
        opening = broken.token(-2)
        change = Change(opening.start, end_of(token), before.text)
        words = Message("A variable of SELECT is written without brackets: %(written)s.", written=before.text)
        return Remedy("extra-bracket", words, opening.start, change)
    return None


def reused_column(broken: Broken) -> Remedy | None:
    """A computed column of SELECT in the expression of another one, which SPARQL allows and the engine does not."""
    if str(UNBOUND) not in broken.reported:
        return None
    columns: dict[str, str] = {}
    for opening, word, name, closing in _computed(broken):
        inner = [one for one in broken.tokens if end_of(opening) <= one.start < word.start]
        used = next((one for one in inner if one.kind == "variable" and one.text[1:] in columns), None)
        if used is not None:
            change = broken.replace(used, f"({columns[used.text[1:]]})")
            words = Message(
                "The engine does not compute with %(variable)s of the same SELECT; write its expression again: "
                "%(written)s.",
                variable=used.text,
                written=change.insert,
            )
            return Remedy("reused-column", words, used.start, change)
        if closing.text == ")":
            columns[name.text[1:]] = broken.text[end_of(opening) : word.start].strip()
    return None


def _computed(broken: Broken) -> list[tuple[Token, Token, Token, Token]]:
    """Return the bracket, AS, name and closing bracket of each ``(expression AS ?name)``."""
    opened: list[Token] = []
    found = []
    for place, token in enumerate(broken.tokens[:-2]):
        if token.kind == "sign" and token.text in OPENING:
            opened.append(token)
        elif token.kind == "sign" and token.text in CLOSING and opened:
            opened.pop()
        elif token.is_word("AS") and opened and opened[-1].text == "(":
            found.append((opened[-1], token, broken.tokens[place + 1], broken.tokens[place + 2]))
    return found


def dotted_name(broken: Broken) -> Remedy | None:
    """A local name with a second dot, which the engine takes for the end of the triple."""
    for place in range(max(broken.at - 3, 0), broken.at):
        token = broken.tokens[place]
        rest = broken.text[end_of(token) :]
        local = token.text.partition(":")[2]
        if token.kind == "prefixed" and "." in local and rest[:1] == "." and rest[1:2].isalnum():
            change = Change(end_of(token), end_of(token), "\\")
            words = Message(
                "The engine takes one dot in a local name; escape the next one: %(written)s...",
                written=f"{token.text}\\.{rest[1]}",
            )
            return Remedy("dotted-name", words, end_of(token), change)
    return None


def unsortable(broken: Broken) -> Remedy | None:
    """Sort keys whose values the engine cannot compare."""
    order = next((place for place, token in enumerate(broken.tokens) if token.is_word("ORDER", "ORDERBY")), None)
    if order is None:
        return None
    depth, keys = 0, []
    for place in range(order + 1, len(broken.tokens)):
        token = broken.tokens[place]
        if token.is_word("LIMIT", "OFFSET", "VALUES") or (depth == 0 and token.text in CLOSING):
            break
        depth += (token.text in OPENING) - (token.text in CLOSING) if token.kind == "sign" else 0
        called = broken.tokens[place - 2]
        is_key = depth == 0 or (depth == 1 and (called.kind != "word" or called.is_word("ASC", "DESC", "BY")))
        if token.kind == "variable" and is_key:
            keys.append(token)
    if not keys:
        return None
    insert, end = "", keys[0].start
    for key in keys:
        insert += f"{broken.text[end : key.start]}STR({key.text})"
        end = end_of(key)
    change = Change(keys[0].start, end, insert)
    return Remedy(
        "unsortable",
        Message("Sort by the text of the values: STR(%(variable)s).", variable=keys[0].text),
        keys[0].start,
        change,
    )
