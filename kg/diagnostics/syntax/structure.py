"""Diagnoses of structure: signs and brackets, triples, the SELECT clause, GROUP BY, VALUES, and refused forms."""

from __future__ import annotations

from kg.core.errors import Message
from kg.diagnostics.syntax.broken_text import (
    CLOSING,
    MODIFIERS,
    OPENING,
    BrokenText,
    Change,
    Remedy,
    end_of,
    insertion,
    is_term,
    open_brackets,
    replacement,
)
from kg.sparql.lexer import Kind, Token, kind_of
from kg.sparql.parse_errors import NAMED_TWICE, ROW_UNEVEN, STAR_GROUPED, UNBOUND, UNGROUPED
from kg.sparql.syntax_tree import Aggregate, Query, Select, Variable

_WIDE = str.maketrans("“”‘’（）｛｝［］；，。．：？＝＜＞＊＂＇", "\"\"''(){}[];,..:?=<>*\"'")
_BRACED = ("OPTIONAL", "MINUS", "EXISTS", "WHERE", "UNION", "CONSTRUCT")
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
_AGGREGATES = ("COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT")


# --- signs and brackets ----------------------------------------------------------------------------------------------


def wide_sign(broken: BrokenText) -> Remedy | None:
    """Recognise a sign of a Chinese or typographic keyboard."""
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


def open_string(broken: BrokenText) -> Remedy | None:
    """Recognise a string that is not closed on its line, or has an escape that does not exist."""
    signs = (token for token in broken.tokens[: broken.at + 1] if token.kind == "sign")
    quote = next((sign for sign in signs if sign.text in ("'", '"')), None)
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
    return Remedy("open-string", words, quote.start, insertion(end, quote.text))


def unclosed(broken: BrokenText) -> Remedy | None:
    """Recognise a bracket that is not closed, before another one or at the end of the text."""
    token = broken.token()
    if not broken.open:
        return None
    opening = broken.open[-1]
    if token.kind == "end":
        closing = " ".join(OPENING[bracket.text] for bracket in reversed(broken.open))
        words = Message(
            "The bracket %(opening)s is not closed; add %(closing)s at the end.", opening=opening.text, closing=closing
        )
        end = len(broken.text.rstrip())
        return Remedy("unclosed-bracket", words, opening.start, insertion(end, f" {closing}"))
    closing = OPENING[opening.text]
    is_wrong = token.text in CLOSING and closing != token.text
    if is_wrong or (opening.text == "{" and token.is_word("WHERE") and len(broken.open) == 1):
        change = insertion(token.start, closing if is_wrong else closing + " ")
        words = Message(
            "The bracket %(opening)s is not closed; add %(closing)s before %(sign)s.",
            opening=opening.text,
            closing=closing,
            sign=token.text,
        )
        return Remedy("unclosed-bracket", words, opening.start, change)
    return None


def unopened(broken: BrokenText) -> Remedy | None:
    """Recognise an extra closing bracket, or a sign after the end of the query."""
    token = broken.token()
    if token.text in CLOSING and not broken.open:
        words = Message("There is one %(sign)s too many; take it out.", sign=token.text)
        return Remedy("extra-bracket", words, token.start, replacement(token, ""))
    if token.text in (";", ".") and not broken.open and broken.token(1).kind == "end":
        words = Message("A query ends without %(sign)s; take it out.", sign=token.text)
        return Remedy("extra-sign", words, token.start, replacement(token, ""))
    return None


