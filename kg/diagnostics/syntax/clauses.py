"""Diagnoses of clauses: SELECT, GROUP BY, FILTER, BIND, VALUES, and the forms that are refused."""

from __future__ import annotations

from kg.core.messages import Message
from kg.diagnostics.syntax.context import MODIFIERS, Broken, Change, Remedy, end_of, is_term
from kg.sparql.lexer import Kind, Token, kind_of
from kg.sparql.parse_errors import NAMED_TWICE, ROW_UNEVEN, STAR_GROUPED, UNGROUPED

_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
_OPERATORS = ("=", "<", ">", "+", "-", "*", "/", "!", "&&", "||", ",")
_AGGREGATES = ("COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT")


def no_form(broken: Broken) -> Remedy | None:
    """A text that does not begin as a query."""
    if any(token.is_word(*_FORMS) for token in broken.tokens) or broken.at > 0:
        return None
    words = Message(
        "A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, as in SELECT * WHERE { ?s ?p ?o } LIMIT 10."
    )
    token = broken.token()
    if token.kind not in ("variable", "iri"):
        return Remedy("no-query", words, token.start)
    end = len(broken.text.rstrip())
    change = Change(token.start, end, f"SELECT * WHERE {{ {broken.text[token.start : end]} }}")
    return Remedy("no-query", words, token.start, change)


def select_list(broken: Broken) -> Remedy | None:
    """Commas, bare aggregates and missing names between SELECT and the pattern."""
    before, token = broken.token(-1), broken.token()
    if any(one.text == "{" for one in broken.tokens[: broken.at]):
        return None
    if token.text == "," and before.kind in ("variable", "sign"):
        return Remedy(
            "select-list", Message("SELECT names its variables without commas."), token.start, _without(token)
        )
    if token.is_word(*_AGGREGATES) and broken.token(1).text == "(":
        return _bare_aggregate(broken, token)
    if token.text == ")" and before.text in (")", "*") and broken.innermost == "(":
        change = Change(token.start, token.start, " AS ?result")
        words = Message("A computed column needs a name: (COUNT(?x) AS ?result).")
        return Remedy("unnamed-column", words, token.start, change)
    if before.is_word("SELECT", "DISTINCT") and (token.text == "{" or token.is_word("WHERE")):
        change = Change(token.start, token.start, "* ")
        return Remedy("select-list", Message("SELECT names its variables, or * for all."), token.start, change)
    return None


def _without(token: Token) -> Change:
    return Change(token.start, end_of(token), "")


def _bare_aggregate(broken: Broken, token: Token) -> Remedy:
    close = next((one for one in broken.tokens[broken.at :] if one.text == ")"), None)
    words = Message(
        "A computed column needs brackets and a name: %(written)s.",
        written=f"({token.text}(...) AS ?{token.text.lower()})",
    )
    if close is None:
        return Remedy("unnamed-column", words, token.start)
    computed = broken.text[token.start : end_of(close)]
    name, end = f"?{token.text.lower()}", end_of(close)
    word, given = (*broken.tokens[broken.tokens.index(close) + 1 :][:2], close, close)[:2]
    if word.is_word("AS") and given.kind == "variable":
        name, end = given.text, end_of(given)
    change = Change(token.start, end, f"({computed} AS {name})")
    return Remedy("unnamed-column", words, token.start, change)


def grouping(broken: Broken) -> Remedy | None:
    """What SELECT asks for does not go with GROUP BY and aggregates."""
    if str(STAR_GROUPED) in broken.reported:
        grouped = " ".join(dict.fromkeys(token.text for token in _grouped(broken.tokens))) or "?x"
        star = next((one for one in broken.tokens if one.text == "*"), broken.token())
        words = Message(
            "With GROUP BY, SELECT names what is grouped and what is computed: %(written)s.",
            written=f"SELECT {grouped} (COUNT(*) AS ?n)",
        )
        return Remedy("group-by", words, star.start, broken.replace(star, grouped) if star.text == "*" else None)
    if str(UNGROUPED) not in broken.reported:
        return None
    grouped_names = {token.text[1:] for token in _grouped(broken.tokens)}
    stray = next((one for one in _projected(broken.tokens) if one.text[1:] not in grouped_names), None)
    if stray is None:
        return Remedy(
            "group-by", Message("Name in GROUP BY every variable of SELECT that is not computed."), broken.start
        )
    words = Message(
        "%(variable)s is neither in GROUP BY nor computed: add it to GROUP BY, or write %(written)s.",
        variable=stray.text,
        written=f"(SAMPLE({stray.text}) AS ?one{stray.text[1:].title()})",
    )
    return Remedy("group-by", words, stray.start, _group_by(broken, stray))


