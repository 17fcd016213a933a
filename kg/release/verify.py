"""Verification: compare each file of a release with the size and the SHA-256 that it was written with.

A release folder holds a list of its files, ``files.json``. The program writes it last, in each home: a store is
made where it is used, and its files differ from home to home. The list covers the manifest, the manifest gives the
hash of the quads, and the release id is the beginning of that hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg.core.errors import ReleaseBroken
from kg.release import DUMPS_FOLDER, MANIFEST_FILE, QUADS_FILE, Manifest, Release
from kg.release.replication.atomic_files import sha256_of, write_whole

FILE_LIST = "files.json"
# 256 KiB: a start hashes only files up to this size, so that it takes milliseconds (decision 0035)
SMALL_BYTES = 2**18

_FORMAT = 1
# RocksDB writes its log and lock whenever it opens a store for writing; neither contains data.
_CHANGING = frozenset(["store/LOG", "store/LOCK"])
# a verification starts again if a build replaced files meanwhile, up to so many times
_TRIES = 3
_SHOWN = 5


@dataclass(frozen=True)
class ListedFile:
    """A file of a release: its name below the folder, its size and its SHA-256 in hexadecimal digits."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class FileProblem:
    """A file of a release that is not as it was written, and a few words on how it differs."""

    name: str
    problem: str

    def __str__(self) -> str:
        """Return both as one clause."""
        return f"{self.name} {self.problem}"


class _ListInvalid(Exception):
    """The list of files is not as it was written."""


def write_file_list(folder: Path, release_id: str, hashes: Mapping[str, str] | None = None) -> None:
    """Write the list of all files in a release folder; call it after the last of them was written.

    ``hashes`` are hashes by file name. Other files are read.

    Raises:
        OSError: a file cannot be read, or the list cannot be written.
    """
    files = [
        ListedFile(name, path.stat().st_size, (hashes or {}).get(name) or sha256_of(path))
        for name, path in _files_in(folder)
    ]
    # the list has a hash of its own fields, so that damage to the list is noticed as well
    fields = {"format": _FORMAT, "release_id": release_id, "files": [asdict(file) for file in files]}
    write_whole(folder / FILE_LIST, (json.dumps({**fields, "sha256": _hash_of_list(fields)}, indent=1) + "\n").encode())


def remove_file_list(folder: Path) -> None:
    """Remove the list; call it before a file of the release is replaced, so that no list is ever wrong.

    Raises:
        OSError: it cannot be removed.
    """
    (folder / FILE_LIST).unlink(missing_ok=True)


def is_listed(folder: Path) -> bool:
    """Return True if the release has a list, so that all of its files can be verified."""
    return (folder / FILE_LIST).exists()


def verify_files(release: Release, *, largest_hashed: int | None = None, below: str = "") -> tuple[FileProblem, ...]:
    """Return the problems of the files of a release whose names begin with ``below``, sorted by name.

    Sizes are compared for all files, hashes for those of at most ``largest_hashed`` bytes, for all if it is None. A
    release without a list was made by an older program: only the quads and the dumps of its manifest are verified.
    """
    for _ in range(_TRIES):
        # a problem counts only if list and manifest are unchanged afterwards: else a build replaced files meanwhile
        before = _stamp(release.folder)
        problems = _verify(release, largest_hashed, below)
        if not problems or _stamp(release.folder) == before:
            break  # else a build replaced files meanwhile
    return problems


def refuse_problems(release: Release, problems: Sequence[FileProblem]) -> None:
    """Raise an error if there are problems.

    Raises:
        ReleaseBroken: names the files, and how to make the release again.
    """
    if problems:
        raise ReleaseBroken(message_about(release.release_id, problems))


def message_about(release_id: str, problems: Sequence[FileProblem]) -> str:
    """Return the message about a broken release; it names no folder, since visitors read it."""
    listed = "; ".join(map(str, problems[:_SHOWN])) + ("; and more" if len(problems) > _SHOWN else "")
    return f"The release {release_id} is broken: {listed}. Run 'kg build', or 'kg fetch' for a release from elsewhere."


def has_whole_dumps(release: Release) -> bool:
    """Return True if the release has dumps and all of them have the bytes of its manifest."""
    # the hashes are computed at any size: only intact dumps may replace those of another build
    dumps = [file for file in _from_manifest(release) if file.name != QUADS_FILE]
    return bool(dumps) and not any(_problem(release.folder, file, None) for file in dumps)


