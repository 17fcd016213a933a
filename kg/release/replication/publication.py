"""A publication: releases as plain files in a folder, for any number of readers to copy.

``current.json`` is the pointer to one release, ``<id>.json`` that to each. A pointer lists all files of its release,
which are in ``files/`` under the SHA-256 of their bytes. So is the signature of a pointer, with the ending
``.minisig``. All files but the pointers never change, and each pointer is replaced in one step.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg.core.errors import CopyFailed, PointerExpired, PointerOutdated, SettingInvalid, WriteFailed
from kg.release import MANIFEST_FILE, QUADS_FILE, SELF_TEST_FILE
from kg.release.replication.atomic_files import to_disk, write_whole
from kg.release.replication.minisign import PublicKey, read_public_keys, verify

FORMAT = 2
POINTER_FILE = "current.json"
FILES_FOLDER = "files"
SIGNATURE_ENDING = ".minisig"
# a pointer is read into memory, and its server may be hostile
MOST_POINTER_BYTES = 2**20
# the expiry limits how long a server can hold back a new release (decision 0036)
MOST_DAYS = 366

_MOST_FILES = 1_000
_MOST_FILE_BYTES = 2**50
_MOST_SEQUENCE = 2**53 - 1  # larger integers are not exact in every JSON parser
_SHOWN = 60
_ID = re.compile(r"[0-9a-f]{16}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# No path out of the folder, no hidden file, and nothing that a reader builds: store, counts, search index, list.
_NAME = re.compile(
    rf"{re.escape(MANIFEST_FILE)}|{re.escape(QUADS_FILE)}|{re.escape(SELF_TEST_FILE)}|dumps/[a-zA-Z0-9][a-zA-Z0-9._-]{{0,199}}"
)
_FIELDS = frozenset(
    (
        *("format", "release_id", "release_format", "made_with", "files"),
        *("sequence", "released", "rolls_back", "published_at", "expires_at"),
    )
)


class OlderFormat(CopyFailed):
    """A pointer was written by an older program, without expiry."""


@dataclass(frozen=True)
class Blob:
    """Bytes by their SHA-256 in hexadecimal digits, which is also their name in ``files/``."""

    sha256: str
    bytes: int

    def __post_init__(self) -> None:
        """Check the fields; raises ValueError or TypeError."""
        if not _SHA256.fullmatch(self.sha256):
            raise ValueError(f"{self.sha256!r} is no SHA-256")
        _whole(self.bytes, 0, _MOST_FILE_BYTES)


@dataclass(frozen=True)
class Part:
    """A file of a release: its name in the release's folder, and its bytes."""

    name: str
    blob: Blob

    def __post_init__(self) -> None:
        """Check that the name stays inside the folder; raises ValueError or TypeError."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name[:_SHOWN]!r} is no name of a file of a release")


@dataclass(frozen=True)
class Pointer:
    """The content of a pointer, which its signature covers.

    Each new pointer of a publication has a higher ``sequence``. ``released`` is the sequence of the first pointer to
    this release, so it orders releases. ``rolls_back`` says that an older release is meant to be current again. The
    times are in UTC. ``release_format`` is that of the manifest.
    """

    release_id: str
    release_format: int
    made_with: Mapping[str, str]
    parts: tuple[Part, ...]
    sequence: int
    released: int
    published_at: datetime.datetime
    expires_at: datetime.datetime
    rolls_back: bool = False

    def __post_init__(self) -> None:
        """Check the fields; raises ValueError or TypeError."""
        if not _ID.fullmatch(self.release_id):
            raise ValueError(f"{self.release_id!r} is no id of a release")
        # the signature covers the pointer, but the limits hold also for readers without a key
        if not self.parts or len(self.parts) > _MOST_FILES:
            raise ValueError(f"it lists no file, or more than {_MOST_FILES} files")
        if len({part.name for part in self.parts}) != len(self.parts):
            raise ValueError("it lists a file twice")
        _whole(self.release_format, 0, 10**6)
        _whole(self.sequence, 1, _MOST_SEQUENCE)
        _whole(self.released, 1, self.sequence)
        if not datetime.timedelta(0) < self.expires_at - self.published_at <= datetime.timedelta(MOST_DAYS):
            raise ValueError(f"it is valid for no time, or for more than {MOST_DAYS} days")

    @property
    def size(self) -> int:
        """Return the size of all files in bytes."""
        return sum(part.blob.bytes for part in self.parts)

    def blob(self, name: str) -> Blob | None:
        """Return the bytes of a file of the release, or None if it has none of that name."""
        return next((part.blob for part in self.parts if part.name == name), None)

    def to_json(self) -> bytes:
        """Return the pointer as JSON."""
        times = {name: getattr(self, name).isoformat(timespec="seconds") for name in ("published_at", "expires_at")}
        fields = {
            "format": FORMAT,
            "release_id": self.release_id,
            "release_format": self.release_format,
            "made_with": dict(self.made_with),
            "files": [{"name": part.name, **asdict(part.blob)} for part in self.parts],
            "sequence": self.sequence,
            "released": self.released,
            "rolls_back": self.rolls_back,
            **times,
        }
        return (json.dumps(fields, indent=1, sort_keys=True) + "\n").encode("utf-8")


def read_pointer(body: bytes, where: str) -> Pointer:
    """Read a pointer; ``where`` is its address, for messages.

    Raises:
        CopyFailed: it is none, or one of another format, or names a file that no release may have.
    """
    fields = _read_fields(body, where)
    try:
        _see_that_all_are_known(fields)
        return Pointer(
            release_id=_text(fields["release_id"]),
            release_format=fields["release_format"],
            made_with={_text(name): _text(version) for name, version in fields["made_with"].items()},
            parts=tuple(_part(entry) for entry in fields["files"]),
            sequence=fields["sequence"],
            released=fields["released"],
            published_at=_time(fields["published_at"]),
            expires_at=_time(fields["expires_at"]),
            rolls_back=_flag(fields["rolls_back"]),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise _malformed(where, error) from error


def _see_that_all_are_known(fields: Mapping[str, Any]) -> None:
    """Raise ValueError for an unknown field: it could restrict the meaning of the others."""
    unknown = sorted(fields.keys() - _FIELDS)
    if unknown:
        raise ValueError(f"it has an unknown field {unknown[0][:_SHOWN]!r}")


def signature_name(body: bytes) -> str:
    """Return the name in ``files/`` of the signature of a pointer."""
    return hashlib.sha256(body).hexdigest() + SIGNATURE_ENDING


def _read_fields(body: bytes, where: str) -> Mapping[str, Any]:
    try:
        fields = json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        start = body[:_SHOWN].decode("utf-8", "replace")
        raise CopyFailed(
            f"{where} is no pointer to a release: it begins with {start!r}. Name the folder that 'kg publish' wrote, "
            "or a pointer in it."
        ) from error
    if not isinstance(fields, dict):
        raise _malformed(where, TypeError("it is no object"))
    if fields.get("format") == 1:
        raise OlderFormat(
            f"{where} was published by an older program, without expiry and signature. Publish the release again with "
            "this program, 'kg publish --key'."
        )
    if fields.get("format") != FORMAT:
        raise CopyFailed(
            f"{where} is a pointer of format {str(fields.get('format'))[:_SHOWN]!r}, and this program reads {FORMAT}. "
            "Update this program."
        )
    return fields


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the fields of an object; a repeated field is an error, since another reader might take the other value."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field comes twice")
    return fields


def _part(fields: Mapping[str, Any]) -> Part:
    if fields.keys() != {"name", "sha256", "bytes"}:
        raise ValueError("a file has other fields than name, sha256 and bytes")
    return Part(_text(fields["name"]), Blob(_text(fields["sha256"]), fields["bytes"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:_SHOWN]!r} is no text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{str(value)[:_SHOWN]!r} is neither true nor false")
    return value


def _whole(value: object, least: int, most: int) -> None:
    """Raise ValueError unless the value is an integer in the range."""
    # `isinstance` would accept True and False, which are integers in Python
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{str(value)[:_SHOWN]!r} is no whole number from {least} to {most}")


def _time(value: object) -> datetime.datetime:
    # a time without a zone has no offset and is refused too
    moment = datetime.datetime.fromisoformat(_text(value))
    if moment.utcoffset() != datetime.timedelta(0):
        raise ValueError(f"{str(value)[:_SHOWN]!r} is no time in UTC")
    return moment.astimezone(datetime.UTC)


def _malformed(where: str, error: Exception) -> CopyFailed:
    reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return CopyFailed(f"{where} is not as a pointer must be: {reason[:200]}. Have it published anew.")


try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no flock
    # mypy allows no None for a module
    fcntl = None  # type: ignore[assignment]

ACCEPTED_FILE = "accepted.json"

_SKEW = datetime.timedelta(hours=1)  # allowed difference between the clocks of publisher and reader

Signature = Callable[[], bytes]


@dataclass(frozen=True)
class Accepted:
    """The pointer with the highest sequence that was accepted in a home; ``sha256`` is that of the pointer."""

    sequence: int
    released: int
    sha256: str


def read_accepted(home: Path) -> Accepted | None:
    """Return the last pointer that was accepted in a home, or None if there was none.

    Raises:
        CopyFailed: the file cannot be read; nothing is followed then, since any older pointer could be accepted.
    """
    path = home / ACCEPTED_FILE
    try:
        fields = json.loads(path.read_bytes())
        return Accepted(int(fields["sequence"]), int(fields["released"]), str(fields["sha256"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CopyFailed(
            f"{path} cannot be read ({error}). It protects from older pointers: restore it, or remove it once, if you "
            "are sure that the publication is current."
        ) from error


def _utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True)
class PointerPolicy:
    """The policy of one home. If ``keys`` is None, nothing is verified: neither signature nor expiry nor order."""

    home: Path
    keys: tuple[PublicKey, ...] | None
    now: Callable[[], datetime.datetime] = _utc_now

    def accept(self, body: bytes, signature: Signature, where: str, *, is_current: bool) -> Pointer:
        """Return the pointer of these bytes if it may be followed.

        ``signature`` returns the signature. A pointer other than ``current.json`` was requested by its release id, so
        its age and order do not matter.

        Raises:
            SignatureInvalid: it is not signed by one of the keys.
            PointerExpired: it is past its expiry, or the clock of this machine is wrong.
            PointerOutdated: a later one was accepted before, or it names an older release and is no roll-back.
            CopyFailed: it is no pointer.
            WriteFailed: the home cannot be written.
        """
        if self.keys is None:
            return read_pointer(body, where)
        verify(body, signature(), self.keys, where)  # first: nothing is parsed that is not signed
        pointer = read_pointer(body, where)
        if is_current:
            self.check_time(pointer, where)
            self._check_order(pointer, hashlib.sha256(body).hexdigest(), where)
        return pointer

    def check_time(self, pointer: Pointer, where: str) -> None:
        """Check that a pointer is valid now.

        Raises:
            PointerExpired: it is not.
        """
        if self.keys is None:
            return
        now = self.now()
        if pointer.published_at > now + _SKEW:
            raise PointerExpired(
                f"{where} was signed at {_shown(pointer.published_at)}, which is later than the clock of this machine "
                "says. Set this clock, or that of the machine that publishes."
            )
        if pointer.expires_at <= now:
            raise PointerExpired(
                f"{where} expired at {_shown(pointer.expires_at)}. Publish the release again with 'kg publish --key', "
                "which renews the signature. If that was done, the server of files offers an old pointer."
            )

    def _check_order(self, pointer: Pointer, sha256: str, where: str) -> None:
        """Compare a pointer with the last one that was accepted, and note it if it is later."""
        # two processes that compare before either notes could accept a newer pointer and then an older one
        with _locked(self.home):
            accepted = read_accepted(self.home)
            if accepted is not None:
                _refuse_older(pointer, sha256, accepted, self.home, where)
            if accepted is None or pointer.sequence > accepted.sequence:
                # noted before anything is fetched: an older pointer is refused even if this fetch fails (decision 0036)
                self._note(Accepted(pointer.sequence, pointer.released, sha256))

    def _note(self, accepted: Accepted) -> None:
        try:
            write_whole(self.home / ACCEPTED_FILE, json.dumps(asdict(accepted)).encode("ascii"))
            # the rename is on the disk only after its folder is
            to_disk(self.home)
        except OSError as error:
            raise WriteFailed(f"{self.home / ACCEPTED_FILE} cannot be written: {error}. Make room.") from error


def _refuse_older(pointer: Pointer, sha256: str, accepted: Accepted, home: Path, where: str) -> None:
    remedy = f"If you follow another publication from now on, remove {home / ACCEPTED_FILE} once."
    if pointer.sequence < accepted.sequence:
        raise PointerOutdated(
            f"{where} has the sequence number {pointer.sequence}, and {accepted.sequence} was seen before: an older "
            f"pointer is offered again. Publish the release again, 'kg publish --key'. {remedy}"
        )
    # the same pointer again is the usual case, since most looks find nothing new
    if pointer.sequence == accepted.sequence and sha256 != accepted.sha256:
        raise PointerOutdated(
            f"{where} has the sequence number {pointer.sequence} and other content than the pointer that had it "
            f"before. Publish the release again, 'kg publish --key'. {remedy}"
        )
    if pointer.released < accepted.released and not pointer.rolls_back:
        raise PointerOutdated(
            f"{where} names the release {pointer.release_id}, which is older than the last one, and is not signed as a "
            f"roll-back. If it is meant, publish it with 'kg publish --roll-back'. {remedy}"
        )


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """Let one process at a time compare and note."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        # the folder itself is locked; builds and fetches hold another lock, and for much longer
        descriptor = os.open(home, os.O_RDONLY)
    except OSError as error:
        raise WriteFailed(f"{home} cannot be written: {error}. Choose another folder with KG_HOME.") from error
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _shown(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="seconds")


INSECURE_NOTICE = (
    "--insecure: no signature is verified. A person who controls the address, or the way there, decides which release "
    "is served, and may offer an old or a false one."
)


def read_policy(home: Path, keys: str, *, insecure: bool) -> PointerPolicy:
    """Return the policy that the settings name.

    Raises:
        SettingInvalid: there is neither a key nor ``--insecure``, or both, or a key is none.
    """
    if keys and insecure:
        raise SettingInvalid(
            "A key and --insecure exclude each other. Leave out --insecure (KG_FOLLOW_INSECURE), and signatures are "
            "verified."
        )
    if not keys and not insecure:
        raise SettingInvalid(
            "There is no key to verify the publication with. Set KG_FOLLOW_KEY (or --key) to the public key of its "
            "publisher, or to the path of the .pub file. To take any release that the address offers, add "
            "--insecure."
        )
    return PointerPolicy(home, read_public_keys(keys) if keys else None)
