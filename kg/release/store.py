"""The release store below one home folder: list, open, choose, replace and prune releases; their search indexes."""

from __future__ import annotations

import datetime
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kg.core.disk import write_failed
from kg.core.errors import BuildRunning, ReleaseBroken, ReleaseMissing, WriteFailed
from kg.engine import Engine
from kg.engine.counts import COUNTS_FILE
from kg.engine.store import Store
from kg.release import (
    DUMPS_FOLDER,
    MANIFEST_FILE,
    QUADS_FILE,
    SEARCH_FILE,
    SELF_TEST_FILE,
    STORE_FOLDER,
    Release,
    read_release,
    verify,
)
from kg.release.replication.atomic_files import link, sha256_of
from kg.release.verify import has_whole_dumps, hashes_in, verify_file, write_file_list
from kg.search import SearchIndex, index_of, read_entries, write_index


def carry_over(release: Release, draft: Path) -> None:
    """Give a draft the day of the release that it replaces, and its dumps if intact: citations name both.

    Raises:
        OSError: there is no room for the dumps.
    """
    manifest = read_release(draft).manifest
    dumps = manifest.dumps
    if has_whole_dumps(release):
        # the old dumps replace those of the draft, since others know their checksums (decision 0020)
        shutil.rmtree(draft / DUMPS_FOLDER, ignore_errors=True)
        shutil.copytree(release.folder / DUMPS_FOLDER, draft / DUMPS_FOLDER, copy_function=_link)
        dumps = release.manifest.dumps
    manifest = replace(manifest, built_on=release.manifest.built_on or manifest.built_on, dumps=dumps)
    manifest.write(draft)
    # the manifest gives the hashes of quads and dumps, so these are not read again
    write_file_list(draft, manifest.release_id, hashes_in(manifest))


def swap(place: Path, draft: Path, aside: Path) -> None:
    """Move a draft to its place. The old folder moves to ``aside`` first, which is faster than removing it.

    Raises:
        OSError: a folder cannot be moved.
    """
    # a rename cannot replace a folder that is not empty, so the old folder moves away first
    if place.exists():
        shutil.rmtree(aside, ignore_errors=True)
        place.replace(aside)
    draft.replace(place)
    shutil.rmtree(aside, ignore_errors=True)


def _link(path: str, place: str) -> None:
    link(Path(path), Path(place))


try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no flock; one build at a time is then the user's care
    # mypy allows no None for a module
    fcntl = None  # type: ignore[assignment]

DRAFT_PREFIX = ".draft-"
_ID = re.compile(r"[0-9a-f]{16}")


