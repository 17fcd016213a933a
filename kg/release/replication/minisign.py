"""Public keys and signatures in the format of minisign, see https://jedisct1.github.io/minisign/.

A signature is one of Ed25519 over the BLAKE2b-512 hash of a file (algorithm ``ED``). A second one covers the first
and the trusted comment. This module only reads; ``kg.release.replication.signing`` signs.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kg.core.errors import SettingInvalid, SignatureInvalid

MOST_SIGNATURE_BYTES = 2**13
KEY_ID_BYTES = 8

UNTRUSTED, TRUSTED = "untrusted comment: ", "trusted comment: "
KEY_ALGORITHM, HASHED_ALGORITHM, _RAW_ALGORITHM = b"Ed", b"ED", b"Ed"
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64
_KEY_LINE = re.compile(r"RW[0-9A-Za-z+/]{54}")
_MOST_KEY_FILE_BYTES = 2**12


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 public key of 32 bytes, and the 8 bytes by which signatures name it."""

    key_id: bytes
    raw: bytes

    @property
    def name(self) -> str:
        """The id in hexadecimal digits, as minisign shows it."""
        return shown(self.key_id)

    @property
    def line(self) -> str:
        """The key in base64, for ``KG_FOLLOW_KEY`` and ``minisign -P``."""
        return base64.b64encode(KEY_ALGORITHM + self.key_id + self.raw).decode("ascii")

    def to_file(self) -> str:
        """Return the text of a ``.pub`` file."""
        return f"{UNTRUSTED}minisign public key {self.name}\n{self.line}\n"


def shown(key_id: bytes) -> str:
    """Return the id of a key in hexadecimal digits, as minisign shows it."""
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
        with path.open("rb") as file:
            lines = file.read(_MOST_KEY_FILE_BYTES).decode("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise SettingInvalid(
            f"KG_FOLLOW_KEY: {str(path)!r} is neither a public key nor a file with one ({error}). Name the .pub file, "
            "or give its second line, which begins with RW."
        ) from error
    found = [line.strip() for line in lines if _KEY_LINE.fullmatch(line.strip())]
    if len(found) != 1:
        raise SettingInvalid(
            f"KG_FOLLOW_KEY: {path} holds no public key of minisign. Name the .pub file that 'kg publish --new-key' "
            "wrote, not the secret key."
        )
    return _read_line(found[0])


def _read_line(line: str) -> PublicKey:
    body = _decoded(line.encode("ascii"))
    return PublicKey(body[2 : 2 + KEY_ID_BYTES], body[2 + KEY_ID_BYTES :])


def _decoded(text: bytes) -> bytes:
    """Decode base64 that is written in the one canonical way (RFC 4648, section 3.5).

    Raises:
        ValueError: it is not base64, or has bits after the last byte that nothing decodes.
    """
    found = base64.b64decode(text, validate=True)
    if base64.b64encode(found) != text:
        raise ValueError("the base64 is not canonical")
    return found


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
        public.verify(overall, signed + comment)
    except (InvalidSignature, ValueError) as error:
        raise SignatureInvalid(
            f"{where} has a signature that is not of its bytes: it was changed after it was signed. Nothing of it is "
            "used. Have it published anew, and find out who can write there."
        ) from error
    return key


def _parts_of(signature: bytes, where: str) -> tuple[bytes, bytes, bytes, bytes]:
    """Return the id of the key, the signature, the trusted comment and the signature of both."""
    try:
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
