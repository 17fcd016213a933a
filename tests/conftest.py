"""Fixtures: the real graph, built once, and ways to ask it."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.build.build import Graph, read_graph
from kg.core.settings import PROJECT, Settings, read_settings
from kg.engine.embedded import EmbeddedEngine
from kg.graph.ontology import read_ontology_versions
from kg.release.store import ReleaseStore, open_store
from server.app import create_app
from server.core.http.freshness import build_version
from tests import virtuoso
from tests.catalogue import project_catalogue
from tests.examples import register_profiles
from tests.release_cache import built_home
from tests.selection import Selection

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from kg.engine.store import Store
    from kg.release import Release

COMUNICA = PROJECT / "tests" / "clients" / "comunica" / "node_modules"
SSSOM = PROJECT / ".tools" / "sssom" / "bin" / "python"  # apart from ours: the validator brings eighty other packages
FRICTIONLESS = PROJECT / ".tools" / "frictionless" / "bin" / "python"
NEEDS: dict[str, tuple[Callable[[], bool], str]] = {  # marker: whether what it needs is there, and what that is
    "java": (lambda: shutil.which("java") is not None, "a Java runtime (HermiT)"),
    "comunica": (COMUNICA.is_dir, "Comunica in tests/clients/comunica (.ci/run installs it)"),
    "chromium": (lambda: shutil.which("chromium") is not None, "the browser of the package chromium"),
    "r": (lambda: shutil.which("Rscript") is not None, "Rscript, of the package r-base-core"),
    "sssom": (SSSOM.is_file, "the package sssom in .tools/sssom (.ci/run installs it)"),
    "virtuoso": (virtuoso.is_installed, "Virtuoso, of the package virtuoso-opensource-7"),
    "minisign": (lambda: shutil.which("minisign") is not None, "the program of the package minisign"),
    "frictionless": (FRICTIONLESS.is_file, "the package frictionless in .tools/frictionless (.ci/run installs it)"),
}
register_profiles()  # before the option --hypothesis-profile chooses one
SOURCE_TEXT = PROJECT.parent / "shared" / "source" / "policy-update.txt"


def pytest_configure(config: pytest.Config) -> None:
    """Keep the user's own KG_* variables out of the tests and of every process that they start."""
    for variable in [name for name in os.environ if name.startswith("KG_")]:
        del os.environ[variable]
    config.pluginmanager.register(Selection(), "selection")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect the tests without the garbage collector, in half the time, and run it less often afterwards."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000)
        gc.enable()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs something that is not there."""
    for marker in NEEDS:
        if item.get_closest_marker(marker):
            need(marker)


def need(marker: str) -> None:
    """Skip if it is not there; CI names it in FYP_TEST_REQUIRE, and then it must be there."""
    is_there, what = NEEDS[marker]
    if is_there():
        return
    if marker in os.environ.get("FYP_TEST_REQUIRE", "").split(","):
        pytest.fail(f"FYP_TEST_REQUIRE names {marker}, and there is none: this test needs {what}.")
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="session", autouse=True)
def shared_files() -> Iterator[None]:
    """Read the files of the project once for all applications of this process; each would take a second for them."""
    version = cache(build_version)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.app.read_catalogue", project_catalogue)
        patch.setattr("server.core.http.freshness.build_version", lambda chosen: version(replace(chosen, home=PROJECT)))
        patch.setattr("server.pages.ontology.versions.read_ontology_versions", cache(read_ontology_versions))
        yield


@pytest.fixture(scope="session")
def home() -> Path:
    """A home with one release of the real graph, shared with other workers and runs; tests must not write to it."""
    return built_home()


@pytest.fixture(scope="session")
def graph() -> Graph:
    """The real graph as a build sees it, with all violations found (there should be none)."""
    return read_graph()


@pytest.fixture(scope="session")
def release(home: Path) -> Release:
    """The release of the real graph."""
    return ReleaseStore(home).current()


@pytest.fixture(scope="session")
def settings(home: Path) -> Settings:
    """The default settings, with the home of the tests."""
    return read_settings({}, home=home)


@pytest.fixture(scope="session")
def store(release: Release, settings: Settings) -> Store:
    """The store of the release; tests must not change it."""
    return open_store(release, settings.memory_max_quads)


@pytest.fixture(scope="session")
def engine(store: Store, release: Release, settings: Settings) -> EmbeddedEngine:
    """The engine over the release."""
    return EmbeddedEngine(store, release.release_id, settings.max_nesting)


@pytest.fixture(scope="session")
def app(settings: Settings, engine: EmbeddedEngine) -> Flask:
    """The application over the release, answering in this process."""
    return create_app(settings, engine)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application."""
    return app.test_client()


@pytest.fixture(scope="session")
def source_path() -> Path:
    """A local copy of the policy update's text; users of the project have none, and their tests skip."""
    if not SOURCE_TEXT.is_file():
        pytest.skip("needs a local copy of the policy update's text, which the project does not publish")
    return SOURCE_TEXT