class ReleaseStore:
    """Releases in ``home/releases/<id>``; ``home/current`` is a symbolic link to one of them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "releases"
        self._pointer = home / "current"

    def releases(self) -> list[Release]:
        """Return all complete releases, newest first."""
        whole = []
        for folder in self._folders():
            try:
                whole.append(_read(folder))
            except ReleaseBroken:
                continue
        return sorted(whole, key=lambda release: release.folder.stat().st_mtime, reverse=True)

    def broken(self) -> list[str]:
        """Return a message for each folder that should be a release and is not."""
        problems = []
        for folder in self._folders():
            try:
                _read(folder)
            except ReleaseBroken as error:
                problems.append(str(error))
        return problems

    def _folders(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return sorted(path for path in self.folder.iterdir() if path.is_dir() and not path.name.startswith("."))

    def ids(self) -> list[str]:
        """Return the ids of the releases, newest first, complete or not, without reading them."""
        folders = [folder for folder in self._folders() if _ID.fullmatch(folder.name)]
        return [folder.name for folder in sorted(folders, key=_made, reverse=True)]

    def has(self, release_id: str) -> bool:
        """Return True if there is a folder for a release, complete or not."""
        return _ID.fullmatch(release_id) is not None and (self.folder / release_id).is_dir()

    def current(self) -> Release:
        """Return the release that ``current`` points to.

        Raises:
            ReleaseMissing: nothing was built yet.
            ReleaseBroken: the release is not whole.
        """
        if not self._pointer.is_symlink():
            raise ReleaseMissing(f"There is no release in {self.home}. Run 'kg build' first.")
        return _read(self._pointer.resolve())

    def current_id(self) -> str:
        """Return the id of the current release, from the link alone.

        Raises:
            ReleaseMissing: nothing was built yet.
        """
        try:
            return self._pointer.readlink().name
        except OSError as error:
            raise ReleaseMissing(f"There is no release in {self.home}. Run 'kg build' first.") from error

    def get(self, release_id: str) -> Release:
        """Return a release by its id.

        Raises:
            ReleaseMissing: there is none with that id.
            ReleaseBroken: it is not whole.
        """
        ids = [folder.name for folder in self._folders()]
        if release_id not in ids:
            listed = ", ".join(ids) or "none"
            raise ReleaseMissing(f"There is no release {release_id!r} in {self.home}. There are: {listed}.")
        return _read(self.folder / release_id)

    def previous(self) -> Release:
        """Return the newest release before the current one.

        Raises:
            ReleaseMissing: there is none.
        """
        current = self.current()
        releases = self.releases()
        places = [place for place, release in enumerate(releases) if release.release_id == current.release_id]
        older = releases[places[0] + 1 :] if places else []
        if not older:
            raise ReleaseMissing(f"There is no release older than {current.release_id} to roll back to.")
        return older[0]

    def set_current(self, release: Release) -> None:
        """Make a release the current one, atomically.

        Nothing is written if it is current already, so a read-only home is no error then.

        Raises:
            WriteFailed: the link cannot be written.
        """
        # a new link is renamed over the old one: in this way readers never meet a home without a link;
        # the process id keeps two processes from using the same draft
        draft, place = self.home / f".current-{os.getpid()}", Path("releases") / release.folder.name
        try:
            if self._pointer.is_symlink() and self._pointer.readlink() == place:
                return
            draft.unlink(missing_ok=True)
            draft.symlink_to(place)
            draft.replace(self._pointer)
            for left in self.home.glob(".current-*"):  # left by a process that was killed between the two lines above
                left.unlink(missing_ok=True)
        except OSError as error:
            raise write_failed(str(self._pointer), error, "Make room or choose another KG_HOME.") from error

    def keep(self, draft: Path, release_id: str) -> Release:
        """Move a finished draft to its place; an equal, intact release that is there stays.

        A broken release, or one without a list of its files, is replaced by the draft.

        Raises:
            WriteFailed: the folder cannot be moved.
        """
        place = self.folder / release_id
        try:
            if place.exists():
                try:
                    release = _read(place)
                except ReleaseBroken:
                    pass
                else:
                    if verify.is_listed(place) and not verify.verify_files(release):
                        return self._renew(release, draft)
                    carry_over(release, draft)
            swap(place, draft, self.folder / f"{DRAFT_PREFIX}{release_id}")
        except OSError as error:
            raise write_failed(str(place), error, "Make room or choose another KG_HOME.") from error
        return read_release(place)

    def _renew(self, release: Release, draft: Path) -> Release:
        """Update an intact release after an equal build; its day and its dumps stay, if it has any.

        Its manifest gets the inputs of this build, so that they are not built again. The day stays that of the first
        build, since citations give it. Dumps are not overwritten, since their checksums are published.
        """
        # the list goes first and comes last: after a kill in between the release has no list, and never a wrong one
        verify.remove_file_list(release.folder)
        manifest = read_release(draft).manifest
        dumps = release.manifest.dumps if release.has_dumps else manifest.dumps
        replace(manifest, built_on=release.manifest.built_on or manifest.built_on, dumps=dumps).write(draft)
        for name in (SELF_TEST_FILE, SEARCH_FILE, COUNTS_FILE):  # derived files of this build replace the old ones
            if (draft / name).exists():
                (draft / name).replace(release.folder / name)
        self.put_dumps(draft, release)
        verify.write_file_list(release.folder, release.release_id)
        shutil.rmtree(draft)
        return read_release(release.folder)

    def put_dumps(self, draft: Path, release: Release) -> None:
        """Move the dumps of a draft to a release that lacks them, then the manifest that lists them.

        A release that has a list of its files gets a new one.

        Raises:
            OSError: they cannot be moved.
        """
        place, listed = release.folder / DUMPS_FOLDER, verify.is_listed(release.folder)
        verify.remove_file_list(release.folder)
        # dumps move before the manifest that lists them, so that it never lists a missing one
        if (draft / DUMPS_FOLDER).exists() and not verify.has_whole_dumps(release):
            if place.exists():  # left by a killed process, or incomplete
                shutil.rmtree(place)
            (draft / DUMPS_FOLDER).replace(place)
        (draft / MANIFEST_FILE).replace(release.folder / MANIFEST_FILE)
        if listed:
            verify.write_file_list(release.folder, release.release_id)

    def prune(self, last: int) -> list[str]:
        """Remove all but the newest ``last`` releases and the current one, and return their ids.

        No release is ever visible in part.

        Raises:
            ReleaseMissing: nothing was built yet.
            WriteFailed: one cannot be removed.
        """
        current, gone = self.current_id(), []
        for release_id in self.ids()[last:]:
            if release_id != current:
                # the rename hides the release at once, while its removal takes time; the next draft removes a leftover
                draft = self.folder / f"{DRAFT_PREFIX}{release_id}"
                try:
                    (self.folder / release_id).replace(draft)
                    shutil.rmtree(draft)
                except OSError as error:
                    raise WriteFailed(f"{self.folder / release_id} cannot be removed: {error}.") from error
                gone.append(release_id)
        return gone

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """Yield a new folder for a build, under an exclusive lock.

        The folder is removed when the build fails, and those of killed builds are removed first.

        Raises:
            BuildRunning: another build is at work in this home.
            WriteFailed: the home cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.home / "lock").open("w")
        except OSError as error:
            raise write_failed(str(self.home), error, "Choose another folder with KG_HOME.") from error
        with lock:
            try:
                # the kernel removes the lock when the process ends, however it ends, so no lock is ever left behind
                if fcntl is not None:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BuildRunning(f"Another build is at work in {self.home}; wait until it has ended.") from error
            # all drafts of others are leftovers now: of killed builds, or of releases that were being removed
            for left in self.folder.glob(DRAFT_PREFIX + "*"):
                shutil.rmtree(left, ignore_errors=True)
            folder = self.folder / f"{DRAFT_PREFIX}{os.getpid()}"
            try:
                folder.mkdir()
                yield folder
            except OSError as error:
                raise write_failed("The release", error, "Make room or choose another KG_HOME.") from error
            finally:
                # a finished draft has moved to its place, and there is nothing to remove
                shutil.rmtree(folder, ignore_errors=True)


