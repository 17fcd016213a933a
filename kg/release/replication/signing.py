"""Secret keys, and signatures made with them, in the format of minisign; also reads Ed25519 keys of openssl (PEM)."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from kg.core.errors import FileUnreadable, WriteFailed
from kg.release.replication.atomic_files import to_disk
from kg.release.replication.minisign import HASHED_ALGORITHM, KEY_ALGORITHM, KEY_ID_BYTES, TRUSTED, UNTRUSTED, PublicKey

AskPassword = Callable[[], str]

_NO_KDF, _SCRYPT, _CHECKSUM_ALGORITHM = b"\0\0", b"Sc", b"B2"
_SALT_BYTES, _SEED_BYTES, _SECRET_BYTES, _CHECKSUM_BYTES = 32, 32, 64, 32
_HEAD_BYTES = 6 + _SALT_BYTES + 16
_LENGTH = _HEAD_BYTES + KEY_ID_BYTES + _SECRET_BYTES + _CHECKSUM_BYTES
_PEM = b"-----BEGIN "
_MOST_KEY_FILE_BYTES = 2**14
_SCRYPT_R, _LEAST_OPS, _MOST_MEMORY = 8, 32_768, 2**31


@dataclass(frozen=True)
class SecretKey:
    """An Ed25519 key that signs."""

    public: PublicKey
    _seed: bytes

    def __repr__(self) -> str:
        return f"SecretKey({self.public.name})"

    def sign(self, body: bytes, comment: str) -> bytes:
        """Return a signature file over some bytes, with a trusted comment of one line."""
        private = Ed25519PrivateKey.from_private_bytes(self._seed)
        signed = private.sign(hashlib.blake2b(body).digest())
        overall = private.sign(signed + comment.encode("utf-8"))
        lines = (
            f"{UNTRUSTED}signature with the key {self.public.name}",
            _base64(HASHED_ALGORITHM + self.public.key_id + signed),
            f"{TRUSTED}{comment}",
            _base64(overall),
        )
        return "".join(f"{line}\n" for line in lines).encode("utf-8")

    def to_file(self) -> str:
        """Return the text of a key file without a password, as ``minisign -G -W`` writes it."""
        head = KEY_ALGORITHM + _NO_KDF + _CHECKSUM_ALGORITHM + bytes(_SALT_BYTES + 16)
        body = self.public.key_id + self._seed + self.public.raw + bytes(_CHECKSUM_BYTES)
        return f"{UNTRUSTED}minisign secret key {self.public.name}, without a password\n{_base64(head + body)}\n"


def new_key() -> SecretKey:
    """Make a key pair."""
    return _key(secrets.token_bytes(_SEED_BYTES), secrets.token_bytes(KEY_ID_BYTES))


def write_new_key(path: Path) -> SecretKey:
    """Make a key pair and write both files: the secret key, which only its owner may read, and ``.pub`` beside it.

    Raises:
        WriteFailed: one of the files is there already or cannot be written.
    """
    key = new_key()
    try:
        for place, text, mode in ((path, key.to_file(), 0o600), (public_path(path), key.public.to_file(), 0o644)):
            descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(text)
            to_disk(place)
    except FileExistsError as error:
        raise WriteFailed(
            f"{error.filename} is there already, and no key is written over. Name another file."
        ) from error
    except OSError as error:
        raise WriteFailed(f"The key cannot be written: {error}. Choose another folder.") from error
    return key


def public_path(path: Path) -> Path:
    """Return the path of the public key that belongs to the path of a secret key: its ending is ``.pub``."""
    return path.with_suffix(".pub") if path.suffix == ".key" else path.with_name(f"{path.name}.pub")


def read_secret_key(path: Path, ask_password: AskPassword) -> SecretKey:
    """Read a secret key of minisign or openssl; asks for its password if it has one.

    Raises:
        FileUnreadable: it is none, every user of the machine can read it, or the password is another.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            body = file.read(_MOST_KEY_FILE_BYTES)
    except OSError as error:
        raise FileUnreadable(f"{path} cannot be read: {error}. Make a key with 'kg publish --new-key'.") from error
    if mode & stat.S_IROTH:
        raise FileUnreadable(f"Every user of this machine can read the secret key {path}. Run 'chmod 600 {path}'.")
    return _from_pem(path, body, ask_password) if body.startswith(_PEM) else _from_minisign(path, body, ask_password)


