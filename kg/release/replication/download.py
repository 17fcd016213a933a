"""Downloads from a publication over HTTP; like ``kg.engine.federation.fetch``, it uses httpx2.

The operator chooses the address, so any is allowed. The server, or the network, may be hostile. A pointer needs a
signature, and every file must have the listed hash. Nothing is read past its size, every response has a deadline, and
no redirect leads to another host.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2

from kg.core.errors import CopyFailed, FileAltered, SignatureInvalid
from kg.core.names import ROOT
from kg.release.replication.atomic_files import sha256_of
from kg.release.replication.minisign import MOST_SIGNATURE_BYTES
from kg.release.replication.policy import PointerPolicy
from kg.release.replication.publication import (
    FILES_FOLDER,
    MOST_POINTER_BYTES,
    POINTER_FILE,
    Blob,
    Pointer,
    signature_name,
)


class Deadline:
    """Shuts down the connections that were opened within a block when the time is over.

    An HTTP client limits the time between two bytes, not the total. ``trace`` goes into the extensions of a request. A
    thread waits, since the reading thread is blocked.
    """

    def __init__(self, seconds: float) -> None:
        self._end, self._over = time.monotonic() + seconds, threading.Event()
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self.has_passed = False

    def extend(self, seconds: float) -> None:
        """Set the deadline to so many seconds from now."""
        self._end = time.monotonic() + seconds

    def trace(self, name: str, info: Mapping[str, Any]) -> None:
        """Note a connection as soon as it is open."""
        # httpx2 reports many events of a request; the name of this one has a prefix
        if not name.endswith("connect_tcp.complete"):
            return
        opened = info["return_value"].get_extra_info("socket")
        with self._lock:  # duplicated, since TLS takes over the socket
            self._sockets.append(socket.socket(fileno=os.dup(opened.fileno())))
        # the deadline may have passed while the connection was opened; then the waiting thread has not seen it
        if self.has_passed:
            self._shut_down()

    def __enter__(self) -> Deadline:
        """Start the waiting thread."""
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, cls: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Release the connections, which stay open."""
        self._over.set()
        self._thread.join()
        for each in self._sockets:
            each.close()

    def _watch(self) -> None:
        # `extend` may have moved the end meanwhile, so it is compared again after each wait
        while not self._over.wait(max(0.0, self._end - time.monotonic())):
            if time.monotonic() >= self._end:
                self.has_passed = True
                self._shut_down()
                return

    def _shut_down(self) -> None:
        with self._lock:
            for each in self._sockets:
                # a shutdown ends the connection for all descriptors, so the blocked read of the client returns
                with suppress(OSError):  # the server closed it
                    each.shutdown(socket.SHUT_RDWR)


_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class DownloadTimeouts:
    """The time limits of a download.

    ``head_seconds`` is the limit until all headers arrive, ``silent_seconds`` between two pieces of the body. After
    ``grace_seconds``, no download may be slower than ``slowest`` bytes a second. An interrupted download is resumed
    ``times`` times.
    """

    connect_seconds: float = 10.0
    head_seconds: float = 30.0
    silent_seconds: float = 30.0
    grace_seconds: float = 30.0
    slowest: int = 1024
    times: int = 5
    redirects: int = 5


class _TruncatedBody(Exception):
    """A body ended early; the received bytes are kept."""


class _Missing(CopyFailed):
    """The server has no such file."""


