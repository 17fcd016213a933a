"""What a picture shows, in terms: the things, how each came into it, and the links between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from kg.core.names import SLUG, thing
from kg.graph.neighbours import Link, Neighbour, Opening, classes_of, links_among, members_of, trust_of
from server.core.context import RequestContext
from server.pages.explorer.explorer_request import ExplorerRequest
from server.pages.resource.lookup import look_up

MOST_OF_A_KIND = 40
"""How many neighbours of a kind are opened; the page of the thing has the rest."""

MOST_THINGS = 300
"""How many things a picture holds."""


@dataclass(frozen=True)
class ViewState:
    """The things in the order in which they came, each with the opening that brought it; ``None`` for a start.

    ``full`` are the openings of which there is more; ``cut`` says that the picture holds no more things.
    """

    things: Mapping[NamedNode, Opening | None] = field(default_factory=dict)
    classes: Mapping[NamedNode, NamedNode] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    opened: tuple[Opening, ...] = ()
    full: tuple[Opening, ...] = ()
    all_classes: frozenset[NamedNode] = frozenset()
    all_trusts: frozenset[str] = frozenset()
    cut: bool = False


def view_state_of(service: RequestContext, asked: ExplorerRequest) -> ViewState:
    """What an address asks to see.

    A thing is seen as long as it hangs together with a start. ``all_classes`` and ``all_trusts`` are what there was to
    leave out.

    Raises:
        ThingUnknown: there is no such start; names those that are most like it.
        ThingRetired: a start is no more.
    """
    engine, starts, classes = service.engine, *_starts(service, asked)
    members = members_of(engine, asked.opened, MOST_OF_A_KIND + 1)
    for opening, neighbours in members.items():
        classes |= {one.thing: opening.kind.cls for one in neighbours}
    things, opened, cut = _gather(asked, starts, members)
    all_classes = frozenset(classes[one] for one in things if one in classes)
    left = {one: via for one, via in things.items() if classes.get(one) not in asked.without_kinds}
    found = links_among(engine, left)
    kept = tuple(one for one in found if any(trust_of(trust) not in asked.without_trusts for trust in one.trusts))
    reached = _reached([one for one in starts if one in left] or list(left), kept)
    return ViewState(
        things={one: via for one, via in left.items() if one in reached},
        classes=classes,
        links=tuple(one for one in kept if one.start in reached and one.end in reached),
        opened=opened,
        full=tuple(one for one in opened if len(members[one]) > MOST_OF_A_KIND),
        all_classes=all_classes,
        all_trusts=frozenset(trust_of(trust) for one in found for trust in one.trusts),
        cut=cut,
    )


def _starts(service: RequestContext, asked: ExplorerRequest) -> tuple[list[NamedNode], dict[NamedNode, NamedNode]]:
    """The things to start from, all of which the release knows, and their classes."""
    known = classes_of(service.engine, (thing(slug) for slug in asked.starts if SLUG.fullmatch(slug)))
    for slug in asked.starts:
        if not SLUG.fullmatch(slug) or thing(slug) not in known:
            look_up(service, slug)
    return [thing(slug) for slug in asked.starts], known


def _gather(
    asked: ExplorerRequest, starts: Iterable[NamedNode], members: Mapping[Opening, tuple[Neighbour, ...]]
) -> tuple[dict[NamedNode, Opening | None], tuple[Opening, ...], bool]:
    """The things that are opened one after the other from the starts on, without those that are hidden."""
    hidden = {thing(slug) for slug in asked.hidden}
    things: dict[NamedNode, Opening | None] = {one: None for one in starts if one not in hidden}
    opened: list[Opening] = []
    cut, waiting = False, list(members)
    while ready := [one for one in waiting if thing(one.slug) in things]:
        waiting = [one for one in waiting if one not in ready]
        for opening in ready:
            opened.append(opening)
            for one in members[opening][:MOST_OF_A_KIND]:
                if one.thing in hidden or one.thing in things:
                    continue
                if len(things) >= MOST_THINGS:
                    cut = True
                    break
                things[one.thing] = opening
    return things, tuple(opened), cut


def _reached(starts: Iterable[NamedNode], links: Iterable[Link]) -> frozenset[NamedNode]:
    """What hangs together with one of the starts."""
    beside: dict[NamedNode, list[NamedNode]] = {}
    for link in links:
        beside.setdefault(link.start, []).append(link.end)
        beside.setdefault(link.end, []).append(link.start)
    found, waiting = set[NamedNode](), list(starts)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += beside.get(one, ())
    return frozenset(found)
