"""The policy for accepting pointers: signed by a trusted key, not expired, and not older than before."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.core.errors import CopyFailed, PointerExpired, PointerOutdated, SettingInvalid, WriteFailed
from kg.release.replication.atomic_files import to_disk, write_whole
from kg.release.replication.minisign import PublicKey, read_public_keys, verify
from kg.release.replication.publication import Pointer, read_pointer

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