class Origin:
    """A folder of published releases, or one pointer in it, read over HTTP by one thread."""

    def __init__(
        self,
        url: str,
        policy: PointerPolicy,
        *,
        headers: Mapping[str, str] | None = None,
        hosts: frozenset[str] = frozenset(),
        patience: DownloadTimeouts | None = None,
    ) -> None:
        self.url = url if url.endswith(".json") else f"{url.rstrip('/')}/{POINTER_FILE}"
        self._policy, self._secrets, self._hosts = policy, dict(headers or {}), hosts
        self._patience = patience or DownloadTimeouts()
        # the ETag of the last pointer, which makes the next request conditional
        self._known: tuple[str, Pointer] | None = None
        timeout = httpx2.Timeout(self._patience.silent_seconds, connect=self._patience.connect_seconds)
        limits = httpx2.Limits(max_keepalive_connections=0)  # a deadline shuts down the connection of its request
        self._client = httpx2.Client(timeout=timeout, limits=limits, follow_redirects=False)
        self._deadline = Deadline(0)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def pointer(self) -> Pointer:
        """Return the pointer: signed, valid now, and not older than any that was accepted here.

        Raises:
            CopyFailed: it cannot be had, or is none.
            As ``PointerPolicy.accept``.
        """
        asked = {} if self._known is None else {"If-None-Match": self._known[0]}
        with self._get(self.url, asked) as response:
            is_same = response.status_code == 304
            body = b"" if is_same else self._small(response, MOST_POINTER_BYTES)
        if is_same:
            return self._same()
        # a pointer that is refused below must not be confirmed by 304 later
        self._known = None
        named = Path(urlsplit(self.url).path).name
        pointer = self._policy.accept(body, lambda: self._signature(body), self.url, is_current=named == POINTER_FILE)
        # the reader asked for a release by its id, so the pointer must be to that one
        if named not in (POINTER_FILE, f"{pointer.release_id}.json"):
            raise CopyFailed(f"{self.url} points to {pointer.release_id}, another release. Have it published again.")
        etag = response.headers.get("ETag")
        self._known = None if etag is None else (etag, pointer)
        return pointer

    def _same(self) -> Pointer:
        """Return the pointer that was read before, unless it has expired."""
        if self._known is None:
            raise CopyFailed(f"{self.url} answers 304, and there is no pointer from before. Check the server of files.")
        pointer = self._known[1]
        if Path(urlsplit(self.url).path).name == POINTER_FILE:
            self._policy.check_time(pointer, self.url)
        return pointer

    def _signature(self, body: bytes) -> bytes:
        """Return the signature of the bytes of a pointer."""
        place = urljoin(self.url, f"{FILES_FOLDER}/{signature_name(body)}")
        try:
            with self._get(place, {}) as response:
                return self._small(response, MOST_SIGNATURE_BYTES)
        except _Missing as error:
            raise SignatureInvalid(
                f"{self.url} has no signature ({place} is missing): it was changed after it was signed, or published "
                "without a key or by an older program. Publish it again with 'kg publish --key'."
            ) from error

    def forget(self) -> None:
        """Request the pointer again next time: its release could not be fetched."""
        self._known = None

    def download(self, blob: Blob, place: Path) -> None:
        """Download a file; resume an earlier download to the same path.

        Raises:
            CopyFailed: they cannot be had, or are others than was said.
            OSError: the file cannot be written.
        """
        part = place.with_name(f"{place.name}.part")
        # each attempt continues where the last one broke off; `else` runs when all have failed
        for _ in range(self._patience.times):
            try:
                self._continue(blob, part)
                break
            except _TruncatedBody as error:
                broken = error
        else:
            raise CopyFailed(
                f"{self._place(blob)} breaks off again and again ({broken}). "
                "The received part is kept: try again later."
            ) from broken
        # wrong bytes are removed: to resume after them could never give the right hash
        if sha256_of(part) != blob.sha256:
            part.unlink()
            raise self._wrong(blob)
        part.replace(place)

    def _continue(self, blob: Blob, part: Path) -> None:
        # A download resumes with a request for the rest (Range), and 206 appends it to the part.
        # 200 means that the server ignores Range and sends the whole file, which replaces the part.
        have = part.stat().st_size if part.exists() else 0
        if have > blob.bytes:
            part.unlink()
            have = 0
        # a request for a range after the last byte would be answered with 416
        if part.exists() and have == blob.bytes:
            return
        with self._get(self._place(blob), {"Range": f"bytes={have}-"} if have else {}) as response:
            ranged = response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
            # RFC 9110 lets a server answer with another range, which must not be appended
            if response.status_code == 206 and not ranged:
                part.unlink(missing_ok=True)
                raise _TruncatedBody("another range came than was asked for")
            with part.open("ab" if response.status_code == 206 else "wb") as file:
                for piece in self._pieces(response, blob.bytes - file.tell()):
                    file.write(piece)
                if file.tell() < blob.bytes:
                    raise _TruncatedBody(f"after {file.tell()} of {blob.bytes} bytes")

    def _small(self, response: httpx2.Response, most: int) -> bytes:
        try:
            return b"".join(self._pieces(response, most))
        except _TruncatedBody as error:
            raise CopyFailed(f"{response.url} breaks off ({error}). Try again later.") from error

    def _pieces(self, response: httpx2.Response, most: int) -> Iterator[bytes]:
        """Yield the pieces of a body as they arrive, within the size and time limits."""
        start, come = time.monotonic(), 0
        # the same deadline, which was for the headers, is for the next piece from here on
        self._deadline.extend(self._patience.silent_seconds)
        try:
            for piece in response.iter_raw():  # a fixed piece size would wait for a full piece
                come += len(piece)
                self._deadline.extend(self._patience.silent_seconds)
                if come > most:
                    raise CopyFailed(
                        f"{response.url} is longer than the {most} bytes that it may have. Have it published again."
                    )
                yield piece
                # a byte now and then never exceeds the limit of silence, so the average speed has a limit too
                spent = time.monotonic() - start
                if spent > self._patience.grace_seconds and come < self._patience.slowest * spent:
                    raise _TruncatedBody(f"slower than {self._patience.slowest} bytes a second")
        except httpx2.HTTPError as error:
            silent = f"no bytes for {self._patience.silent_seconds} seconds" if self._deadline.has_passed else ""
            raise _TruncatedBody(silent or str(error) or type(error).__name__) from error

    @contextmanager
    def _get(self, url: str, asked: Mapping[str, str]) -> Iterator[httpx2.Response]:
        """Yield a response before its body is read; follow redirects within the same host and allowed ones."""
        home = _authority(self.url)
        for _ in range(self._patience.redirects + 1):
            # a compressed transfer would change the bytes that sizes, ranges and hashes are about
            headers = {"Accept-Encoding": "identity", "User-Agent": f"fyp-kg (+{ROOT})", **asked}
            # credentials are for the host that the operator named, and for no host that it redirects to
            if _authority(url) == home:
                headers |= self._secrets
            with Deadline(self._patience.connect_seconds + self._patience.head_seconds) as deadline:
                response = self._send(url, headers, deadline)
                self._deadline = deadline
                try:
                    if response.status_code not in _REDIRECTS:
                        _refuse(response, ranged="Range" in asked)
                        yield response
                        return
                finally:
                    response.close()
            url = self._next(url, response.headers.get("Location", ""))
        raise CopyFailed(f"{self.url} redirects more than {self._patience.redirects} times. Name its last address.")

    def _send(self, url: str, headers: Mapping[str, str], deadline: Deadline) -> httpx2.Response:
        try:
            request = self._client.build_request("GET", url, headers=headers, extensions={"trace": deadline.trace})
            return self._client.send(request, stream=True)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            reason = f"no headers for {self._patience.head_seconds} seconds" if deadline.has_passed else str(error)
            raise CopyFailed(f"{url} cannot be reached ({reason}). Check the address and try again.") from error

    def _next(self, url: str, location: str) -> str:
        following = urljoin(url, location)
        scheme, authority = _authority(following)
        # a redirect may not lead from HTTPS to HTTP, where others on the way can read and change the transfer
        safe = scheme == "https" or (scheme == "http" and urlsplit(url).scheme == "http")
        if not safe or ((scheme, authority) != _authority(self.url) and authority not in self._hosts):
            raise CopyFailed(
                f"{url} redirects to {location[:200]!r}, another host. If that is meant, list it in KG_FETCH_HOSTS."
            )
        return following

    def _place(self, blob: Blob) -> str:
        return urljoin(self.url, f"{FILES_FOLDER}/{blob.sha256}")

    def _wrong(self, blob: Blob) -> FileAltered:
        return FileAltered(
            f"{self._place(blob)} has not the SHA-256 that is its name: it was changed there or on the way. "
            "Nothing of it is stored; have it published anew."
        )


def _authority(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _refuse(response: httpx2.Response, *, ranged: bool) -> None:
    """Raise CopyFailed unless the response has the requested body or is 304."""
    status = response.status_code
    remedy = {401: "give the credentials in KG_FETCH_HEADERS", 403: "give the credentials in KG_FETCH_HEADERS"}
    if status not in (200, 304) and not (status == 206 and ranged):
        advice = remedy.get(status, "check the address, or have it published anew")
        failure = _Missing if status in (404, 410) else CopyFailed
        raise failure(f"{response.url} answers {status} {response.reason_phrase}: {advice}.")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise CopyFailed(f"{response.url} comes packed without having been asked to. Serve these files as they are.")
