"""The versions of the ontology, and what each changed in the one before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.graph.ontology import DOCUMENTS, Changes, compare
from server.core import urls
from server.core.i18n.language import gettext, named_here
from server.pages.ontology.labels import TermLabels
from server.pages.ontology.version_choice import editions_of
from server.pages.result.cells import Cell

_ONTOLOGY = DOCUMENTS[0]


@dataclass(frozen=True)
class Step:
    """A version, and what it changed in the one before it."""

    version: str
    issued: str
    before: str
    changes: Changes | None
    added: tuple[Cell, ...] = ()
    changed: tuple[tuple[Cell, str], ...] = ()


def steps(language: str) -> Iterator[Step]:
    """The versions, newest first, each against the one before it; terms lead to the page of the version."""
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