def modifier_inside(broken: BrokenText) -> Remedy | None:
    """Recognise a modifier such as LIMIT or ORDER BY inside the braces."""
    token = broken.token()
    if not token.is_word(*MODIFIERS) or broken.innermost != "{":
        return None
    word = token.text.upper()
    words = Message("%(word)s belongs after the closing } of the pattern.", word=word)
    if open_brackets(broken.tokens):
        words = Message("A } is missing: %(word)s belongs after the closing } of the pattern.", word=word)
        return Remedy("unclosed-bracket", words, token.start, insertion(token.start, "} "))
    close = next((bracket for bracket in broken.tokens[broken.at :] if bracket.text in CLOSING), token)
    if close.text != "}":
        return Remedy("misplaced-modifier", words, token.start)
    moved = "} " + broken.text[token.start : close.start].rstrip()
    return Remedy("misplaced-modifier", words, token.start, Change(token.start, end_of(close), moved))


def missing_braces(broken: BrokenText) -> Remedy | None:
    """Recognise OPTIONAL, GRAPH, WHERE and the like without braces, and UNION between bare patterns."""
    before, token = broken.token(-1), broken.token()
    is_graph = broken.token(-2).is_word("GRAPH") and is_term(before)
    if token.is_word("UNION") and broken.innermost == "{":
        change = replacement(token, "} UNION {") if len(broken.open) > 1 else None
        words = Message("UNION belongs between two groups in braces: { { ... } UNION { ... } }.")
        return Remedy("missing-braces", words, token.start, change)
    if before.is_word("GRAPH") and token.text == "{":
        words = Message("GRAPH needs the name of a graph or a variable: GRAPH ?graph { ... }.")
        return Remedy("unnamed-graph", words, token.start, insertion(token.start, "?graph "))
    if (before.is_word(*_BRACED) or is_graph) and is_term(token):
        end = broken.end_before() if before.is_word("WHERE") else broken.end_before(".")
        change = Change(token.start, end, "{ " + broken.text[token.start : end] + " }")
        word = "GRAPH" if is_graph else before.text.upper()
        return Remedy(
            "missing-braces", Message("%(word)s needs its patterns in braces { }.", word=word), token.start, change
        )
    return None


# --- triples ---------------------------------------------------------------------------------------------------------


def broken_triple(broken: BrokenText) -> Remedy | None:
    """Recognise a triple of fewer or more than three parts."""
    token, before = broken.token(), broken.token(-1)
    if broken.innermost not in ("{", "["):
        return None
    parts = _parts_before(broken)
    if is_term(token) and is_term(before) and parts >= 3:
        words = Message(
            "A triple has three parts: a dot is missing before this one (or ; to say more of the same subject)."
        )
        return Remedy("missing-dot", words, token.start, insertion(end_of(before), " ."))
    if token.text in ("}", ".", ";", "]") and parts in (1, 2):
        words = Message("A triple has three parts: its object is missing.")
        if parts == 1:
            words = Message("A triple has three parts: its property and its object are missing.")
        return Remedy("incomplete-triple", words, token.start)
    return None


def _parts_before(broken: BrokenText) -> int:
    """Count the parts of a triple before the misfit; ``;`` and ``,`` count for the parts that they repeat."""
    parts = 0
    for token in reversed(broken.tokens[: broken.at]):
        if token.text in (";", ","):
            return parts + (1 if token.text == ";" else 2)
        if token.text in ("[", "{", "}", ".", ")"):
            return parts + (token.text == "[")
        parts += token.kind != "language" and is_term(token)
    return parts


def blank_label(broken: BrokenText) -> Remedy | None:
    """Recognise a blank node label in two groups (SPARQL 1.1 Query, section 4.1.4)."""
    token = broken.token()
    if not token.text.startswith("_:") or all(token.text != before.text for before in broken.tokens[: broken.at]):
        return None
    words = Message(
        "A blank node label belongs to one group; use a variable in both places: ?%(name)s.", name=token.text[2:]
    )
    return Remedy("blank-label", words, token.start)


# --- the SELECT clause -----------------------------------------------------------------------------------------------


