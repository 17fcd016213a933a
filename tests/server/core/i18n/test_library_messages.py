"""Every English word that a page takes from the library is there for translators."""

from __future__ import annotations

import pytest

from kg.core.vocabularies import VOCABULARIES
from kg.graph.ontology.shapes import _SEVERITIES
from kg.graph.ontology.terms import _TRAITS, Sort
from kg.graph.ontology.versions import _ASPECTS
from kg.output.datapackage import TABLES
from kg.reconcile.properties import DERIVED
from server.core.i18n.library_messages import WORDS
from server.pages.downloads.groups import GROUPS
from server.pages.ontology.rules import PIECES
from tests.server.spoken import catalogue

TAKEN = [
    *(sort.value for sort in Sort),
    *_ASPECTS.values(),
    *_TRAITS.values(),
    *_SEVERITIES.values(),
    *(table.title for table in TABLES),
    *(derived.meaning for derived in DERIVED if derived.meaning and derived.vocabulary is None),
    *(vocabulary.title for vocabulary in VOCABULARIES.values() if vocabulary.title.startswith("the ")),
]


def test_all_that_is_taken_from_the_library_is_marked_and_nothing_else() -> None:
    assert set(TAKEN) == WORDS


@pytest.mark.parametrize("language", ["de", "zh"])
def test_it_is_translated_with_the_pieces_of_rules_and_what_the_exports_are_for(language: str) -> None:
    translations = {message.id: message.string for message in catalogue(language) if isinstance(message.id, str)}
    exports = {text for group in GROUPS for text in (group.title, group.use)}
    assert [text for text in (*WORDS, *PIECES, *exports) if not translations.get(text)] == []
