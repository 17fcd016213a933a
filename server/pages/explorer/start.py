"""Where to start from: plans, technologies, ministries, some walks, and what a text finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from kg.core.messages import N_
from kg.core.names import name, slug_of
from kg.engine import Engine
from kg.graph.describe import Label, labels_of
from kg.graph.neighbours import Kind, Start, kinds_of, read_opening, starts_of
from server.core import urls
from server.core.i18n.language import gettext
from server.pages.explorer.entry import entering
from server.pages.explorer.explorer_request import ExplorerRequest
from server.pages.explorer.families import family_of
from server.pages.result.cells import best_label
from server.pages.search.indexes import index_here

_CLASSES: tuple[tuple[str, str], ...] = (
    (N_("Plans"), "SectoralPlan NationalPlan OutlinedPlan"),
    (N_("Technologies"), "Technology"),
    (N_("Ministries"), "Ministry"),
)
_WALKS: tuple[tuple[str, str, str], ...] = (
    (
        N_("A plan, its objectives and the technologies they mention"),
        "plan-bd",
        "plan-bd/fyp:hasObjective/fyp:Objective plan-bd/fyp:coversTechnology/fyp:Technology",
    ),
    (
        N_("What two plans have in common"),
        "plan-ii plan-bd",
        """plan-ii/fyp:coversTechnology/fyp:Technology plan-bd/fyp:coversTechnology/fyp:Technology
        plan-bd/fyp:mentionsTechnology/fyp:Technology""",
    ),
    (
        N_("A ministry, the plans it issued and what it took part in"),
        "ministry-miit",
        """ministry-miit/~fyp:issuedBy/fyp:SectoralPlan ministry-miit/~fyp:issuedBy/fyp:OutlinedPlan
        ministry-miit/~fyp:participant/fyp:Event""",
    ),
)
_MOST_HITS = 20
_NO_START = frozenset([name("fyp:CannedQuestion"), name("fyp:AnswerColumn")])


@dataclass(frozen=True)
class Choice:
    """Something to start from; ``count`` is the number of its neighbours, empty where it is not told."""

    label: Label
    kind: Label
    family: str
    count: int | None
    href: str


@dataclass(frozen=True)
class Shelf:
    """Things of one sort to start from."""

    heading: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Beginning:
    """All that the page offers; ``found`` is None where nothing is sought."""

    shelves: tuple[Shelf, ...]
    walks: tuple[tuple[str, str], ...]
    found: tuple[Choice, ...] | None


def beginning_of(engine: Engine, asked: ExplorerRequest, language: str) -> Beginning:
    """What one may start from.

    Raises:
        SearchTooLong: the text is too long.
        As ``Engine.answer``.
    """
    classes = [name(f"fyp:{one}") for _, listed in _CLASSES for one in listed.split()]
    starts = starts_of(engine, classes)
    kinds = kinds_of(engine, (one.thing for one in starts))
    labels = labels_of(engine, {one.thing for one in starts} | set(classes))

    def named(iri: NamedNode) -> Label:
        return _foreign(best_label(labels, iri, language), language)

    def choice(one: Start) -> Choice:
        href = _way_in(asked, one.thing, kinds)
        return Choice(named(one.thing), named(one.cls), family_of(one.cls), one.neighbours, href)

    def shelf(heading: str, listed: str) -> Shelf:
        wanted = [name(f"fyp:{one}") for one in listed.split()]
        kept = sorted((one for one in starts if one.cls in wanted), key=lambda one: wanted.index(one.cls))
        return Shelf(gettext(heading), tuple(choice(one) for one in kept))

    return Beginning(
        shelves=tuple(shelf(heading, listed) for heading, listed in _CLASSES),
        walks=_walks(asked, {slug_of(one.thing) or "" for one in starts}),
        found=_found(engine, asked, language) if asked.text.strip() else None,
    )


def _way_in(asked: ExplorerRequest, thing: NamedNode, kinds: Mapping[NamedNode, Mapping[Kind, int]]) -> str:
    return urls.explore(entering(asked, slug_of(thing) or "", kinds.get(thing, {})).fields())


def _walks(asked: ExplorerRequest, known: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Those of which the release has the starts."""
    offered = []
    for title, starts, opened in _WALKS:
        if set(starts.split()) <= set(known):
            openings = tuple(one for text in opened.split() if (one := read_opening(text)) is not None)
            walk = replace(asked.afresh(), starts=tuple(starts.split()), opened=openings)
            offered.append((gettext(title), urls.explore(walk.fields())))
    return tuple(offered)


def _found(engine: Engine, asked: ExplorerRequest, language: str) -> tuple[Choice, ...]:
    index = index_here()
    hits = index.find(asked.text, limit=_MOST_HITS, language=language).hits
    kept = [one for one in hits if slug_of(one.thing) is not None and not _NO_START & set(one.kinds)]
    labels = index.labels({kind for one in kept for kind in one.kinds})
    kinds = kinds_of(engine, (one.thing for one in kept))
    return tuple(
        Choice(
            Label(one.label, "" if one.language == language else one.language),
            _foreign(best_label(labels, one.kinds[0], language), language) if one.kinds else Label(""),
            family_of(one.kinds[0]) if one.kinds else "other",
            None,
            _way_in(asked, one.thing, kinds),
        )
        for one in kept
    )


def _foreign(label: Label, language: str) -> Label:
    return Label(label.text, "" if label.language == language else label.language)
