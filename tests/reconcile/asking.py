"""Our own application as a service to be tested, without a socket."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Flask

from tests.reconcile.service import Ask, Reply

HOST = "http://localhost"


def through(app: Flask) -> Ask:
    """Ask an application."""

    def ask(method: str, address: str, form: Mapping[str, str] | None = None) -> Reply:
        assert address.startswith(HOST)
        kind = "application/x-www-form-urlencoded" if form is not None else None
        response = app.test_client().open(
            address.removeprefix(HOST),
            method=method,
            data=urlencode(form) if form is not None else None,
            content_type=kind,
        )
        return Reply(
            response.status_code, {key.lower(): value for key, value in response.headers.items()}, response.data
        )

    return ask
