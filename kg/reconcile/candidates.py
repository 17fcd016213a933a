"""From queries to candidates: which resources a name may mean, how likely, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pyoxigraph import Literal, NamedNode

from kg.core.errors import SearchTooLong
from kg.core.names import LANGUAGES, name, slug_of
from kg.engine import Engine, select
from kg.engine.limits import UNLIMITED, Budget
from kg.reconcile.properties import Property, ValueKind
from kg.reconcile.schema import APPARATUS, MOST_CHARACTERS, Condition, Query, Schema, Strictness, TableValue, local_name
from kg.reconcile.values import (
    Entity,
    Value,
    Values,
    best_fit,
    described,
    entities_of,
    parse_resource_id,
    read_number,
    similarity_of,
    values_of,
)
from kg.search.index import STEPS_OF_A_SEARCH
from kg.search.ranking import Hit, SearchResult

# the score may change the order of the search, so more than the client wants are judged
_FEWEST_SOUGHT = 20
_MOST_BY_VALUE = 200
_MOST_NAMED = 20
_STEPS_OF_A_QUESTION = 1_000  # of an engine, which takes a millisecond and more


class Finder(Protocol):
    """An index that finds resources by their names, such as ``kg.search.SearchIndex``."""

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
        """Return what matches a text, best first."""

    def nearest(self, text: str, limit: int = 5, language: str = "en") -> tuple[Hit, ...]:
        """Return the resources whose names are nearest to a text."""


@dataclass(frozen=True)
class Trace:
    """How a resource was found: by its id, by a name, or, with neither, by its properties.

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
    """Return the resources that may be meant, each once; more than the limit, as properties may change the order.

    Raises:
        As ``Engine.answer`` and ``Budget.spend``.
    """
    budget.check()
    if not query.text.strip():
        return [Trace(thing) for thing in _by_properties(engine, finder, schema, query, budget)]
    traces: dict[NamedNode, Trace] = {}
    named = parse_resource_id(query.text)
    if named is not None:
        # an id is found without a search; ``setdefault`` keeps this trace if a name also finds it
        traces[named] = Trace(named, by_id=True, likeness=1.0, exact=True, matched_language=language)
    for hit in _hits(finder, query, _kinds(schema, query), language):
        budget.spend(1)
        # the index ranks by words, and the comparison of whole names may give a higher likeness
        likeness = hit.score if hit.exact else max(hit.score, similarity_of(query, hit.matched))
        trace = Trace(hit.thing, likeness=likeness, exact=hit.exact, matched_language=hit.matched_language)
        traces.setdefault(hit.thing, trace)
    return list(traces.values())


def is_searched_for(value: TableValue) -> bool:
    """Return True if a value may name a resource in words."""
    return bool(value.text.strip()) and not value.identifier and len(value.text) <= MOST_CHARACTERS


class NearResources:
    """The resources that texts may name among the values of properties; each text of a batch is searched for once."""

    def __init__(self, finder: Finder, schema: Schema) -> None:
        self._finder, self._schema = finder, schema
        self._found: dict[tuple[NamedNode, str], Mapping[NamedNode, float]] = {}

    def of(self, property_: Property, value: TableValue) -> Mapping[NamedNode, float]:
        """Return the score of each resource by its name, from 0 to 1; empty if the values are no resources.

        So the plan for the ICT industry is found by ``ICT``.
        """
        if property_.range is None or not is_searched_for(value):
            return {}
        key = (property_.range, value.text)
        if key not in self._found:
            self._found[key] = self._search(*key)
        return self._found[key]

    def _search(self, cls: NamedNode, text: str) -> Mapping[NamedNode, float]:
        kinds = self._schema.below([local_name(cls)])
        hits = self._finder.find(text, kinds=kinds, limit=_MOST_NAMED).hits if kinds else ()
        return {hit.thing: hit.score for hit in hits}


