"""Clients take turns in a queue, and one with few entries finds room in a full one."""

from __future__ import annotations

import pytest

from kg.engine.pool.queue import FairQueue


def filled(*entries: str) -> FairQueue[str]:
    """A queue of entries such as ``a1``, each of the client that its first letter names."""
    turns = FairQueue[str]()
    for entry in entries:
        turns.push(entry[0], entry)
    return turns


def drained(turns: FairQueue[str]) -> list[str]:
    return [turns.pop() for _ in range(len(turns))]


def test_clients_take_turns_and_each_is_served_in_order() -> None:
    assert drained(filled("a1", "a2", "a3", "b1", "c1", "b2")) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_a_first_entry_is_served_before_those_of_all_clients() -> None:
    turns = filled("a1", "b1")
    turns.push("c", "c1", first=True)
    turns.push("b", "b2", first=True)
    assert drained(turns) == ["c1", "b2", "a1", "b1"]


def test_an_empty_queue_has_no_next_entry() -> None:
    with pytest.raises(LookupError):
        filled().pop()


def test_an_entry_is_removed_wherever_it_waits() -> None:
    turns = filled("a1", "a2", "b1")
    turns.push("c", "c1", first=True)
    turns.remove("a", "a1")
    turns.remove("b", "b1")
    turns.remove("c", "c1")
    assert drained(turns) == ["a2"]
    with pytest.raises(ValueError, match="not in"):
        turns.remove("a", "a2")


def test_the_client_with_most_entries_makes_room_for_one_with_fewer() -> None:
    turns = filled("a1", "a2", "a3", "b1")
    assert turns.pop_surplus("c") == "a3"
    assert turns.pop_surplus("b") is None
    assert turns.pop_surplus("a") is None
    assert drained(turns) == ["a1", "b1", "a2"]