def select_list(broken: BrokenText) -> Remedy | None:
    """Recognise commas, bare aggregates and missing names between SELECT and the pattern."""
    before, token = broken.token(-1), broken.token()
    if not broken.is_before_pattern:
        return None
    if token.text == "," and before.kind in ("variable", "sign"):
        words = Message("SELECT names its variables without commas.")
        return Remedy("select-list", words, token.start, replacement(token, ""))
    if token.is_word(*_AGGREGATES) and broken.token(1).text == "(":
        return _bare_aggregate(broken, token)
    if token.text == ")" and before.text in (")", "*") and broken.innermost == "(":
        words = Message("A computed column needs a name: (COUNT(?x) AS ?result).")
        return Remedy("unnamed-column", words, token.start, insertion(token.start, " AS ?result"))
    if before.is_word("SELECT", "DISTINCT") and (token.text == "{" or token.is_word("WHERE")):
        return Remedy(
            "select-list",
            Message("SELECT names its variables, or * for all."),
            token.start,
            insertion(token.start, "* "),
        )
    return None


def _bare_aggregate(broken: BrokenText, token: Token) -> Remedy:
    words = Message(
        "A computed column needs brackets and a name: %(written)s.",
        written=f"({token.text}(...) AS ?{token.text.lower()})",
    )
    close = broken.next_token(")")
    if close is None:
        return Remedy("unnamed-column", words, token.start)
    computed = broken.text[token.start : end_of(close)]
    name, end = f"?{token.text.lower()}", end_of(close)
    word, variable = (*broken.tokens[broken.tokens.index(close) + 1 :][:2], close, close)[:2]
    if word.is_word("AS") and variable.kind == "variable":
        name, end = variable.text, end_of(variable)
    return Remedy("unnamed-column", words, token.start, Change(token.start, end, f"({computed} AS {name})"))


def column(broken: BrokenText) -> Remedy | None:
    """Recognise a SELECT column renamed without brackets, without AS, or in brackets without a new name."""
    before, token, after = broken.token(-1), broken.token(), broken.token(1)
    if broken.innermost == "(" and before.is_word("AS") and token.kind == "word":
        words = Message("The name after AS is a variable: ?%(name)s.", name=token.text)
        return Remedy("variable-sign", words, token.start, insertion(token.start, "?"))
    if not broken.is_before_pattern:
        return None
    if not broken.open and token.is_word("AS") and before.kind == after.kind == "variable":
        change = Change(before.start, end_of(after), f"({before.text} AS {after.text})")
        words = Message("A renamed column is written in brackets: %(written)s.", written=change.insert)
        return Remedy("missing-brackets", words, before.start, change)
    if len(broken.open) != 1:
        return None
    if before.text == ")" and token.kind == "variable":
        words = Message("A computed column needs AS before its name: AS %(variable)s.", variable=token.text)
        return Remedy("missing-as", words, token.start, insertion(token.start, "AS "))
    opening = broken.token(-2)
    if token.text == ")" and before.kind == "variable" and opening.text == "(":
        change = Change(opening.start, end_of(token), before.text)
        words = Message("A variable of SELECT is written without brackets: %(written)s.", written=before.text)
        return Remedy("extra-bracket", words, opening.start, change)
    return None


def reused_column(broken: BrokenText) -> Remedy | None:
    """Recognise a computed SELECT column used in another one, which SPARQL allows and the engine does not."""
    if str(UNBOUND) not in broken.message:
        return None
    for select in broken.selects:
        expressions: dict[str, str] = {}
        for computed in select.columns:
            if computed.expression is None:
                continue
            variables = (node for node in computed.expression.walk() if isinstance(node, Variable))
            used = next((variable for variable in variables if variable.name in expressions), None)
            if used is not None:
                change = Change(used.start, used.end, f"({expressions[used.name]})")
                words = Message(
                    "The engine does not compute with %(variable)s of the same SELECT; write its expression again: "
                    "%(written)s.",
                    variable=broken.text[used.start : used.end],
                    written=change.insert,
                )
                return Remedy("reused-column", words, used.start, change)
            node = computed.expression
            expressions[computed.variable.name] = broken.text[node.start : node.end]
    return None


