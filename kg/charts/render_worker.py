"""The process that renders one chart at a time, within limits, until its parent ends it.

Run as ``python -m kg.charts.render_worker DESCRIPTOR``, the descriptor being its end of a socket. It ends when that
closes, or by SIGALRM when a chart takes too long: the kernel sends it, whatever V8 does. It also ends by itself when
it has grown, after a chart or when it is idle. Only this module uses vl-convert, which runs Vega in V8 without network.
"""

from __future__ import annotations

import json
import resource
import select
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import vl_convert

from kg.charts.chart import Spec
from kg.core.errors import KgError, Message, PictureFailed, PictureTooLarge
from kg.engine.pool.ipc import ConnectionClosed, Head, error_head, receive, send
from kg.engine.pool.processes import RENDERER, raise_oom_score, return_freed_memory

VEGA_LITE = "6.4"
MOST_MARKS = 5_000
MOST_BYTES = 4 * 2**20

_NOWHERE: list[str] = []  # the addresses from which a specification may load data


def to_svg(spec: Spec) -> str:
    """Return a specification as SVG with text elements.

    Raises:
        PictureTooLarge: it has too many marks.
        PictureFailed: it cannot be drawn.
    """
    text = _checked(spec)
    try:
        svg = vl_convert.vegalite_to_svg(text, vl_version=VEGA_LITE, allowed_base_urls=_NOWHERE)
    except ValueError as error:
        raise _failure(error) from error
    # Vega only names an image, and whoever shows the SVG loads it; vl-convert does so for a PNG, from anywhere
    if "<image" in svg:
        raise PictureFailed(
            Message("The picture cannot be drawn: it would load an image. The table has the whole answer.")
        )
    return svg


def to_png(spec: Spec, scale: float = 2.0) -> bytes:
    """Return a specification as PNG; ``scale`` is in pixels for each CSS pixel, and fonts are those of this machine.

    Raises:
        PictureTooLarge: it has too many marks.
        PictureFailed: it cannot be drawn.
    """
    svg = to_svg(spec)
    try:
        return vl_convert.svg_to_png(svg, scale=scale)
    except ValueError as error:
        raise _failure(error) from error


def to_vega(spec: Spec) -> Spec:
    """Return a specification compiled to Vega, for the runtime of browsers.

    Raises:
        PictureTooLarge: it has too many marks.
        PictureFailed: it cannot be compiled.
    """
    text = _checked(spec)
    try:
        return vl_convert.vegalite_to_vega(text, vl_version=VEGA_LITE)
    except ValueError as error:
        raise _failure(error) from error


def marks(spec: Any) -> int:
    """Return the most marks that a specification draws: its rows of data, once for each layer.

    A sequence counts with its length. Marks that transforms add are not counted; the time limit covers them.
    """
    return _marks(spec, 0)


def _marks(view: Any, inherited: int) -> int:
    if not isinstance(view, dict):
        return 0
    # data of a view apply to the views within it that have none
    rows = _rows(view["data"]) if "data" in view else inherited
    parts = [part for key in ("layer", "concat", "hconcat", "vconcat") for part in view.get(key, [])]
    own = rows if "mark" in view else 0
    return own + sum(_marks(part, rows) for part in [*parts, view.get("spec")])


def _rows(data: Any) -> int:
    if not isinstance(data, dict):
        return 0
    if "sequence" in data:
        sequence = data["sequence"]
        return int(abs(sequence["stop"] - sequence["start"]) / (abs(sequence.get("step", 1)) or 1))
    return len(data.get("values", ()))


def _checked(spec: Spec) -> str:
    # NaN is no JSON, and V8 could not read it
    count, text = marks(spec), json.dumps(spec, ensure_ascii=False, allow_nan=False)
    if count > MOST_MARKS or len(text) > MOST_BYTES:
        raise PictureTooLarge(
            Message(
                "The picture would have %(count)s marks, and at most %(most)s can be drawn: choose values or "
                "facets that give fewer rows, or take the table.",
                count=count,
                most=MOST_MARKS,
            )
        )
    return text


def _failure(error: ValueError) -> PictureFailed:
    """Return the error with the first line of V8's message; the rest is its stack."""
    lines = [text for text in str(error).splitlines() if "Error" in text] or str(error).splitlines()
    return PictureFailed(
        Message("The picture cannot be drawn: %(reason)s. The table has the whole answer.", reason=lines[0].strip())
    )


# V8 keeps much of what it once used. A process that has used more than this ends after its chart.
_RETIRE_KIB = 512 * 2**10
# One that is idle ends if it has grown by more than this since its first chart, and the next chart starts another.
MOST_IDLE_GROWTH_KIB = 24 * 2**10
IDLE_SECONDS = 5.0

FORMS: Mapping[str, Callable[[Spec, float], bytes]] = {
    "svg": lambda spec, _: to_svg(spec).encode(),
    "png": to_png,
    "vega": lambda spec, _: json.dumps(to_vega(spec), ensure_ascii=False).encode(),
}


def main(descriptor: int) -> None:
    """Set the limits of the first message, then draw a chart for each message."""
    raise_oom_score(RENDERER)
    return_freed_memory()
    peer = socket.socket(fileno=descriptor)
    try:
        head, _, _ = receive(peer)
        _set_limits(head["memory_bytes"])
        # the parent waits for this before it counts the time of a chart, as the start takes longer
        send(peer, {"ready": True})
        draw_all(peer)
    except ConnectionClosed:
        return


def draw_all(peer: socket.socket) -> None:
    """Draw a chart for each message, until the process has grown.

    Raises:
        ConnectionClosed: the parent has closed the socket.
    """
    # measured after the first chart, since V8 loads Vega with it
    first_kib = 0
    while True:
        head, body, _ = receive(peer)
        answer, drawn = _draw(head, body)
        # the answer announces the end, so that the parent starts another process and meets no closed socket
        retires = _status_kib("VmHWM") > _RETIRE_KIB
        send(peer, {**answer, "last": retires}, drawn)
        first_kib = first_kib or _status_kib("RssAnon")
        if retires or (_is_idle(peer) and _status_kib("RssAnon") > first_kib + MOST_IDLE_GROWTH_KIB):
            return


def _is_idle(peer: socket.socket) -> bool:
    """Wait some seconds for a message; return True if none comes."""
    return not select.select([peer], [], [], IDLE_SECONDS)[0]


def _status_kib(key: str) -> int:
    """Return a size of this process (proc(5)); getrusage would also count its parent's, before exec."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{key}:"))


def _set_limits(memory_bytes: int) -> None:
    """Limit writable memory (RLIMIT_DATA); V8 reserves gigabytes of addresses, so RLIMIT_AS would not work."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    # a crash of V8 would else write its whole memory to the disk
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # the default action ends the process; a handler of Python would wait until V8 returns
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes the socket


def _draw(head: Head, body: bytes) -> tuple[dict[str, Any], bytes]:
    signal.setitimer(signal.ITIMER_REAL, head["seconds"])
    try:
        return {}, FORMS[head["form"]](json.loads(body), head["scale"])
    except KgError as error:
        return error_head(error), b""
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
