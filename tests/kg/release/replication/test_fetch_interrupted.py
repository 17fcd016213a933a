"""A fetch that is killed leaves the current release as it was, and the next one does the rest."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kg.core.settings import PROJECT
from kg.release import QUADS_FILE, Release
from kg.release.replication.fetch import INCOMING
from kg.release.replication.policy import ACCEPTED_FILE
from kg.release.replication.publish import publish
from kg.release.store import ReleaseStore
from tests.kg.cli.run import kg
from tests.kg.engine.federation.remote import Handler
from tests.kg.release.replication.dying_fetch import MOMENTS
from tests.kg.release.replication.offered import address, name_of, offered
from tests.kg.release.replication.signed import FOLLOW_KEY, SIGNED
from tests.kg.release.small import said, small_build, write_data


@pytest.fixture
def folder(old: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A publication of a release that the home of the old one has not."""
    elsewhere = small_build(monkeypatch, tmp_path / "elsewhere", write_data(tmp_path / "data", "new"))
    assert elsewhere.release_id != old.release_id
    publish(elsewhere, tmp_path / "published", SIGNED)
    return tmp_path / "published"


def fetched_anew(release_store: ReleaseStore, url: str) -> None:
    result = kg("fetch", url, "--key", FOLLOW_KEY, "--home", release_store.home)
    assert result.exit_code == 0, result.stderr
    assert (said(release_store.current()), said(release_store.current(), 0)) == ("new", "new")
    assert release_store.broken() == []
    assert sorted(path.name for path in release_store.home.iterdir()) == [ACCEPTED_FILE, "current", "lock", "releases"]
    assert not list(release_store.folder.glob(".*"))


@pytest.mark.parametrize("moment", MOMENTS)
def test_after_a_kill_the_old_release_is_current_and_the_next_fetch_succeeds(
    moment: str, folder: Path, release_store: ReleaseStore
) -> None:
    with offered(folder) as remote:
        words = [str(release_store.home), address(remote), FOLLOW_KEY, moment]
        command = [sys.executable, "-m", "tests.kg.release.replication.dying_fetch", *words]
        ended = subprocess.run(command, cwd=PROJECT, capture_output=True, timeout=60, check=False)
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        assert said(release_store.current()) == "old"
        assert release_store.broken() == []
        fetched_anew(release_store, address(remote))
        asked = [path for _, path, _, _ in remote.requests if path.startswith("/files/")]
    assert len(asked) == len(set(asked)) + 1, "no file was downloaded twice but the signature"


def test_killed_amid_a_file_it_goes_on_there(folder: Path, release_store: ReleaseStore, tmp_path: Path) -> None:
    release = ReleaseStore(tmp_path / "elsewhere").current()
    body = (release.folder / QUADS_FILE).read_bytes()
    half, on, gone = len(body) // 2, threading.Event(), threading.Event()

    def stall(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:half])
        handler.wfile.flush()
        on.set()
        gone.wait(60)

    name = name_of(publish(release, folder, SIGNED))
    with offered(folder, {name: stall}) as remote:
        command = [sys.executable, "-m", "kg", "fetch", address(remote), "--key", FOLLOW_KEY]
        command += ["--home", str(release_store.home)]
        process = subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL)
        part = release_store.home / INCOMING / f"{name}.part"
        assert on.wait(60)
        while process.poll() is None and not (part.exists() and part.stat().st_size):
            gone.wait(0.01)
        process.kill()
        process.wait()
        gone.set()
    st_size = part.stat().st_size
    assert 0 < st_size <= half
    assert said(release_store.current()) == "old"
    with offered(folder) as remote:
        fetched_anew(release_store, address(remote))
        assert [h["Range"] for _, _, h, _ in remote.requests if "Range" in h] == [f"bytes={st_size}-"]
