"""Charts rendered in a separate process, which may hang or crash without harm to the caller."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import weakref
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import cast

from kg.charts.chart import Chart, Spec
from kg.core.errors import EngineBusy, Message, PictureFailed
from kg.engine.pool.ipc import ConnectionClosed, Head, error_from_head, receive, send

MEMORY_BYTES = 2**30  # of which V8 and vl-convert take 640 MiB at rest, mostly untouched
SECONDS = 10.0
_GRACE_SECONDS = 1.0
_START_SECONDS = 30.0  # half a second on an idle machine


class Renderer:
    """Renders one chart at a time; thread-safe. The process starts with the first chart and is replaced if it ends.

    ``seconds`` is the limit for one chart, and for waiting before it.
    """

    def __init__(self, seconds: float = SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
        self._seconds, self._memory_bytes = seconds, memory_bytes
        self._lock = threading.Lock()
        self._peer: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        # the finaliser ends the process if nobody calls ``close``, at the latest when the interpreter ends
        self._end: weakref.finalize[..., Renderer] | None = None

    @property
    def process(self) -> int | None:
        """The id of the process, or None."""
        return self._process.pid if self._process else None

    def svg(self, spec: Spec) -> str:
        """Return a specification as SVG.

        Raises:
            PictureTooLarge: it has too many marks.
            PictureFailed: it cannot be drawn, or not within the limits.
            EngineBusy: too many pictures are asked for at once.
        """
        return self._render(spec, "svg").decode()

    def png(self, spec: Spec, scale: float = 2.0) -> bytes:
        """Return a specification as PNG; ``scale`` is in pixels for each CSS pixel. Raises as ``svg``."""
        return self._render(spec, "png", scale)

    def vega(self, spec: Spec) -> Spec:
        """Return a specification compiled to Vega; raises as ``svg``."""
        return cast("Spec", json.loads(self._render(spec, "vega")))

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()

    def _render(self, spec: Spec, form: str, scale: float = 1.0) -> bytes:
        body = json.dumps(spec, ensure_ascii=False).encode()
        with self._turn():
            head, drawn = self._asked({"form": form, "scale": scale, "seconds": self._seconds}, body)
            # the process ends after this answer, so the next chart must not use its socket
            if head.get("last"):
                self._stop()
        if "error" in head:
            raise error_from_head(head)
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
        """Return the answer of the process; one that has ended since its last chart is replaced."""
        try:
            try:
                return self._ask_once(question, body, self._started())
            except ConnectionClosed:
                # a process that was killed, by its alarm or by the kernel, would fail again with the same chart
                if not self._has_retired():
                    raise
                return self._ask_once(question, body, self._started())
        except (ConnectionClosed, OSError) as error:  # OSError: no process can be started, or none answers in time
            self._stop()
            raise PictureFailed(
                Message(
                    "Drawing the picture took more than %(seconds)s seconds or too much memory. Choose values or "
                    "facets that give fewer rows, or take the table.",
                    seconds=f"{self._seconds:g}",
                )
            ) from error

    def _has_retired(self) -> bool:
        """Return True if the process ended by itself because it was idle."""
        # the socket closes a moment before the process can be waited for, hence the wait
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
        # our copy of its end is closed, or the end of the process would not close the connection
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "kg.charts.render_worker", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                # in a session of its own, signals of the terminal do not reach it
                start_new_session=True,
            )
        # without this thread an idle process that ended would remain a zombie
        threading.Thread(target=_reap, args=(self._process,), daemon=True).start()
        self._peer = ours
        self._end = weakref.finalize(self, _end, self._process, ours)
        # the first message waits for the start of the interpreter and of V8, not for a chart
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
    """Wait until a process has ended, and take its exit status, so that no zombie stays until the next chart."""
    with suppress(ChildProcessError):  # it was taken already
        # WNOWAIT leaves the exit status to Popen, which would else report 0 for a process that was killed
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    process.poll()


def _end(process: subprocess.Popen[bytes], peer: socket.socket) -> None:
    peer.close()
    process.kill()
    process.wait()


_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ARIA = ("role", "aria-label", "aria-roledescription", "aria-hidden")
_TITLE, _TEXT = "picture-title", "picture-text"


def accessible_svg(svg: str, picture: Chart) -> str:
    """Return an SVG of vl-convert as one image with a title and a text alternative.

    The labels of marks become titles, which browsers show at the pointer. Vega numbers gradients and clips across all
    charts of a process. They get new numbers, so that a chart has the same bytes every time.
    """
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    root = ET.fromstring(svg)  # noqa: S314 - made by our own renderer, without a DTD
    # a list, as the loop inserts titles into the tree
    for element in list(root.iter()):
        _speak(element)
    _number(root)
    root.set("role", "img")
    root.set("aria-labelledby", f"{_TITLE} {_TEXT}")
    root.set(_XML_LANG, picture.language)
    root.set("lang", picture.language)
    # the title is inserted last and comes first, where SVG expects it
    for tag, name, words in (("desc", _TEXT, picture.text), ("title", _TITLE, picture.title)):
        element = ET.Element(f"{{{_SVG}}}{tag}", {"id": name})
        element.text = words
        root.insert(0, element)
    return ET.tostring(root, encoding="unicode")


def _speak(element: ET.Element) -> None:
    """Move the name of a mark from its aria-label into a title; for a screen reader the chart is one image."""
    label = element.get("aria-label")
    is_mark = element.get("role") == "graphics-symbol" and not (element.get("aria-roledescription") or "").endswith(
        ("container", "axis", "legend", "title", "subtitle")
    )
    for attribute in _ARIA:
        element.attrib.pop(attribute, None)
    if label and is_mark:
        title = ET.Element(f"{{{_SVG}}}title")
        title.text = label
        element.insert(0, title)


def _number(root: ET.Element) -> None:
    """Give the ids that the drawing refers to numbers of their own, in the order of the document."""
    names = {
        name: f"picture-{n}" for n, name in enumerate(node.get("id", "") for node in root.iter() if node.get("id"))
    }
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "id":
                element.set(key, names[value])
            elif "#" in value:
                # references have the form ``url(#name)``, so the closing bracket is part of the pattern
                element.set(key, re.sub(r"#([\w-]+)\)", lambda match: f"#{names.get(match[1], match[1])})", value))
