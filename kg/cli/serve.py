"""``kg serve``: the only module that knows granian."""

from __future__ import annotations

import os
import socket
from math import ceil
from pathlib import Path

import click
from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels

from kg.cli.fetch import following, take
from kg.cli.options import (
    every_option,
    follow_option,
    home_option,
    host_option,
    port_option,
    settings,
    steps,
    variables_of,
)
from kg.errors import PortBusy, ReleaseBroken, ReleaseMissing
from kg.evidence import text_at
from kg.release.serve import engine_of
from kg.release.shelf import Shelf
from kg.settings import Settings

APPLICATION = "server.rsgi:application"

# A question may run to its deadline after SIGTERM; so many seconds later the server ends even if a client reads slowly.
_LAST_SECONDS = 5


@click.command()
@host_option
@port_option
@follow_option
@every_option
@home_option
def serve(host: str | None, port: int | None, follow: str | None, every: float | None, home: Path | None) -> None:
    """Serve the current release until interrupted; says when it is ready.

    With --follow it takes each release that is published there, and changes to it without dropping a request; an
    empty home is filled first.
    """
    place = home.absolute() if home else None
    chosen = settings(host=host, port=port, home=place, follow=follow, follow_seconds=every)
    _see_that_there_is_a_release(chosen)
    if chosen.engine_url:
        engine_of(Shelf(chosen.home).current(), chosen).close()  # told at once, as below
    if chosen.source_text is not None:
        text_at(chosen.source_text)  # told at once, not by a worker that is started again and again
    _refuse_busy_port(chosen)
    os.environ.update(variables_of(chosen))  # where the serving process reads them
    with following(chosen):
        _serve(chosen)


def _serve(chosen: Settings) -> None:
    Granian(
        APPLICATION,
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.RSGI,
        loop=Loops.uvloop,
        factory=True,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=ceil(chosen.max_seconds) + _LAST_SECONDS,
        websockets=False,
    ).serve()


def _see_that_there_is_a_release(chosen: Settings) -> None:
    """Fetch one if there is none and a publication is followed.

    Raises:
        ReleaseMissing or ReleaseBroken: there is none and nothing is followed.
        CopyFailed: it cannot be had.
    """
    try:
        Shelf(chosen.home).current()
    except (ReleaseMissing, ReleaseBroken):
        if chosen.follow is None:
            raise
        with steps() as step:
            take(chosen, step)


def _refuse_busy_port(chosen: Settings) -> None:
    """Granian shares a port with others silently, so ask the system first.

    Raises:
        PortBusy: something listens there, or the address is not to be had.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(chosen.host, chosen.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise PortBusy(
            f"{chosen.host}:{chosen.port} cannot be listened on: {error.strerror or error}. "
            "Choose another port with PORT= (make) or --port (kg serve)."
        ) from error
