"""Integrity in the application: what is known about the files of the releases that it answers from."""

from __future__ import annotations

from flask import Flask, current_app

from kg.core.errors import ReleaseBroken
from kg.core.messages import Message
from kg.core.settings import Settings
from kg.release import Release
from kg.release.integrity import Integrity
from kg.release.store import ReleaseStore
from server.core.context import app_state, pin

_KEY = "fyp-kg.integrity"


def register(app: Flask, settings: Settings, integrity: Integrity | None) -> Integrity:
    """Let the application know the problems of its releases; without ``integrity`` it looks for them itself."""
    checker = integrity or Integrity(ReleaseStore(settings.home))
    app.extensions[_KEY] = checker
    return checker


def integrity_here() -> Integrity:
    """Return what the application knows."""
    integrity = current_app.extensions[_KEY]
    assert isinstance(integrity, Integrity)  # noqa: S101 - register() is the only writer
    return integrity


def refuse_changed(release: Release, name: str) -> None:
    """Refuse a file of a release that is not as it was written.

    Raises:
        ReleaseBroken: it is not.
    """
    problem = integrity_here().problem_of(release, name)
    if problem is not None:
        raise ReleaseBroken(
            Message(
                "The file %(problem)s. Ask those who run this service to make it anew ('kg build').", problem=problem
            )
        )


def note_broken(error: ReleaseBroken) -> None:
    """Let the files of the release that a request asked be verified soon."""
    pinned = pin()
    release_id = pinned.release_id if pinned is not None else app_state().engine.release_id
    integrity_here().suspect(release_id, str(error))
