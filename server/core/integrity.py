"""Integrity of the release files that the application answers from."""

from __future__ import annotations

from flask import Flask, current_app

from kg.core.errors import Message, ReleaseBroken
from kg.core.settings import Settings
from kg.release import Release
from kg.release.integrity import Integrity
from kg.release.store import ReleaseStore
from server.core.context import app_state, pin

_KEY = "fyp-kg.integrity"


def register(app: Flask, settings: Settings, integrity: Integrity | None) -> Integrity:
    """Store the integrity checker in the application; create one over the release store by default."""
    checker = integrity or Integrity(ReleaseStore(settings.home))
    app.extensions[_KEY] = checker
    return checker


def integrity_here() -> Integrity:
    """Return the integrity checker of the application."""
    integrity = current_app.extensions[_KEY]
    assert isinstance(integrity, Integrity)  # noqa: S101 - register() is the only writer
    return integrity


def refuse_changed(release: Release, name: str) -> None:
    """Refuse a release file that changed since it was written.

    Raises:
        ReleaseBroken: the file changed.
    """
    problem = integrity_here().problem_of(release, name)
    if problem is not None:
        raise ReleaseBroken(
            Message(
                "The file %(problem)s. Ask those who run this service to make it again ('kg build').", problem=problem
            )
        )


def note_broken(error: ReleaseBroken) -> None:
    """Schedule a verification of the files of the release that this request uses."""
    pinned = pin()
    release_id = pinned.release_id if pinned is not None else app_state().engine.release_id
    integrity_here().suspect(release_id, str(error))
