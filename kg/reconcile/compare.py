"""How well a value that somebody knows fits a value of the graph: from 0, not at all, to 1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from kg.core.names import PREFIXES, name, slug_of
from kg.core.vocabularies import vocabulary_of
from kg.diagnostics.term_suggestions import likeness
from kg.engine.budget import UNLIMITED, Budget
from kg.reconcile.query import Given, Query
from kg.reconcile.schema import local_name
from kg.reconcile.values import Value
from kg.search.folding import fold

Near = Mapping[Given, Mapping[NamedNode, float]]

_LEAST = 0.6
_LIKE = 0.95  # a text that is like another is not the same
_HELD_NAMES = 8_192  # of the graph, never of a visitor
# two digits of exponent at most, and no number so long that reckoning with it takes time
_NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d\d?)?", re.ASCII)
_DATES = frozenset(map(name, ("xsd:date", "xsd:dateTime", "xsd:gYear", "xsd:gYearMonth")))


def best_fit(
    given: Sequence[Given], values: Sequence[Value], near: Near | None = None, budget: Budget = UNLIMITED
) -> float:
    """The mean, over what is given, of how well it fits the value that it fits best.

    ``near`` says of what is given how well it names things, which counts for a little less than likeness in letters.

    Raises:
        As ``Budget.spend``.
    """
    if not given or not values:
        return 0.0

    def one_fit(one: Given, value: Value) -> float:
        named = (near or {}).get(one, {}).get(value.term, 0.0) if isinstance(value.term, NamedNode) else 0.0
        budget.spend(1 + len(value.names))
        return max(fit(one, value), named * _LIKE)

    return sum(max(one_fit(one, value) for value in values) for one in given) / len(given)


def fit(given: Given, value: Value) -> float:
    """How well one value fits: an identifier or a number wholly or not at all, a date by what is given of it."""
    if isinstance(value.term, NamedNode):
        if (given.identifier or given.text.strip()) in _identifiers(value.term):
            return 1.0
        return _best_likeness(given.folded, (value.name, *value.names))
    if isinstance(value.term, Literal) and value.term.datatype in _DATES:
        return 1.0 if _is_part_of_date(given.text.strip(), value.term.value) else 0.0
    one, other = read_number(given.text), read_number(value.name)
    if one is not None and other is not None:
        return 1.0 if one == other else 0.0
    return _best_likeness(given.folded, (value.name,))


def read_number(text: str) -> Decimal | None:
    """The number that a text is, if it is one of ordinary size."""
    bare = text.strip()
    return Decimal(bare) if _NUMBER.fullmatch(bare) else None


@lru_cache(maxsize=_HELD_NAMES)
def _identifiers(term: NamedNode) -> frozenset[str]:
    """All by which a thing or term may be given: its IRI, its slug, its name in our ontology or elsewhere."""
    home = vocabulary_of(term)
    names = [term.value, slug_of(term) or "", f"id:{slug_of(term)}", local_name(term)]
    if home is not None:
        names += [term.value.removeprefix(home.namespace), home.prefix + ":" + term.value.removeprefix(home.namespace)]
    if term.value.startswith(PREFIXES["unit"]):
        names.append(term.value.removeprefix(PREFIXES["unit"]))
    return frozenset(one for one in names if one)


def _is_part_of_date(given: str, date: str) -> bool:
    """Whether a year, a month or a day is given that the date lies in."""
    return bool(re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", given[:10], re.ASCII)) and date.startswith(given[:10])


def likeness_of(query: Query, name_: str) -> float:
    """How like a query is to a name, letter by letter, when case, accents, width and script count for nothing."""
    return _likeness(query.folded, _folded(name_))


def _best_likeness(wanted: str, names: Iterable[str]) -> float:
    return max((_likeness(wanted, _folded(one)) for one in names), default=0.0) if wanted else 0.0


@lru_cache(maxsize=_HELD_NAMES)
def _folded(name_: str) -> str:
    return fold(name_)


def _likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    found = likeness(one, other)
    return round(found * _LIKE, 4) if found >= _LEAST else 0.0
