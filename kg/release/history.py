"""The history of a home: its releases in the order in which they were built, and which one was current when."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from kg.release import Release
from kg.release.store import ReleaseStore


@dataclass(frozen=True)
class Change:
    """How many quads a graph had in one release and has in the next; 0 where there is no such graph."""

    graph: str
    before: int
    after: int


@dataclass(frozen=True)
class History:
    """Releases, oldest first; those of no known day come before all others."""

    releases: tuple[Release, ...]

    def get(self, release_id: str) -> Release | None:
        """The release with an id, if it is one of these."""
        return next((release for release in self.releases if release.release_id == release_id), None)

    def until(self, release_id: str) -> History:
        """This history up to a release: later ones were rolled back. It is empty if the release is none of these."""
        ids = [release.release_id for release in self.releases]
        return History(self.releases[: ids.index(release_id) + 1] if release_id in ids else ())

    @property
    def dated(self) -> tuple[tuple[datetime.datetime, Release], ...]:
        """The releases of known days, each with the moment since when it counts: the beginning of its day in UTC."""
        return tuple(
            (datetime.datetime.combine(day, datetime.time(), datetime.UTC), release)
            for release in self.releases
            if (day := release.built_on) is not None
        )

    def at(self, moment: datetime.datetime) -> Release | None:
        """The release that was current at a moment: the last one since then, the first one for any time before it."""
        dated = self.dated
        if not dated:
            return None
        return next((release for since, release in reversed(dated) if since <= moment), dated[0][1])

    def changes(self) -> Iterator[tuple[Release, tuple[Change, ...]]]:
        """Each release, newest first, with the graphs whose number of quads it changed from the one before it."""
        for place in reversed(range(len(self.releases))):
            release = self.releases[place]
            yield release, _changes(self.releases[place - 1], release) if place else ()


def read_history(shelf: ReleaseStore) -> History:
    """The whole releases of a shelf."""
    oldest_first = reversed(shelf.releases())
    return History(tuple(sorted(oldest_first, key=lambda release: release.built_on or datetime.date.min)))


def _changes(before: Release, after: Release) -> tuple[Change, ...]:
    old, new = before.manifest.graphs, after.manifest.graphs
    graphs = (Change(graph, old.get(graph, 0), new.get(graph, 0)) for graph in sorted(old.keys() | new.keys()))
    return tuple(change for change in graphs if change.before != change.after)
