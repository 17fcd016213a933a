"""Integrity: the known problems of the files of the releases that a service answers from.

Sizes and small files are compared when a release is first used, which takes some milliseconds. A thread at low priority
compares all bytes later, repeatedly, and at once when an answer could not be read.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kg.core.errors import ReleaseBroken, ReleaseMissing
from kg.release import MANIFEST_FILE, STORE_FOLDER, Release
from kg.release.store import ReleaseStore
from kg.release.verify import SMALL_BYTES, FileProblem, message_about, verify_file, verify_files

# the first full check comes a minute after the start, further ones after the seconds of the setting (decision 0035)
_FIRST_SECONDS = 60.0
# A broken release is checked more often, so that a repair is noticed soon.
_BROKEN_SECONDS = 30.0
_LEAST_SECONDS = 5.0
_NICENESS = 19
# The pause is so many times the duration of a check: queries that end workers must not keep a processor busy.
_REST = 100
_LEAST_REST_SECONDS = 10.0

_Signature = tuple[int, ...]


class Integrity:
    """The problems of each release in a home; thread-safe.

    ``seconds`` is the time between two full checks; 0 turns them off.
    """

    def __init__(self, release_store: ReleaseStore, seconds: float = 0.0) -> None:
        self._release_store, self._seconds = release_store, seconds
        # `_lock` protects the dictionaries and is held briefly.
        # `_looking` is held during the first look at a release, so that simultaneous requests wait for one result.
        self._lock, self._looking = threading.Lock(), threading.Lock()
        self._problems: dict[str, tuple[FileProblem, ...]] = {}
        self._suspected: dict[str, str] = {}
        self._checked: dict[Path, tuple[_Signature, FileProblem | None]] = {}
        self._wake, self._ended = threading.Event(), False

    def detail(self, release_id: str) -> str:
        """Return what is wrong with a release in words, or an empty text."""
        problems = self.problems(release_id)
        with self._lock:
            return message_about(release_id, problems) if problems else self._suspected.get(release_id, "")

    def problems(self, release_id: str) -> tuple[FileProblem, ...]:
        """Return the problems that are known; sizes and small files are compared when a release is first looked at."""
        with self._looking:
            with self._lock:
                problems = self._problems.get(release_id)
            return problems if problems is not None else self._look(release_id, SMALL_BYTES)

    def suspect(self, release_id: str, detail: str) -> None:
        """Note that a part of a release could not be read; the thread then verifies all of its files."""
        with self._lock:
            self._suspected[release_id] = detail
        self._wake.set()

    def check(self, release_id: str) -> tuple[FileProblem, ...]:
        """Verify all files of a release now, and return the problems."""
        problems = self._look(release_id, None)
        with self._lock:
            self._suspected.pop(release_id, None)
            self._checked.clear()  # a file may have other bytes with the same size and times
        return problems

    def problem_of(self, release: Release, name: str) -> FileProblem | None:
        """Return the problem of one file, which is read whole unless it has not changed since that was last done."""
        path = release.folder / name
        # the signature is read before the file: if the file changes meanwhile, the next call sees another signature
        signature = _signature(path)
        with self._lock:
            before = self._checked.get(path)
        if before is not None and before[0] == signature:
            return before[1]
        problem = verify_file(release, name)
        # one file was verified, so the problems of the others stay as they are
        others = tuple(other for other in self.problems(release.release_id) if other.name != name)
        self._note(release.release_id, others if problem is None else (*others, problem))
        with self._lock:
            self._checked[path] = signature, problem
        return problem

    def start(self, current_id: Callable[[], str]) -> None:
        """Begin to verify the current release from time to time, in a thread that ends with the process."""
        threading.Thread(target=self._run, args=(current_id,), name="integrity", daemon=True).start()

    def close(self) -> None:
        """End the thread."""
        # in this order, since the thread reads the flag after it was woken
        self._ended = True
        self._wake.set()

    def _run(self, current_id: Callable[[], str]) -> None:
        with suppress(OSError):  # on Linux, a thread has its own priority
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        # None waits without limit: only a suspicion or the end wakes the thread then
        pause = min(_FIRST_SECONDS, self._seconds) or None
        while True:
            self._wake.wait(pause)
            self._wake.clear()
            if self._ended:
                return
            problems = self.check(current_id())
            # errors in quick succession must not cause one full check after another
            time.sleep(min(_LEAST_SECONDS, self._seconds or _LEAST_SECONDS))
            pause = min(_BROKEN_SECONDS, self._seconds or _BROKEN_SECONDS) if problems else self._seconds or None

    def _look(self, release_id: str, largest_hashed: int | None) -> tuple[FileProblem, ...]:
        try:
            problems = verify_files(self._release_store.get(release_id), largest_hashed=largest_hashed)
        except ReleaseMissing:  # in another engine, or removed
            problems = ()
        except ReleaseBroken as error:
            problems = (FileProblem(MANIFEST_FILE, f"or what it names is not right ({error})"),)
        self._note(release_id, problems)
        return problems

    def _note(self, release_id: str, problems: tuple[FileProblem, ...]) -> None:
        unique = tuple(dict.fromkeys(problems))
        # a repeated check finds the same problems, which are logged once
        with self._lock:
            before = self._problems.get(release_id, ())
            self._problems[release_id] = unique
        if unique and unique != before:
            sys.stderr.write(f"{message_about(release_id, unique)}\n")
            sys.stderr.flush()


class StoreCheck:
    """Checks whether a worker died because of a broken store.

    RocksDB reports a bad block, and a sort or a count then collects the same error until it has no memory left. The
    last result is cached for a while, since queries that need too much memory end workers as well.
    """

    def __init__(self, release: Release) -> None:
        self._release = release
        self._lock = threading.Lock()
        self._found: tuple[FileProblem, ...] = ()
        self._until = 0.0

    def __call__(self) -> ReleaseBroken | None:
        """Return the error about a broken store, or None."""
        # the lock is held during the check, so that workers that die together cause one check
        with self._lock:
            began = time.monotonic()
            if began >= self._until:
                self._found = verify_files(self._release, below=f"{STORE_FOLDER}/")
                took = time.monotonic() - began
                self._until = began + max(_LEAST_REST_SECONDS, _REST * took)
            return ReleaseBroken(message_about(self._release.release_id, self._found)) if self._found else None


def _signature(path: Path) -> _Signature:
    """Return what changes when a file is written to or replaced; empty if it is not there."""
    try:
        state = path.stat()
    except OSError:
        return ()
    # a program can set size and modification time back, but not the time of the last status change
    return (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
