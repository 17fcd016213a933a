"""Inference: CONSTRUCT rules run in the store until none of them adds anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad, QueryTriples, Triple

from kg.build.seminaive import increments
from kg.core.errors import HeaderInvalid
from kg.core.names import graph
from kg.core.settings import PROJECT
from kg.engine.store import Store
from kg.sparql.header import read_query_files

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
    before = len(store)
    rounds = [INFERRED]
    for rule in rules:
        _add(store, rule, rule.text, INFERRED)
    while next(store.graph(rounds[-1]), None) is not None:
        new = rounds[-1]
        rounds.append(graph(f"inferred-{len(rounds)}"))
        for rule in rules:
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
    for first in triples:
        if store.holds(first):
            raise HeaderInvalid(f"Rule {rule.slug} returns {first}, which is there: add FILTER NOT EXISTS {{ ... }}.")
        yield first
        break
    yield from triples
