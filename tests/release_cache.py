"""One built release of the real graph, kept by fingerprint and shared by the workers of a run and by later runs."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kg.build.build import DATA, build
from kg.build.fingerprint import fingerprint
from kg.core.settings import PROJECT
from kg.release.store import ReleaseStore

CACHE = PROJECT / ".tests"
_MOST_HOMES = 3


def built_home(cache: Path = CACHE, folders: Sequence[Path] = (DATA,)) -> Path:
    """Return a home with one release of the files of today; build it if no run has.

    Two processes that ask at once wait for each other. The files of a release that is already there are verified.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / "lock"):
        home = cache / fingerprint(folders)[:16]
        build(ReleaseStore(home), folders)
        home.touch()
        _remove_oldest(cache)
    return home


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # released when the file is closed, even if the process is killed
        yield


def _remove_oldest(cache: Path) -> None:
    homes = sorted((path for path in cache.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for home in homes[:-_MOST_HOMES]:
        shutil.rmtree(home)
