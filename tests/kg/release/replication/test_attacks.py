"""An attacker who controls the server of files, but not the key, changes nothing: each attack is refused and logged.

The follower keeps the release that it has, and ``following.json``, which ``/health`` reads, names the reason.
"""

from __future__ import annotations

import datetime
import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from kg.core.errors import CopyFailed, FileAltered, PointerExpired, PointerOutdated, SignatureInvalid
from kg.release import MANIFEST_FILE, QUADS_FILE, SEARCH_FILE, Release
from kg.release.replication.download import DownloadTimeouts, Origin
from kg.release.replication.fetch import Follower, fetch, read_state
from kg.release.replication.policy import ACCEPTED_FILE
from kg.release.replication.publication import (
    FILES_FOLDER,
    POINTER_FILE,
    Blob,
    Part,
    Pointer,
    read_pointer,
    signature_name,
)
from kg.release.replication.publish import Terms, publish
from kg.release.store import ReleaseStore
from kg.search import SearchIndex
from tests.kg.engine.federation.remote import Handler, Script, says
from tests.kg.release.replication.offered import address, name_of, offered
from tests.kg.release.replication.signed import (
    KEY,
    OTHER_KEY,
    ROLL_BACK,
    SIGNED,
    changed,
    current,
    insecure,
    moment,
    point,
    trusting,
    with_file,
)
from tests.kg.release.small import said, small_build, write_data

MOST = 2**24
PATIENCE = DownloadTimeouts(
    connect_seconds=2, head_seconds=0.5, silent_seconds=0.3, grace_seconds=0.3, slowest=100_000, times=2
)


@dataclass
class Scene:
    """A publication that was followed, and what an attacker does with it; ``spoilt`` scripts answer for files."""

    folder: Path
    copies: ReleaseStore
    old: Release
    new: Release
    spoilt: dict[str, Script] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    is_trusting: bool = True

    def look(self, *, patience: DownloadTimeouts = PATIENCE) -> str:
        """Let a follower look once, and give the problem that it notes."""
        policy = (trusting if self.is_trusting else insecure)(self.copies.home)
        with offered(self.folder, self.spoilt) as remote:
            origin = Origin(address(remote), policy, patience=patience)

            def take(pointer: Pointer) -> None:
                self.copies.set_current(fetch(self.copies, origin, pointer, most_bytes=MOST, step=lambda _: None))

            try:
                Follower(self.copies, origin, take, self.log.append).look()
            finally:
                origin.close()
        return read_state(self.copies.home).problem


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the old release is published and followed, and the new one is published and not yet seen."""
    folder = tmp_path_factory.mktemp("followed")
    with pytest.MonkeyPatch.context() as monkeypatch:
        old, new = (
            small_build(monkeypatch, folder / "home", write_data(folder / "data", word)) for word in ("old", "new")
        )
    made = Scene(folder / "web", ReleaseStore(folder / "copies"), old, new)
    publish(old, made.folder, SIGNED)
    assert made.look() == ""
    publish(new, made.folder, SIGNED)
    return folder


@pytest.fixture
def scene(template: Path, tmp_path: Path) -> Scene:
    """A copy of the template, to be changed."""
    folder = Path(shutil.copytree(template, tmp_path / "followed", symlinks=True))
    release_store = ReleaseStore(folder / "home")
    return Scene(folder / "web", ReleaseStore(folder / "copies"), release_store.previous(), release_store.current())


def altered(scene: Scene, name: str) -> None:
    """Change a byte of a file where it is published."""
    place = scene.folder / FILES_FOLDER / name_of(current(scene.folder), name)
    body = bytearray(place.read_bytes())
    body[len(body) // 2] ^= 1
    scene.spoilt[place.name] = says(bytes(body))


def a_dump(scene: Scene) -> str:
    return next(part.name for part in current(scene.folder).parts if part.name.endswith(".nq.gz"))


def altered_index(scene: Scene) -> None:
    """List an index of our own making, whose view would make a search run without end."""
    path = scene.folder / "forged.sqlite"
    path.write_bytes((scene.new.folder / SEARCH_FILE).read_bytes())
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
    with closing(sqlite3.connect(path)) as base:
        base.executescript(f"DROP TABLE words; CREATE VIEW words (word) AS {endless};")
    body = path.read_bytes()
    listed = json.loads(current(scene.folder).to_json())["files"]
    blob = with_file(scene.folder, current(scene.folder), "dumps/x", body).blob("dumps/x")
    assert blob is not None
    files = [*listed, {"name": SEARCH_FILE, "sha256": blob.sha256, "bytes": blob.bytes}]
    (scene.folder / POINTER_FILE).write_bytes(changed(current(scene.folder), files=files))


def replaced_dump(scene: Scene) -> None:
    pointer = with_file(scene.folder, current(scene.folder), a_dump(scene), b"other bytes")
    (scene.folder / POINTER_FILE).write_bytes(pointer.to_json())


def false_manifest(scene: Scene) -> None:
    body = replace(scene.new.manifest, dumps=()).to_json().encode()
    (scene.folder / POINTER_FILE).write_bytes(
        with_file(scene.folder, current(scene.folder), MANIFEST_FILE, body).to_json()
    )


def of_1990(scene: Scene) -> None:
    times = {"published_at": "1990-01-01T00:00:00+00:00", "expires_at": "1990-02-01T00:00:00+00:00"}
    (scene.folder / POINTER_FILE).write_bytes(changed(current(scene.folder), **times))


def signed_in_1990(scene: Scene) -> None:
    """The publisher's own pointer of long ago, which no reader has seen yet."""
    long_ago = datetime.datetime(1990, 1, 1, tzinfo=datetime.UTC)
    past = replace(current(scene.folder), published_at=long_ago, expires_at=long_ago + datetime.timedelta(30))
    point(scene.folder, past.to_json())


