"""Why a property has not the value that is asked for: other tags, other datatypes, other things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal

from kg.core.messages import Message, sentences
from kg.core.names import PREFIXES
from kg.diagnostics.empty_result.case import Case, Fix, Reason, is_name
from kg.diagnostics.empty_result.text import brief, kinds, listed, shown
from kg.engine import Term
from kg.sparql.lexer import tokens

# the kinds and numbers of a variable's values, for ``words.kinds``
OVERVIEW = "?lang ?type (COUNT(*) AS ?many) (SAMPLE({0}) AS ?one)"
OVERVIEW_BINDS = "BIND(LANG({0}) AS ?lang) BIND(DATATYPE({0}) AS ?type)"
OVERVIEW_TAIL = "GROUP BY ?lang ?type ORDER BY DESC(?many) LIMIT 6"

_VALUE = "?value__"


def other_values(case: Case) -> Iterator[Reason]:
    """The property has other values than the one that is asked for."""
    subject, path, object_ = case.piece.parts
    place = case.piece.places[2]
    any_value = f"{subject} {path} {_VALUE} ."
    first = next(tokens(object_), None)
    if first is None or first.kind == "variable":
        yield from _properties_of(case)
    elif first.kind in ("string", "number") or first.text in ("+", "-") or first.is_word("TRUE", "FALSE"):
        yield from _literal(case, any_value, object_, place)
    elif rows := case.probe.rows(f"DISTINCT {_VALUE}", any_value, tail="LIMIT 4"):
        words = Message(
            "%(path)s leads to other values, such as %(values)s, not to %(written)s.",
            path=path,
            values=listed(brief(row[0]) for row in rows),
            written=object_,
        )
        yield Reason("other-value", words, place)
    else:
        yield from _properties_of(case)


def _properties_of(case: Case) -> Iterator[Reason]:
    """What the thing has instead of the property that is asked for."""
    subject, path, _ = case.piece.parts
    if not is_name(subject):
        if case.iri(path) is not None:
            yield Reason(
                "unused",
                Message("No statement with %(path)s fits; the property is declared, or used otherwise.", path=path),
                case.piece.places[1],
            )
        return
    rows = case.probe.rows("DISTINCT ?p__", f"{subject} ?p__ ?o__ .", tail="ORDER BY ?p__ LIMIT 30")
    if rows:
        words = Message(
            "%(subject)s has no %(path)s; it has: %(others)s.",
            subject=subject,
            path=path,
            others=listed(shown(row[0]) for row in rows),
        )
        yield Reason("no-such-property", words, case.piece.places[1])


def _literal(case: Case, any_value: str, written: str, place: int) -> Iterator[Reason]:
    """The same text with another language tag, datatype or case; else what values there are."""
    path = case.piece.parts[1]
    same = f"{any_value} FILTER(isLiteral({_VALUE}) && LCASE(STR({_VALUE})) = LCASE(STR({written})))"
    exact_first = f"ORDER BY DESC(STR({_VALUE}) = STR({written})) LIMIT 6"
    found = [row[0] for row in case.probe.rows(f"DISTINCT {_VALUE}", same, tail=exact_first)]
    if found:
        instead = _writable(case, found[0])
        fix = Fix(place, place + len(written), instead) if instead else None
        words = Message(
            "The data have %(values)s, not %(written)s: %(why)s.",
            values=listed(shown(one) for one in found),
            written=written,
            why=_difference(found, written),
        )
        yield Reason("literal", words, place, fix)
        return
    rows = case.probe.rows(OVERVIEW.format(_VALUE), any_value, OVERVIEW_BINDS.format(_VALUE), tail=OVERVIEW_TAIL)
    if not rows:
        yield from _properties_of(case)
        return
    words = Message(
        "No value of %(path)s is %(written)s; it has: %(kinds)s.", path=path, written=written, kinds=kinds(rows)
    )
    holding = f"{any_value} FILTER(CONTAINS(LCASE(STR({_VALUE})), LCASE(STR({written}))))"
    near = case.probe.rows(f"DISTINCT {_VALUE}", holding, tail="LIMIT 4") if written[0] in "\"'" else ()
    if near:
        values = listed(brief(row[0]) for row in near)
        words = sentences(words, Message("Values with these words in them: %(values)s.", values=values))
    yield Reason("literal", words, place)


def _writable(case: Case, term: object) -> str:
    """A literal as the query can write it."""
    if not isinstance(term, Literal):
        return ""
    text = shown(term)
    declared = dict(case.reading.prefixes).get("xsd") == PREFIXES["xsd"]
    return str(term) if "^^xsd:" in text and not declared else text


def _difference(found: Sequence[Term | None], written: str) -> Message:
    tagged = "@" in written.rpartition('"')[2].rpartition("'")[2]
    if not any(isinstance(one, Literal) and one.value in written for one in found):
        return Message("capital letters count")
    languages = {one.language for one in found if isinstance(one, Literal) and one.language}
    if languages and not tagged:
        return Message("the language tag belongs to the value")
    if tagged and languages:
        return Message("the language tag differs")
    if tagged:
        return Message("it has no language tag")
    return Message("the datatype differs")