def _hits(finder: Finder, query: Query, kinds: Collection[NamedNode], language: str) -> Iterable[Hit]:
    if len(query.text) > MOST_CHARACTERS or not kinds:
        return ()
    most = max(_FEWEST_SOUGHT, 2 * query.limit)
    try:
        hits = finder.find(query.text, kinds=kinds, limit=most, language=language).hits
        if hits:
            return hits
        # names with typing errors are sought only if nothing matches. That search knows no classes, so its hits are
        # filtered here.
        wanted = set(kinds)
        return [hit for hit in finder.nearest(query.text, most, language) if wanted & set(hit.kinds)]
    except SearchTooLong:
        return ()


def _kinds(schema: Schema, query: Query) -> frozenset[NamedNode]:
    """Return the classes to search: those of the query, or else all that plans speak of."""
    wanted = schema.below(query.types)
    if not query.types or query.strictness is Strictness.SHOULD:
        return schema.searchable_classes() | wanted
    return wanted


def _by_properties(engine: Engine, finder: Finder, schema: Schema, query: Query, budget: Budget) -> list[NamedNode]:
    """Return the resources with one of the values, in the order of their IRIs."""
    things: set[NamedNode] = set()
    for condition in query.conditions:
        property_ = schema.properties.get(condition.property_id)
        if property_ is None or property_.gives is ValueKind.KIND:
            continue
        for value in condition.values:
            budget.spend(_STEPS_OF_A_QUESTION)
            things |= _with_value(engine, finder, property_, value)
    return sorted(things, key=lambda iri: iri.value)[:_MOST_BY_VALUE]


def _with_value(engine: Engine, finder: Finder, property_: Property, value: TableValue) -> set[NamedNode]:
    if property_.gives in (ValueKind.IRI, ValueKind.PAGE):
        named = parse_resource_id(value.text)
        return {named} if named is not None else set()
    if len(value.text) > MOST_CHARACTERS:
        return set()
    terms = " ".join(map(str, _terms(finder, property_, value)))
    text = (
        f"SELECT DISTINCT ?thing {{ VALUES ?value {{ {terms} }} ?thing {property_.path} ?value }} "
        f"ORDER BY ?thing LIMIT {_MOST_BY_VALUE}"  # so that the same resources are compared each time
    )
    return {iri for iri in select(engine, text).column("thing") if isinstance(iri, NamedNode)}


def _terms(finder: Finder, property_: Property, value: TableValue) -> Iterator[NamedNode | Literal]:
    """Yield the terms that a value may mean; text of a client becomes a term and nothing else."""
    text = value.identifier or value.text
    if property_.vocabulary is not None:
        home = property_.vocabulary
        local = text.strip().removeprefix(home.namespace).removeprefix(home.prefix + ":")
        linked = _iri(home.namespace + local) if len(local) <= MOST_CHARACTERS else None
        if linked is not None and home.holds(linked):
            yield linked
        return
    named = parse_resource_id(text)
    if named is not None:
        yield named
    number = read_number(value.text)
    # RDF compares terms and not values, so a number is tried with each datatype that the graph may use
    for datatype in ("xsd:integer", "xsd:decimal", "xsd:gYear") if number is not None else ():
        yield Literal(value.text.strip(), datatype=name(datatype))
    for datatype in ("xsd:date", "xsd:anyURI", "xsd:boolean", "xsd:gYearMonth"):
        yield Literal(value.text.strip(), datatype=name(datatype))
    if value.text.strip():
        yield Literal(value.text)
        # a text has the language of its tag in the graph, and a table does not say it
        yield from (Literal(value.text, language=language) for language in LANGUAGES)
        try:
            yield from (hit.thing for hit in finder.find(value.text, limit=_MOST_NAMED).hits)
        except SearchTooLong:
            return


def _iri(text: str) -> NamedNode | None:
    try:
        return NamedNode(text)
    except ValueError:  # it has characters that no IRI has, such as a percent sign alone
        return None


_WEIGHT_OF_NAME = 3.0  # a property weighs 1
_WITHOUT_TYPE = 0.7
_ALMOST = 0.99  # of a name that is not the very name
_OF_PROPERTY = "property_"

Feature = float | bool


