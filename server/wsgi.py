"""The application as granian loads it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException

from flask import Flask

from kg.errors import KgError
from kg.settings import read_settings
from server import create_app


def application() -> Flask:
    """Make the application and say when it is ready, or say why it is not and end the process."""
    # Ctrl-C reaches the main process too, which ends this one; granian hangs on two signals at once
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        settings = read_settings(os.environ)
        app = create_app(settings)
    except KgError as error:
        sys.stderr.write(f"Error: {error}\n")
        raise SystemExit(1) from error
    threading.Thread(target=_say_ready, args=(settings.host, settings.port), daemon=True).start()
    return app


def _say_ready(host: str, port: int) -> None:
    """Wait until a request is answered, which granian begins to do after the application is made; then say so."""
    while True:
        try:
            with closing(HTTPConnection(host, port, timeout=5)) as connection:
                connection.request("HEAD", "/q/")
                connection.getresponse()
            break
        except (OSError, HTTPException):
            time.sleep(0.01)
    written = f"[{host}]" if ":" in host else host
    sys.stdout.write(f"Ready at http://{written}:{port}/ (stop with Ctrl-C)\n")
    sys.stdout.flush()
