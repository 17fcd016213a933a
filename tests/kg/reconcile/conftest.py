"""Fixtures: the schema and the index of the real graph."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.engine.embedded import EmbeddedEngine
from kg.reconcile.candidates import Finder
from kg.reconcile.schema import Schema, schema_of
from kg.release.store import ReleaseStore, search_index


@pytest.fixture(scope="session")
def schema(engine: EmbeddedEngine) -> Schema:
    """The types and properties of the release."""
    return schema_of(engine)


@pytest.fixture(scope="session")
def finder(engine: EmbeddedEngine, home: Path) -> Finder:
    """Return the finder of items by their names."""
    return search_index(ReleaseStore(home), engine)
