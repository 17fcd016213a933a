"""The tree around a thing, as a page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.graph.hierarchy import Branch, Tree
from server.pages.resource.reader import Reader
from server.pages.result.cells import Cell


@dataclass(frozen=True)
class Twig:
    """A thing in the tree: its cell, a sentence about it, and whether it is the one that the page is about."""

    cell: Cell
    aside: str
    here: bool


@dataclass(frozen=True)
class Level:
    """Things of one kind under the same thing."""

    kind: Cell | None
    twigs: tuple[Twig, ...]


@dataclass(frozen=True)
class Outline:
    """The ways down to a thing, what stands beside it, and what stands below, by kind; and how many were left off."""

    ways: tuple[tuple[Cell, ...], ...]
    beside: tuple[Level, ...]
    below: tuple[Level, ...]
    beside_more: int
    below_more: int

    def __bool__(self) -> bool:
        return bool(self.ways or self.below)


def outline_of(reader: Reader, tree: Tree, thing: NamedNode, asides: Mapping[NamedNode, str]) -> Outline:
    """The tree in the words of a reader; what stands alone on its level has nothing beside it."""
    beside = _levels(reader, tree.beside, thing, {}) if len(tree.beside) > 1 else ()
    return Outline(
        tuple(tuple(reader.cell(one) for one in way) for way in tree.above),
        beside,
        _levels(reader, tree.below, thing, asides),
        max(0, tree.beside_count - len(tree.beside)) if beside else 0,
        max(0, tree.below_count - len(tree.below)),
    )


def _levels(
    reader: Reader, branches: Iterable[Branch], thing: NamedNode, asides: Mapping[NamedNode, str]
) -> tuple[Level, ...]:
    found: dict[NamedNode | None, list[Twig]] = {}
    for branch in branches:
        kind = branch.classes[0] if branch.classes else None
        told = asides.get(branch.thing, "")
        cell = reader.cell(branch.thing)
        found.setdefault(kind, []).append(Twig(cell, "" if told == cell.text else told, branch.thing == thing))
    return tuple(Level(reader.cell(kind) if kind else None, tuple(twigs)) for kind, twigs in found.items())