def features_of(
    schema: Schema, query: Query, trace: Trace, entity: Entity, fits: Mapping[str, float], language: str
) -> dict[str, Feature]:
    """Return the features by their ids; ``fits`` has how well each property of the query fits."""
    features: dict[str, Feature] = {"id_exact": trace.by_id}
    if query.text:
        features |= {
            "label_exact": trace.exact,
            "similarity": round(trace.likeness if trace.exact else min(trace.likeness, _ALMOST), 4),
            "language": trace.matched_language == language,
        }
    if query.types:
        features["type_match"] = _has_types(schema, query, entity.classes)
    return features | {_OF_PROPERTY + key: round(fit, 4) for key, fit in fits.items()}


def score_of(query: Query, features: Mapping[str, Feature]) -> float:
    """Return the weighted mean of name and properties, from 0 to 100; less if a wanted type is missing."""
    fits = _fits(features)
    weighed = _WEIGHT_OF_NAME * float(features["similarity"]) if query.text else 0.0
    weight = (_WEIGHT_OF_NAME if query.text else 0.0) + len(fits)
    mean = (weighed + sum(fits)) / weight if weight else 0.0
    return round(100 * mean * (1.0 if features.get("type_match", True) else _WITHOUT_TYPE), 2)


def is_certain(query: Query, features: Mapping[str, Feature]) -> bool:
    """Return True if the name is exact, the type is right, and every property fits wholly."""
    named = bool(features["label_exact"]) if query.text else True
    return named and bool(features.get("type_match", True)) and all(fit == 1 for fit in _fits(features))


def _has_types(schema: Schema, query: Query, classes: Iterable[NamedNode]) -> bool:
    own = set(classes)
    wanted = [type_id in schema.types and schema.types[type_id].iri in own for type_id in query.types]
    return all(wanted) if query.strictness is Strictness.ALL else any(wanted)


def _fits(features: Mapping[str, Feature]) -> list[float]:
    return [float(value) for key, value in features.items() if key.startswith(_OF_PROPERTY)]


@dataclass(frozen=True)
class Candidate:
    """A resource that may be meant; ``score`` is from 0 to 100, and ``match`` is True if no other can be meant.

    ``features`` are the grounds of the score, each from 0 to 1, or true or false.
    """

    entity: Entity
    score: float
    features: Mapping[str, Feature]
    match: bool = False


def candidates(
    engine: Engine,
    finder: Finder,
    schema: Schema,
    queries: Mapping[str, Query],
    language: str = "en",
    budget: Budget = UNLIMITED,
) -> dict[str, list[Candidate]]:
    """Return the candidates of each query, best first; the engine is queried once for the whole batch.

    Raises:
        As ``Engine.answer`` and ``Budget.spend``.
    """
    # refused before any search if even the least work exceeds the budget (decision 0033)
    budget.expect(STEPS_OF_A_SEARCH * _searches(schema, queries.values()))
    traces = {key: seek(engine, finder, schema, query, language, budget) for key, query in queries.items()}
    things = {trace.thing for of_query in traces.values() for trace in of_query if slug_of(trace.thing)}
    entities = entities_of(engine, schema, things, language, budget)
    batch = _Batch(schema, NearResources(finder, schema), entities, language, budget)
    values = _values(engine, queries, traces, batch)
    ranked = {key: batch.scored_candidates(query, traces[key], values) for key, query in queries.items()}
    # descriptions need more queries, so only the candidates that remain get them
    entities = {candidate.entity.thing: candidate.entity for best in ranked.values() for candidate in best}
    described_entities = described(engine, schema, entities, language, budget)
    return {
        key: [replace(candidate, entity=described_entities[candidate.entity.thing]) for candidate in best]
        for key, best in ranked.items()
    }


def _searches(schema: Schema, queries: Iterable[Query]) -> int:
    """Return the fewest searches that a batch needs: one for each name, and one for each text that may name a value."""
    count, texts = 0, set()
    for query in queries:
        count += bool(query.text.strip()) and len(query.text) <= MOST_CHARACTERS
        for condition in query.conditions:
            property_ = schema.properties.get(condition.property_id)
            if property_ is not None and property_.range is not None:
                texts |= {(property_.range, value.text) for value in condition.values if is_searched_for(value)}
    return count + len(texts)