def _read(folder: Path) -> Release:
    """Read the release in a folder that is named by its id.

    Raises:
        ReleaseBroken: it is not whole, or is another release.
    """
    release = read_release(folder)
    if release.release_id != folder.name:
        raise ReleaseBroken(f"The release in {folder} is {release.release_id}. Remove the folder and run 'kg build'.")
    return release


def _made(folder: Path) -> float:
    """Return the modification time of a folder in seconds since 1970; 0 if it was just removed."""
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def open_store(release: Release, memory_max_quads: int) -> Store:
    """Load a release into memory, or open it on disk if it has more than ``memory_max_quads`` quads.

    Raises:
        ReleaseBroken: a part is missing, or the quads are not those that were written.
    """
    if release.manifest.quads > memory_max_quads:
        return Store.read_only(release.folder / STORE_FOLDER)
    verify_quads(release)
    return Store.from_nquads(release.folder / QUADS_FILE)


def verify_quads(release: Release) -> None:
    """Check that the quads on disk are those that were written.

    Raises:
        ReleaseBroken: they are not.
    """
    quads = release.folder / QUADS_FILE
    if sha256_of(quads) != release.manifest.quads_sha256:
        raise ReleaseBroken(f"{quads} was changed after it was written. Remove {release.folder} and run 'kg build'.")


