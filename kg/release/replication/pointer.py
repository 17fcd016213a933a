"""The next pointer of a publication: its sequence number, its expiry, and whether it is a roll-back."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.core.errors import CopyFailed, SignatureInvalid
from kg.release import Release
from kg.release.replication.publication import (
    FILES_FOLDER,
    POINTER_FILE,
    SIGNATURE_ENDING,
    OlderFormat,
    Part,
    Pointer,
    read_pointer,
    signature_name,
)

if TYPE_CHECKING:
    from kg.release.replication.signing import SecretKey

DEFAULT_DAYS = 30


@dataclass(frozen=True)
class Terms:
    """How a pointer is published: the key that signs it, its days, and whether it may name an older release.

    Without a key it is not signed, and nobody minds its expiry.
    """

    key: SecretKey | None = None
    days: float = DEFAULT_DAYS
    roll_back: bool = False


@dataclass(frozen=True)
class Published:
    """The pointers that a folder holds, with the current one; ``is_signed`` if there are signatures.

    With a key, only those count that it signed: the folder may lie where others can write.
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
        found = {path.name: _read(path, key) for path in sorted(folder.glob("*.json"))}
        pointers = tuple(pointer for pointer in found.values() if pointer is not None)
        signed = (folder / f"{POINTER_FILE}{SIGNATURE_ENDING}").exists()
        return cls(pointers, found.get(POINTER_FILE), signed)

    def refuse(self, release_id: str, terms: Terms) -> None:
        """See that a release may be published.

        Raises:
            SignatureInvalid: the pointers are signed, and there is no key.
            CopyFailed: the release is older than another one, and is not meant as a roll-back.
        """
        if terms.key is None and self.is_signed:
            raise SignatureInvalid(
                "The pointers in this folder are signed. Give the key with --key, or publish into another folder."
            )
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


def _read(path: Path, key: SecretKey | None) -> Pointer | None:
    """Return a pointer, or None if it does not count: an older program wrote it, or the key did not sign it."""
    body = path.read_bytes()
    try:
        pointer = read_pointer(body, str(path))
        if key is not None:
            _verify(path, body, key)
    except (OlderFormat, SignatureInvalid):
        return None
    return pointer


def _verify(path: Path, body: bytes, key: SecretKey) -> None:
    from kg.release.replication.minisign import (
        verify,  # and with it cryptography, which an unsigned publication does not need
    )

    try:
        signature = (path.parent / FILES_FOLDER / signature_name(body)).read_bytes()
    except FileNotFoundError as error:
        raise SignatureInvalid(f"{path} has no signature.") from error
    verify(body, signature, (key.public,), str(path))


def _content(pointer: Pointer) -> Pointer:
    """Return a pointer without what changes each time."""
    moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return replace(
        pointer,
        sequence=pointer.released,
        published_at=moment,
        expires_at=moment + datetime.timedelta(1),
    )