def replayed_pointer(scene: Scene) -> None:
    """Offer the pointer to the old release again after the new one was seen."""
    before = (scene.folder / f"{scene.old.release_id}.json").read_bytes()
    assert scene.look() == ""
    (scene.folder / POINTER_FILE).write_bytes(before)


def replayed_roll_back(scene: Scene) -> None:
    """Offer a roll-back again after the publisher went forward once more."""
    roll_back = publish(scene.old, scene.folder, ROLL_BACK)
    assert scene.look() == ""
    publish(scene.new, scene.folder, SIGNED)
    assert scene.look() == ""
    (scene.folder / POINTER_FILE).write_bytes(roll_back.to_json())


def same_sequence(scene: Scene) -> None:
    """Two pointers of one number, both signed: one was shown to other readers."""
    assert scene.look() == ""
    pointer = current(scene.folder)
    point(scene.folder, replace(pointer, expires_at=pointer.expires_at + datetime.timedelta(1)).to_json())


def older_release(scene: Scene) -> None:
    """A later pointer to an older release, which is signed and not meant as a roll-back."""
    old = current_of(scene, scene.old)
    assert scene.look() == ""
    point(scene.folder, replace(old, sequence=current(scene.folder).sequence + 5).to_json())


def current_of(scene: Scene, release: Release) -> Pointer:
    return read_pointer((scene.folder / f"{release.release_id}.json").read_bytes(), "")


def swapped_signature(scene: Scene) -> None:
    """Offer the signature of the old release for the pointer to the new one."""
    before = (scene.folder / f"{scene.old.release_id}.json").read_bytes()
    signature = (scene.folder / FILES_FOLDER / signature_name(before)).read_bytes()
    name = signature_name((scene.folder / POINTER_FILE).read_bytes())
    (scene.folder / FILES_FOLDER / name).write_bytes(signature)


def another_key(scene: Scene) -> None:
    point(scene.folder, (scene.folder / POINTER_FILE).read_bytes(), OTHER_KEY)


def no_signature(scene: Scene) -> None:
    (scene.folder / FILES_FOLDER / signature_name((scene.folder / POINTER_FILE).read_bytes())).unlink()


def endless_signature(scene: Scene) -> None:
    scene.spoilt[signature_name((scene.folder / POINTER_FILE).read_bytes())] = endless


def truncated(scene: Scene) -> None:
    place = scene.folder / FILES_FOLDER / name_of(current(scene.folder))
    scene.spoilt[place.name] = says(place.read_bytes()[:-1])


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 10_000)


def dripping(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    with suppress(OSError):
        for _ in range(40):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.1)


def dripping_headers(handler: Handler) -> None:
    with suppress(OSError):
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 30:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(0.1)


def claims_two_gigabytes(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(2**31))
    handler.end_headers()
    with suppress(OSError):
        while True:
            handler.wfile.write(b"x" * 10_000)


def spoils_quads(script: Script) -> Callable[[Scene], None]:
    return lambda scene: scene.spoilt.update({name_of(current(scene.folder)): script})


def spoils_pointer(script: Script) -> Callable[[Scene], None]:
    return lambda scene: scene.spoilt.update({POINTER_FILE: script})


def name_outside(scene: Scene) -> None:
    files = [{"name": "../../escaped", "sha256": "ab" * 32, "bytes": 1}]
    (scene.folder / POINTER_FILE).write_bytes(changed(current(scene.folder), files=files))


def signed_name_outside(scene: Scene) -> None:
    """Even the publisher cannot write out of the folder."""
    files = [{"name": "dumps/../../../escaped", "sha256": "ab" * 32, "bytes": 1}]
    point(scene.folder, changed(current(scene.folder), files=files))


