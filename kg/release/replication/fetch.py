"""Fetch a release from a publication, verified; follow a publication to fetch each new release."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kg.core.errors import BuildRunning, CopyFailed, FileAltered, KgError, ReleaseBroken, WriteFailed
from kg.core.names import graph_name_of
from kg.engine.counts import write_counts
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store, write_store
from kg.release import DUMPS_FOLDER, FORMAT, MANIFEST_FILE, QUADS_FILE, STORE_FOLDER, Manifest, Release, read_release
from kg.release.dump.formats import SUMS_FILE, sums
from kg.release.replication.atomic_files import link, sha256_of, write_whole
from kg.release.replication.publication import Blob, Part, Pointer
from kg.release.store import ReleaseStore, verify_quads
from kg.release.verify import hashes_in, verify_files, write_file_list

if TYPE_CHECKING:
    from kg.release.replication.download import Origin

Step = Callable[[str], None]

INCOMING = "incoming"
# The store needs the size of the quads, and the same again while it is written.
_ROOM_FOR_STORE = 2
# a manifest is parsed in memory, so it may be no larger than 4 MiB
_MOST_MANIFEST_BYTES = 2**22
_MAX_NESTING = 128  # for our own queries


def fetch(release_store: ReleaseStore, origin: Origin, pointer: Pointer, *, most_bytes: int, step: Step) -> Release:
    """Fetch the release of a pointer into the release store, unless it is there; ``current`` does not change.

    Files downloaded before a failure or a kill are kept in the home and not downloaded again.

    Raises:
        CopyFailed: it cannot be had, or is not what it says.
        BuildRunning: a build or another fetch is at work in the same home.
        WriteFailed: there is no room or no right to write.
    """
    if release_store.has(pointer.release_id):
        try:
            release = release_store.get(pointer.release_id)
        except ReleaseBroken:
            # a release that cannot be read is fetched like one that is not here
            step("Mending the release, which is not whole")
        else:
            if not verify_files(release):
                _tidy(release_store)
                return release
            step("Fetching the release again, which is broken")
    _refuse(pointer, most_bytes)
    with release_store.draft() as draft:
        incoming = _incoming(release_store, pointer)
        _check_free_space(incoming, pointer)
        for part in pointer.parts:
            step(f"Fetching {part.name}")
            (draft / part.name).parent.mkdir(exist_ok=True)
            # a file with these bytes may be in another release here; only the others are downloaded
            link(_found(release_store, part) or _downloaded(origin, part.blob, incoming), draft / part.name)
        _complete(draft, pointer, step)
        release = release_store.keep(draft, pointer.release_id)
        shutil.rmtree(incoming, ignore_errors=True)
    return release


def _tidy(release_store: ReleaseStore) -> None:
    """Remove the downloads of a killed fetch whose release was complete; another process may be at work."""
    if (release_store.home / INCOMING).exists():
        with suppress(BuildRunning), release_store.draft():
            shutil.rmtree(release_store.home / INCOMING, ignore_errors=True)


def _refuse(pointer: Pointer, most_bytes: int) -> None:
    """Raise CopyFailed if the release is too large, has an unknown format, or lacks files."""
    if pointer.release_format != FORMAT:
        maker = ", ".join(f"{name} {version}" for name, version in pointer.made_with.items())
        raise CopyFailed(
            f"The release {pointer.release_id} has format {pointer.release_format}, this program reads {FORMAT}. "
            f"It was made with {maker[:200]}: update this program."
        )
    if pointer.size > most_bytes:
        raise CopyFailed(f"The release has {pointer.size} bytes, more than the {most_bytes} of KG_FETCH_BYTES.")
    quads, manifest = pointer.blob(QUADS_FILE), pointer.blob(MANIFEST_FILE)
    if quads is None or manifest is None:
        raise CopyFailed(f"The release lacks {MANIFEST_FILE if quads else QUADS_FILE}. Have it published again.")
    # all of this is known from the pointer, before anything is downloaded
    if not quads.sha256.startswith(pointer.release_id):
        raise FileAltered(f"The pointer to {pointer.release_id} lists quads with another id. Nothing of it is stored.")
    if manifest.bytes > _MOST_MANIFEST_BYTES:
        raise CopyFailed(f"The manifest has {manifest.bytes} bytes, more than {_MOST_MANIFEST_BYTES}.")


def _incoming(release_store: ReleaseStore, pointer: Pointer) -> Path:
    """Return the folder of downloads, without those of other releases."""
    folder = release_store.home / INCOMING
    folder.mkdir(exist_ok=True)
    # downloads are named by their hash, so those of an interrupted fetch are found again
    wanted = {part.blob.sha256 for part in pointer.parts}
    for left in folder.iterdir():
        if left.name.removesuffix(".part") not in wanted:
            left.unlink()
    return folder


def _check_free_space(incoming: Path, pointer: Pointer) -> None:
    """Raise WriteFailed if the disk has too little room."""
    quads = pointer.blob(QUADS_FILE)
    needed = pointer.size + _ROOM_FOR_STORE * (quads.bytes if quads else 0)
    # the downloaded parts need no further room; files that are only linked are counted all the same
    needed -= sum(path.stat().st_size for path in incoming.iterdir())
    free = shutil.disk_usage(incoming).free
    if free < needed:
        raise WriteFailed(f"The release needs {needed} bytes and {free} are free. Make room or choose another KG_HOME.")


def _found(release_store: ReleaseStore, part: Part) -> Path | None:
    """Return a file with the same bytes in any release of the store, complete or not."""
    for release_id in release_store.ids():
        path = release_store.folder / release_id / part.name
        if path.is_file() and path.stat().st_size == part.blob.bytes and sha256_of(path) == part.blob.sha256:
            return path
    return None


def _downloaded(origin: Origin, blob: Blob, incoming: Path) -> Path:
    """Return a completely downloaded file; its hash is checked again after a restart."""
    place = incoming / blob.sha256
    if place.is_file() and sha256_of(place) != blob.sha256:  # after a power cut, a file may lack its content
        place.unlink()
    if not place.is_file():
        origin.download(blob, place)
    return place


def _complete(draft: Path, pointer: Pointer, step: Step) -> None:
    """Build the store, the counts and the search index from the quads, and check the manifest.

    Raises:
        CopyFailed: it is no release that this program reads.
        FileAltered: the manifest differs from the files or the quads.
    """
    from kg.release.store import write_search

    step("Making the store")
    try:
        # the store comes first, since `read_release` refuses a folder without one
        write_store(draft / QUADS_FILE, draft / STORE_FOLDER)
        release = read_release(draft)
        verify_quads(release)
        store = Store.read_only(draft / STORE_FOLDER)
    except (ReleaseBroken, SyntaxError, ValueError) as error:
        raise CopyFailed(f"The download is no release that this program reads ({error}). Update it.") from error
    # the id covers the quads alone, so all else in the manifest is compared with them (decision 0036)
    _check_manifest(release.manifest, pointer, store)
    _check_dumps_against_manifest(draft, release.manifest, pointer)
    step("Counting the whole graph")
    write_counts(store, draft, pointer.release_id)
    step("Making the search index")
    write_search(draft, EmbeddedEngine(store, pointer.release_id, _MAX_NESTING))
    write_file_list(draft, pointer.release_id, hashes_in(release.manifest))


def _check_manifest(manifest: Manifest, pointer: Pointer, store: Store) -> None:
    """Compare the manifest with the quads in the store.

    Raises:
        FileAltered: they differ.
    """
    if manifest.release_id != pointer.release_id:
        raise FileAltered(f"The files of {pointer.release_id} have quads with another id. Nothing of it is stored.")
    if manifest.quads != len(store):
        raise FileAltered(
            f"The manifest gives {manifest.quads} quads, and there are {len(store)}. Nothing of the release is stored."
        )
    graphs = {graph_name_of(node) or node.value: count for node, count in store.sizes().items()}
    if manifest.graphs != graphs:
        raise FileAltered("The manifest gives other numbers of quads by graph than there are. Nothing of it is stored.")


def _check_dumps_against_manifest(draft: Path, manifest: Manifest, pointer: Pointer) -> None:
    """Compare the dumps in the manifest and in the file of checksums with the pointer.

    Raises:
        FileAltered: they differ.
    """
    listed = {part.name: part.blob for part in pointer.parts if part.name.startswith(f"{DUMPS_FOLDER}/")}
    described = {f"{DUMPS_FOLDER}/{dump.name}": Blob(dump.sha256, dump.bytes) for dump in manifest.dumps}
    sums_file = f"{DUMPS_FOLDER}/{SUMS_FILE}"
    if {name: blob for name, blob in listed.items() if name != sums_file} != described:
        raise FileAltered("The manifest gives other dumps or hashes than the pointer lists. Nothing of it is stored.")
    # people download this file to verify dumps, so it must repeat the verified hashes
    if sums_file in listed and (draft / sums_file).read_bytes() != sums(manifest.dumps).encode("utf-8"):
        raise FileAltered(f"{SUMS_FILE} gives other hashes than the manifest. Nothing of the release is stored.")


STATE_FILE = "following.json"
FOLLOWER_ENDED = "FollowerEnded"

_JITTER = 0.1


@dataclass(frozen=True)
class State:
    """The state of a follower: the last release, its time (seconds since 1970), and the current problem.

    ``expires_at`` is when its pointer expires, in seconds since 1970. ``problem`` is the class of the error, or that
    the follower has ended: visitors may read it, so it has no details.
    """

    release_id: str = ""
    succeeded_at: float | None = None
    problem: str = ""
    expires_at: float | None = None

    def seconds_ago(self, now: float) -> float | None:
        """Return the seconds since the publication was last followed, or None if it never was."""
        return None if self.succeeded_at is None else max(0.0, now - self.succeeded_at)


def read_state(home: Path) -> State:
    """Return the state of the follower in a home; it is empty if unknown."""
    try:
        fields = json.loads((home / STATE_FILE).read_text(encoding="utf-8"))
        succeeded_at, expires_at = _number(fields["succeeded_at"]), _number(fields.get("expires_at"))
        return State(str(fields["release_id"]), succeeded_at, str(fields["problem"]), expires_at)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return State()


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def note_end(home: Path) -> None:
    """Note in a home that the follower process has ended."""
    _write_state(home, replace(read_state(home), problem=FOLLOWER_ENDED))


def _write_state(home: Path, state: State) -> None:
    # the service reads the file in other processes, so it is replaced in one step
    write_whole(home / STATE_FILE, json.dumps(asdict(state)).encode("utf-8"))


class Publication(Protocol):
    """A publication to follow; see ``kg.release.replication.download.Origin``."""

    url: str

    def pointer(self) -> Pointer:
        """Return the pointer, which may be followed."""

    def forget(self) -> None:
        """Request the pointer again next time."""


class Follower:
    """Follows a publication; ``take`` fetches a release and makes it current, ``tell`` writes to the log.

    The current release there becomes current here: a roll-back here lasts until the next look. A failure keeps the
    current release, and is logged once until it changes or ends.
    """

    def __init__(
        self,
        release_store: ReleaseStore,
        origin: Publication,
        take: Callable[[Pointer], None],
        tell: Callable[[str], None],
    ) -> None:
        self._release_store, self._origin, self._take, self._tell = release_store, origin, take, tell
        self._state, self._complaint = read_state(release_store.home), ""

    def look(self) -> None:
        """Look once; an unchanged publication causes no further requests."""
        try:
            self._fetch_current()
        except (KgError, OSError) as error:
            self._origin.forget()
            self._complain(f"The publication cannot be followed, and the release that is here stays: {error}")
            with suppress(OSError):  # a full disk is logged already
                # the time of the last success stays, so that its age can be monitored
                self._note(replace(self._state, problem=type(error).__name__))
        else:
            if self._complaint:
                self._complain("")
                self._tell(f"{self._origin.url} is followed again.")

    def _fetch_current(self) -> None:
        pointer = self._origin.pointer()
        if not self._has(pointer.release_id):
            self._take(pointer)
        self._note(State(pointer.release_id, time.time(), expires_at=pointer.expires_at.timestamp()))

    def _complain(self, complaint: str) -> None:
        """Log a complaint once, not at every look."""
        if complaint not in ("", self._complaint):
            self._tell(complaint)
        self._complaint = complaint

    def follow(self, seconds: float, wait: Callable[[float], None] = time.sleep) -> None:
        """Look repeatedly, with jitter: followers started together must not all send requests at once."""
        while True:
            self.look()
            wait(seconds * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311 - no secret

    def _has(self, release_id: str) -> bool:
        # a broken current release counts as missing, so the one of the publication is fetched
        try:
            return self._release_store.current().release_id == release_id
        except KgError:
            return False

    def _note(self, state: State) -> None:
        self._state = state
        _write_state(self._release_store.home, state)