def _projected(kept: list[Token]) -> list[Token]:
    """The plain variables of the first SELECT."""
    found, depth = [], 0
    begin = next((place for place, token in enumerate(kept) if token.is_word("SELECT")), len(kept))
    for token in kept[begin:]:
        if token.text == "{" or token.is_word("WHERE", "FROM"):
            break
        depth += (token.text == "(") - (token.text == ")")
        if token.kind == "variable" and depth == 0:
            found.append(token)
    return found


def _grouped(kept: list[Token]) -> list[Token]:
    """The variables of the last GROUP BY."""
    places = [place for place, token in enumerate(kept) if token.is_word("GROUP")]
    found: list[Token] = []
    for token in kept[places[-1] + 1 :] if places else []:
        if token.is_word("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES") or token.text == "}":
            break
        if token.kind == "variable":
            found.append(token)
    return found


def _group_by(broken: Broken, stray: Token) -> Change:
    grouped = _grouped(broken.tokens)
    if grouped:
        return Change(end_of(grouped[-1]), end_of(grouped[-1]), f" {stray.text}")
    close = max((place for place, token in enumerate(broken.tokens) if token.text == "}"), default=-1)
    end = end_of(broken.tokens[close])
    return Change(end, end, f" GROUP BY {stray.text}")


def ordering(broken: Broken) -> Remedy | None:
    """ORDER and GROUP without BY, DESC without brackets, LIMIT without a number."""
    before, token = broken.token(-1), broken.token()
    if before.is_word("ORDER", "GROUP") and not token.is_word("BY"):
        change = Change(token.start, token.start, "BY ")
        return Remedy(
            "missing-by", Message("Write %(written)s.", written=f"{before.text.upper()} BY"), token.start, change
        )
    if before.is_word("ASC", "DESC") and token.kind == "variable":
        word = before.text.upper()
        words = Message("%(word)s takes brackets: %(written)s.", word=word, written=f"{word}({token.text})")
        return Remedy("missing-brackets", words, token.start, broken.replace(token, f"({token.text})"))
    if before.is_word("LIMIT", "OFFSET"):
        words = Message("%(word)s takes a whole number, as in %(word)s 10.", word=before.text.upper())
        return Remedy("limit-number", words, token.start)
    return None


def filtering(broken: Broken) -> Remedy | None:
    """FILTER and HAVING without brackets; a comparison where a triple should be."""
    before, token = broken.token(-1), broken.token()
    if before.is_word("FILTER", "HAVING") and (is_term(token) or token.text == "!"):
        end = broken.end_before(".")
        change = Change(token.start, end, f"({broken.text[token.start : end]})")
        words = Message(
            "%(word)s takes its condition in brackets: %(word)s%(written)s.",
            word=before.text.upper(),
            written=change.insert,
        )
        return Remedy("missing-brackets", words, token.start, change)
    if token.text in ("=", ">", "<", "!") and broken.innermost == "{" and before.kind == "variable":
        end = broken.end_before(".")
        change = Change(before.start, end, f"FILTER({broken.text[before.start : end]})")
        return Remedy(
            "bare-comparison",
            Message("A comparison belongs in a filter: %(written)s.", written=change.insert),
            token.start,
            change,
        )
    return None


def missing_value(broken: Broken) -> Remedy | None:
    """An operator without its second value, a function with too few."""
    before, token = broken.token(-1), broken.token()
    if token.text not in (")", ",", "}") or broken.innermost != "(":
        return None
    if before.text in _OPERATORS:
        return Remedy("missing-value", Message("After %(sign)s a value is missing.", sign=before.text), token.start)
    opening = broken.tokens.index(broken.open[-1])
    called = broken.tokens[opening - 1] if opening else before
    if token.text == ")" and called.kind == "word":
        return Remedy(
            "missing-value",
            Message("%(word)s needs more than that in its brackets.", word=called.text.upper()),
            token.start,
        )
    return None


