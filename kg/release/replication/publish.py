"""Publish a release: write its files, the next pointer and its signature into a folder."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.core.errors import CopyFailed, ReleaseBroken, SignatureInvalid, WriteFailed
from kg.release import DUMPS_FOLDER, MANIFEST_FILE, QUADS_FILE, SELF_TEST_FILE, Release
from kg.release.dump.formats import SUMS_FILE
from kg.release.replication.atomic_files import draft_of, link, sha256_of, write_whole
from kg.release.replication.publication import (
    FILES_FOLDER,
    POINTER_FILE,
    SIGNATURE_ENDING,
    Blob,
    OlderFormat,
    Part,
    Pointer,
    read_pointer,
    signature_name,
)
from kg.release.store import verify_quads

if TYPE_CHECKING:
    from kg.release.replication.minisign import SecretKey

DEFAULT_DAYS = 30


@dataclass(frozen=True)
class Terms:
    """The terms of a pointer: the key that signs it, its days, and whether it may name an older release.

    Without a key it is not signed, and its expiry is not checked.
    """

    key: SecretKey | None = None
    days: float = DEFAULT_DAYS
    roll_back: bool = False


@dataclass(frozen=True)
class Published:
    """The pointers in a folder, with the current one; ``is_signed`` if there are signatures.

    With a key, only pointers signed by it count: others may be able to write to the folder.
    """

    pointers: tuple[Pointer, ...]
    current: Pointer | None
    is_signed: bool

    @classmethod
    def read(cls, folder: Path, key: SecretKey | None) -> Published:
        """Read the pointers in a folder.

        Raises:
            CopyFailed: one is none.
            OSError: one cannot be read.
        """
        by_name = {path.name: _read_signed(path, key) for path in sorted(folder.glob("*.json"))}
        pointers = tuple(pointer for pointer in by_name.values() if pointer is not None)
        signed = (folder / f"{POINTER_FILE}{SIGNATURE_ENDING}").exists()
        return cls(pointers, by_name.get(POINTER_FILE), signed)

    def refuse(self, release_id: str, terms: Terms) -> None:
        """Check that a release may be published.

        Raises:
            SignatureInvalid: the pointers are signed, and there is no key.
            CopyFailed: the release is older than another one, and is not meant as a roll-back.
        """
        if terms.key is None and self.is_signed:
            raise SignatureInvalid(
                "The pointers in this folder are signed. Give the key with --key, or publish into another folder."
            )
        # the current release may be published again, which renews its signature
        if self._is_older(release_id) and not self._is_current(release_id) and not terms.roll_back:
            raise CopyFailed(
                f"{release_id} was published before another release here. To make it current again for all readers, "
                "add --roll-back."
            )

    def next(self, release: Release, parts: tuple[Part, ...], terms: Terms) -> Pointer:
        """Return the pointer that comes next, or the current one if it is not signed and says the same.

        A sequence number is the time in seconds since 1970, or one more than the last one: it grows even if the
        folder was lost.
        """
        # a pointer gives its times in whole seconds
        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        sequence = max([int(now.timestamp()), *(pointer.sequence + 1 for pointer in self.pointers)])
        manifest = release.manifest
        pointer = Pointer(
            release_id=release.release_id,
            release_format=manifest.format,
            made_with=dict(manifest.made_with),
            parts=parts,
            sequence=sequence,
            released=self._released(release.release_id) or sequence,
            published_at=now,
            expires_at=now + datetime.timedelta(seconds=round(terms.days * 86_400)),
            rolls_back=self._is_older(release.release_id),
        )
        if terms.key is None and self.current is not None and _content(pointer) == _content(self.current):
            return self.current
        return pointer

    def _released(self, release_id: str) -> int | None:
        return min((pointer.released for pointer in self.pointers if pointer.release_id == release_id), default=None)

    def _is_older(self, release_id: str) -> bool:
        """Return True if another release was published after this one: readers that saw it take no older one."""
        released = self._released(release_id)
        return released is not None and released < max(pointer.released for pointer in self.pointers)

    def _is_current(self, release_id: str) -> bool:
        return self.current is not None and self.current.release_id == release_id


def _read_signed(path: Path, key: SecretKey | None) -> Pointer | None:
    """Return a pointer, or None if it does not count: an older program wrote it, or the key did not sign it."""
    body = path.read_bytes()
    try:
        pointer = read_pointer(body, str(path))
        if key is not None:
            _verify_signature(path, body, key)
    except (OlderFormat, SignatureInvalid):
        return None
    return pointer


def _verify_signature(path: Path, body: bytes, key: SecretKey) -> None:
    from kg.release.replication.minisign import (
        verify,  # imports cryptography, which an unsigned publication does not need
    )

    try:
        signature = (path.parent / FILES_FOLDER / signature_name(body)).read_bytes()
    except FileNotFoundError as error:
        raise SignatureInvalid(f"{path} has no signature.") from error
    verify(body, signature, (key.public,), str(path))


def _content(pointer: Pointer) -> Pointer:
    """Return a pointer without what changes each time."""
    # fixed values that are valid: a pointer expires after its publication, and `released` is at most `sequence`
    moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return replace(
        pointer,
        sequence=pointer.released,
        published_at=moment,
        expires_at=moment + datetime.timedelta(1),
    )


def publish(release: Release, folder: Path, terms: Terms | None = None, *, last: int | None = None) -> Pointer:
    """Write a release into a folder and point to it; existing files are not written again.

    Files are written first and pointers last, each atomically, so readers never see a part. A signed pointer is always
    written again, with a higher sequence number and a later expiry. ``last`` keeps so many releases, and removes older
    ones with the files that no other release has.

    Raises:
        ReleaseBroken: its files were changed after they were written.
        WriteFailed: there is no room or no right to write.
        CopyFailed: the folder holds a pointer that is none, or the release is older than another one there.
        SignatureInvalid: the folder holds signed pointers, and there is no key.
    """
    verify_quads(release)
    chosen = terms or Terms()
    try:
        before = Published.read(folder, chosen.key)
        before.refuse(release.release_id, chosen)
        (folder / FILES_FOLDER).mkdir(parents=True, exist_ok=True)
        parts = tuple(Part(name, _put(release.folder / name, folder)) for name in _names(release))
        _check_dumps(release, parts)
        pointer = before.next(release, parts, chosen)
        if pointer != before.current:
            _point(folder, pointer, chosen)
        if last is not None:
            _prune(folder, last)
    except OSError as error:
        raise WriteFailed(f"{folder} cannot be written: {error}. Make room or choose another folder.") from error
    return pointer


def _names(release: Release) -> list[str]:
    """Return the files of a release, without those that readers build from the quads."""
    dumps = [release.path_of(dump).name for dump in release.manifest.dumps]
    if dumps and (release.folder / DUMPS_FOLDER / SUMS_FILE).is_file():
        dumps.append(SUMS_FILE)
    others = [name for name in (MANIFEST_FILE, QUADS_FILE, SELF_TEST_FILE) if (release.folder / name).is_file()]
    return [*others, *(f"{DUMPS_FOLDER}/{name}" for name in sorted(dumps))]


def _check_dumps(release: Release, parts: tuple[Part, ...]) -> None:
    """Raise ReleaseBroken if a dump's hash differs from the manifest: it must not be signed then."""
    hashes = {part.name: part.blob.sha256 for part in parts}
    for dump in release.manifest.dumps:
        if hashes[f"{DUMPS_FOLDER}/{dump.name}"] != dump.sha256:
            raise ReleaseBroken(
                f"{release.path_of(dump)} was changed after it was written. Remove {release.folder / DUMPS_FOLDER} and "
                f"run 'kg dump {release.release_id}'."
            )


