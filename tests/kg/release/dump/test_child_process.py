"""Another process writes the same dumps, tells what went wrong, and never outlives the one that asked for them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.release.dump.child_process import written_apart
from kg.release.dump.write import write_dumps
from tests.kg.release.dump.made import QUADS, RELEASE_ID, canonical


@pytest.fixture
def quads(tmp_path: Path) -> Path:
    return canonical(tmp_path / "quads", QUADS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "apart").mkdir()
    return tmp_path / "apart"


def test_another_process_writes_the_same_files(tmp_path: Path, quads: Path, folder: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    with written_apart(quads, folder, RELEASE_ID) as files:
        assert files() == write_dumps(quads, here, RELEASE_ID)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        path.name: path.read_bytes() for path in here.iterdir()
    }


def test_what_goes_wrong_there_is_told_here(quads: Path, tmp_path: Path) -> None:
    missing = tmp_path / "no such folder"
    with pytest.raises(FileNotFoundError, match="no such folder"), written_apart(quads, missing, RELEASE_ID) as files:
        files()


def test_a_process_that_is_killed_is_no_success(quads: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(OSError, match="ended with code 1"), written_apart(quads, folder, RELEASE_ID) as files:
        files()


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """Quads for which a reader waits for ever."""
    os.mkfifo(tmp_path / "endless")
    return tmp_path / "endless"


def test_it_ends_when_the_block_fails(endless: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __enter__(self) -> Noted:
            begun.append(self)
            return self

    monkeypatch.setattr(subprocess, "Popen", Noted)
    with pytest.raises(KeyError), written_apart(endless, folder, RELEASE_ID):
        raise KeyError
    assert begun[0].returncode is not None


def test_it_ends_when_the_process_that_asked_is_no_more(endless: Path, folder: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "kg.release.dump.child_process", str(endless), str(folder), RELEASE_ID],
        stdin=subprocess.DEVNULL,  # as a pipe of which nobody holds the other end
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
