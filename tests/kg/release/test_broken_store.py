"""A bad block of a store on disk is reported as a broken release, whichever way a query meets it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.core.errors import KgError, QuestionTooHeavy, ReleaseBroken
from kg.core.media_types import FORMS
from kg.core.settings import read_settings
from kg.engine import Question
from kg.engine.pool.pool import PoolEngine
from kg.engine.pool.priority import Priority
from kg.release import Release
from kg.release.engines import pool_engine
from tests.damage import flip, flip_blocks
from tests.serving import make_release

TEXTS = (
    "SELECT * { ?s ?p ?o }",
    "SELECT * { ?s ?p ?o } ORDER BY ?o",
    "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s",
    "SELECT DISTINCT ?o { ?s ?p ?o }",
)


@pytest.fixture
def release(tmp_path: Path) -> Release:
    graph, says = NamedNode("urn:g"), NamedNode("urn:says")
    quads = [Quad(NamedNode(f"urn:thing:{n}"), says, Literal(f"a longer text, number {n}"), graph) for n in range(5000)]
    return make_release(tmp_path / "home", quads)


@pytest.fixture
def pool(release: Release) -> Iterator[PoolEngine]:
    """Workers that were started before the damage: each opens the store for itself."""
    with closing(pool_of(release)) as opened:
        yield opened


def pool_of(release: Release) -> PoolEngine:
    return pool_engine(release, read_settings({}, memory_max_quads=0, memory_bytes=2**28, quick_workers=2))


def error_of(pool: PoolEngine, text: str, form: str = "csv") -> KgError:
    with pytest.raises(KgError) as caught:
        pool.answer(Question(text, FORMS[form]))
    return caught.value


@pytest.mark.parametrize("text", TEXTS)
def test_a_query_that_meets_a_bad_block_is_told_that_the_release_is_broken(release: Release, text: str) -> None:
    flip_blocks(release)
    with closing(pool_of(release)) as pool:
        error = error_of(pool, text)
        assert type(error) is ReleaseBroken
        assert "store/" in str(error)
        assert str(release.folder) not in str(error)
        assert pool.answer(Question("ASK {}", FORMS["csv"])).body


def test_a_graph_that_meets_a_bad_block_is_told_so(release: Release) -> None:
    flip_blocks(release)
    with closing(pool_of(release)) as pool:
        assert type(error_of(pool, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "ttl")) is ReleaseBroken


def test_a_store_that_a_new_worker_cannot_open_is_told_so(release: Release, pool: PoolEngine) -> None:
    for path in (release.folder / "store").glob("*.sst"):
        flip(path, 0.99999)
    for _ in range(2 * pool.quick.places):  # the workers that wait have opened the store before
        worker = pool.worker_processes.take_idle(Priority.QUERIES)
        assert worker is not None
        pool.worker_processes.discard(worker)
    assert type(error_of(pool, "SELECT * { ?s ?p ?o }")) is ReleaseBroken


def test_a_query_that_needs_too_much_memory_is_still_told_so(pool: PoolEngine) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . BIND(CONCAT(?c, ?f) AS ?x) } GROUP BY ?x ORDER BY ?n"
    assert type(error_of(pool, text)) is QuestionTooHeavy
