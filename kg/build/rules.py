"""The rules of a build, by semi-naive evaluation: a later round finds only matches in which a triple is new.

Source: S. Abiteboul, R. Hull, V. Vianu, Foundations of Databases (1995), section 13.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad, QueryTriples, Triple

from kg.core.errors import HeaderInvalid
from kg.core.names import graph
from kg.core.settings import PROJECT
from kg.engine.store import Store
from kg.sparql.header import read_query_files
from kg.sparql.lexer import COMMENT, SPACE
from kg.sparql.parser import parse_query
from kg.sparql.syntax_tree import Filter, GraphPattern, Group, Iri, Modifiers, Node, Query, Select, Triples, Variable

_DOT = re.compile(rf"(?:{SPACE}|{COMMENT})*+\.")


def increments(text: str, new: NamedNode) -> list[str]:
    """Return the text of a rule once for each of its triple patterns, which is asked first and of graph ``new`` alone.

    The WHERE clause may have only triple patterns, each written out, filters, and named graphs that no rule adds to.
    Otherwise the list is empty, and the rule can only run unchanged. The patterns may be in a SELECT of variables,
    which may group by them, with filters after it.
    """
    query = parse_query(text)
    group = _group_of_patterns(query) if query is not None else None
    if group is None or not all(map(_is_allowed, group.elements)):
        return []
    # Semi-naive evaluation: a new match has at least one new triple, so each pattern in turn matches only new triples.
    # A match with two new triples is found twice, which changes no graph.
    # The pattern of new triples comes first, since they are few and bind the variables of the others.
    elements = [text[element.start : _end(text, element)] for element in group.elements]
    head, tail = text[: group.elements[0].start], text[_end(text, group.elements[-1]) :].lstrip()
    return [
        head + "\n".join([f"GRAPH {new} {{ {pattern} }}", *elements[:place], *elements[place + 1 :], tail])
        for place, pattern in enumerate(elements)
        if isinstance(group.elements[place], Triples)
    ]


def _group_of_patterns(query: Query) -> Group | None:
    """Return the group of the patterns: that of the query, or of a SELECT that comes first in it."""
    group = query.where
    if group is None or not group.elements or group.elements is query.template:  # of CONSTRUCT WHERE
        return None
    # the rows of a part of the data are then no part of the rows of all data
    if _changes_rows(query.modifiers) or query.modifiers.group_by or query.values:
        return None
    first = group.elements[0]
    if not (isinstance(first, Group) and first.elements and isinstance(first.elements[0], Select)):
        return group
    select = first.elements[0]
    is_plain = bool(select.columns) and all(column.expression is None for column in select.columns)
    groups_by_variables = all(isinstance(key.expression, Variable) for key in select.modifiers.group_by)
    if not (is_plain and groups_by_variables and all(isinstance(other, Filter) for other in group.elements[1:])):
        return None
    return None if _changes_rows(select.modifiers) or select.values else select.where


def _changes_rows(modifiers: Modifiers) -> bool:
    return bool(modifiers.having or modifiers.order_by) or (modifiers.limit, modifiers.offset) != (None, None)


def _is_allowed(element: Node) -> bool:
    if isinstance(element, Triples):
        return _is_pattern(element)
    return isinstance(element, Filter) or (isinstance(element, GraphPattern) and isinstance(element.name, Iri))


def _is_pattern(triples: Triples) -> bool:
    """Return True if there is one subject, verb and object, each an IRI or a variable."""
    if len(triples.properties) != 1 or len(triples.properties[0].objects) != 1:
        return False
    (verb, value) = triples.properties[0].verb, triples.properties[0].objects[0]
    return not value.annotations and all(
        isinstance(term, Iri | Variable) and term.end > term.start for term in (triples.subject, verb, value.term)
    )


def _end(text: str, element: Node) -> int:
    """Return the end of an element, with the dot behind it."""
    dot = _DOT.match(text, element.end)
    return dot.end() if dot is not None else element.end


INFERRED = graph("inferred")


@dataclass(frozen=True)
class Rule:
    """A CONSTRUCT that returns only triples that are in no graph yet; ``order`` says which runs first."""

    slug: str
    title: str
    order: int
    text: str


def read_rules(folder: Path = PROJECT / "queries" / "rules") -> list[Rule]:
    """Read the rules of a folder, in the order in which they run.

    Raises:
        HeaderInvalid: a header lacks ``title`` or a whole number as ``order``.
        FileUnreadable: the folder holds no rule.
    """
    rules = []
    for file in read_query_files(folder):
        try:
            rules.append(Rule(file.slug, file.header["title"], int(file.header["order"]), file.text))
        except (KeyError, ValueError) as error:
            raise HeaderInvalid(f"{file.path}: the header needs title and a whole number as order.") from error
    return sorted(rules, key=lambda rule: (rule.order, rule.slug))


def infer(store: Store, rules: Sequence[Rule]) -> int:
    """Add to graph ``inferred`` what follows, up to the fixpoint; returns the number of new triples.

    Each rule runs once over all data, then in rounds over the triples that the round before added. A separate graph
    holds the triples of a round.

    Raises:
        HeaderInvalid: a rule is no CONSTRUCT, or returns what is there.
    """
    # First each rule runs over all data, and the triples that it adds are new for the first round.
    # Each round adds to a graph of its own, in which the next round finds the new triples.
    # A round that adds nothing is the fixpoint, and all graphs are then merged into `inferred`.
    before = len(store)
    rounds = [INFERRED]
    for rule in rules:
        _add(store, rule, rule.text, INFERRED)
    while next(store.graph(rounds[-1]), None) is not None:
        new = rounds[-1]
        rounds.append(graph(f"inferred-{len(rounds)}"))
        for rule in rules:
            # a rule without increments runs over all data again
            for text in increments(rule.text, new) or [rule.text]:
                _add(store, rule, text, rounds[-1])
    for round_ in rounds[1:]:
        store.add(Quad(quad.subject, quad.predicate, quad.object, INFERRED) for quad in store.graph(round_))
        store.remove_graph(round_)
    return len(store) - before


def _add(store: Store, rule: Rule, text: str, to: NamedNode) -> None:
    triples = store.query(text)
    if not isinstance(triples, QueryTriples):
        raise HeaderInvalid(f"Rule {rule.slug} is no CONSTRUCT.")
    # one by one, as a rule may make millions; the answer is that of the store as it was
    store.add(Quad(triple.subject, triple.predicate, triple.object, to) for triple in _new(store, rule, triples))


def _new(store: Store, rule: Rule, triples: Iterator[Triple]) -> Iterator[Triple]:
    """Yield the triples of an answer, of which the first is not there yet: else there would be no end of rounds."""
    # the first triple is enough: at the fixpoint nothing is new, so there a rule without its filter is noticed at last
    for first in triples:
        if store.holds(first):
            raise HeaderInvalid(f"Rule {rule.slug} returns {first}, which is there: add FILTER NOT EXISTS {{ ... }}.")
        yield first
        break
    yield from triples
