"""A release: a complete folder that never changes; the link ``current`` names the one that is served."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg.core.errors import ReleaseBroken
from kg.release.dump.formats import DumpFile, read_dumps
from kg.release.replication.atomic_files import write_whole

QUADS_FILE = "quads.nq"
STORE_FOLDER = "store"
MANIFEST_FILE = "manifest.json"
SELF_TEST_FILE = "trials.json"
SEARCH_FILE = "search.sqlite"
DUMPS_FOLDER = "dumps"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """The manifest of a release; it is written last, so a folder without one is not a release.

    ``release_id`` is the first 16 hexadecimal digits of ``quads_sha256``, the hash of the canonical quads;
    ``inputs_sha256`` is the hash of all inputs of the build. ``built_on`` is the day (ISO 8601, UTC) on which the id
    was first built in this home. It is not part of the id, and empty in older releases. ``dumps`` are the files in the
    folder of dumps; older releases have none.
    """

    release_id: str
    quads: int
    graphs: dict[str, int]
    quads_sha256: str
    quads_bytes: int
    inputs_sha256: str
    made_with: dict[str, str]
    format: int = FORMAT
    built_on: str = ""
    dumps: tuple[DumpFile, ...] = ()

    def __post_init__(self) -> None:
        """Check the day; raises ValueError or TypeError."""
        if self.built_on != "":
            datetime.date.fromisoformat(self.built_on)

    def to_json(self) -> str:
        """Return the manifest as JSON, keys sorted."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"

    def write(self, folder: Path) -> None:
        """Write it into a folder and sync it to disk: a power cut must not leave a manifest without its quads."""
        write_whole(folder / MANIFEST_FILE, self.to_json().encode("utf-8"))


@dataclass(frozen=True)
class Release:
    """A release on disk."""

    folder: Path
    manifest: Manifest

    @property
    def release_id(self) -> str:
        """Return the id, which is also the folder's name."""
        return self.manifest.release_id

    @property
    def built_on(self) -> datetime.date | None:
        """Return the day of the first build, if known."""
        return datetime.date.fromisoformat(self.manifest.built_on) if self.manifest.built_on else None

    @property
    def has_dumps(self) -> bool:
        """Return True if there are dumps and all have the size of the manifest."""
        try:
            return bool([self.path_of(dump) for dump in self.manifest.dumps])
        except ReleaseBroken:
            return False

    def path_of(self, dump: DumpFile) -> Path:
        """Return the path of a dump file.

        Raises:
            ReleaseBroken: it is not there, or has another size than it was written with.
        """
        path = self.folder / DUMPS_FOLDER / dump.name
        try:
            size = path.stat().st_size
        except OSError:
            # no dump has this size, so a missing file counts as a wrong one
            size = -1
        if size != dump.bytes:
            message = (
                f"The dump {dump.name} is not here as it was written. Ask those who run this service to make it anew"
            )
            raise ReleaseBroken(f"{message} ('kg dump {self.release_id}').")
        return path


def read_release(folder: Path) -> Release:
    """Read the manifest of a release, and check that its parts exist with the right size.

    Raises:
        ReleaseBroken: the folder is half-written or was changed.
    """
    try:
        # manifests of older programs list no dumps; an unknown field raises TypeError below
        fields: dict[str, Any] = {"dumps": (), **json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))}
        fields["dumps"] = read_dumps(fields["dumps"])
        manifest = Manifest(**fields)
    except (OSError, ValueError, TypeError) as error:
        raise ReleaseBroken(_broken(folder, f"its {MANIFEST_FILE} cannot be read ({error})")) from error
    if manifest.format != FORMAT:
        raise ReleaseBroken(_broken(folder, f"it has format {manifest.format}, this program reads {FORMAT}"))
    # the id is the start of the hash, so another hash belongs to other quads
    if not manifest.quads_sha256.startswith(manifest.release_id):
        raise ReleaseBroken(_broken(folder, f"its {MANIFEST_FILE} names other quads than its id"))
    quads, store = folder / QUADS_FILE, folder / STORE_FOLDER
    # the size alone is compared here, since a hash reads the whole file; `verify_quads` computes it where it matters
    if not quads.is_file() or quads.stat().st_size != manifest.quads_bytes:
        raise ReleaseBroken(_broken(folder, f"{QUADS_FILE} is missing or not of the size it was written with"))
    # RocksDB names its present state in CURRENT, so a store without that file cannot be opened
    if not (store / "CURRENT").is_file():
        raise ReleaseBroken(_broken(folder, "its store is missing"))
    return Release(folder, manifest)


def _broken(folder: Path, why: str) -> str:
    return f"The release {folder} is not whole: {why}. Remove the folder and run 'kg build'."
