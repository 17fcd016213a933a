"""A home with the real release and one before it, of which two rows of a question differ, and an application over both.

The engines answer in this process, so that a test needs no worker.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from pyoxigraph import Literal, NamedNode, Quad

from kg.core.errors import ReleaseBroken, ReleaseGone
from kg.core.names import name, thing
from kg.core.settings import Settings
from kg.engine import Answer, Question
from kg.engine.embedded import EmbeddedEngine
from kg.engine.limits import CancellationToken
from kg.engine.registry import CurrentEngine, EngineRegistry, OlderEngines, OlderLimits
from kg.engine.store import Store
from kg.release import Release
from kg.release.store import ReleaseStore, open_store
from server.app import create_app
from tests.serving import make_release

QUESTION = "/q/objectives-mentioning-technology?scope=any-element&technology=id:technology-industrial-internet"
# of the answer to it, the older release lacks one row and words another one like this
WORDED = "Industry Web"


class Engine:
    """An embedded engine that notes its end."""

    def __init__(self, release: Release, settings: Settings) -> None:
        self.release_id = release.release_id
        self.closed = False
        store = open_store(release, settings.memory_max_quads)
        self._engine = EmbeddedEngine(store, release.release_id, settings.max_nesting)

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        return self._engine.answer(question, cancellation)

    def close(self) -> None:
        self.closed = True


@dataclass
class Stage:
    """An application over two releases."""

    app: Flask
    lender: EngineRegistry
    shelf: ReleaseStore
    old: str
    new: str
    opened: list[Engine]


def older_quads(store: Store) -> list[Quad]:
    """The quads of the real release, as they were before two mentions of a technology were revised."""
    mentions = sorted(
        quad.subject.value
        for quad in store
        if quad.predicate == name("fyp:mentionTechnology") and quad.object == thing("technology-industrial-internet")
        if isinstance(quad.subject, NamedNode)
    )
    gone, reworded = (NamedNode(mentions[place]) for place in (0, -1))
    remaining = (quad for quad in store if gone not in (quad.subject, quad.object))
    return [_reworded(quad) if quad.subject == reworded else quad for quad in remaining]


def _reworded(quad: Quad) -> Quad:
    if quad.predicate != name("fyp:surfaceForm"):
        return quad
    return Quad(quad.subject, quad.predicate, Literal(WORDED), quad.graph_name)


def make_home(home: Path, store: Store) -> tuple[Release, Release]:
    """Put both releases into a home; the current one is the real one."""
    return make_release(home, older_quads(store)), make_release(home, store)


def make_stage(home: Path, settings: Settings, old: Release, new: Release) -> Stage:
    """An application over a home of two releases."""
    shelf, chosen, opened = ReleaseStore(home), replace(settings, home=home), list[Engine]()

    def make(release_id: str) -> Engine:
        try:
            opened.append(Engine(shelf.get(release_id), chosen))
        except ReleaseBroken as error:
            raise ReleaseGone.named(release_id, shelf.ids()) from error
        return opened[-1]

    limits = OlderLimits(
        chosen.older_releases, chosen.most_older_requests, chosen.older_idle_seconds, patience_seconds=6.0
    )
    current = CurrentEngine(shelf.current_id, lambda: Engine(shelf.current(), chosen))
    lender = EngineRegistry(current, OlderEngines(shelf, make, limits))
    return Stage(create_app(chosen, lender), lender, shelf, old.release_id, new.release_id, opened)
