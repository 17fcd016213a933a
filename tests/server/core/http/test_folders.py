"""No page and no document names a folder of the machine."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kg.core.errors import ReleaseBroken
from kg.core.settings import PROJECT, Settings
from kg.engine.embedded import EmbeddedEngine
from kg.release import SELF_TEST_FILE
from kg.release.store import ReleaseStore
from server.app import create_app
from server.core.http.problem_document import folders_of, hide_folders


@pytest.fixture
def broken_home(home: Path, tmp_path: Path) -> Path:
    """A home whose trials cannot be read."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    (ReleaseStore(tmp_path / "home").current().folder / SELF_TEST_FILE).write_text("{")
    return tmp_path / "home"


@pytest.mark.parametrize("accept", ["text/html", "application/json", "text/plain"])
def test_the_status_of_a_broken_release_shows_no_folder(
    broken_home: Path, settings: Settings, engine: EmbeddedEngine, accept: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(replace(settings, home=broken_home), engine)
    response = app.test_client().get("/status", headers={"Accept": accept})
    assert response.status_code == 503
    assert "KG_HOME" in response.text
    assert str(broken_home) not in response.text
    assert str(broken_home) in caplog.text  # the operator needs it


def test_the_health_of_an_engine_that_names_a_folder_shows_none(settings: Settings, engine: EmbeddedEngine) -> None:
    class Broken:
        release_id = engine.release_id

        def answer(self, *_: object) -> object:
            raise ReleaseBroken(f"{settings.home}/releases/r1 is not whole.")

    app = create_app(settings, Broken())  # type: ignore[arg-type]
    health = app.test_client().get("/health").text
    assert str(settings.home) not in health
    assert "KG_HOME/releases/r1" in health


def test_the_longest_folder_is_replaced_first(settings: Settings) -> None:
    changed = replace(settings, home=PROJECT / ".kg")
    assert hide_folders(f"{PROJECT}/.kg/x and {PROJECT}/y", folders_of(changed)) == (
        "KG_HOME/x and the program's folder/y"
    )
