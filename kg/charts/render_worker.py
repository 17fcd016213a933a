"""The printer: a process that draws one picture at a time, walled in, until its press ends it.

Run as ``python -m kg.charts.render_worker DESCRIPTOR``, the descriptor being its end of a socket. It ends when that
closes, or by SIGALRM when a picture takes too long: the kernel sees to that, whatever V8 is doing. It also ends by
itself when it has grown, after a picture or when it is idle.
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

from kg.charts.chart import Spec
from kg.charts.render import to_png, to_svg, to_vega
from kg.core.errors import KgError
from kg.engine.pool.allocator import return_freed_memory
from kg.engine.pool.ipc import Closed, Head, receive, send, told
from kg.engine.pool.oom import RENDERER, raise_oom_score

# V8 keeps much of what it once used. A process that has held more than this ends after its picture.
_RETIRE_KIB = 512 * 2**10
# One that is idle ends if it has grown by more than this since its first picture, and the next picture starts another.
MOST_IDLE_GROWTH_KIB = 24 * 2**10
IDLE_SECONDS = 5.0

FORMS: Mapping[str, Callable[[Spec, float], bytes]] = {
    "svg": lambda spec, _: to_svg(spec).encode(),
    "png": to_png,
    "vega": lambda spec, _: json.dumps(to_vega(spec), ensure_ascii=False).encode(),
}


def main(descriptor: int) -> None:
    """Set up the walls that the first message tells, then draw what each message asks for."""
    raise_oom_score(RENDERER)
    return_freed_memory()
    press = socket.socket(fileno=descriptor)
    try:
        head, _, _ = receive(press)
        _wall_in(head["memory_bytes"])
        send(press, {"ready": True})
        draw_all(press)
    except Closed:
        return


def draw_all(press: socket.socket) -> None:
    """Draw what each message asks for, until the process has grown.

    Raises:
        Closed: the press has gone.
    """
    first_kib = 0
    while True:
        head, body, _ = receive(press)
        answer, drawn = _draw(head, body)
        retires = _status_kib("VmHWM") > _RETIRE_KIB
        send(press, {**answer, "last": retires}, drawn)
        first_kib = first_kib or _status_kib("RssAnon")
        if retires or (_is_idle(press) and _status_kib("RssAnon") > first_kib + MOST_IDLE_GROWTH_KIB):
            return


def _is_idle(press: socket.socket) -> bool:
    """Wait some seconds for a message; whether none comes."""
    return not select.select([press], [], [], IDLE_SECONDS)[0]


def _status_kib(key: str) -> int:
    """A size of this process (proc(5)); getrusage would also count its parent's, before exec."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{key}:"))


def _wall_in(memory_bytes: int) -> None:
    """V8 reserves gigabytes of addresses, so RLIMIT_AS is no wall; RLIMIT_DATA counts what may be written."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes the socket


def _draw(head: Head, body: bytes) -> tuple[dict[str, Any], bytes]:
    signal.setitimer(signal.ITIMER_REAL, head["seconds"])
    try:
        return {}, FORMS[head["form"]](json.loads(body), head["scale"])
    except KgError as error:
        return told(error), b""
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