def naming(broken: BrokenText) -> Remedy | None:
    """Recognise AS with a name that already has a value."""
    names = [
        after
        for before, after in zip(broken.tokens, broken.tokens[1:], strict=False)
        if before.is_word("AS") and after.kind == "variable" and (after.start < broken.start)
    ]
    is_closed = broken.token(-1).text == ")" and broken.token(-2) in names and broken.token(-3).is_word("AS")
    if not names or not (str(NAMED_TWICE) in broken.message or (is_closed and broken.innermost == "{")):
        return None
    used = [token.text[1:] for token in broken.tokens if token.kind == "variable"]
    twice = (name for name in names if used.count(name.text[1:]) > 1)
    name = broken.token(-2) if is_closed else next(twice, names[0])
    words = Message(
        "%(variable)s has a value already; AS needs a name of its own, such as %(variable)s2.", variable=name.text
    )
    return Remedy("name-taken", words, name.start, replacement(name, name.text + "2"))


def grouping(broken: BrokenText) -> Remedy | None:
    """Recognise a SELECT that conflicts with GROUP BY or aggregates."""
    if str(STAR_GROUPED) in broken.message:
        return _grouped_star(broken)
    if str(UNGROUPED) not in broken.message:
        return None
    for select in broken.selects:
        grouped = _grouped(select)
        for plain in select.columns:
            if plain.expression is None and plain.variable.name not in grouped and _is_grouped(select):
                return _ungrouped(broken, select, plain.variable)
    return Remedy("group-by", Message("Name in GROUP BY every variable of SELECT that is not computed."), broken.start)


def _grouped_star(broken: BrokenText) -> Remedy:
    select = next((select for select in broken.selects if select.modifiers.group_by and not select.columns), None)
    names = " ".join(f"?{name}" for name in _grouped(select)) if select is not None else ""
    star = next((token for token in broken.tokens if token.text == "*"), broken.token())
    names = names or "?x"
    words = Message(
        "With GROUP BY, SELECT names what is grouped and what is computed: %(written)s.",
        written=f"SELECT {names} (COUNT(*) AS ?n)",
    )
    return Remedy("group-by", words, star.start, replacement(star, names) if star.text == "*" else None)


def _ungrouped(broken: BrokenText, select: Query | Select, variable: Variable) -> Remedy:
    text = broken.text[variable.start : variable.end]
    keys = select.modifiers.group_by
    if keys:
        change = insertion(keys[-1].end, f" {text}")
    else:
        change = insertion(select.where.end if select.where is not None else select.end, f" GROUP BY {text}")
    words = Message(
        "%(variable)s is neither in GROUP BY nor computed: add it to GROUP BY, or write %(written)s.",
        variable=text,
        written=f"(SAMPLE({text}) AS ?one{text[1:].title()})",
    )
    return Remedy("group-by", words, variable.start, change)


def _grouped(select: Query | Select) -> list[str]:
    """Return the names of the variables in the keys of GROUP BY."""
    variables = (node for key in select.modifiers.group_by for node in key.walk() if isinstance(node, Variable))
    return list(dict.fromkeys(variable.name for variable in variables))


def _is_grouped(select: Query | Select) -> bool:
    aggregates = (node for computed in select.columns for node in computed.walk() if isinstance(node, Aggregate))
    return bool(select.modifiers.group_by) or any(aggregates)


# --- other clauses ---------------------------------------------------------------------------------------------------


