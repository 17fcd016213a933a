"""Adapter between the RSGI of granian and the WSGI of Flask (PEP 3333)."""

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

# granian writes these itself for each client
_ANEW = ("content-length", "date", "accept-ranges")

# key of the pattern of the route that answered
ROUTE = "fyp-kg.route"
# key of the path of the file that a response sends, which saves a copy
DISK_PATH = "fyp-kg.disk-path"
# key of the status of a problem that a view reports in a successful response
OUTCOME = "fyp-kg.outcome"
# larger than the largest common document, the description of the API
HELD_BYTES = 4 * 2**20


@dataclass(frozen=True)
class Finished:
    """A complete response, before its first byte is sent. A large body is in ``file``, and ``body`` is empty.

    ``disk_path`` is a permanent file; parts of it may be sent. ``outcome`` is the status for logs and metrics, if it is
    not the one sent.
    """

    status: int
    headers: Headers
    body: bytes = b""
    file: IO[bytes] | None = None
    route: str = ""
    disk_path: Path | None = None
    outcome: int = 0

    def header(self, name: str) -> str:
        """Return the value of a header by its name in lower case, or an empty text."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def path(self) -> str:
        """The path of the file. An unnamed file has one while it is open in this process (Linux)."""
        if self.disk_path is not None:
            return str(self.disk_path)
        return f"/proc/{os.getpid()}/fd/{self.file.fileno()}" if self.file is not None else ""

    def close(self) -> None:
        """Close the file."""
        if self.file is not None:
            self.file.close()


def run(application: Wsgi, environ: dict[str, Any]) -> Finished:
    """Run the application and collect its whole response. An incomplete body is an error, never a shorter body."""
    begun: list[tuple[int, Headers]] = []

    def start(status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], object]:
        del exc_info
        # PEP 3333 allows a second call with exc_info before the first byte was sent, and then the last one counts
        begun.append((int(status[:3]), [(key.lower(), value) for key, value in headers]))
        return lambda _: None

    chunks = application(environ, start)
    try:
        if begun and begun[-1][0] == 200 and DISK_PATH in environ:
            return _of_file(begun[-1][1], environ[DISK_PATH], str(environ.get(ROUTE, "")))
        with tempfile.SpooledTemporaryFile(HELD_BYTES) as spool:
            spool.writelines(chunks)
            status, headers = begun[-1]  # a generator may start its response with its first chunk
            finished = _finished(status, headers, spool, str(environ.get(ROUTE, "")))
        return replace(finished, outcome=int(environ.get(OUTCOME, 0)))
    finally:
        # PEP 3333 requires this call even after an error; Werkzeug runs its own clean-up in it
        close = getattr(chunks, "close", None)
        if close is not None:
            close()


def take_whole(status: int, headers: Headers, chunks: Iterable[bytes], route: str) -> Finished:
    """Collect all chunks of a body.

    Raises:
        OSError: the disk is full, or the length differs from the header.
    """
    with tempfile.SpooledTemporaryFile(HELD_BYTES) as spool:
        spool.writelines(chunks)
        return _finished(status, headers, spool, route)


def answer_whole(application: Wsgi, environ: dict[str, Any]) -> Finished:
    """Run the application. If the disk is full, answer with the page about that error."""
    try:
        return run(application, environ)
    except OSError as error:
        # a second run, for the page about the error: it is small enough to stay in memory, even if the disk is full
        environ[REFUSAL] = collection_error(error)
        return run(application, environ)


def collection_error(error: OSError) -> WriteFailed:
    """Return the error about an answer that could not be collected."""
    if is_full(error):
        return write_failed("The answer", error, "Ask again later.")
    return WriteFailed(f"The answer was lost: {error.strerror or error}. Ask again later.")


def note_route(app: Flask) -> None:
    """Store the pattern of the route in the environment, for the metrics of the gateway."""

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
    # The duplicate shares its position with the original. It keeps the unnamed file open after the spool is closed.
    spool.seek(0)
    if size <= HELD_BYTES:
        return Finished(status, headers, spool.read(), None, route)
    return Finished(status, headers, b"", os.fdopen(os.dup(spool.fileno()), "rb"), route)


def give_body(environ: dict[str, Any], body: bytes) -> None:
    """Put the body into the environment."""
    environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = io.BytesIO(body)
