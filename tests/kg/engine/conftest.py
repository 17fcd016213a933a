"""A small release and pools over it, asked from threads and from an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
import uvloop
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from kg.engine import Answer, Question
from kg.engine.limits import CancellationToken
from kg.engine.pool.pool import Limits, PoolEngine
from kg.engine.pool.processes import WorkerConfig
from kg.engine.store import write_store

ROWS = 3000
LIMITS = Limits(max_seconds=1.5, quick_seconds=0.1, quick_places=2, heavy_places=1, max_waiting=3, max_per_client=20)

PATIENCE_SECONDS = 60

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


class LoopedPool(PoolEngine):
    """A pool that is asked by tasks of one event loop, as the gateway asks it."""

    loop: asyncio.AbstractEventLoop
    threads: ThreadPoolExecutor

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        asked = self.answer_soon(question, cancellation or CancellationToken(), self.threads)
        return asyncio.run_coroutine_threadsafe(asked, self.loop).result(PATIENCE_SECONDS)


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop of the make that the service has, in a thread of its own."""
    running = uvloop.new_event_loop()
    thread = threading.Thread(target=running.run_forever)
    thread.start()
    yield running
    running.call_soon_threadsafe(running.stop)
    thread.join()
    running.close()


@pytest.fixture(params=[PoolEngine, LoopedPool], ids=["from threads", "from a loop"])
def make_pool(nquads: Path, loop: asyncio.AbstractEventLoop, request: pytest.FixtureRequest) -> Iterator[PoolMaker]:
    """Makes pools that are closed at the end; ``on_disk`` and any field of Limits or Orders may be given."""
    pools: list[PoolEngine] = []
    LoopedPool.loop = loop

    def make(
        *, on_disk: bool = False, memory_bytes: int = 2**28, answer_bytes: int = 2**24, **limits: float
    ) -> PoolEngine:
        path = nquads
        if on_disk:
            path = nquads.parent / "store"
            if not path.exists():
                write_store(nquads, path)
        config = WorkerConfig(path, not on_disk, "r1", 128, memory_bytes, answer_bytes)
        pools.append(request.param(config, replace(LIMITS, **limits)))  # type: ignore[arg-type]
        return pools[-1]

    with ThreadPoolExecutor(64) as LoopedPool.threads:
        yield make
        for pool in pools:
            pool.close()


@pytest.fixture
def pool(make_pool: PoolMaker) -> PoolEngine:
    return make_pool()