@dataclass(frozen=True)
class _Batch:
    """The data that the queries of a batch share."""

    schema: Schema
    near: NearResources
    entities: Mapping[NamedNode, Entity]
    language: str
    budget: Budget

    def scored_candidates(self, query: Query, traces: Sequence[Trace], values: Mapping[str, Values]) -> list[Candidate]:
        """Return the candidates of one query, best first."""
        relevant = [
            each
            for each in traces
            if each.thing in self.entities and _is_sought(query, each, self.entities[each.thing])
        ]
        fits = self._fits(query, relevant, values)
        scored_candidates = []
        for trace in relevant:
            self.budget.check()
            own = {property_id: fit.get(trace.thing, 0.0) for property_id, fit in fits.items()}
            features = features_of(self.schema, query, trace, self.entities[trace.thing], own, self.language)
            scored_candidates.append(Candidate(self.entities[trace.thing], score_of(query, features), features))
        return _best(query, scored_candidates)

    def _fits(
        self, query: Query, traces: Sequence[Trace], values: Mapping[str, Values]
    ) -> Mapping[str, Mapping[NamedNode, float]]:
        """Return how well each resource fits, by property; nothing has an unknown property."""
        fits_by_property: dict[str, dict[NamedNode, float]] = {}
        for condition in query.conditions:
            fits = self._fits_of(condition, traces, values.get(condition.property_id, {}))
            before = fits_by_property.get(condition.property_id)
            # a property that is asked about twice must fit twice
            fits_by_property[condition.property_id] = (
                fits if before is None else {thing: min(fit, before.get(thing, 0.0)) for thing, fit in fits.items()}
            )
        return fits_by_property

    def _fits_of(self, condition: Condition, traces: Sequence[Trace], values: Values) -> dict[NamedNode, float]:
        """Return how well each resource fits one condition; equal values are compared once."""
        property_ = self.schema.properties.get(condition.property_id)
        near = {value: self.near.of(property_, value) for value in condition.values} if property_ is not None else {}
        fits: dict[tuple[Value, ...], float] = {}
        fits_by_thing = {}
        # resources often share their values, such as all targets of one plan
        for trace in traces:
            own = tuple(values.get(trace.thing, ()))
            if own and own not in fits:
                fits[own] = best_fit(condition.values, own, near, self.budget)
            if own:
                fits_by_thing[trace.thing] = fits[own]
        return fits_by_thing


def _is_sought(query: Query, trace: Trace, entity: Entity) -> bool:
    """Return True unless the resource belongs to the apparatus, which is found by its type or its id only."""
    return bool(query.types) or trace.by_id or entity.classes.isdisjoint(APPARATUS)


def _best(query: Query, scored_candidates: Sequence[Candidate]) -> list[Candidate]:
    ranked = [
        candidate
        for candidate in scored_candidates
        if candidate.score > 0 and (candidate.features.get("type_match", True) or query.strictness is Strictness.SHOULD)
    ]
    ranked.sort(key=lambda candidate: (-candidate.score, candidate.entity.name, candidate.entity.id))
    sure = [candidate for candidate in ranked if is_certain(query, candidate.features)]
    # an exact id decides, even if other resources have that text as a name
    sure = [candidate for candidate in sure if candidate.features["id_exact"]] or sure
    return [replace(candidate, match=len(sure) == 1 and candidate is sure[0]) for candidate in ranked[: query.limit]]


def _values(
    engine: Engine, queries: Mapping[str, Query], traces: Mapping[str, Sequence[Trace]], batch: _Batch
) -> Mapping[str, Values]:
    """Return the values of each property in the queries, for all their candidates."""
    properties = batch.schema.properties
    wanted: dict[str, set[NamedNode]] = defaultdict(set)
    for key, query in queries.items():
        for condition in query.conditions:
            if condition.property_id in properties:
                wanted[condition.property_id].update(trace.thing for trace in traces[key] if slug_of(trace.thing))
    # all resources of the batch in one query for each property
    return {
        property_id: values_of(
            engine, batch.schema, properties[property_id], things, language=batch.language, budget=batch.budget
        )
        for property_id, things in wanted.items()
    }