def hashes_in(manifest: Manifest) -> dict[str, str]:
    """Return the hashes that a manifest gives, by file name."""
    dumps = {f"{DUMPS_FOLDER}/{dump.name}": dump.sha256 for dump in manifest.dumps}
    return {QUADS_FILE: manifest.quads_sha256, **dumps}


def verify_file(release: Release, name: str) -> FileProblem | None:
    """Return the problem of one file, or None if it is as it was written or nothing is known about it."""
    try:
        listed = {file.name: file for file in _listed(release)}
    except _ListInvalid as error:
        return FileProblem(FILE_LIST, str(error))
    return _problem(release.folder, listed[name], None) if name in listed else None


def _verify(release: Release, largest_hashed: int | None, below: str) -> tuple[FileProblem, ...]:
    try:
        listed = _listed(release)
    except _ListInvalid as error:
        return (FileProblem(FILE_LIST, str(error)),)
    problems = [_problem(release.folder, file, largest_hashed) for file in listed if file.name.startswith(below)]
    # only a list can show that a file is superfluous, since a manifest names few of the files
    if is_listed(release.folder):
        names = {file.name for file in listed}
        problems += [
            FileProblem(name, "is not in the list of files")
            for name, _ in _files_in(release.folder)
            if name not in names and name.startswith(below)
        ]
    return tuple(sorted(filter(None, problems), key=lambda problem: problem.name))


def _problem(folder: Path, file: ListedFile, largest_hashed: int | None) -> FileProblem | None:
    path = folder / file.name
    try:
        # the size is compared first, since it needs no read of the file
        size = path.stat().st_size
        if size != file.bytes:
            return FileProblem(file.name, f"has {size} bytes instead of {file.bytes}")
        if (largest_hashed is None or size <= largest_hashed) and sha256_of(path) != file.sha256:
            return FileProblem(file.name, "has other bytes than were written")
    except FileNotFoundError:
        return FileProblem(file.name, "is missing")
    except OSError as error:
        return FileProblem(file.name, f"cannot be read ({error.strerror})")
    return None


def _listed(release: Release) -> tuple[ListedFile, ...]:
    """Return the files of the list, or those of the manifest if there is no list.

    Raises:
        _ListInvalid: the list is not as it was written.
    """
    try:
        fields: dict[str, Any] = json.loads((release.folder / FILE_LIST).read_bytes())
        sealed = fields.pop("sha256")
        files = tuple(ListedFile(**entry) for entry in fields["files"])
    except FileNotFoundError:
        return _from_manifest(release)
    # JSON of another form than the list raises one of the last three
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _ListInvalid("cannot be read") from error
    if sealed != _hash_of_list(fields):
        raise _ListInvalid("has other bytes than were written")
    if fields.get("release_id") != release.release_id:
        raise _ListInvalid("is of another release")
    return files


def _from_manifest(release: Release) -> tuple[ListedFile, ...]:
    manifest = release.manifest
    dumps = (ListedFile(f"{DUMPS_FOLDER}/{dump.name}", dump.bytes, dump.sha256) for dump in manifest.dumps)
    return (ListedFile(QUADS_FILE, manifest.quads_bytes, manifest.quads_sha256), *dumps)


def _files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield name and path of each file that the list covers, sorted by name."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in name.split("/"))  # drafts of an interrupted write
        if not hidden and name != FILE_LIST and not _changes(name) and path.is_file():
            yield name, path


def _changes(name: str) -> bool:
    # RocksDB renames the log of the opening before to LOG.old and a number
    return name in _CHANGING or name.startswith("store/LOG.old")


def _stamp(folder: Path) -> tuple[int, ...]:
    """Return numbers that change when a build replaces the list or the manifest."""
    numbers = []
    for name in (FILE_LIST, MANIFEST_FILE):
        try:
            state = (folder / name).stat()
        except OSError:
            numbers += [0, 0]
        else:
            # a replaced file has another inode, even if its time is the same
            numbers += [state.st_ino, state.st_mtime_ns]
    return tuple(numbers)


def _hash_of_list(fields: Mapping[str, object]) -> str:
    """Return the SHA-256 of the list itself."""
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
