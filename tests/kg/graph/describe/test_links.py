"""How sure a match is, and which property says the same the other way round."""

from __future__ import annotations

from kg.core.names import name, slug_of, thing
from kg.engine.embedded import EmbeddedEngine
from kg.graph.describe import inverses_of, note_texts_of, sureties_of


def test_each_match_of_a_thing_has_its_confidence_and_its_link(engine: EmbeddedEngine) -> None:
    found = sureties_of(engine, thing("technology-big-data"))
    assert len(found) == 6
    for one in found.values():
        assert 0 < float(one.confidence) <= 1
        assert str(slug_of(one.link)).startswith("link-")
    assert sureties_of(engine, thing("plan-hrss")) == {}


def test_an_inverse_is_found_from_either_side(engine: EmbeddedEngine) -> None:
    notes, noted = name("fyp:notesOn"), name("fyp:hasNote")
    assert inverses_of(engine, [notes, noted, name("fyp:direction")]) == {notes: noted, noted: notes}
    assert inverses_of(engine, []) == {}


def test_a_note_says_its_words_in_each_language(engine: EmbeddedEngine) -> None:
    found = note_texts_of(engine, [thing("note-gr-t5-magnitude"), thing("gr-t5")])
    assert set(found) == {thing("note-gr-t5-magnitude")}
    assert set(found[thing("note-gr-t5-magnitude")]) == {"en", "de", "zh"}
    assert note_texts_of(engine, []) == {}