def _put(path: Path, folder: Path) -> Blob:
    """Put a file in its place by hash, unless it is there; hard-linked if possible, since a release never changes."""
    blob = Blob(sha256_of(path), path.stat().st_size)
    # a file of that name has those bytes, since it was renamed when complete; its size costs no read
    place = folder / FILES_FOLDER / blob.sha256
    if not (place.exists() and place.stat().st_size == blob.bytes):
        draft = draft_of(place)
        draft.unlink(missing_ok=True)
        link(path, draft)
        draft.replace(place)
    return blob


def _point(folder: Path, pointer: Pointer, terms: Terms) -> None:
    """Write both pointers after the signature under their hash, so that no reader ever lacks it.

    The signatures beside the pointers are for people, since ``minisign`` looks for them there.
    """
    body = pointer.to_json()
    signature = b""
    # `minisign -V` shows this comment to people, so it repeats the values by which readers decide
    if terms.key is not None:
        signature = terms.key.sign(
            body,
            f"release:{pointer.release_id}\tsequence:{pointer.sequence}\t"
            f"expires:{pointer.expires_at.isoformat(timespec='seconds')}",
        )
        write_whole(folder / FILES_FOLDER / signature_name(body), signature)
    # `current.json` comes last, since it makes the release visible
    for name in (f"{pointer.release_id}.json", POINTER_FILE):
        write_whole(folder / name, body)
        if signature:
            write_whole(folder / f"{name}{SIGNATURE_ENDING}", signature)


def _prune(folder: Path, last: int) -> None:
    """Remove all but the newest releases and the current one, and then the files that no pointer lists."""
    # a file may belong to several releases, so it is removed only when no remaining pointer lists it
    bodies = {path: path.read_bytes() for path in folder.glob("*.json")}
    pointers = {
        path: pointer for path, body in bodies.items() if (pointer := _read_unless_older(path, body)) is not None
    }
    current = pointers[folder / POINTER_FILE].release_id
    named = sorted(
        (path for path in bodies if path.name != POINTER_FILE),
        # a pointer of an older program has no order and counts as the oldest
        key=lambda path: pointers[path].released if path in pointers else 0,
    )
    for path in [path for path in named[:-last] if path.name != f"{current}.json"]:
        path.unlink()
        path.with_name(f"{path.name}{SIGNATURE_ENDING}").unlink(missing_ok=True)
        del bodies[path]
        pointers.pop(path, None)
    listed = {part.blob.sha256 for pointer in pointers.values() for part in pointer.parts}
    # the signature of each remaining pointer has the hash of its bytes as its name
    listed |= {signature_name(body) for body in bodies.values()}
    for place in (folder / FILES_FOLDER).iterdir():
        if place.name not in listed:
            place.unlink()


def _read_unless_older(path: Path, body: bytes) -> Pointer | None:
    """Return a pointer, or None if an older program wrote it."""
    try:
        return read_pointer(body, str(path))
    except OlderFormat:
        return None
