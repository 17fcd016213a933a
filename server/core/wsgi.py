"""Between the two interfaces: granian's (RSGI) on one side, Flask's (WSGI, PEP 3333) on the other."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from flask import Flask, Response, request

from kg.core.disk import is_full, write_failed
from kg.core.errors import WriteFailed
from server.core.context import REFUSAL

Headers = list[tuple[str, str]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# granian writes these itself, and anew for each client
_ANEW = ("content-length", "date", "accept-ranges")

# where Flask leaves the pattern of the route that answered
ROUTE = "fyp-kg.route"
# where a view leaves the path of the file that its response sends, so that it need not be copied
DISK_PATH = "fyp-kg.disk-path"
# where a view leaves the status that a problem has, if it tells the problem as a success
OUTCOME = "fyp-kg.outcome"
# larger than the largest document that everybody gets, the description of the API
HELD_BYTES = 4 * 2**20


@dataclass(frozen=True)
class Finished:
    """A response that is whole before its first byte is sent; a large body lies in ``file``, and ``body`` is empty.

    ``disk_path`` is a file that stays on disk; parts of it may be sent. ``outcome`` is the status that
    counts for us, where it is another than the one that is sent.
    """

    status: int
    headers: Headers
    body: bytes = b""
    file: IO[bytes] | None = None
    route: str = ""
    disk_path: Path | None = None
    outcome: int = 0

    def header(self, name: str) -> str:
        """The value of a header by its name in lower case; empty when there is none."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def path(self) -> str:
        """A path that leads to the file: one without a name while it is open in this process (Linux)."""
        if self.disk_path is not None:
            return str(self.disk_path)
        return f"/proc/{os.getpid()}/fd/{self.file.fileno()}" if self.file is not None else ""

    def close(self) -> None:
        """Let go of the file."""
        if self.file is not None:
            self.file.close()


def run(application: Wsgi, environ: dict[str, Any]) -> Finished:
    """Let the application answer, and take all of it: a body that breaks off is an error, never a shorter body."""
    begun: list[tuple[int, Headers]] = []

    def start(status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], object]:
        del exc_info
        begun.append((int(status[:3]), [(key.lower(), value) for key, value in headers]))
        return lambda _: None

    chunks = application(environ, start)
    try:
        if begun and begun[-1][0] == 200 and DISK_PATH in environ:
            return _of_file(begun[-1][1], environ[DISK_PATH], str(environ.get(ROUTE, "")))
        with tempfile.SpooledTemporaryFile(HELD_BYTES) as spool:
            spool.writelines(chunks)
            status, headers = begun[-1]  # a generator may begin its response with its first chunk
            finished = _finished(status, headers, spool, str(environ.get(ROUTE, "")))
        return replace(finished, outcome=int(environ.get(OUTCOME, 0)))
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()


def take_whole(status: int, headers: Headers, chunks: Iterable[bytes], route: str) -> Finished:
    """Take all chunks of a body.

    Raises:
        OSError: there is no room for it, or it is not as long as its headers promise.
    """
    with tempfile.SpooledTemporaryFile(HELD_BYTES) as spool:
        spool.writelines(chunks)
        return _finished(status, headers, spool, route)


def answer_whole(application: Wsgi, environ: dict[str, Any]) -> Finished:
    """Let the application answer; a response that the disk has no room for becomes an error of ours."""
    try:
        return run(application, environ)
    except OSError as error:
        environ[REFUSAL] = lost_answer(error)
        return run(application, environ)


def lost_answer(error: OSError) -> WriteFailed:
    """Return the error about an answer that could not be taken whole."""
    if is_full(error):
        return write_failed("The answer", error, "Ask again later.")
    return WriteFailed(f"The answer was lost: {error.strerror or error}. Ask again later.")


def note_route(app: Flask) -> None:
    """Leave the pattern of the route in the environment, for those in front to count by."""

    @app.after_request
    def note(response: Response) -> Response:
        request.environ[ROUTE] = request.url_rule.rule if request.url_rule is not None else ""
        return response


def _of_file(headers: Headers, path: Path, route: str) -> Finished:
    size = str(path.stat().st_size)
    if ("content-length", size) not in headers:
        raise OSError(f"{path.name} is not of the size that was promised")
    remaining = [(key, value) for key, value in headers if key not in _ANEW]
    return Finished(200, [*remaining, ("content-length", size)], route=route, disk_path=path)


def _finished(status: int, headers: Headers, spool: tempfile.SpooledTemporaryFile[bytes], route: str) -> Finished:
    size = spool.tell()
    bodiless = status in (204, 304)
    if not bodiless and any(key == "content-length" and value != str(size) for key, value in headers):
        raise OSError(f"{size} bytes are not all of it")
    headers = [(key, value) for key, value in headers if key not in _ANEW]
    if not bodiless:
        headers.append(("content-length", str(size)))
    spool.seek(0)
    if size <= HELD_BYTES:
        return Finished(status, headers, spool.read(), None, route)
    return Finished(status, headers, b"", os.fdopen(os.dup(spool.fileno()), "rb"), route)


def give_body(environ: dict[str, Any], body: bytes) -> None:
    """Put the body into the environment."""
    environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = io.BytesIO(body)