def naming(broken: Broken) -> Remedy | None:
    """AS with a name that is taken already."""
    names = [
        after
        for before, after in zip(broken.tokens, broken.tokens[1:], strict=False)
        if before.is_word("AS") and after.kind == "variable" and (after.start < broken.start)
    ]
    closed = broken.token(-1).text == ")" and broken.token(-2) in names and broken.token(-3).is_word("AS")
    if not names or not (str(NAMED_TWICE) in broken.reported or (closed and broken.innermost == "{")):
        return None
    name = broken.token(-2) if closed else _taken(broken, names)
    words = Message(
        "%(variable)s has a value already; AS needs a name of its own, such as %(variable)s2.", variable=name.text
    )
    return Remedy("name-taken", words, name.start, broken.replace(name, name.text + "2"))


def _taken(broken: Broken, names: list[Token]) -> Token:
    used = [token.text[1:] for token in broken.tokens if token.kind == "variable"]
    return next((one for one in names if used.count(one.text[1:]) > 1), names[0])


def inline_values(broken: Broken) -> Remedy | None:
    """VALUES with the wrong brackets, a variable as value, or an uneven row."""
    before, token = broken.token(-1), broken.token()
    if str(ROW_UNEVEN) in broken.reported:
        words = Message("Each row of VALUES has one value for each variable; write UNDEF for none.")
        return Remedy("uneven-values", words, token.start)
    if broken.token(-2).is_word("VALUES") and before.kind == "variable" and token.text == "(":
        close = next((one for one in broken.tokens[broken.at :] if one.text == ")"), None)
        words = Message(
            "Write the values of one variable in braces: VALUES %(variable)s { ... }.", variable=before.text
        )
        if close is None:
            return Remedy("missing-braces", words, token.start)
        inner = broken.text[end_of(token) : close.start].strip()
        return Remedy("missing-braces", words, token.start, Change(token.start, end_of(close), f"{{ {inner} }}"))
    last = next((one for one in reversed(broken.tokens[: broken.at]) if one.kind == "word"), before)
    if last.is_word("VALUES") and token.kind == "variable" and broken.innermost in ("{", "("):
        return Remedy(
            "variable-in-values", Message("VALUES holds constants; a variable is bound by BIND."), token.start
        )
    return None


def blank_label(broken: Broken) -> Remedy | None:
    """A label of a blank node in two groups (SPARQL 1.1 Query, section 4.1.4)."""
    token = broken.token()
    if not token.text.startswith("_:") or token.text not in [one.text for one in broken.tokens[: broken.at]]:
        return None
    words = Message(
        "A blank node label belongs to one group; use a variable in both places: ?%(name)s.", name=token.text[2:]
    )
    return Remedy("blank-label", words, token.start)


def refused_form(broken: Broken) -> Remedy | None:
    """An update, or a call of another service, or what may be read as one."""
    if kind_of(broken.text) is not Kind.UPDATE:
        called = next((one for one in broken.tokens if "service" in one.text.lower()), None)
        if called is None or "SERVICE" not in broken.reported:
            return None
        words = Message(
            "Take the SERVICE clause out, or send the whole query from the other endpoint and call this one there."
        )
        return Remedy("service", words, called.start)
    token = next(one for one in broken.tokens if one.is_word(*_UPDATES))
    words = Message(
        "This service is for reading only. To see what an update would write, ask CONSTRUCT { ... } WHERE { ... }."
    )
    inserts = token.is_word("INSERT") and any(one.is_word("WHERE") for one in broken.tokens)
    return Remedy("update", words, token.start, broken.replace(token, "CONSTRUCT") if inserts else None)


def after_the_end(broken: Broken) -> Remedy | None:
    """Patterns after the end of the query, or a second query."""
    token = broken.token()
    if broken.open or token.kind == "end" or not any(one.text == "}" for one in broken.tokens[: broken.at]):
        return None
    if token.is_word(*MODIFIERS):
        order = "GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET"
        return Remedy(
            "modifier-order",
            Message("The clauses after the pattern have this order: %(order)s.", order=order),
            token.start,
        )
    words = Message(
        "The query ends before this; a second query is sent on its own, and patterns belong inside the braces."
    )
    return Remedy("after-the-end", words, token.start)
