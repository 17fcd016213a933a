"""``kg serve``: the only module that knows granian."""

from __future__ import annotations

import os
import socket
from math import ceil
from pathlib import Path

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from kg.cli.options import home_option, host_option, port_option, settings
from kg.errors import PortBusy
from kg.evidence import text_at
from kg.release.shelf import Shelf
from kg.settings import SETTINGS, Settings

APPLICATION = "server.rsgi:application"

# A question may run to its deadline after SIGTERM; so many seconds later the server ends even if a client reads slowly.
_LAST_SECONDS = 5


@click.command()
@host_option
@port_option
@home_option
def serve(host: str | None, port: int | None, home: Path | None) -> None:
    """Serve the current release until interrupted; says when it is ready."""
    chosen = settings(host=host, port=port, home=home.absolute() if home else None)
    Shelf(chosen.home).current()
    if chosen.source_text is not None:
        text_at(chosen.source_text)  # told at once, not by a worker that is started again and again
    _refuse_busy_port(chosen)
    _hand_down(chosen)
    Granian(
        APPLICATION,
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.RSGI,
        factory=True,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=ceil(chosen.max_seconds) + _LAST_SECONDS,
        websockets=False,
    ).serve()


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


def _hand_down(chosen: Settings) -> None:
    """Put the settings into the environment, where the serving process reads them."""
    for setting in SETTINGS:
        value = getattr(chosen, setting.name)
        if value is not None:
            os.environ[setting.variable] = str(value)
