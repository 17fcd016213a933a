"""Entries of the index are read through an engine: names, kinds, and the plans that an item belongs to."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from kg.core.names import ROOT, name, thing
from kg.engine.embedded import EmbeddedEngine
from kg.search import Entry, Role, Text, read_entries


@pytest.fixture(scope="module")
def entries(engine: EmbeddedEngine) -> dict[NamedNode, Entry]:
    return {entry.thing: entry for entry in read_entries(engine)}


def test_only_things_and_terms_of_ours_are_entries_in_the_order_of_their_iris(
    entries: dict[NamedNode, Entry],
) -> None:
    values = [iri.value for iri in entries]
    assert values == sorted(values)
    assert all(value.startswith(ROOT) for value in values)


def test_a_thing_has_all_its_names(entries: dict[NamedNode, Entry]) -> None:
    texts = entries[thing("technology-industrial-internet")].texts
    assert Text(Role.LABEL, "zh", "工业互联网") in texts
    assert Text(Role.ALTERNATIVE, "en", "IIoT") in texts
    assert Text(Role.PRINTED, "", "Industrial Internet") in texts  # as a passage mentions it
    assert Text(Role.IDENTIFIER, "", "technology-industrial-internet") in texts
    assert Text(Role.IDENTIFIER, "", "fyp:Plan") in entries[name("fyp:Plan")].texts
    assert any(text.role is Role.DESCRIPTION for text in entries[name("fyp:Plan")].texts)


@pytest.mark.parametrize(
    ("slug", "plans"),
    [
        ("plan-ii", ["plan-ii"]),
        ("ict-t1", ["plan-ict"]),
        ("quantity-ict-t1", ["plan-ict"]),
        ("technology-industrial-internet", ["plan-bd", "plan-gr", "plan-ict", "plan-ii"]),
        ("note-ict-t1-baseline-year", ["plan-ict"]),
        ("question-all-targets", []),
    ],
)
def test_a_thing_has_the_plans_that_it_is_part_of_or_mentioned_in(
    entries: dict[NamedNode, Entry], slug: str, plans: list[str]
) -> None:
    assert entries[thing(slug)].plans == tuple(map(thing, plans))


def test_kinds_are_what_the_data_name_and_narrow_by_what_follows(entries: dict[NamedNode, Entry]) -> None:
    target = entries[thing("ict-t1")]
    assert target.kinds == (name("fyp:QuantitativeTarget"),)
    assert name("fyp:Target") in target.all_kinds
    assert entries[thing("question-all-targets")].kinds == (name("fyp:CannedQuestion"),)
    assert entries[name("fyp:inPlan")].kinds == (name("owl:ObjectProperty"),)


def test_parts_of_questions_and_mentions_are_found_with_what_they_are_of(entries: dict[NamedNode, Entry]) -> None:
    kinds = {kind for entry in entries.values() for kind in entry.kinds}
    assert not kinds & {name("fyp:AnswerColumn"), name("sh:Parameter"), name("fyp:Mention")}
