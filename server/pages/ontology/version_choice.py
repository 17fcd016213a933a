"""The versions of the ontology that a request can ask for: that of its release, and those that are kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from flask import Flask, current_app

from kg.core.errors import VersionUnknown
from kg.core.messages import Message
from kg.engine import Engine
from kg.graph.ontology import (
    Document,
    OntologyVersion,
    Uses,
    later,
    ontology_version_of,
    read_ontology_versions,
    uses_of,
)
from server.core.context import request_context

_KEY = "fyp-kg.editions"
_MOST_HELD = 3

Fact = TypeVar("Fact")


class _Held(Generic[Fact]):
    """A fact about each of the releases asked last, which never changes; two requests at once may both work it out."""

    def __init__(self, find: Callable[[Engine], Fact]) -> None:
        self._find, self._lock = find, threading.Lock()
        self._facts: OrderedDict[str, Fact] = OrderedDict()

    def of(self, engine: Engine) -> Fact:
        with self._lock:
            if engine.release_id in self._facts:
                self._facts.move_to_end(engine.release_id)
                return self._facts[engine.release_id]
        found = self._find(engine)
        with self._lock:
            self._facts[engine.release_id] = found
            while len(self._facts) > _MOST_HELD:
                self._facts.popitem(last=False)
        return found


def _used(engine: Engine) -> Uses:
    return uses_of(engine, _shelf().editions.of(engine).vocabulary.terms.values())


@dataclass
class _Shelf:
    """What is worked out once: the kept editions, and for the releases asked last their edition and its uses."""

    kept: tuple[OntologyVersion, ...]
    editions: _Held[OntologyVersion] = field(default_factory=lambda: _Held(ontology_version_of))
    uses: _Held[Uses] = field(default_factory=lambda: _Held(_used))


def register(app: Flask) -> None:
    """Read the editions that are kept.

    Raises:
        As ``read_ontology_versions``.
    """
    app.extensions[_KEY] = _Shelf(read_ontology_versions())


def own_edition() -> OntologyVersion:
    """The edition that the release of this request holds."""
    return _shelf().editions.of(request_context().engine)


def own_uses() -> Uses:
    """How that release uses its terms."""
    return _shelf().uses.of(request_context().engine)


def editions_of(document: str) -> dict[str, OntologyVersion]:
    """The editions with each version of a document, newest first; that of the release goes before one that is kept.

    Raises:
        VersionUnknown: there is none at all.
    """
    found: dict[str, OntologyVersion] = {}
    for edition in (own_edition(), *_shelf().kept):
        if document in edition.documents:
            found.setdefault(edition.documents[document].version, edition)
    if not found:
        raise VersionUnknown(
            Message("This release holds no %(document)s. Ask the current release at /%(document)s.", document=document)
        )
    return dict(sorted(found.items(), key=lambda item: later(item[0]), reverse=True))


def edition_with(document: str, version: str = "") -> OntologyVersion:
    """The edition that holds a version of a document; without a version that of the release, or else the newest.

    Raises:
        VersionUnknown: there is no such version; the message lists those that are.
    """
    editions = editions_of(document)
    if not version:
        own = own_edition()
        return own if document in own.documents else next(iter(editions.values()))
    if version not in editions:
        known = ", ".join(f"/{document}/{one}" for one in editions)
        raise VersionUnknown(
            Message(
                "There is no version %(version)s of /%(document)s. There are: %(offered)s; each also ends in "
                ".ttl, .jsonld, .nt or .rdf.",
                version=repr(version),
                document=document,
                offered=known,
            )
        )
    return editions[version]


def document_with(document: str, version: str = "") -> Document:
    """A version of a document; raises as ``edition_with``."""
    return edition_with(document, version).documents[document]


def _shelf() -> _Shelf:
    shelf = current_app.extensions[_KEY]
    assert isinstance(shelf, _Shelf)  # noqa: S101 - register() is the only writer
    return shelf
