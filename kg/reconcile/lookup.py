"""Where candidates come from: the index of names, an id, or the properties alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import Literal, NamedNode

from kg.core.errors import SearchTooLong
from kg.core.names import LANGUAGES, name
from kg.engine import Engine, select
from kg.engine.budget import UNLIMITED, Budget
from kg.reconcile.compare import likeness_of, read_number
from kg.reconcile.derived import Gives, Property
from kg.reconcile.entities import named_thing
from kg.reconcile.query import MOST_CHARACTERS, Given, Query, Strictness
from kg.reconcile.schema import Schema, local_name
from kg.search.ranking import Hit, SearchResult

_FEWEST_SOUGHT = 20
_MOST_BY_VALUE = 200
_MOST_NAMED = 20
_STEPS_OF_A_QUESTION = 1_000  # of an engine, which takes a millisecond and more


class Finder(Protocol):
    """What finds things by their names: ``kg.search.SearchIndex`` does."""

    def find(
        self,
        text: str,
        *,
        kinds: Collection[NamedNode] = (),
        plans: Collection[NamedNode] = (),
        limit: int = 20,
        offset: int = 0,
        language: str = "en",
        begins: bool = False,
    ) -> SearchResult:
        """What matches a text, best first."""

    def nearest(self, text: str, limit: int = 5, language: str = "en") -> tuple[Hit, ...]:
        """Things whose names are nearest to a text."""


@dataclass(frozen=True)
class Trace:
    """How a thing was found: by its id, by a name, or, with neither, by its properties.

    ``likeness`` of the name goes from 0 to 1.
    """

    thing: NamedNode
    by_id: bool = False
    likeness: float = 0.0
    exact: bool = False
    matched_language: str = ""


def seek(
    engine: Engine, finder: Finder, schema: Schema, query: Query, language: str, budget: Budget = UNLIMITED
) -> list[Trace]:
    """Things that may be meant, each once, the likeliest first; more than wanted, as properties may turn the order.

    Raises:
        As ``Engine.answer`` and ``Budget.spend``.
    """
    budget.check()
    if not query.text.strip():
        return [Trace(one) for one in _by_properties(engine, finder, schema, query, budget)]
    found: dict[NamedNode, Trace] = {}
    named = named_thing(query.text)
    if named is not None:
        found[named] = Trace(named, by_id=True, likeness=1.0, exact=True, matched_language=language)
    for hit in _hits(finder, query, _kinds(schema, query), language):
        budget.spend(1)
        likeness = hit.score if hit.exact else max(hit.score, likeness_of(query, hit.matched))
        trace = Trace(hit.thing, likeness=likeness, exact=hit.exact, matched_language=hit.matched_language)
        found.setdefault(hit.thing, trace)
    return list(found.values())


def is_searched_for(given: Given) -> bool:
    """Return True if a value may name a thing in words."""
    return bool(given.text.strip()) and not given.identifier and len(given.text) <= MOST_CHARACTERS


class NearThings:
    """Things that texts may name among the values of properties; each text of a batch is searched for once."""

    def __init__(self, finder: Finder, schema: Schema) -> None:
        self._finder, self._schema = finder, schema
        self._found: dict[tuple[NamedNode, str], Mapping[NamedNode, float]] = {}

    def of(self, property_: Property, given: Given) -> Mapping[NamedNode, float]:
        """Return each thing with how well the text names it, from 0 to 1; none where the values are no things.

        So the plan for the ICT industry is found by ``ICT``.
        """
        if property_.range is None or not is_searched_for(given):
            return {}
        key = (property_.range, given.text)
        if key not in self._found:
            self._found[key] = self._search(*key)
        return self._found[key]

    def _search(self, cls: NamedNode, text: str) -> Mapping[NamedNode, float]:
        kinds = self._schema.below([local_name(cls)])
        found = self._finder.find(text, kinds=kinds, limit=_MOST_NAMED).hits if kinds else ()
        return {hit.thing: hit.score for hit in found}


def _hits(finder: Finder, query: Query, kinds: Collection[NamedNode], language: str) -> Iterable[Hit]:
    if len(query.text) > MOST_CHARACTERS or not kinds:
        return ()
    most = max(_FEWEST_SOUGHT, 2 * query.limit)
    try:
        hits = finder.find(query.text, kinds=kinds, limit=most, language=language).hits
        if hits:
            return hits
        wanted = set(kinds)
        return [hit for hit in finder.nearest(query.text, most, language) if wanted & set(hit.kinds)]
    except SearchTooLong:
        return ()


def _kinds(schema: Schema, query: Query) -> frozenset[NamedNode]:
    """The classes to look among: those wanted, or else all that plans speak of."""
    wanted = schema.below(query.types)
    if not query.types or query.strictness is Strictness.SHOULD:
        return schema.sought() | wanted
    return wanted


def _by_properties(engine: Engine, finder: Finder, schema: Schema, query: Query, budget: Budget) -> list[NamedNode]:
    """Things with one of the values, in the order of their IRIs."""
    found: set[NamedNode] = set()
    for condition in query.conditions:
        property_ = schema.properties.get(condition.property_id)
        if property_ is None or property_.gives is Gives.KIND:
            continue
        for given in condition.values:
            budget.spend(_STEPS_OF_A_QUESTION)
            found |= _with_value(engine, finder, property_, given)
    return sorted(found, key=lambda iri: iri.value)[:_MOST_BY_VALUE]


def _with_value(engine: Engine, finder: Finder, property_: Property, given: Given) -> set[NamedNode]:
    if property_.gives in (Gives.IRI, Gives.PAGE):
        named = named_thing(given.text)
        return {named} if named is not None else set()
    if len(given.text) > MOST_CHARACTERS:
        return set()
    terms = " ".join(map(str, _terms(finder, property_, given)))
    text = (
        f"SELECT DISTINCT ?thing {{ VALUES ?value {{ {terms} }} ?thing {property_.path} ?value }} "
        f"LIMIT {_MOST_BY_VALUE}"
    )
    return {one for one in select(engine, text).column("thing") if isinstance(one, NamedNode)}


def _terms(finder: Finder, property_: Property, given: Given) -> Iterator[NamedNode | Literal]:
    """The terms that a value may stand for; a stranger's text becomes a term and nothing else."""
    said = given.identifier or given.text
    if property_.vocabulary is not None:
        home = property_.vocabulary
        local = said.strip().removeprefix(home.namespace).removeprefix(home.prefix + ":")
        if len(local) <= MOST_CHARACTERS and not set(local) & set(' <>"{}|^`\\\0\n\r\t'):
            linked = NamedNode(home.namespace + local)
            yield from [linked] if home.holds(linked) else []
        return
    named = named_thing(said)
    if named is not None:
        yield named
    number = read_number(given.text)
    for datatype in ("xsd:integer", "xsd:decimal", "xsd:gYear") if number is not None else ():
        yield Literal(given.text.strip(), datatype=name(datatype))
    for datatype in ("xsd:date", "xsd:anyURI", "xsd:boolean", "xsd:gYearMonth"):
        yield Literal(given.text.strip(), datatype=name(datatype))
    if given.text.strip():
        yield Literal(given.text)
        yield from (Literal(given.text, language=one) for one in LANGUAGES)
        try:
            yield from (hit.thing for hit in finder.find(given.text, limit=_MOST_NAMED).hits)
        except SearchTooLong:
            return
