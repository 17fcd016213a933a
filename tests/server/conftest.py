"""Fixtures: an application over two releases."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.core.settings import Settings
from kg.engine.store import Store
from kg.release import Release
from tests.server.two_releases import Stage, make_home, make_stage


@pytest.fixture(scope="session")
def two_home(tmp_path_factory: pytest.TempPathFactory, store: Store) -> tuple[Path, Release, Release]:
    """A home with an older release and the real one, which is current; tests must not write to it."""
    home = tmp_path_factory.mktemp("two")
    return home, *make_home(home, store)


@pytest.fixture(scope="module")
def stage(two_home: tuple[Path, Release, Release], settings: Settings) -> Stage:
    """An application over both."""
    home, old, new = two_home
    return make_stage(home, settings, old, new)
