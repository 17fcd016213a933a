"""A small release and pools over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from kg.engine.crew import Orders
from kg.engine.pool import Limits, PoolEngine
from kg.store import write_store

ROWS = 3000
LIMITS = Limits(max_seconds=1.5, quick_seconds=0.1, quick_places=2, heavy_places=1, max_waiting=3, max_per_client=20)

PoolMaker = Callable[..., PoolEngine]


@pytest.fixture(scope="session")
def nquads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    quads = [
        Quad(NamedNode(f"urn:s{n}"), NamedNode("urn:p"), Literal(f"{n} 值", language="zh"), NamedNode("urn:g"))
        for n in range(ROWS)
    ]
    path = tmp_path_factory.mktemp("quads") / "quads.nq"
    pyoxigraph.serialize(quads, str(path), format=RdfFormat.N_QUADS)
    return path


@pytest.fixture
def make_pool(nquads: Path) -> Iterator[PoolMaker]:
    """Makes pools that are closed at the end; ``on_disk`` and any field of Limits or Orders may be given."""
    pools: list[PoolEngine] = []

    def make(
        *, on_disk: bool = False, memory_bytes: int = 2**28, answer_bytes: int = 2**24, **limits: float
    ) -> PoolEngine:
        path = nquads
        if on_disk:
            path = nquads.parent / "store"
            if not path.exists():
                write_store(nquads, path)
        orders = Orders(path, not on_disk, "r1", 128, memory_bytes, answer_bytes)
        pools.append(PoolEngine(orders, replace(LIMITS, **limits)))  # type: ignore[arg-type]
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


@pytest.fixture
def pool(make_pool: PoolMaker) -> PoolEngine:
    return make_pool()
