"""A home with three small releases of three days, all but the first with dumps, and an application over them."""

from __future__ import annotations

import datetime
from pathlib import Path

from pyoxigraph import Literal, Quad

from kg.core.names import graph, name, thing
from kg.core.settings import Settings
from kg.release import Release
from tests.server.two_releases import Stage, make_stage
from tests.serving import make_release

DAYS = (datetime.date(2026, 1, 5), datetime.date(2026, 3, 10), datetime.date(2026, 11, 25))


def quads(number: int) -> list[Quad]:
    """Return the statements of a release: the first has one resource, each later one has one more."""
    return [
        Quad(thing(f"plan-{letter}"), name("skos:prefLabel"), Literal(f"Plan {letter}", language="en"), graph("plan-a"))
        for letter in "abc"[: number + 1]
    ]


def make_dated_home(home: Path) -> tuple[Release, ...]:
    """Put the releases into a home; the last one is current."""
    return tuple(make_release(home, quads(number), on=day, with_dumps=number > 0) for number, day in enumerate(DAYS))


def make_dated_stage(home: Path, settings: Settings) -> tuple[Stage, list[str]]:
    """An application over such a home, and the ids of its releases, oldest first."""
    releases = make_dated_home(home)
    return make_stage(home, settings, releases[0], releases[-1]), [release.release_id for release in releases]