@dataclass(frozen=True)
class Change:
    """The number of quads of a graph in one release and in the next; 0 if the graph is missing."""

    graph: str
    before: int
    after: int


@dataclass(frozen=True)
class History:
    """The releases of a home, oldest first; those of unknown day come before all others."""

    releases: tuple[Release, ...]

    def get(self, release_id: str) -> Release | None:
        """Return the release with an id, or None."""
        return next((release for release in self.releases if release.release_id == release_id), None)

    def until(self, release_id: str) -> History:
        """Return the history up to a release, which is empty if the release is unknown: later ones were rolled back."""
        ids = [release.release_id for release in self.releases]
        return History(self.releases[: ids.index(release_id) + 1] if release_id in ids else ())

    @property
    def dated(self) -> tuple[tuple[datetime.datetime, Release], ...]:
        """Return the releases of known day, each with the start of its day in UTC."""
        return tuple(
            (datetime.datetime.combine(day, datetime.time(), datetime.UTC), release)
            for release in self.releases
            if (day := release.built_on) is not None
        )

    def at(self, moment: datetime.datetime) -> Release | None:
        """Return the release that was current at a moment; the first one for any earlier time."""
        dated = self.dated
        if not dated:
            return None
        return next((release for since, release in reversed(dated) if since <= moment), dated[0][1])

    def changes(self) -> Iterator[tuple[Release, tuple[Change, ...]]]:
        """Yield each release, newest first, with the graphs whose number of quads changed."""
        for place in reversed(range(len(self.releases))):
            release = self.releases[place]
            yield release, _changes(self.releases[place - 1], release) if place else ()


def read_history(release_store: ReleaseStore) -> History:
    """Return the complete releases of a store."""
    # sorting is stable: releases of one day keep the order in which they were built
    oldest_first = reversed(release_store.releases())
    return History(tuple(sorted(oldest_first, key=lambda release: release.built_on or datetime.date.min)))


def _changes(before: Release, after: Release) -> tuple[Change, ...]:
    old, new = before.manifest.graphs, after.manifest.graphs
    graphs = (Change(graph, old.get(graph, 0), new.get(graph, 0)) for graph in sorted(old.keys() | new.keys()))
    return tuple(change for change in graphs if change.before != change.after)


def write_search(folder: Path, engine: Engine) -> None:
    """Write the search index of an engine's release into the folder of that release.

    Raises:
        WriteFailed: there is no room or no right to write.
        As ``Engine.answer``.
    """
    write_index(read_entries(engine), folder / SEARCH_FILE, engine.release_id)


def search_index(release_store: ReleaseStore, engine: Engine) -> SearchIndex:
    """Return the search index of an engine's release from its folder, or build it.

    A file that was altered or has another format is not used.

    Raises:
        WriteFailed: there is no room to make one.
        As ``Engine.answer``.
    """
    path = release_store.folder / engine.release_id / SEARCH_FILE
    if release_store.has(engine.release_id) and path.is_file():
        try:
            # the hash is compared before SQLite opens the file: a view in an altered index can make a search endless
            # (decision 0036)
            if verify_file(release_store.get(engine.release_id), SEARCH_FILE) is not None:
                return index_of(engine)
            index = SearchIndex(path)
        except ReleaseBroken:
            return index_of(engine)
        if index.release_id == engine.release_id:
            return index
        index.close()
    return index_of(engine)
