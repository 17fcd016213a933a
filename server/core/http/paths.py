"""Paths of the service: those that pin a release, and one way to write each. Pure."""

from __future__ import annotations

RELEASES = "/release/"
STATIC = "/static/"


def split_pin(path: str) -> tuple[str, str]:
    """Return the release that a path pins, and the path below it; no release and the path itself if it pins none.

    Two slashes at the front of the rest would make it the address of another host.
    """
    if not path.startswith(RELEASES):
        return "", path
    release_id, _, rest = path.removeprefix(RELEASES).partition("/")
    return release_id, "/" + rest.lstrip("/")


def unpinned(path: str) -> str:
    """Return the path below the release that it pins."""
    return split_pin(path)[1]


def normal_path(path: str) -> str:
    """Return a path with one slash after the release that it pins; static files are those of the program."""
    release_id, rest = split_pin(path)
    if not release_id:
        return path
    return rest if rest.startswith(STATIC) else f"{RELEASES}{release_id}{rest}"
