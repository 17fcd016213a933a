"""A batch does no more work than it may, and none after its deadline or when its client has gone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import pytest
from pyoxigraph import Literal, NamedNode

from kg.core.errors import BatchTooLarge, QuestionCancelled, QuestionTooLong
from kg.engine.embedded import EmbeddedEngine
from kg.engine.limits import Budget, CancellationToken
from kg.reconcile.candidates import candidates
from kg.reconcile.schema import Condition, Query, Schema, TableValue
from kg.reconcile.suggest import suggest_terms
from kg.reconcile.values import Value, best_fit
from kg.search import Hit, SearchIndex, SearchResult

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n"


@dataclass
class CountingFinder:
    """A finder that counts its searches, and calls back before each."""

    finder: SearchIndex
    before: Callable[[int], object] = lambda _: None
    texts: list[str] = field(default_factory=list)

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
        self.texts.append(text)
        self.before(len(self.texts))
        return self.finder.find(
            text, kinds=kinds, plans=plans, limit=limit, offset=offset, language=language, begins=begins
        )

    def nearest(self, text: str, limit: int = 5, language: str = "en") -> tuple[Hit, ...]:
        return self.finder.nearest(text, limit, language)


def wide(queries: int, values: int) -> dict[str, Query]:
    """Queries whose values are all different, each of which is searched for among the plans."""
    return {
        f"q{n}": Query(
            "industrial internet",
            conditions=(Condition("plan", tuple(TableValue(f"platform {n} {number}") for number in range(values))),),
        )
        for n in range(queries)
    }


def test_a_batch_of_many_values_is_refused_before_any_is_searched_for(
    engine: EmbeddedEngine, finder: SearchIndex, schema: Schema
) -> None:
    budget = Budget(steps=50_000)
    counting = CountingFinder(finder.within(budget))
    with pytest.raises(BatchTooLarge, match="50000 comparisons"):
        candidates(engine, counting, schema, wide(50, 50), budget=budget)
    assert counting.texts == []


def test_a_batch_stops_when_its_steps_are_spent(engine: EmbeddedEngine, finder: SearchIndex, schema: Schema) -> None:
    budget = Budget(steps=21_500)
    counting = CountingFinder(finder.within(budget))
    with pytest.raises(BatchTooLarge):
        candidates(engine, counting, schema, wide(1, 20), budget=budget)
    assert 1 <= len(counting.texts) <= 21


def test_a_batch_ends_at_its_deadline(engine: EmbeddedEngine, finder: SearchIndex, schema: Schema) -> None:
    cancellation = CancellationToken()
    budget = Budget(cancellation, 60)

    def expire(count: int) -> None:
        if count == 3:
            budget.deadline = 0.0

    counting = CountingFinder(finder.within(budget), expire)
    with pytest.raises(QuestionTooLong):
        candidates(engine, counting, schema, wide(5, 20), budget=budget)
    assert len(counting.texts) == 3


@pytest.mark.parametrize("last", [1, 7, 30])
def test_a_batch_ends_when_its_client_leaves(
    engine: EmbeddedEngine, finder: SearchIndex, schema: Schema, last: int
) -> None:
    cancellation = CancellationToken()
    budget = Budget(cancellation, 60)
    counting = CountingFinder(finder.within(budget), lambda count: cancellation.cancel() if count == last else None)
    with pytest.raises(QuestionCancelled):
        candidates(engine, counting, schema, wide(5, 20), budget=budget)
    assert len(counting.texts) == last


def test_queries_without_a_text_have_the_same_limits(
    engine: EmbeddedEngine, finder: SearchIndex, schema: Schema
) -> None:
    queries = {"q": Query(conditions=(Condition("plan", tuple(TableValue(f"x{n}") for n in range(50))),))}
    budget = Budget(steps=5_000)
    with pytest.raises(BatchTooLarge):
        candidates(engine, finder.within(budget), schema, queries, budget=budget)


def test_a_text_that_a_batch_repeats_is_searched_for_once(
    engine: EmbeddedEngine, finder: SearchIndex, schema: Schema
) -> None:
    counting = CountingFinder(finder)
    condition = Condition("plan", (TableValue("ICT"),))
    candidates(engine, counting, schema, {f"q{n}": Query(f"platform {n}", conditions=(condition,)) for n in range(9)})
    assert counting.texts.count("ICT") == 1


def test_every_comparison_is_a_step() -> None:
    values = [Value(Literal(str(number)), str(number)) for number in range(10)]
    budget = Budget(steps=100)
    best_fit([TableValue("steel")] * 10, values, budget=budget)
    assert budget.steps_left == 0
    with pytest.raises(BatchTooLarge):
        best_fit([TableValue("steel")], values, budget=budget)


def test_suggestions_end_at_the_deadline(schema: Schema) -> None:
    with pytest.raises(QuestionTooLong):
        suggest_terms(schema.types.values(), "plan", budget=Budget(CancellationToken(), 0))


def test_a_search_that_sqlite_runs_ends_when_the_client_leaves(finder: SearchIndex) -> None:
    cancellation = CancellationToken()
    threading.Timer(0.1, cancellation.cancel).start()
    with pytest.raises(QuestionCancelled), finder._connections.acquire(Budget(cancellation, 60)) as base:
        base.execute(ENDLESS).fetchone()
    with finder._connections.acquire() as base:
        assert base.execute("SELECT 1").fetchone() == (1,)


def test_a_search_that_sqlite_runs_ends_at_the_deadline(finder: SearchIndex) -> None:
    with pytest.raises(QuestionTooLong), finder._connections.acquire(Budget(CancellationToken(), 0.2)) as base:
        base.execute(ENDLESS).fetchone()