def _from_minisign(path: Path, text: bytes, ask_password: AskPassword) -> SecretKey:
    lines = text.splitlines()
    try:
        body = base64.b64decode(lines[1], validate=True) if len(lines) > 1 else b""
    except ValueError:
        body = b""
    algorithm, kdf, checksum = body[:2], body[2:4], body[4:6]
    is_known = (algorithm, checksum) == (KEY_ALGORITHM, _CHECKSUM_ALGORITHM) and kdf in (_NO_KDF, _SCRYPT)
    if not text.startswith(UNTRUSTED.encode()) or len(body) != _LENGTH or not is_known:
        raise FileUnreadable(f"{path} is no secret key of minisign or openssl. Make one with 'kg publish --new-key'.")
    key = body[_HEAD_BYTES:]
    if kdf == _SCRYPT:
        key = _decrypted(path, body[6:_HEAD_BYTES], key, ask_password())
    made = _key(key[KEY_ID_BYTES : KEY_ID_BYTES + _SEED_BYTES], key[:KEY_ID_BYTES])
    if made.public.raw != key[KEY_ID_BYTES + _SEED_BYTES : KEY_ID_BYTES + _SECRET_BYTES]:
        raise FileUnreadable(f"{path} was changed, or the password is another. Try again, or use a copy of the key.")
    return made


def _decrypted(path: Path, head: bytes, key: bytes, password: str) -> bytes:
    salt, limits = head[:_SALT_BYTES], head[_SALT_BYTES:]
    operations, memory = (int.from_bytes(limits[place : place + 8], "little") for place in (0, 8))
    if memory > _MOST_MEMORY:
        raise FileUnreadable(f"{path} asks for {memory} bytes to read it. Write it anew with 'minisign -C'.")
    n, p = _scrypt_cost(operations, memory)
    stream = Scrypt(salt=salt, length=len(key), n=n, r=_SCRYPT_R, p=p).derive(password.encode("utf-8"))
    plain = bytes(one ^ other for one, other in zip(key, stream, strict=True))
    kept, checksum = plain[:-_CHECKSUM_BYTES], plain[-_CHECKSUM_BYTES:]
    if hashlib.blake2b(KEY_ALGORITHM + kept, digest_size=_CHECKSUM_BYTES).digest() != checksum:
        raise FileUnreadable(f"The password of {path} is another. Try again.")
    return plain


def _scrypt_cost(operations: int, memory: int) -> tuple[int, int]:
    """Return N and p of scrypt for limits of operations and memory, as libsodium chooses them (r is 8)."""
    operations = max(operations, _LEAST_OPS)
    is_fast = operations < memory // 32
    most = operations // (_SCRYPT_R * 4) if is_fast else memory // (_SCRYPT_R * 128)
    n = 2
    while n <= most // 2:
        n *= 2
    return n, 1 if is_fast else max(operations // 4 // n // _SCRYPT_R, 1)


def _from_pem(path: Path, text: bytes, ask_password: AskPassword) -> SecretKey:
    """Read a key of openssl; since it has no id, the id is the beginning of the SHA-256 of its public key."""
    try:
        password = ask_password().encode("utf-8") if b"ENCRYPTED" in text else None
        private = load_pem_private_key(text, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise FileUnreadable(f"{path} cannot be read as a key, or the password is another ({error}).") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise FileUnreadable(f"{path} is no key of Ed25519. Make one with 'openssl genpkey -algorithm ed25519'.")
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return _key(private.private_bytes_raw(), hashlib.sha256(raw).digest()[:KEY_ID_BYTES])


def _key(seed: bytes, key_id: bytes) -> SecretKey:
    raw = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return SecretKey(PublicKey(key_id, raw), seed)


def _base64(body: bytes) -> str:
    return base64.b64encode(body).decode("ascii")
