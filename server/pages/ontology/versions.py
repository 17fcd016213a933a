"""The versions of the ontology, and the lookup of one by the address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from flask import Flask, current_app
from pyoxigraph import NamedNode

from kg.core.errors import Message, VersionUnknown
from kg.core.lru_cache import LruCache
from kg.core.names import LANGUAGES, short
from kg.graph.ontology import (
    DOCUMENTS,
    Changes,
    Document,
    OntologyVersion,
    Uses,
    Vocabulary,
    compare,
    later,
    ontology_version_of,
    read_ontology_versions,
    uses_of,
)
from server.core import urls
from server.core.context import request_context
from server.core.i18n.language import gettext, named_here
from server.pages.result.cells import Cell


def names_of(vocabulary: Vocabulary, language: str) -> dict[NamedNode, str]:
    """Return the name of each term in a language."""
    return {iri: text_in(term.labels, language).text or term.local for iri, term in vocabulary.terms.items()}


def text_in(texts: Mapping[str, str], language: str) -> Cell:
    """Return a text in a language, else in the first available one. The cell names a language other than the page's."""
    tag = next((entry for entry in (language, *LANGUAGES, "") if entry in texts), None)
    return Cell("") if tag is None else Cell(texts[tag], tag if tag != language else "")


class TermLabels:
    """Terms as cells. Terms of the vocabulary link to their anchor on the page at ``base``, or on this page."""

    def __init__(self, vocabulary: Vocabulary, language: str, base: str = "") -> None:
        self.vocabulary, self.language, self._base = vocabulary, language, base
        self._cells: dict[NamedNode, Cell] = {}

    def cell(self, iri: NamedNode) -> Cell:
        """Return the cell of one term."""
        if iri not in self._cells:
            self._cells[iri] = self._made(iri)
        return self._cells[iri]

    def cells(self, iris: Iterable[NamedNode]) -> tuple[Cell, ...]:
        """Return the cells of several terms."""
        return tuple(map(self.cell, iris))

    def _made(self, iri: NamedNode) -> Cell:
        term = self.vocabulary.terms.get(iri)
        if term is None:
            return Cell(short(iri), href=urls.page_of(iri))
        label = text_in(term.labels, self.language)
        return Cell(label.text or term.local, label.language, f"{self._base}#{term.local}")


_KEY = "fyp-kg.editions"
_CACHED_RELEASES = 3


@dataclass
class _Editions:
    """Cached values: the stored editions, and for recently used releases their edition and its uses."""

    of_releases: tuple[OntologyVersion, ...]
    editions: LruCache[str, OntologyVersion] = field(default_factory=lambda: LruCache(_CACHED_RELEASES))
    uses: LruCache[str, Uses] = field(default_factory=lambda: LruCache(_CACHED_RELEASES))


def register(app: Flask) -> None:
    """Read the stored editions.

    Raises:
        As ``read_ontology_versions``.
    """
    app.extensions[_KEY] = _Editions(read_ontology_versions())


def own_edition() -> OntologyVersion:
    """Return the edition in the release of this request."""
    engine = request_context().engine
    return _editions().editions.get(engine.release_id, lambda: ontology_version_of(engine))


def own_uses() -> Uses:
    """Return the uses of terms in the release of this request."""
    engine = request_context().engine
    terms = own_edition().vocabulary.terms
    return _editions().uses.get(engine.release_id, lambda: uses_of(engine, terms.values()))


def editions_of(document: str) -> dict[str, OntologyVersion]:
    """Return the editions with each version of a document, newest first; that of the release comes before equal ones.

    Raises:
        VersionUnknown: there is none at all.
    """
    editions: dict[str, OntologyVersion] = {}
    for edition in (own_edition(), *_editions().of_releases):
        if document in edition.documents:
            # the edition of the release comes first, so setdefault prefers it to a stored one of the same version
            editions.setdefault(edition.documents[document].version, edition)
    if not editions:
        raise VersionUnknown(
            Message("This release holds no %(document)s. Ask the current release at /%(document)s.", document=document)
        )
    return dict(sorted(editions.items(), key=lambda item: later(item[0]), reverse=True))


def edition_with(document: str, version: str = "") -> OntologyVersion:
    """Return the edition with a version of a document; by default that of the release, or else the newest.

    Raises:
        VersionUnknown: there is no such version; the message lists all versions.
    """
    editions = editions_of(document)
    if not version:
        own = own_edition()
        # a release from before the shapes has none, so the newest stored ones are shown (decision 0019)
        return own if document in own.documents else next(iter(editions.values()))
    if version not in editions:
        offered = ", ".join(f"/{document}/{edition}" for edition in editions)
        raise VersionUnknown(
            Message(
                "There is no version %(version)s of /%(document)s. There are: %(offered)s; each also ends in "
                ".ttl, .jsonld, .nt or .rdf.",
                version=repr(version),
                document=document,
                offered=offered,
            )
        )
    return editions[version]


def document_with(document: str, version: str = "") -> Document:
    """Return a version of a document; raises as ``edition_with``."""
    return edition_with(document, version).documents[document]


def _editions() -> _Editions:
    editions = current_app.extensions[_KEY]
    # extensions are untyped, so the type is narrowed here
    assert isinstance(editions, _Editions)  # noqa: S101 - register() is the only writer
    return editions


_ONTOLOGY = DOCUMENTS[0]


@dataclass(frozen=True)
class Step:
    """A version, and its changes against the previous one."""

    version: str
    issued: str
    before: str
    changes: Changes | None
    added: tuple[Cell, ...] = ()
    changed: tuple[tuple[Cell, str], ...] = ()


def steps(language: str) -> Iterator[Step]:
    """Yield the versions, newest first, each with its changes. Terms link to the page of their version."""
    editions = list(editions_of(_ONTOLOGY).values())
    for edition, older in zip(editions, [*editions[1:], None], strict=True):
        vocabulary = edition.vocabulary
        if older is None:
            yield Step(vocabulary.version, vocabulary.issued, "", None)
            continue
        changes = compare(older.vocabulary, vocabulary)
        naming = TermLabels(vocabulary, language, urls.ontology(vocabulary.version, lang=named_here()))
        yield Step(
            vocabulary.version,
            vocabulary.issued,
            older.version,
            changes,
            naming.cells(changes.added),
            tuple(
                (naming.cell(change.iri), gettext(", ").join(map(gettext, change.aspects)))
                for change in changes.changed
            ),
        )
