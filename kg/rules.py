"""Inference: CONSTRUCT rules run in the store until none of them adds anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad, QueryTriples

from kg.errors import HeaderInvalid
from kg.header import read_query_files
from kg.names import graph
from kg.settings import PROJECT
from kg.store import Store

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


def infer(store: Store, rules: list[Rule]) -> int:
    """Add to graph ``inferred`` what follows, up to the fixpoint; returns the number of new triples.

    A rule that added nothing is asked again only when the others have come to rest too: most have said all at once.
    """
    total = 0
    asked_at: dict[str, int] = {}
    busy = rules
    while busy:
        adding = []
        for rule in busy:
            added = _apply(store, rule)
            total += added
            asked_at[rule.slug] = total
            if added:
                adding.append(rule)
        busy = adding or [rule for rule in rules if asked_at[rule.slug] != total]
    return total


def _apply(store: Store, rule: Rule) -> int:
    triples = store.query(rule.text)
    if not isinstance(triples, QueryTriples):
        raise HeaderInvalid(f"Rule {rule.slug} is no CONSTRUCT.")
    before = len(store)
    # one by one, as a rule may make millions; the answer is that of the store as it was
    store.add(Quad(triple.subject, triple.predicate, triple.object, INFERRED) for triple in triples)
    return len(store) - before