def signed_two_gigabytes(scene: Scene) -> None:
    pointer = current(scene.folder)
    parts = tuple(
        Part(part.name, Blob(part.blob.sha256, 2**31)) if part.name == QUADS_FILE else part for part in pointer.parts
    )
    point(scene.folder, replace(pointer, parts=parts).to_json())


def not_yet_signed(scene: Scene) -> None:
    """A pointer of next month."""
    later = replace(current(scene.folder), published_at=moment(30), expires_at=moment(60))
    point(scene.folder, later.to_json())


ATTACKS: dict[str, tuple[Callable[[Scene], object], type[Exception], str]] = {
    "altered index": (altered_index, SignatureInvalid, "has no signature"),
    "altered dump": (lambda scene: altered(scene, a_dump(scene)), FileAltered, "has not the SHA-256"),
    "altered quads": (lambda scene: altered(scene, QUADS_FILE), FileAltered, "has not the SHA-256"),
    "altered manifest": (lambda scene: altered(scene, MANIFEST_FILE), FileAltered, "has not the SHA-256"),
    "replaced dump": (replaced_dump, SignatureInvalid, "has no signature"),
    "false manifest": (false_manifest, SignatureInvalid, "has no signature"),
    "pointer of 1990": (of_1990, SignatureInvalid, "has no signature"),
    "signed pointer of 1990": (signed_in_1990, PointerExpired, "expired at 1990-01-31"),
    "pointer of next month": (not_yet_signed, PointerExpired, "Set this clock"),
    "replayed pointer": (replayed_pointer, PointerOutdated, "an older pointer is offered again"),
    "replayed roll-back": (replayed_roll_back, PointerOutdated, "an older pointer is offered again"),
    "same sequence": (same_sequence, PointerOutdated, "other content than the pointer that had it"),
    "older release": (older_release, PointerOutdated, "not signed as a roll-back"),
    "swapped signature": (swapped_signature, SignatureInvalid, "not of its bytes"),
    "another key": (another_key, SignatureInvalid, "is signed with the key"),
    "no signature": (no_signature, SignatureInvalid, "has no signature"),
    "endless signature": (endless_signature, CopyFailed, "longer than the 8192 bytes"),
    "truncated file": (truncated, CopyFailed, "breaks off again and again"),
    "endless file": (spoils_quads(endless), CopyFailed, "longer than the"),
    "dripping file": (spoils_quads(dripping), CopyFailed, "breaks off again and again"),
    "dripping headers": (spoils_quads(dripping_headers), CopyFailed, "no headers for 0.5 seconds"),
    "file of two gigabytes": (spoils_quads(claims_two_gigabytes), CopyFailed, "longer than the"),
    "endless pointer": (spoils_pointer(endless), CopyFailed, "longer than the 1048576 bytes"),
    "dripping pointer": (spoils_pointer(dripping), CopyFailed, "breaks off"),
    "dripping pointer headers": (spoils_pointer(dripping_headers), CopyFailed, "no headers for 0.5 seconds"),
    "pointer of two gigabytes": (spoils_pointer(claims_two_gigabytes), CopyFailed, "longer than the 1048576 bytes"),
    "name outside the folder": (name_outside, SignatureInvalid, "has no signature"),
    "signed name outside the folder": (signed_name_outside, CopyFailed, "no name of a file of a release"),
    "signed size of two gigabytes": (signed_two_gigabytes, CopyFailed, "of KG_FETCH_BYTES"),
    "redirect to another host": (
        spoils_pointer(says(b"", status=302, Location="http://127.0.0.2:9/current.json")),
        CopyFailed,
        "another host",
    ),
    "page in place of a pointer": (spoils_pointer(says(b"<!doctype html>")), SignatureInvalid, "has no signature"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_and_its_reason_noted_and_the_release_stays(attack: str, scene: Scene) -> None:
    change, error, text = ATTACKS[attack]
    change(scene)
    before = scene.copies.current().release_id
    ids, accepted = sorted(scene.copies.ids()), (scene.copies.home / ACCEPTED_FILE).read_bytes()
    assert scene.look() == error.__name__
    assert text in scene.log[-1]
    assert "the release that is here stays" in scene.log[-1]
    assert scene.copies.current().release_id == before
    assert sorted(scene.copies.ids()) == ids
    assert not list(scene.copies.folder.glob(".*"))
    assert not (scene.folder.parent / "escaped").exists()
    if error is not FileAltered and error is not CopyFailed:  # else the pointer was good, and its files were not
        assert (scene.copies.home / ACCEPTED_FILE).read_bytes() == accepted


@pytest.mark.parametrize("attack", ["altered quads", "truncated file", "page in place of a pointer"])
def test_after_an_attack_the_next_release_is_taken(attack: str, scene: Scene) -> None:
    ATTACKS[attack][0](scene)
    assert scene.look() != ""
    scene.spoilt.clear()
    assert scene.look() == ""
    assert said(scene.copies.current()) == "new"


def test_a_pointer_that_is_held_back_expires_though_nothing_changes(scene: Scene) -> None:
    """The server always answers 304: the last pointer expires, and the release goes on being served."""
    publish(scene.new, scene.folder, Terms(KEY, days=10))
    now = [moment(0)]
    policy = replace(trusting(scene.copies.home), now=lambda: now[0])
    with offered(scene.folder) as remote:
        origin = Origin(address(remote), policy, patience=PATIENCE)

        def take(pointer: Pointer) -> None:
            scene.copies.set_current(fetch(scene.copies, origin, pointer, most_bytes=MOST, step=lambda _: None))

        follower = Follower(scene.copies, origin, take, scene.log.append)
        follower.look()
        now[0] += datetime.timedelta(9)
        follower.look()
        assert read_state(scene.copies.home).problem == ""
        now[0] += datetime.timedelta(2)
        for _ in range(3):
            follower.look()
        asked = ["If-None-Match" in headers for _, path, headers, _ in remote.requests if path == "/current.json"]
        assert asked[:3] == [False, True, True]
        origin.close()
    assert read_state(scene.copies.home).problem == PointerExpired.__name__
    assert len(scene.log) == 1, "it is logged once"
    assert said(scene.copies.current()) == "new"


def test_a_roll_back_is_taken_and_after_it_the_release_that_was_rolled_back(scene: Scene) -> None:
    assert scene.look() == ""
    for release, terms, word in (
        (scene.old, ROLL_BACK, "old"),
        (scene.old, SIGNED, "old"),
        (scene.new, SIGNED, "new"),
    ):
        publish(release, scene.folder, terms)
        assert scene.look() == ""
        assert said(scene.copies.current()) == word


def test_a_reader_that_missed_a_roll_back_takes_it_when_it_is_signed_again(scene: Scene) -> None:
    assert scene.look() == ""
    publish(scene.old, scene.folder, ROLL_BACK)
    publish(scene.old, scene.folder, SIGNED)
    assert scene.look() == ""
    assert said(scene.copies.current()) == "old"


def test_the_same_release_may_be_signed_again(scene: Scene) -> None:
    assert scene.look() == ""
    before = read_state(scene.copies.home).expires_at
    publish(scene.new, scene.folder, Terms(KEY, days=100))
    assert scene.look() == ""
    after = read_state(scene.copies.home).expires_at
    assert before is not None
    assert after is not None
    assert after > before


def test_a_pointer_by_the_id_of_its_release_may_be_old_but_must_be_signed(scene: Scene) -> None:
    assert scene.look() == ""
    name = f"{scene.old.release_id}.json"
    accepted = (scene.copies.home / ACCEPTED_FILE).read_bytes()
    with named(scene, name) as origin:
        assert origin.pointer().release_id == scene.old.release_id
    assert (scene.copies.home / ACCEPTED_FILE).read_bytes() == accepted
    body = changed(current_of(scene, scene.old), sequence=10**9)
    (scene.folder / name).write_bytes(body)
    with named(scene, name) as origin, pytest.raises(SignatureInvalid):
        origin.pointer()


@contextmanager
def named(scene: Scene, name: str) -> Iterator[Origin]:
    with offered(scene.folder) as remote:
        origin = Origin(f"{address(remote)}/{name}", trusting(scene.copies.home), patience=PATIENCE)
        try:
            yield origin
        finally:
            origin.close()


def test_a_note_of_the_last_pointer_that_is_broken_stops_following_with_the_remedy(scene: Scene) -> None:
    for text in ("", "{", "[]", '{"sequence": "x", "released": 1, "sha256": ""}'):
        (scene.copies.home / ACCEPTED_FILE).write_text(text, encoding="utf-8")
        assert scene.look() == CopyFailed.__name__
        assert f"{ACCEPTED_FILE} cannot be read" in scene.log[-1]
    assert said(scene.copies.current()) == "old"
    (scene.copies.home / ACCEPTED_FILE).unlink()
    assert scene.look() == ""


@pytest.mark.parametrize("attack", ["altered index", "altered dump", "altered quads", "truncated file"])
def test_also_without_a_key_no_file_is_another_than_the_pointer_lists(attack: str, scene: Scene) -> None:
    scene.is_trusting = False
    ATTACKS[attack][0](scene)
    assert scene.look() != ""
    assert said(scene.copies.current()) == "old"


def test_without_a_key_an_old_pointer_is_taken_but_the_index_is_made_here(scene: Scene) -> None:
    scene.is_trusting = False
    of_1990(scene)
    assert scene.look() == ""
    index = SearchIndex(scene.copies.current().folder / SEARCH_FILE)
    assert index.release_id == scene.new.release_id
    index.close()
