"""What reconciliation needs of the release at hand besides its engine: its schema."""

from __future__ import annotations

from flask import current_app

from kg.reconcile.schema import Schema, Schemas
from server.core.context import request_context

_KEY = "fyp-kg.reconcile.schemas"


def schema_here() -> Schema:
    """The types and properties of the release at hand.

    Raises:
        As ``Engine.answer``.
    """
    schemas = current_app.extensions.setdefault(_KEY, Schemas())
    assert isinstance(schemas, Schemas)  # noqa: S101 - nobody else writes it
    return schemas.of(request_context().engine)
