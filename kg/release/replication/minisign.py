"""Keys and signatures in the format of minisign (https://jedisct1.github.io/minisign/): read, verify, sign.

A signature is Ed25519 over the BLAKE2b-512 hash of a file (algorithm ``ED``). A second one covers the first and the
trusted comment. Secret keys of openssl (PEM) can be read as well.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from kg.core.errors import FileUnreadable, SettingInvalid, SignatureInvalid, WriteFailed
from kg.release.replication.atomic_files import to_disk

# a signature has four short lines, and a hostile server must not send more without end
MOST_SIGNATURE_BYTES = 2**13
KEY_ID_BYTES = 8

UNTRUSTED, TRUSTED = "untrusted comment: ", "trusted comment: "
# minisign writes Ed for keys and for legacy signatures of a whole file, ED for signatures of a hash
KEY_ALGORITHM, HASHED_ALGORITHM, _RAW_ALGORITHM = b"Ed", b"ED", b"Ed"
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64
# The algorithm, the id and the key are 42 bytes, which are 56 digits of base64. The letters Ed become RW.
_KEY_LINE = re.compile(r"RW[0-9A-Za-z+/]{54}")
_MOST_KEY_FILE_BYTES = 2**12


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 public key of 32 bytes, and the 8 bytes by which signatures name it."""

    key_id: bytes
    raw: bytes

    @property
    def name(self) -> str:
        """Return the id in hexadecimal digits, as minisign shows it."""
        return shown(self.key_id)

    @property
    def line(self) -> str:
        """Return the key in base64, for ``KG_FOLLOW_KEY`` and ``minisign -P``."""
        return base64.b64encode(KEY_ALGORITHM + self.key_id + self.raw).decode("ascii")

    def to_file(self) -> str:
        """Return the text of a ``.pub`` file."""
        return f"{UNTRUSTED}minisign public key {self.name}\n{self.line}\n"


def shown(key_id: bytes) -> str:
    """Return the id of a key in hexadecimal digits, as minisign shows it."""
    # the id is a number whose lowest byte comes first
    return key_id[::-1].hex().upper()


