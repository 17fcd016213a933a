"""From queries to candidates: what may be meant, how likely, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from kg.core.names import slug_of
from kg.engine import Engine
from kg.engine.budget import UNLIMITED, Budget
from kg.reconcile.compare import best_fit
from kg.reconcile.entities import Entity, described, entities_of
from kg.reconcile.lookup import Finder, NearThings, Trace, is_searched_for, seek
from kg.reconcile.query import MOST_CHARACTERS, Condition, Query, Strictness
from kg.reconcile.schema import APPARATUS, Schema
from kg.reconcile.scoring import Feature, features_of, is_sure, score_of
from kg.reconcile.values import Value, Values, values_of
from kg.search.index import STEPS_OF_A_SEARCH


@dataclass(frozen=True)
class Candidate:
    """A thing that may be meant; ``score`` goes from 0 to 100, ``match`` says that no other is in question.

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
    """The candidates of each query, best first; the facts are fetched for all at once, the judgement is its own.

    Raises:
        As ``Engine.answer`` and ``Budget.spend``.
    """
    budget.expect(STEPS_OF_A_SEARCH * _searches(schema, queries.values()))
    traces = {key: seek(engine, finder, schema, query, language, budget) for key, query in queries.items()}
    things = {trace.thing for found in traces.values() for trace in found if slug_of(trace.thing)}
    entities = entities_of(engine, schema, things, language, budget)
    batch = _Batch(schema, NearThings(finder, schema), entities, language, budget)
    values = _values(engine, queries, traces, batch)
    found = {key: batch.judged(query, traces[key], values) for key, query in queries.items()}
    shown = {one.entity.thing: one.entity for several in found.values() for one in several}
    told = described(engine, schema, shown, language, budget)
    return {key: [replace(one, entity=told[one.entity.thing]) for one in several] for key, several in found.items()}


def _searches(schema: Schema, queries: Iterable[Query]) -> int:
    """Return the fewest searches that a batch needs: one for each name, and one for each text that may name a value."""
    count, texts = 0, set()
    for query in queries:
        count += bool(query.text.strip()) and len(query.text) <= MOST_CHARACTERS
        for condition in query.conditions:
            known = schema.properties.get(condition.property_id)
            if known is not None and known.range is not None:
                texts |= {(known.range, one.text) for one in condition.values if is_searched_for(one)}
    return count + len(texts)


@dataclass(frozen=True)
class _Batch:
    """What the queries of a batch share."""

    schema: Schema
    near: NearThings
    entities: Mapping[NamedNode, Entity]
    language: str
    budget: Budget

    def judged(self, query: Query, traces: Sequence[Trace], values: Mapping[str, Values]) -> list[Candidate]:
        """The candidates of one query, best first."""
        known = [
            one for one in traces if one.thing in self.entities and _is_sought(query, one, self.entities[one.thing])
        ]
        fits = self._fits(query, known, values)
        judged = []
        for trace in known:
            self.budget.check()
            own = {property_id: fit.get(trace.thing, 0.0) for property_id, fit in fits.items()}
            features = features_of(self.schema, query, trace, self.entities[trace.thing], own, self.language)
            judged.append(Candidate(self.entities[trace.thing], score_of(query, features), features))
        return _best(query, judged)

    def _fits(
        self, query: Query, traces: Sequence[Trace], values: Mapping[str, Values]
    ) -> Mapping[str, Mapping[NamedNode, float]]:
        """For each property asked about, how well each thing fits; an unknown property is one that nothing has."""
        found: dict[str, dict[NamedNode, float]] = {}
        for condition in query.conditions:
            fits = self._fits_of(condition, traces, values.get(condition.property_id, {}))
            before = found.get(condition.property_id)
            # a property that is asked about twice must fit twice
            found[condition.property_id] = (
                fits if before is None else {thing: min(fit, before.get(thing, 0.0)) for thing, fit in fits.items()}
            )
        return found

    def _fits_of(self, condition: Condition, traces: Sequence[Trace], values: Values) -> dict[NamedNode, float]:
        """How well each thing fits one condition; things that have the same values are compared once."""
        known = self.schema.properties.get(condition.property_id)
        near = {one: self.near.of(known, one) for one in condition.values} if known is not None else {}
        fits: dict[tuple[Value, ...], float] = {}
        found = {}
        for trace in traces:
            own = tuple(values.get(trace.thing, ()))
            if own and own not in fits:
                fits[own] = best_fit(condition.values, own, near, self.budget)
            if own:
                found[trace.thing] = fits[own]
        return found


def _is_sought(query: Query, trace: Trace, entity: Entity) -> bool:
    """The apparatus is sought by its type or its id only."""
    return bool(query.types) or trace.by_id or entity.classes.isdisjoint(APPARATUS)


def _best(query: Query, judged: Sequence[Candidate]) -> list[Candidate]:
    found = [
        one
        for one in judged
        if one.score > 0 and (one.features.get("type_match", True) or query.strictness is Strictness.SHOULD)
    ]
    found.sort(key=lambda one: (-one.score, one.entity.name, one.entity.id))
    sure = [one for one in found if is_sure(query, one.features)]
    # one that is named by its id is meant, whatever else bears that name
    sure = [one for one in sure if one.features["id_exact"]] or sure
    return [replace(one, match=len(sure) == 1 and one is sure[0]) for one in found[: query.limit]]


def _values(
    engine: Engine, queries: Mapping[str, Query], traces: Mapping[str, Sequence[Trace]], batch: _Batch
) -> Mapping[str, Values]:
    """The values of each property that is asked about, of all the things that it is asked about for."""
    properties = batch.schema.properties
    wanted: dict[str, set[NamedNode]] = defaultdict(set)
    for key, query in queries.items():
        for condition in query.conditions:
            if condition.property_id in properties:
                wanted[condition.property_id].update(trace.thing for trace in traces[key] if slug_of(trace.thing))
    return {
        property_id: values_of(
            engine, batch.schema, properties[property_id], things, language=batch.language, budget=batch.budget
        )
        for property_id, things in wanted.items()
    }
