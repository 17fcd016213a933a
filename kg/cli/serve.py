"""``kg serve``: the only module that knows granian."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from functools import partial
from importlib import import_module
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.common import AbstractServer

from kg.cli.fetch import check_follow_options, fetch_published
from kg.cli.options import (
    every_option,
    follow_option,
    home_option,
    host_option,
    insecure_option,
    key_option,
    port_option,
    settings,
    steps,
)
from kg.cli.restart import Ending, Run, StopSignals, following, keep_serving
from kg.core.errors import PortBusy, ReleaseBroken, ReleaseMissing
from kg.core.settings import Settings
from kg.engine.pool.processes import return_freed_memory
from kg.engine.pool.worker import die_with_parent
from kg.graph.evidence import text_at
from kg.release.engines import Opening, engine_of
from kg.release.store import ReleaseStore

APPLICATION = "server.gateway.app"

# A question may run to its deadline after SIGTERM; so many seconds later the server ends even if a client reads slowly.
_LAST_SECONDS = 5
# Files that are open besides connections: those of workers, of the store, of answers that are sent, of the log.
_OTHER_FILES = 1024
# the reports of the serving process
_MADE, _UNUSABLE = b"made", b"unusable"


@click.command()
@host_option
@port_option
@follow_option
@every_option
@key_option
@insecure_option
@home_option
def serve(
    host: str | None,
    port: int | None,
    follow: str | None,
    every: float | None,
    follow_key: str | None,
    insecure: bool | None,
    home: Path | None,
) -> None:
    """Serve the current release until interrupted; says when it is ready.

    With --follow it takes each release that is published there, and changes to it without dropping a request; an
    empty home is filled first. A release is taken only if its pointer is signed by a key in --key or KG_FOLLOW_KEY.
    """
    place = home.absolute() if home else None
    followed = {"follow": follow, "follow_seconds": every, "follow_key": follow_key, "follow_insecure": insecure}
    chosen = settings(host=host, port=port, home=place, **followed)
    if chosen.follow is not None:
        check_follow_options(chosen)
    _check_current_release(chosen)
    if chosen.engine_url:
        engine_of(ReleaseStore(chosen.home).current(), chosen).close()  # fail at once, as below
    if chosen.source_text is not None:
        text_at(chosen.source_text)  # fail at once, not in a worker that starts again and again
    _refuse_busy_port(chosen)
    with following(chosen):
        _serve(chosen)


def _serve(chosen: Settings) -> None:
    """Serve until a signal stops it; a serving process that ends by itself is started again."""
    signals = StopSignals()
    keep_serving(partial(_run, chosen, signals), signals)


def _run(chosen: Settings, signals: StopSignals) -> Run:
    """Run granian once, with one serving process, until that ends or a signal comes."""
    try:
        _refuse_busy_port(chosen)
    except PortBusy as error:  # it was free at the start; whoever has it may go again
        sys.stderr.write(f"Error: {error}\n")
        return Run(Ending.DIED)
    reports, reporter = multiprocessing.Pipe(duplex=False)
    sockets = _open_sockets()
    server = _granian(chosen)
    # granian would restart the serving process and drop the requests that wait at the old one; nothing here needs that
    server.on_startup(partial(signal.signal, signal.SIGHUP, signal.SIG_IGN))

    @server.on_startup
    def stop_if_stopped() -> None:  # by a signal that came before granian had its handlers
        if signals.received:
            signal.raise_signal(signal.SIGTERM)

    try:
        server.serve(target_loader=partial(_application, chosen, os.getpid(), reporter), wrap_loader=False)
    except SystemExit:  # the serving process ended
        pass
    finally:
        # the pipe ends only when no process can write to it any more
        reporter.close()
        for left_open in _open_sockets() - sockets:  # granian binds the address once to try it, and forgets the socket
            os.close(left_open)
    with reports:
        messages = _all_of(reports)
    if server.interrupt_signal:
        return Run(Ending.STOPPED)
    return Run(Ending.UNUSABLE if _UNUSABLE in messages else Ending.DIED, was_ready=_MADE in messages)


def _open_sockets() -> set[int]:
    """Return the descriptors of this process that are sockets (Linux)."""
    sockets = set()
    for path in Path("/proc/self/fd").glob("*"):
        with suppress(OSError):
            if path.is_socket():
                sockets.add(int(path.name))
    return sockets


def _granian(chosen: Settings) -> AbstractServer[Any]:
    return Granian(
        APPLICATION,
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.RSGI,
        loop=Loops.uvloop,
        log_level=LogLevels.warning,
        # HTTP/2 has no limit of idle streams and no timeout for a connection that stays silent after its preface
        http=HTTPModes.http1,
        # granian counts this time in milliseconds
        http1_settings=HTTP1Settings(header_read_timeout=ceil(1000 * chosen.header_seconds)),
        backpressure=_raise_limit_of_files(chosen.max_connections),
        workers_kill_timeout=ceil(chosen.max_seconds) + _LAST_SECONDS,
        websockets=False,
    )


def _raise_limit_of_files(connections: int) -> int:
    """Raise the soft limit of open files for so many connections, and return how many of them it allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _OTHER_FILES
    # a process without special rights can raise its limit only to the hard one
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, soft - _OTHER_FILES)


def _all_of(reports: Connection) -> list[bytes]:
    """Return what the serving process, which has ended, has reported."""
    messages = []
    with suppress(EOFError, OSError):
        while reports.poll():
            messages.append(reports.recv_bytes())
    return messages


def _application(chosen: Settings, parent: int, reporter: Connection) -> Any:
    """Return the application, in the serving process, which ends with its parent however that ends."""
    die_with_parent(parent)
    return_freed_memory()
    try:
        opening = Opening(chosen)  # the graph is loaded while the pages are imported, which takes longer if it is small
        made = import_module(APPLICATION).application(chosen, opening)
    # SystemExit as well: without the report the parent would start the service again and again
    except BaseException:
        reporter.send_bytes(_UNUSABLE)
        raise
    reporter.send_bytes(_MADE)
    return made


def _check_current_release(chosen: Settings) -> None:
    """Fetch one if there is none and a publication is followed.

    Raises:
        ReleaseMissing or ReleaseBroken: there is none and nothing is followed.
        CopyFailed: it cannot be had.
    """
    try:
        ReleaseStore(chosen.home).current()
    except (ReleaseMissing, ReleaseBroken):
        if chosen.follow is None:
            raise
        with steps() as step:
            fetch_published(chosen, step)


def _refuse_busy_port(chosen: Settings) -> None:
    """Refuse a port in use: Granian would silently share it, so ask the system first.

    Raises:
        PortBusy: something listens there, or the address is not to be had.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(chosen.host, chosen.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # connections of an earlier server in the state TIME_WAIT must not count as a use of the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise PortBusy(
            f"{chosen.host}:{chosen.port} cannot be listened on: {error.strerror or error}. "
            "Choose another port with PORT= (make) or --port (kg serve)."
        ) from error
