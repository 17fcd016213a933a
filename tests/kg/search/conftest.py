"""Fixtures: the index of the real graph, and a small one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.engine.embedded import EmbeddedEngine
from kg.search import SearchIndex, index_of
from tests.kg.search.small import small_index


@pytest.fixture(scope="session")
def index(engine: EmbeddedEngine) -> Iterator[SearchIndex]:
    """The index of the real graph, made from its engine."""
    made = index_of(engine)
    yield made
    made.close()


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """A small index."""
    made = small_index(tmp_path_factory.mktemp("small"))
    yield made
    made.close()