def ordering(broken: BrokenText) -> Remedy | None:
    """ORDER and GROUP without BY, DESC without brackets, LIMIT without a number."""
    before, token, word = broken.token(-1), broken.token(), broken.token(-1).text.upper()
    if before.is_word("ORDER", "GROUP") and not token.is_word("BY"):
        return Remedy(
            "missing-by",
            Message("Write %(written)s.", written=f"{word} BY"),
            token.start,
            insertion(token.start, "BY "),
        )
    if before.is_word("ASC", "DESC") and token.kind == "variable":
        words = Message("%(word)s takes brackets: %(written)s.", word=word, written=f"{word}({token.text})")
        return Remedy("missing-brackets", words, token.start, replacement(token, f"({token.text})"))
    if before.is_word("LIMIT", "OFFSET"):
        return Remedy(
            "limit-number", Message("%(word)s takes a whole number, as in %(word)s 10.", word=word), token.start
        )
    return None


def unsortable(broken: BrokenText) -> Remedy | None:
    """Sort keys whose values the engine cannot compare."""
    for select in broken.selects:
        keys = [key.expression for key in select.modifiers.order_by if isinstance(key.expression, Variable)]
        if not keys:
            continue
        insert, end = "", keys[0].start
        for key in keys:
            insert += f"{broken.text[end : key.start]}STR({broken.text[key.start : key.end]})"
            end = key.end
        change = Change(keys[0].start, end, insert)
        words = Message(
            "Sort by the text of the values: STR(%(variable)s).", variable=broken.text[keys[0].start : keys[0].end]
        )
        return Remedy("unsortable", words, keys[0].start, change)
    return None


def filtering(broken: BrokenText) -> Remedy | None:
    """FILTER and HAVING without brackets; a comparison in the place of a triple."""
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


def inline_values(broken: BrokenText) -> Remedy | None:
    """Recognise VALUES with the wrong brackets, a variable as value, or an uneven row."""
    before, token = broken.token(-1), broken.token()
    if str(ROW_UNEVEN) in broken.message:
        words = Message("Each row of VALUES has one value for each variable; write UNDEF for none.")
        return Remedy("uneven-values", words, token.start)
    if broken.token(-2).is_word("VALUES") and before.kind == "variable" and token.text == "(":
        close = broken.next_token(")")
        words = Message(
            "Write the values of one variable in braces: VALUES %(variable)s { ... }.", variable=before.text
        )
        if close is None:
            return Remedy("missing-braces", words, token.start)
        inner = broken.text[end_of(token) : close.start].strip()
        return Remedy("missing-braces", words, token.start, Change(token.start, end_of(close), f"{{ {inner} }}"))
    last = next((earlier for earlier in reversed(broken.tokens[: broken.at]) if earlier.kind == "word"), before)
    if last.is_word("VALUES") and token.kind == "variable" and broken.innermost in ("{", "("):
        return Remedy(
            "variable-in-values", Message("VALUES holds constants; a variable is bound by BIND."), token.start
        )
    return None


# --- the form of the query -------------------------------------------------------------------------------------------


def no_form(broken: BrokenText) -> Remedy | None:
    """Recognise a text that does not begin as a query."""
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


def refused_form(broken: BrokenText) -> Remedy | None:
    """Recognise an update, a call of another service, or a text that can be read as one."""
    if kind_of(broken.text) is not Kind.UPDATE:
        call = next((token for token in broken.tokens if "service" in token.text.lower()), None)
        if call is None or "SERVICE" not in broken.message:
            return None
        words = Message(
            "Take the SERVICE clause out, or send the whole query from the other endpoint and call this one there."
        )
        return Remedy("service", words, call.start)
    word = next(token for token in broken.tokens if token.is_word(*_UPDATES))
    words = Message(
        "This service is for reading only. To see what an update would write, ask CONSTRUCT { ... } WHERE { ... }."
    )
    is_insert = word.is_word("INSERT") and any(token.is_word("WHERE") for token in broken.tokens)
    return Remedy("update", words, word.start, replacement(word, "CONSTRUCT") if is_insert else None)


def after_the_end(broken: BrokenText) -> Remedy | None:
    """Recognise patterns after the end of the query, or a second query."""
    token = broken.token()
    if broken.open or token.kind == "end" or all(before.text != "}" for before in broken.tokens[: broken.at]):
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
