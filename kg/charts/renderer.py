"""The press: pictures rendered in a process of its own, which may hang or crash without harm to who asks."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import cast

from kg.charts.chart import Spec
from kg.core.errors import EngineBusy, PictureFailed
from kg.core.messages import Message
from kg.engine.pool.ipc import Closed, Head, receive, retold, send

MEMORY_BYTES = 2**30  # of which V8 and vl-convert take 640 MiB at rest, mostly untouched
SECONDS = 10.0
_GRACE_SECONDS = 1.0
_START_SECONDS = 30.0  # half a second on an idle machine


class Renderer:
    """Renders one picture at a time; thread-safe. The process starts with the first picture and is replaced if it ends.

    ``seconds`` is how long a picture may take, and how long one may wait for its turn.
    """

    def __init__(self, seconds: float = SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
        self._seconds, self._memory_bytes = seconds, memory_bytes
        self._lock = threading.Lock()
        self._peer: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._end: weakref.finalize[..., Renderer] | None = None

    @property
    def process(self) -> int | None:
        """The process that draws, if one runs."""
        return self._process.pid if self._process else None

    def svg(self, spec: Spec) -> str:
        """A specification as SVG.

        Raises:
            PictureTooLarge: it has too many marks.
            PictureFailed: it cannot be drawn, or not within the limits.
            EngineBusy: too many pictures are asked for at once.
        """
        return self._print(spec, "svg").decode()

    def png(self, spec: Spec, scale: float = 2.0) -> bytes:
        """A specification as PNG, with so many pixels for each CSS pixel; raises as ``svg``."""
        return self._print(spec, "png", scale)

    def vega(self, spec: Spec) -> Spec:
        """A specification compiled to Vega; raises as ``svg``."""
        return cast("Spec", json.loads(self._print(spec, "vega")))

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()

    def _print(self, spec: Spec, form: str, scale: float = 1.0) -> bytes:
        body = json.dumps(spec, ensure_ascii=False).encode()
        with self._turn():
            head, drawn = self._asked({"form": form, "scale": scale, "seconds": self._seconds}, body)
            if head.get("last"):
                self._stop()
        if "error" in head:
            raise retold(head)
        return drawn

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=self._seconds):
            raise EngineBusy(Message("Too many pictures are being drawn; ask again in a moment."))
        try:
            yield
        finally:
            self._lock.release()

    def _asked(self, question: Head, body: bytes) -> tuple[Head, bytes]:
        """What the process answers; one that has ended since its last picture is replaced."""
        try:
            try:
                return self._ask_once(question, body, self._started())
            except Closed:
                if not self._has_retired():
                    raise
                return self._ask_once(question, body, self._started())
        except (Closed, OSError) as error:  # OSError: no process can be started, or none answers in time
            self._stop()
            raise PictureFailed(
                Message(
                    "Drawing the picture took more than %(seconds)s seconds or too much memory. Choose values or "
                    "facets that give fewer rows, or take the table.",
                    seconds=f"{self._seconds:g}",
                )
            ) from error

    def _has_retired(self) -> bool:
        """Whether the process has ended by itself because it was idle, just when it was asked."""
        with suppress(subprocess.TimeoutExpired):
            return self._process is not None and self._process.wait(_GRACE_SECONDS) == 0
        return False

    def _ask_once(self, question: Head, body: bytes, peer: socket.socket) -> tuple[Head, bytes]:
        send(peer, question, body)
        head, drawn, _ = receive(peer)
        return head, drawn

    def _started(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        if self._peer is not None:
            return self._peer
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "kg.charts.render_worker", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        threading.Thread(target=_reap, args=(self._process,), daemon=True).start()
        self._peer = ours
        self._end = weakref.finalize(self, _end, self._process, ours)
        ours.settimeout(_START_SECONDS)
        send(ours, {"memory_bytes": self._memory_bytes})
        receive(ours)
        # the process kills itself in time; this is for the case that it cannot
        ours.settimeout(self._seconds + _GRACE_SECONDS)
        return ours

    def _stop(self) -> None:
        if self._end is not None:
            self._end()
        self._peer = self._process = self._end = None


def _reap(process: subprocess.Popen[bytes]) -> None:
    """Wait until a process has ended, and take its exit status, so that no zombie stays until the next picture."""
    with suppress(ChildProcessError):  # it was taken already
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    process.poll()


def _end(process: subprocess.Popen[bytes], peer: socket.socket) -> None:
    peer.close()
    process.kill()
    process.wait()
