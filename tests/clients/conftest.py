"""The real server, for the clients that people have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal

from kg.engine import Engine, select
from kg.names import sparql_prologue
from tests.serving import HOST, serving

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
def titles(engine: Engine) -> list[str]:
    """The Chinese titles of the plans as the engine gives them, without a client between."""
    return [title.value for _, title in select(engine, TITLES).rows if isinstance(title, Literal)]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the proxies of this machine between no client and this machine."""
    monkeypatch.setenv("NO_PROXY", HOST)
    monkeypatch.setenv("no_proxy", HOST)
