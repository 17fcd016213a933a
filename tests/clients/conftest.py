"""The real server, for the clients that people have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.core.names import graph, sparql_prologue
from kg.engine import Engine, select
from kg.release import Release
from tests.serving import HOST, make_release, serving

WIKIDATA_AI = NamedNode("http://www.wikidata.org/entity/Q11660")

TITLES = (
    sparql_prologue("fyp", "graph", "skos")
    + """
SELECT ?plan ?title { GRAPH graph:editorial { ?plan skos:prefLabel ?title } ?plan a fyp:SectoralPlan
  FILTER(LANG(?title) = 'zh') } ORDER BY ?plan"""
)


@pytest.fixture(scope="package")
def endpoint(home: Path) -> Iterator[str]:
    """The address of the endpoint."""
    with serving(home) as port:
        yield f"http://{HOST}:{port}/sparql"


@pytest.fixture(scope="package")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the fragments of another server, which knows since when an item of Wikidata exists."""
    home = tmp_path_factory.mktemp("other")
    since = Quad(WIKIDATA_AI, NamedNode("https://example.org/since"), Literal("1956"), graph("other"))
    make_release(home, [since])
    with serving(home) as port:
        yield f"http://{HOST}:{port}/fragments"


@pytest.fixture(scope="package")
def release_id(release: Release) -> str:
    """The id of the release that the endpoint serves."""
    return release.release_id


@pytest.fixture(scope="package")
def titles(engine: Engine) -> list[str]:
    """The Chinese titles of the plans as the engine gives them, without a client between."""
    return [title.value for _, title in select(engine, TITLES).rows if isinstance(title, Literal)]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the proxies of this machine between no client and this machine."""
    monkeypatch.setenv("NO_PROXY", HOST)
    monkeypatch.setenv("no_proxy", HOST)
