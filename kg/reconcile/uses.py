"""Which properties the things of a class have, counted in the graph and not taken from the ontology.

What follows by rule counts as well: a class is of the things of the classes below it, and has what those have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode

from kg.core.names import PREFIXES
from kg.engine import Engine, Table, select
from kg.reconcile.derived import LINK_PATHS, Closeness, Property

_OURS = f'FILTER(STRSTARTS(STR(?thing), "{PREFIXES["id"]}"))'
_CLASSES = f"SELECT DISTINCT ?class {{ ?thing a ?class {_OURS} }}"
_PREDICATES = f"SELECT DISTINCT ?class ?predicate {{ ?thing ?predicate ?value ; a ?class {_OURS} }}"
_LINKS = f"SELECT DISTINCT ?class ?value {{ ?thing {LINK_PATHS[Closeness.ALL]} ?value ; a ?class {_OURS} }}"
_IN_LANGUAGE = 'FILTER(LANG(?value) = "%s")'

Uses = Mapping[str, frozenset[NamedNode]]
"""For each property by its id, the classes that have a thing with it."""


def uses_of(engine: Engine, derived: Iterable[Property], terms: Iterable[Property]) -> Uses:
    """The uses of properties that were made for tables, and of those that are terms of the ontology.

    Raises:
        As ``Engine.answer``.
    """
    by_path = _by(select(engine, _PREDICATES))
    links, everything = select(engine, _LINKS), _iris(select(engine, _CLASSES).column("class"))
    found = {one.id: by_path.get(one.path, frozenset()) for one in terms}
    for one in derived:
        if not one.path:  # made from the thing itself
            found[one.id] = everything
        elif one.vocabulary is not None:
            found[one.id] = _linked(one, links)
        else:
            found[one.id] = _users(engine, one)
    return found


def _users(engine: Engine, one: Property) -> frozenset[NamedNode]:
    kept = _IN_LANGUAGE % one.text_language if one.text_language else ""
    asked = f"SELECT DISTINCT ?class {{ ?thing {one.path} ?value ; a ?class {_OURS} {kept} }}"
    return _iris(select(engine, asked).column("class"))


def _linked(one: Property, links: Table) -> frozenset[NamedNode]:
    home = one.vocabulary
    return _iris(cls for cls, value in links.rows if home and isinstance(value, NamedNode) and home.holds(value))


def _by(table: Table) -> Mapping[str, frozenset[NamedNode]]:
    """The classes by predicate, written as a path."""
    found: dict[str, set[object]] = defaultdict(set)
    for cls, predicate in table.rows:
        found[str(predicate)].add(cls)
    return {path: _iris(classes) for path, classes in found.items()}


def _iris(terms: Iterable[object]) -> frozenset[NamedNode]:
    return frozenset(one for one in terms if isinstance(one, NamedNode))
