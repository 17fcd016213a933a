"""Fixtures: a small release, and Oxigraph servers of a test's own with data of somebody else in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kg.core.names import ROOT, graph, name, thing
from kg.core.settings import Settings, read_settings
from kg.engine.remote.engine import client_for
from kg.engine.remote.quirks import read_access
from kg.release import Release
from kg.release.push.store import GraphStore
from kg.release.push.transfer import Contents
from tests.kg.engine.remote.conftest import FOREIGN, THEIRS
from tests.oxigraph import clear, dump, load, oxigraph_server
from tests.serving import make_release

LABEL = name("rdfs:label")


def quads() -> Iterator[Quad]:
    """Statements of every kind: in two graphs, about graphs, with a blank node in both, with what needs escapes."""
    plan, node = thing("plan-ii"), BlankNode("a")
    for home in (graph("plan-ii"), graph("meta")):
        yield Quad(plan, LABEL, Literal("智能制造", language="zh"), home)
        yield Quad(plan, name("rdf:value"), node, home)
    yield Quad(node, LABEL, Literal('"\\\n\t ü \U0001f600'), graph("plan-ii"))
    yield Quad(graph("plan-ii"), LABEL, Literal(f"the graph {ROOT}graph/plan-ii"), graph("meta"))
    for number in range(50):
        yield Quad(thing(f"t-{number}"), name("rdf:value"), Literal(number), graph("plan-ii"))
    yield Quad(plan, LABEL, Literal("2021", datatype=name("xsd:gYear")), graph("meta"))
    yield Quad(plan, LABEL, Literal("0.50", datatype=name("xsd:decimal")), graph("meta"))
    yield Quad(NamedNode("https://example.org/ä%20b"), LABEL, Literal(value=True), graph("meta"))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """An Oxigraph server, started once."""
    with oxigraph_server() as item:
        yield item


@pytest.fixture
def authority(server: str) -> str:
    """An Oxigraph server with foreign data and nothing else."""
    clear(server)
    load(server, THEIRS, FOREIGN)
    load(server, THEIRS)
    return server


@pytest.fixture
def theirs(authority: str) -> list[str]:
    """The foreign data as they were."""
    return dump(authority)


@pytest.fixture
def small(tmp_path: Path) -> Release:
    """A release of a few statements."""
    return make_release(tmp_path / "home", quads())


@pytest.fixture
def small_settings(authority: str, tmp_path: Path) -> Settings:
    """The settings for that release and that server."""
    return read_settings({}, home=tmp_path / "home", engine_url=f"http://{authority}/query", engine_product="oxigraph")


@pytest.fixture
def contents(small: Release) -> Contents:
    """Return the release to be pushed."""
    return Contents.of(small)


class Counting(GraphStore):
    """A store that remembers what it was sent, and fails after so many chunks."""

    fails_after = 10**9

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.sent: list[tuple[str, int]] = []
        self.removed: list[str] = []

    def add(self, graph: str, lines: object) -> None:
        if len(self.sent) >= self.fails_after:
            raise KeyboardInterrupt
        assert isinstance(lines, list)
        super().add(graph, lines)
        self.sent.append((graph, len(lines)))

    def remove(self, graph: str) -> None:
        super().remove(graph)
        self.removed.append(graph)


@pytest.fixture
def store(small_settings: Settings) -> Iterator[Counting]:
    """The graph store of that server."""
    access = read_access(small_settings)
    client = client_for(access, small_settings)
    product = replace(access.product, chunk_bytes=500)
    yield Counting(access.urls[0], access.graph_stores[0], product, client)
    client.close()
