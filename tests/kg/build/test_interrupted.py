"""A build that is killed, or runs out of room, leaves the current release as it was."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.core.settings import PROJECT
from kg.release.store import ReleaseStore
from tests.kg.build.dying import KILLED, LARGEST_FILE
from tests.kg.release.small import said, small_build, write_data

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def died(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A folder with a home for each moment, and how the build that died there ended."""
    folder = tmp_path_factory.mktemp("died")
    with pytest.MonkeyPatch.context() as monkeypatch:
        for moment in [*KILLED, *LARGEST_FILE]:
            (folder / moment).mkdir()
            small_build(monkeypatch, folder / moment / "home", write_data(folder / moment / "data", "old"))
            write_data(folder / moment / "data", "new")
    command = [sys.executable, "-m", "tests.kg.build.dying", str(folder)]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True, timeout=120)
    return folder, json.loads(run.stdout)


def rows_of_kg_releases(home: Path) -> list[str]:
    return CliRunner().invoke(main, ["releases", "--home", str(home)]).stdout.splitlines()


@pytest.mark.parametrize("moment", KILLED)
def test_after_a_kill_the_old_release_answers_and_the_next_build_succeeds(
    died: tuple[Path, dict[str, int]], moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, data = died[0] / moment / "home", died[0] / moment / "data"
    assert died[1][moment] == -signal.SIGKILL, (died[0] / moment / "told").read_text(encoding="utf-8")
    release_store = ReleaseStore(home)
    old = release_store.current()
    assert (said(old), said(old, 0)) == ("old", "old")
    assert release_store.broken() == []
    assert len(rows_of_kg_releases(home)) == (2 if moment in ("after the move", "at the pointer") else 1)

    new = small_build(monkeypatch, home, data)

    assert (said(new), said(new, 0), release_store.current()) == ("new", "new", new)
    assert sorted(path.name for path in home.iterdir()) == ["current", "lock", "releases"]
    assert {path.name for path in release_store.folder.iterdir()} == {old.release_id, new.release_id}


@pytest.mark.parametrize("moment", LARGEST_FILE)
def test_without_room_a_build_says_so_and_leaves_no_draft(died: tuple[Path, dict[str, int]], moment: str) -> None:
    release_store = ReleaseStore(died[0] / moment / "home")
    output = (died[0] / moment / "told").read_text(encoding="utf-8")
    assert died[1][moment] == 1
    assert "Traceback" not in output
    assert "cannot be written" in output
    assert ("disk I/O error" if "index" in moment else "File too large") in output
    assert "Make room or choose another KG_HOME." in output
    assert said(release_store.current()) == "old"
    assert [path.name for path in release_store.folder.iterdir()] == [release_store.current().release_id]
