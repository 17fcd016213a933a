"""A key pair for tests, publications that are signed with it, and pointers of an attacker."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kg.release.replication.atomic_files import sha256_of
from kg.release.replication.minisign import SecretKey, _scrypt_cost, new_key
from kg.release.replication.policy import PointerPolicy
from kg.release.replication.publication import (
    FILES_FOLDER,
    POINTER_FILE,
    Blob,
    Part,
    Pointer,
    read_pointer,
    signature_name,
)
from kg.release.replication.publish import Terms

KEY, OTHER_KEY = new_key(), new_key()
FOLLOW_KEY = KEY.public.line
SIGNED = Terms(KEY)
ROLL_BACK = Terms(KEY, roll_back=True)


def trusting(home: Path) -> PointerPolicy:
    """The policy of a reader that trusts the key of the tests."""
    return PointerPolicy(home, (KEY.public,))


def insecure(home: Path) -> PointerPolicy:
    """The policy of a reader that verifies nothing."""
    return PointerPolicy(home, None)


def current(folder: Path) -> Pointer:
    """The pointer to the current release of a publication."""
    return read_pointer((folder / POINTER_FILE).read_bytes(), "")


def point(folder: Path, body: bytes, key: SecretKey | None = KEY) -> None:
    """Let the current pointer have these bytes, signed with a key; without one it has no signature."""
    if key is not None:
        (folder / FILES_FOLDER / signature_name(body)).write_bytes(key.sign(body, "test"))
    (folder / POINTER_FILE).write_bytes(body)


def changed(pointer: Pointer, **fields: Any) -> bytes:
    """A pointer as JSON with other fields, whether they make sense or not."""
    return json.dumps({**json.loads(pointer.to_json()), **fields}).encode()


def with_file(folder: Path, pointer: Pointer, name: str, body: bytes) -> Pointer:
    """A pointer in which a file has other bytes, which are offered under their own hash."""
    place = folder / FILES_FOLDER / "file"
    place.write_bytes(body)
    blob = Blob(sha256_of(place), len(body))
    place.rename(folder / FILES_FOLDER / blob.sha256)
    others = tuple(part for part in pointer.parts if part.name != name)
    return replace(pointer, parts=(*others, Part(name, blob)))


def moment(days: float) -> datetime.datetime:
    """The time in so many days from now."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(days=days)


def pointer_to(release_id: str, *parts: Part, sequence: int = 1, **fields: Any) -> Pointer:
    """A pointer to a release that need not exist."""
    listed = parts or (Part("quads.nq", Blob(release_id * 4, 1)),)
    values = {"released": sequence, "published_at": moment(0), "expires_at": moment(30), **fields}
    return Pointer(release_id, 1, {"fyp-kg": "9"}, listed, sequence, **values)


def encrypted(key: SecretKey, password: str, operations: int, memory: int) -> str:
    """A key file with a password and limits that cost little."""
    salt = b"s" * 32
    plain = base64.b64decode(key.to_file().splitlines()[1])[54:-32]
    plain += hashlib.blake2b(b"Ed" + plain, digest_size=32).digest()
    n, p = _scrypt_cost(operations, memory)
    stream = Scrypt(salt=salt, length=len(plain), n=n, r=8, p=p).derive(password.encode())
    body = b"EdScB2" + salt + operations.to_bytes(8, "little") + memory.to_bytes(8, "little")
    body += bytes(item ^ other for item, other in zip(plain, stream, strict=True))
    return f"untrusted comment: minisign encrypted secret key\n{base64.b64encode(body).decode()}\n"
