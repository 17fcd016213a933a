"""A server of files as operators have them, over a publication; a test may spoil some of what it answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kg.release import QUADS_FILE, Release
from kg.release.replication.publication import Pointer
from kg.release.verify import FILE_LIST
from tests.kg.engine.federation.remote import Handler, Remote, Script, serving

_NONE: Mapping[str, Script] = {}


@contextmanager
def offered(folder: Path, spoilt: Mapping[str, Script] = _NONE) -> Iterator[Remote]:
    """Serve a folder until the end of the block; ``spoilt`` scripts answer for the files with these names."""

    def script(handler: Handler) -> None:
        name = handler.path.rpartition("/")[2]
        spoilt.get(name, _from(folder))(handler)

    with serving(script) as remote:
        yield remote


def _from(folder: Path) -> Script:
    def script(handler: Handler) -> None:
        path = folder / handler.path.lstrip("/")
        if not path.is_file():
            handler.send_error(404)
            return
        body = path.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if handler.headers.get("If-None-Match") == etag:
            handler.send_response(304)
            handler.end_headers()
            return
        start = int(handler.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        handler.send_header("ETag", etag)
        handler.send_header("Content-Length", str(len(body) - start))
        handler.end_headers()
        handler.wfile.write(body[start:])

    return script


def address(remote: Remote) -> str:
    """Where the folder is offered."""
    return f"http://{remote.authority}"


def name_of(pointer: Pointer, file: str = QUADS_FILE) -> str:
    """The name in ``files/`` of a file of a release."""
    blob = pointer.blob(file)
    assert blob is not None
    return blob.sha256


def cut(body: bytes, after: int) -> Script:
    """A script that tells of all of a body and breaks off after some bytes; it does not know of ranges."""

    def script(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:after])
        handler.wfile.flush()
        handler.connection.close()

    return script


def files_of(release: Release) -> dict[str, bytes]:
    """Return the files of a release by name, without its store and the list of files, which each home makes."""
    paths = [path for path in release.folder.rglob("*") if path.is_file()]
    named = {path.relative_to(release.folder).as_posix(): path for path in paths}
    return {
        name: path.read_bytes() for name, path in named.items() if not name.startswith("store/") and name != FILE_LIST
    }
