"""A download is whole and agrees with its hash, or the error says why not; the server may be hostile."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kg.core.errors import CopyFailed, SignatureInvalid
from kg.release.replication.download import DownloadTimeouts, Origin
from kg.release.replication.publication import Blob, Part, signature_name
from tests.kg.engine.federation.remote import Handler, Remote, Script, says, serving
from tests.kg.release.replication.offered import address, cut, offered
from tests.kg.release.replication.signed import insecure, point, pointer_to, trusting

BODY = bytes(range(256)) * 1000
BLOB = Blob(hashlib.sha256(BODY).hexdigest(), len(BODY))
POINTER = pointer_to("0123456789abcdef", Part("quads.nq", BLOB))
PATIENCE = DownloadTimeouts(
    connect_seconds=0.5, head_seconds=0.5, silent_seconds=0.3, grace_seconds=0.3, slowest=10_000, times=3, redirects=3
)

Open = Callable[..., Origin]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A publication of one pointer and one file."""
    (tmp_path / "published" / "files").mkdir(parents=True)
    point(tmp_path / "published", POINTER.to_json())
    (tmp_path / "published" / "files" / BLOB.sha256).write_bytes(BODY)
    return tmp_path / "published"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Open publications at servers, by a path there; they are closed at the end."""
    origins = []

    def open_origin(remote: Remote, path: str = "", **more: object) -> Origin:
        values = {"policy": insecure(tmp_path / "home"), "patience": PATIENCE, **more}
        origins.append(Origin(address(remote) + path, **values))  # type: ignore[arg-type]
        return origins[-1]

    yield open_origin
    for origin in origins:
        origin.close()


def test_a_folder_or_a_pointer_in_it_may_be_named(folder: Path, opened: Open) -> None:
    (folder / "0123456789abcdef.json").write_bytes(POINTER.to_json())
    with offered(folder) as remote:
        for path in ("", "/", "/current.json", "/0123456789abcdef.json"):
            assert opened(remote, path).pointer() == POINTER


def test_a_pointer_by_the_name_of_another_release_is_refused(folder: Path, opened: Open) -> None:
    (folder / "fedcba9876543210.json").write_bytes(POINTER.to_json())
    with offered(folder) as remote, pytest.raises(CopyFailed, match="points to 0123456789abcdef, another release"):
        opened(remote, "/fedcba9876543210.json").pointer()


def test_a_pointer_that_is_the_same_is_not_sent_again(folder: Path, opened: Open) -> None:
    with offered(folder) as remote:
        origin = opened(remote)
        assert (origin.pointer(), origin.pointer()) == (POINTER, POINTER)
        origin.forget()
        assert origin.pointer() == POINTER
        assert ["If-None-Match" in headers for _, _, headers, _ in remote.requests] == [False, True, False]


def test_a_304_without_a_pointer_from_before_is_an_error(opened: Open) -> None:
    with (
        serving(says(b"", status=304)) as remote,
        pytest.raises(CopyFailed, match="304, and there is no pointer"),
    ):
        opened(remote).pointer()


def test_a_signature_is_asked_for_under_the_hash_of_the_pointer(folder: Path, tmp_path: Path, opened: Open) -> None:
    trust = trusting(tmp_path / "home")
    with offered(folder) as remote:
        assert opened(remote, policy=trust).pointer() == POINTER
        paths = [path for _, path, _, _ in remote.requests]
        assert paths == ["/current.json", f"/files/{signature_name(POINTER.to_json())}"]
    (folder / "files" / signature_name(POINTER.to_json())).unlink()
    with offered(folder) as remote, pytest.raises(SignatureInvalid, match=r"has no signature.*'kg publish --key'"):
        opened(remote, policy=trust).pointer()


def test_a_file_comes_whole(folder: Path, tmp_path: Path, opened: Open) -> None:
    with offered(folder) as remote:
        opened(remote).download(BLOB, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY
    assert not (tmp_path / "file.part").exists()


def test_an_empty_file_comes_whole(folder: Path, tmp_path: Path, opened: Open) -> None:
    nothing = Blob(hashlib.sha256(b"").hexdigest(), 0)
    (folder / "files" / nothing.sha256).write_bytes(b"")
    with offered(folder) as remote:
        opened(remote).download(nothing, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b""


def test_a_download_that_broke_off_goes_on_where_it_was(folder: Path, tmp_path: Path, opened: Open) -> None:
    (tmp_path / "file.part").write_bytes(BODY[:100_000])
    with offered(folder) as remote:
        opened(remote).download(BLOB, tmp_path / "file")
        assert [headers.get("Range") for _, _, headers, _ in remote.requests] == ["bytes=100000-"]
    assert (tmp_path / "file").read_bytes() == BODY


@pytest.mark.parametrize("left", [BODY, BODY[:-1], BODY + b"more"])
def test_whatever_was_left_the_file_comes_whole(left: bytes, folder: Path, tmp_path: Path, opened: Open) -> None:
    (tmp_path / "file.part").write_bytes(left)
    with offered(folder) as remote:
        opened(remote).download(BLOB, tmp_path / "file")
        assert len(remote.requests) == (0 if left == BODY else 1)
    assert (tmp_path / "file").read_bytes() == BODY


def test_a_server_that_knows_no_ranges_sends_it_all_again(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "file.part").write_bytes(BODY[:100_000])
    with serving(says(BODY)) as remote:
        opened(remote).download(BLOB, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY


def test_a_body_that_is_cut_is_taken_up_within_the_same_call(folder: Path, tmp_path: Path, opened: Open) -> None:
    count = itertools.count()

    def cut_once(handler: Handler) -> None:
        if next(count) == 0:
            cut(BODY, 1_000)(handler)
            return
        start = int(handler.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        headers = {"Content_Range": f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"}
        says(BODY[start:], status=206, **headers)(handler)

    with offered(folder, {BLOB.sha256: cut_once}) as remote:
        opened(remote).download(BLOB, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(BODY)


def trickling(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for byte in BODY:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.05)


def silent(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(BODY)))
    handler.end_headers()
    handler.wfile.flush()
    time.sleep(1)


def drip(handler: Handler, text: bytes) -> None:
    """Send a byte now and then, for a few seconds: each comes within the time between two bytes."""
    with suppress(OSError):
        for _ in range(30):
            handler.wfile.write(text)
            handler.wfile.flush()
            time.sleep(0.1)


def dripping_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-More: ")
    drip(handler, b"x")


def dripping_chunks(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;more=")
    drip(handler, b"x")


def other_range(handler: Handler) -> None:
    says(BODY, status=206, Content_Range=f"bytes 5-{len(BODY) - 1}/{len(BODY)}")(handler)


HOSTILE: dict[str, tuple[Script, str]] = {
    "other bytes": (says(BODY[::-1]), "has not the SHA-256 that is its name"),
    "endless": (endless, f"longer than the {len(BODY)} bytes that it may have"),
    "longer": (says(BODY + b"x"), "longer than"),
    "cut": (cut(BODY, 1_000), "breaks off again and again"),
    "shorter": (says(BODY[:-1]), "breaks off again and again"),
    "trickling": (trickling, r"breaks off again and again \(slower than 10000 bytes a second\)"),
    "silent": (silent, r"breaks off again and again \((timed out|no bytes for 0.3 seconds)\)"),
    "dripping headers": (dripping_headers, r"cannot be reached \(no headers for 0.5 seconds\)"),
    "dripping chunks": (dripping_chunks, r"breaks off again and again \(no bytes for 0.3 seconds\)"),
    "missing": (says(b"", status=404), "answers 404 Not Found: check the address"),
    "broken": (says(b"", status=500), "answers 500 Internal Server Error"),
    "forbidden": (says(b"", status=403), "answers 403 Forbidden: give the credentials in KG_FETCH_HEADERS"),
    "partial": (says(BODY, status=206), "answers 206"),
    "packed": (says(BODY, Content_Encoding="gzip"), "comes packed without having been asked to"),
    "looping": (says(b"", status=302, Location="/files/x"), "redirects more than 3 times"),
    "nowhere": (says(b"", status=302), "redirects more than 3 times"),
    "to another host": (says(b"", status=302, Location="http://127.0.0.2:9/x"), "another host.*KG_FETCH_HOSTS"),
    "to another port": (says(b"", status=307, Location="http://127.0.0.1:9/x"), "another host.*KG_FETCH_HOSTS"),
    "to a file": (says(b"", status=302, Location="file:///etc/passwd"), "another host"),
    "to another scheme": (says(b"", status=302, Location="ftp://127.0.0.1/x"), "another host"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_server_is_reported_and_leaves_no_file(kind: str, tmp_path: Path, opened: Open) -> None:
    script, text = HOSTILE[kind]
    with serving(script) as remote, pytest.raises(CopyFailed, match=text):
        opened(remote).download(BLOB, tmp_path / "file")
    assert not (tmp_path / "file").exists()
    if (tmp_path / "file.part").exists():
        assert (tmp_path / "file.part").stat().st_size <= len(BODY)


def test_what_has_a_wrong_hash_is_not_taken_up_again(folder: Path, tmp_path: Path, opened: Open) -> None:
    (tmp_path / "file.part").write_bytes(b"wrong" * 20)
    with offered(folder) as remote:
        with pytest.raises(CopyFailed, match="has not the SHA-256"):
            opened(remote).download(BLOB, tmp_path / "file")
        opened(remote).download(BLOB, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY


def test_another_range_than_was_asked_for_is_not_appended(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "file.part").write_bytes(BODY[:10])
    with serving(other_range) as remote, pytest.raises(CopyFailed):
        opened(remote).download(BLOB, tmp_path / "file")
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize(
    ("script", "text"),
    [
        (says(b"<!doctype html>", "text/html"), "is no pointer to a release: it begins with '<!doctype html>'"),
        (says(b" " * 2**21), "is longer than the 1048576 bytes"),
        (endless, "is longer than the 1048576 bytes"),
        (dripping_headers, "no headers for 0.5 seconds"),
        (silent, "breaks off"),
        (says(b"", status=401), "answers 401 Unauthorized: give the credentials"),
    ],
)
def test_a_pointer_that_cannot_be_had_is_reported(script: Script, text: str, opened: Open) -> None:
    with serving(script) as remote, pytest.raises(CopyFailed, match=text):
        opened(remote).pointer()


def test_nobody_there_is_reported_with_the_remedy(tmp_path: Path) -> None:
    origin = Origin("http://127.0.0.1:9/", insecure(tmp_path), patience=PATIENCE)
    with pytest.raises(CopyFailed, match=r"cannot be reached \(.*\)\. Check the address and try again"):
        origin.pointer()
    origin.close()


def test_a_redirect_leads_elsewhere_only_where_that_is_allowed_and_tells_no_secret(
    folder: Path, tmp_path: Path, opened: Open
) -> None:
    with offered(folder) as other:
        moved = says(b"", status=302, Location=f"{address(other)}/files/{BLOB.sha256}")
        with serving(moved) as remote:
            hosts = frozenset({other.authority})
            opened(remote, headers={"Authorization": "Bearer x"}, hosts=hosts).download(BLOB, tmp_path / "file")
            assert remote.requests[0][2]["Authorization"] == "Bearer x"
        assert "Authorization" not in other.requests[0][2]
    assert (tmp_path / "file").read_bytes() == BODY
