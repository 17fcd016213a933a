"""Profiles: the few combinations of kinds and plans that many things share, so that counting them is quick."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode


@dataclass(frozen=True)
class Profile:
    """What things have in common."""

    kinds: tuple[NamedNode, ...]
    all_kinds: frozenset[NamedNode]
    plans: tuple[NamedNode, ...]

    def is_of(self, kinds: Collection[NamedNode], plans: Collection[NamedNode]) -> bool:
        """Whether it has one of the kinds and one of the plans; no kinds, or plans, are all of them."""
        return (not kinds or not self.all_kinds.isdisjoint(kinds)) and (
            not plans or not set(plans).isdisjoint(self.plans)
        )


@dataclass(frozen=True)
class Profiles:
    """The profile of every thing; things are numbered from 1."""

    by_number: dict[int, Profile]
    of_things: array[int]

    def of(self, thing: int) -> Profile:
        """The profile of a thing."""
        return self.by_number[self.of_things[thing]]

    @cached_property
    def kinds(self) -> frozenset[NamedNode]:
        """The classes of all things, also those that follow by rule."""
        return frozenset[NamedNode]().union(*(one.all_kinds for one in self.by_number.values()))

    @cached_property
    def plans(self) -> frozenset[NamedNode]:
        """The plans of all things."""
        return frozenset(plan for one in self.by_number.values() for plan in one.plans)

    def narrow(self, things: Iterable[int], kinds: Collection[NamedNode], plans: Collection[NamedNode]) -> list[int]:
        """The things of one of the kinds and one of the plans."""
        kept = {number for number, profile in self.by_number.items() if profile.is_of(kinds, plans)}
        return [thing for thing in things if self.of_things[thing] in kept]

    def count(
        self, things: Iterable[int], kinds: Collection[NamedNode], plans: Collection[NamedNode]
    ) -> tuple[dict[NamedNode, int], dict[NamedNode, int]]:
        """How many there are by kind, of the plans given, and by plan, of the kinds given; most first."""
        by_kind: Counter[NamedNode] = Counter()
        by_plan: Counter[NamedNode] = Counter()
        for number, count in Counter(map(self.of_things.__getitem__, things)).items():
            profile = self.by_number[number]
            if profile.is_of((), plans):
                by_kind.update(dict.fromkeys(profile.kinds, count))
            if profile.is_of(kinds, ()):
                by_plan.update(dict.fromkeys(profile.plans, count))
        return _most_first(by_kind), _most_first(by_plan)


def _most_first(counter: Counter[NamedNode]) -> dict[NamedNode, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0].value)))


def read_profiles(base: sqlite3.Connection) -> Profiles:
    """Read them from the base of an index.

    Raises:
        ValueError, TypeError, OverflowError or KeyError: a value is not as this program writes it.
    """
    by_number = {
        number: Profile(_iris(kinds), frozenset(_iris(all_kinds)), _iris(plans))
        for number, kinds, all_kinds, plans in base.execute("SELECT id, kinds, all_kinds, plans FROM profiles")
    }
    of_things = array("L", [0])
    of_things.extend(number for (number,) in base.execute("SELECT profile FROM things ORDER BY id"))
    for number in set(of_things[1:]):
        by_number[number]
    return Profiles(by_number, of_things)


def _iris(text: str) -> tuple[NamedNode, ...]:
    return tuple(NamedNode(value) for value in json.loads(text))
