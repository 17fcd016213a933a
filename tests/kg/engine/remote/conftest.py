"""Fixtures: the native Oxigraph server with the real release in it, beside data of somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from kg.core.settings import Settings
from kg.engine.counts import Counts
from kg.engine.remote.client import BreakerLimits
from kg.engine.remote.engine import RemoteEngine, client_for, open_engine
from kg.engine.remote.quirks import read_access
from kg.release import Release
from kg.release.push.store import GraphStore
from kg.release.push.transfer import Contents, push
from tests.oxigraph import load, oxigraph_server
from tests.virtuoso import Virtuoso, virtuoso

FOREIGN = "https://example.org/theirs"
THEIRS = '<https://example.org/a> <https://example.org/b> "theirs" .'
# pauses so short that no test waits for one
IMPATIENT = BreakerLimits(first_seconds=0.01, most_seconds=0.02)

EngineMaker = Callable[..., RemoteEngine]


def pushed(release: Release, settings: Settings) -> None:
    """Bring a release into the engine that the settings name."""
    access = read_access(settings)
    client = client_for(access, settings)
    try:
        for url, graph_store in zip(access.urls, access.graph_stores, strict=True):
            push(Contents.of(release), GraphStore(url, graph_store, access.product, client), lambda _: None)
    finally:
        client.close()


@pytest.fixture(scope="session")
def remote_settings(settings: Settings, release: Release) -> Iterator[Settings]:
    """The settings of a service whose engine is an Oxigraph server; tests must not change what it holds."""
    with oxigraph_server() as authority:
        load(authority, THEIRS, FOREIGN)
        load(authority, THEIRS)
        chosen = replace(settings, engine_url=f"http://{authority}/query", engine_product="oxigraph")
        pushed(release, chosen)
        yield chosen


@pytest.fixture(scope="session")
def remote(remote_settings: Settings, release: Release) -> Iterator[RemoteEngine]:
    """The engine that asks it."""
    engine = open_engine(release.release_id, tuple(release.manifest.graphs), remote_settings)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """A Virtuoso server that takes graphs over HTTP, with data of somebody else in it."""
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        server.run('GRANT SPARQL_UPDATE TO "SPARQL";')
        server.run("DB.DBA.RDF_DEFAULT_USER_PERMS_SET('nobody', 7);")
        server.run(f"DB.DBA.TTLP('{THEIRS}', '', '{FOREIGN}');")
        yield server


@pytest.fixture(scope="session")
def virtuoso_engine(virtuoso_server: Virtuoso, settings: Settings, release: Release) -> Iterator[RemoteEngine]:
    """The engine that asks it, over the real release."""
    url = f"http://{virtuoso_server.authority}/sparql"
    chosen = replace(settings, engine_url=url, engine_product="virtuoso", max_seconds=60)
    pushed(release, chosen)
    engine = open_engine(release.release_id, tuple(release.manifest.graphs), chosen)
    yield engine
    engine.close()


@pytest.fixture
def make_remote(settings: Settings) -> Iterator[EngineMaker]:
    """Makes engines of a small release with one graph, over any addresses."""
    with ExitStack() as opened:

        def make(*urls: str, counts: Counts | None = None, **chosen: Any) -> RemoteEngine:
            wanted = replace(settings, **{"engine_url": ",".join(urls), "engine_product": "oxigraph", **chosen})
            engine = open_engine("0123456789abcdef", ("plan-x",), wanted, patience=IMPATIENT, counts=counts)
            opened.callback(engine.close)
            return engine

        yield make
