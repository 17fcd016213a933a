"""The application as granian loads it."""

from __future__ import annotations

import os
import sys

from flask import Flask

from kg.errors import KgError
from kg.settings import read_settings
from server import create_app


def application() -> Flask:
    """Make the application and say that it is ready, or say why it is not and end the process."""
    try:
        settings = read_settings(os.environ)
        app = create_app(settings)
    except KgError as error:
        sys.stderr.write(f"Error: {error}\n")
        raise SystemExit(1) from error
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    sys.stdout.write(f"Ready at http://{host}:{settings.port}/ (stop with Ctrl-C)\n")
    sys.stdout.flush()
    return app
