"""Paths of the service: pinned releases, and canonical forms. Pure."""

from __future__ import annotations

RELEASES = "/release/"
STATIC = "/static/"


def split_pin(path: str) -> tuple[str, str]:
    """Return the release that a path pins and the path below it; an empty release if it pins none.

    Leading slashes of the rest are merged, since two would make it the address of another host.
    """
    if not path.startswith(RELEASES):
        return "", path
    release_id, _, rest = path.removeprefix(RELEASES).partition("/")
    return release_id, "/" + rest.lstrip("/")


def unpinned(path: str) -> str:
    """Return the path below the release that it pins."""
    return split_pin(path)[1]


def normal_path(path: str) -> str:
    """Return the canonical form of a path. Static files belong to the program, so they lose the release."""
    release_id, rest = split_pin(path)
    if not release_id:
        return path
    return rest if rest.startswith(STATIC) else f"{RELEASES}{release_id}{rest}"