def read_public_keys(text: str) -> tuple[PublicKey, ...]:
    """Read public keys with commas between, each in base64 or as the path of a ``.pub`` file.

    Raises:
        SettingInvalid: one of them is no public key, or its file cannot be read.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return tuple(_read_line(part) if _KEY_LINE.fullmatch(part) else _read_file(Path(part)) for part in parts)


def _read_file(path: Path) -> PublicKey:
    try:
        # the setting may name any file, so only so many bytes are read
        with path.open("rb") as file:
            lines = file.read(_MOST_KEY_FILE_BYTES).decode("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise SettingInvalid(
            f"KG_FOLLOW_KEY: {str(path)!r} is neither a public key nor a file with one ({error}). Name the .pub file, "
            "or give its second line, which begins with RW."
        ) from error
    key_lines = [line.strip() for line in lines if _KEY_LINE.fullmatch(line.strip())]
    if len(key_lines) != 1:
        raise SettingInvalid(
            f"KG_FOLLOW_KEY: {path} holds no public key of minisign. Name the .pub file that 'kg publish --new-key' "
            "wrote, not the secret key."
        )
    return _read_line(key_lines[0])


def _read_line(line: str) -> PublicKey:
    body = _decoded(line.encode("ascii"))
    return PublicKey(body[2 : 2 + KEY_ID_BYTES], body[2 + KEY_ID_BYTES :])


def _decoded(text: bytes) -> bytes:
    """Decode base64 that is written in the one canonical way (RFC 4648, section 3.5).

    Raises:
        ValueError: it is not base64, or has bits after the last byte that nothing decodes.
    """
    decoded = base64.b64decode(text, validate=True)
    if base64.b64encode(decoded) != text:
        raise ValueError("the base64 is not canonical")
    return decoded


def verify(body: bytes, signature: bytes, keys: Sequence[PublicKey], where: str) -> PublicKey:
    """Return the key that signed the bytes; ``where`` is their address, for messages.

    Raises:
        SignatureInvalid: none of the keys signed them, or the signature is not in the format of minisign.
    """
    key_id, signed, comment, overall = _parts_of(signature, where)
    key = next((key for key in keys if key.key_id == key_id), None)
    if key is None:
        names = " and ".join(key.name for key in keys)
        raise SignatureInvalid(
            f"{where} is signed with the key {shown(key_id)}, and KG_FOLLOW_KEY names {names}. If the publisher "
            "changed the key, ask them for the new one by another way and add it to KG_FOLLOW_KEY."
        )
    try:
        public = Ed25519PublicKey.from_public_bytes(key.raw)
        public.verify(signed, hashlib.blake2b(body).digest())
        # the second signature covers the trusted comment, which the first one does not
        public.verify(overall, signed + comment)
    except (InvalidSignature, ValueError) as error:
        raise SignatureInvalid(
            f"{where} has a signature that is not of its bytes: it was changed after it was signed. Nothing of it is "
            "used. Have it published again, and find out who can write there."
        ) from error
    return key


def _parts_of(signature: bytes, where: str) -> tuple[bytes, bytes, bytes, bytes]:
    """Return the id of the key, the signature, the trusted comment and the signature of both."""
    try:
        # the assignment fails unless there are exactly four lines
        untrusted, first, trusted, second = signature.removesuffix(b"\n").split(b"\n")
        head, overall = _decoded(first), _decoded(second)
    except (ValueError, binascii.Error) as error:
        raise _malformed(where, "it has not four lines, two of them in base64") from error
    if not (untrusted.startswith(UNTRUSTED.encode()) and trusted.startswith(TRUSTED.encode())):
        raise _malformed(where, "a comment is missing")
    algorithm, key_id, signed = head[:2], head[2 : 2 + KEY_ID_BYTES], head[2 + KEY_ID_BYTES :]
    if algorithm == _RAW_ALGORITHM:
        raise _malformed(where, "it is in the legacy format; sign without 'minisign -l'")
    if algorithm != HASHED_ALGORITHM or len(signed) != _SIGNATURE_BYTES or len(overall) != _SIGNATURE_BYTES:
        raise _malformed(where, "its algorithm or its length is another")
    return key_id, signed, trusted.removeprefix(TRUSTED.encode()), overall


def _malformed(where: str, why: str) -> SignatureInvalid:
    return SignatureInvalid(f"{where} has a signature that is not in the format of minisign: {why}. Sign it anew.")


AskPassword = Callable[[], str]

_NO_KDF, _SCRYPT, _CHECKSUM_ALGORITHM = b"\0\0", b"Sc", b"B2"
_SALT_BYTES, _SEED_BYTES, _SECRET_BYTES, _CHECKSUM_BYTES = 32, 32, 64, 32
# three names of algorithms of two bytes each, the salt, and two limits of eight bytes each
_HEAD_BYTES = 6 + _SALT_BYTES + 16
_LENGTH = _HEAD_BYTES + KEY_ID_BYTES + _SECRET_BYTES + _CHECKSUM_BYTES
_PEM = b"-----BEGIN "
_MOST_SECRET_FILE_BYTES = 2**14
# As in libsodium, r is 8 and lower limits of operations are raised to 32,768.
# A key file chooses the memory of its derivation, so there is a limit here.
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
        # O_EXCL: no key is ever overwritten; the mode is set at creation, so that others cannot read the file meanwhile
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
            # the mode of the open file: another file could be at the path a moment later
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            body = file.read(_MOST_SECRET_FILE_BYTES)
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
    # the file holds the public key as well, so that a changed seed is noticed also without a password
    if made.public.raw != key[KEY_ID_BYTES + _SEED_BYTES : KEY_ID_BYTES + _SECRET_BYTES]:
        raise FileUnreadable(f"{path} was changed, or the password is another. Try again, or use a copy of the key.")
    return made


def _decrypted(path: Path, head: bytes, key: bytes, password: str) -> bytes:
    salt, limits = head[:_SALT_BYTES], head[_SALT_BYTES:]
    operations, memory = (int.from_bytes(limits[place : place + 8], "little") for place in (0, 8))
    # refused before the memory is used
    if memory > _MOST_MEMORY:
        raise FileUnreadable(f"{path} asks for {memory} bytes to read it. Write it again with 'minisign -C'.")
    n, p = _scrypt_cost(operations, memory)
    stream = Scrypt(salt=salt, length=len(key), n=n, r=_SCRYPT_R, p=p).derive(password.encode("utf-8"))
    # minisign encrypts by an exclusive or with the output of scrypt, so the same step decrypts
    plain = bytes(byte ^ mask for byte, mask in zip(key, stream, strict=True))
    content, checksum = plain[:-_CHECKSUM_BYTES], plain[-_CHECKSUM_BYTES:]
    if hashlib.blake2b(KEY_ALGORITHM + content, digest_size=_CHECKSUM_BYTES).digest() != checksum:
        raise FileUnreadable(f"The password of {path} is another. Try again.")
    return plain


def _scrypt_cost(operations: int, memory: int) -> tuple[int, int]:
    """Return N and p of scrypt for limits of operations and memory, as libsodium chooses them (r is 8)."""
    # as in libsodium: N is the largest power of two within the tighter limit;
    # if memory is the tighter one, p uses the operations that are left
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
        # the label of an encrypted PEM says so; a password for any other key is an error
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
