"""What a picture shows, in words: for the page, its list, and the script that draws it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import NamedNode

from kg.core.names import curie, slug_of, thing
from kg.graph.labels import Label
from kg.graph.neighbours import TRUSTS, Link, Opening, linking_query, trust_of
from server.core import urls
from server.core.context import RequestContext
from server.pages.explorer.explorer_request import ExplorerRequest
from server.pages.explorer.families import SHAPES, family_of
from server.pages.explorer.texts import ExplorerTexts, explorer_texts
from server.pages.explorer.view_state import ViewState
from server.pages.resource.rows import Mark

_MOST_TOLD = 6
_SLOT = "THE-THING"  # no slug has capitals


@dataclass(frozen=True)
class Further:
    """A link that the list does not show by its order: what it says, and the thing at its other end."""

    link: Label
    label: Label


@dataclass(frozen=True)
class Branch:
    """A kind of neighbours in the list; ``rest`` is where the others are told of if there are more.

    ``key`` is their name in an address.
    """

    key: str
    label: Label
    link: Label
    back: bool
    items: tuple[Item, ...]
    close: str
    rest: str


@dataclass(frozen=True)
class Item:
    """A thing in the list, with what it was opened for below it."""

    slug: str
    label: Label
    kind: Label
    family: str
    marks: tuple[Mark, ...]
    here: bool
    choose: str
    hide: str
    further: tuple[Further, ...]
    more: int
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Toggle:
    """A kind of things or of statements, how often it is seen, and what leaves it out or shows it again.

    ``key`` is the family of the one, the word for the other.
    """

    label: Label
    key: str
    count: int
    shown: bool
    href: str


@dataclass(frozen=True)
class View:
    """Everything that the page shows besides the thing that the reader looks at."""

    at: str
    items: tuple[Item, ...]
    things: int
    links: int
    kinds: tuple[Toggle, ...]
    trusts: tuple[Toggle, ...]
    query: str
    left_out: int
    cut: bool
    drawing: Mapping[str, Any]


def view_of(service: RequestContext, asked: ExplorerRequest, seen: ViewState, language: str) -> View:
    """The words for what is seen.

    Raises:
        As ``Engine.answer``.
    """
    slugs = {one: slug_of(one) or "" for one in seen.things}
    at = asked.at if asked.at in slugs.values() else next(iter(slugs.values()), "")
    things: dict[NamedNode, NamedNode | None] = {one: seen.classes.get(one) for one in seen.things}
    terms = {one for one in things.values() if one is not None} | {one.property for one in seen.links}
    terms |= seen.all_classes | {opening.kind.property for opening in seen.opened}
    terms |= {opening.kind.cls for opening in seen.opened} | set(asked.without_kinds)
    wording = explorer_texts(service.engine, language, things, terms)
    choose, hide = (urls.explore(one.fields()) for one in (asked.choosing(_SLOT), asked.hiding(_SLOT)))
    telling = _Telling(asked, seen, wording, at, choose, hide, _links(seen))
    left_out = len(asked.hidden) + len(asked.without_kinds) + len(asked.without_trusts)
    return View(
        at=at,
        items=telling.items(),
        things=len(seen.things),
        links=len(seen.links),
        kinds=_kinds(asked, seen, wording),
        trusts=_trusts(asked, seen, wording),
        query=query_of(asked, seen),
        left_out=left_out,
        cut=seen.cut,
        drawing={
            "at": at,
            "shapes": SHAPES,
            "nodes": [_node(wording, one, via, seen) for one, via in seen.things.items()],
            "edges": [_edge(wording, link) for link in seen.links],
        },
    )


def query_of(asked: ExplorerRequest, seen: ViewState) -> str:
    """The query that gives just the links that are seen; empty where there are none."""
    if not seen.links:
        return ""
    without = [TRUSTS[one] for one in asked.without_trusts]
    return linking_query((one.start for one in seen.links), (one.end for one in seen.links), without)


def _node(wording: ExplorerTexts, iri: NamedNode, via: Opening | None, seen: ViewState) -> dict[str, Any]:
    cls, label, short = seen.classes.get(iri), wording.thing(iri), wording.short(iri)
    return {
        "id": slug_of(iri),
        "label": short.text,
        "whole": label.text,
        "language": label.language,
        "kind": wording.term(cls).text if cls is not None else "",
        "family": family_of(cls),
        "start": via is None,
        "via": via.slug if via is not None else "",
        "way": str(via) if via is not None else "",
    }


def _edge(wording: ExplorerTexts, link: Link) -> dict[str, Any]:
    mark = wording.mark(link.trusts[0])
    return {
        "id": f"{slug_of(link.start)} {curie(link.property)} {slug_of(link.end)}",
        "from": slug_of(link.start),
        "to": slug_of(link.end),
        "label": wording.term(link.property).text,
        "trust": mark.key,
        "mark": mark.word,
    }


def _kinds(asked: ExplorerRequest, seen: ViewState, wording: ExplorerTexts) -> tuple[Toggle, ...]:
    counts = Counter(seen.classes[one] for one in seen.things if one in seen.classes)
    offered = seen.all_classes | set(asked.without_kinds)
    found = [
        Toggle(
            wording.term(cls),
            family_of(cls),
            counts[cls],
            cls not in asked.without_kinds,
            urls.explore(asked.toggled_kind(cls).fields()),
        )
        for cls in offered
    ]
    return tuple(sorted(found, key=lambda one: (one.key, one.label.text)))


def _trusts(asked: ExplorerRequest, seen: ViewState, wording: ExplorerTexts) -> tuple[Toggle, ...]:
    counts = Counter(trust_of(link.trusts[0]) for link in seen.links)
    offered = seen.all_trusts | set(asked.without_trusts)
    return tuple(
        Toggle(
            wording.term(trust),
            key,
            counts[key],
            key not in asked.without_trusts,
            urls.explore(asked.toggled_trust(key).fields()),
        )
        for key, trust in TRUSTS.items()
        if key in offered
    )


def _links(seen: ViewState) -> dict[NamedNode, list[Link]]:
    """The links of each thing."""
    found: dict[NamedNode, list[Link]] = {}
    for link in seen.links:
        for end in dict.fromkeys((link.start, link.end)):
            found.setdefault(end, []).append(link)
    return found


@dataclass(frozen=True)
class _Telling:
    """What the list is made of; ``choose`` and ``hide`` are addresses with ``_SLOT`` in the place of a thing.

    To write a long address anew for each thing would take most of the time of a page.
    """

    asked: ExplorerRequest
    seen: ViewState
    wording: ExplorerTexts
    at: str
    choose: str
    hide: str
    links: Mapping[NamedNode, Sequence[Link]]

    def items(self) -> tuple[Item, ...]:
        """The starts, and after them what is seen although what brought it is not."""
        things = self.seen.things
        tops = [one for one, via in things.items() if via is None or thing(via.slug) not in things]
        return tuple(self._item(one) for one in tops)

    def _item(self, iri: NamedNode) -> Item:
        slug, cls, via = slug_of(iri) or "", self.seen.classes.get(iri), self.seen.things[iri]
        own = self.links.get(iri, ())
        up = [link for link in own if via is not None and thing(via.slug) in (link.start, link.end)]
        further = [link for link in own if link.start == iri and link not in up and not self._is_below(link)]
        marks = {trust_of(link.trusts[0]): self.wording.mark(link.trusts[0]) for link in up}
        return Item(
            slug=slug,
            label=self.wording.thing(iri),
            kind=self.wording.term(cls) if cls is not None else Label(""),
            family=family_of(cls),
            marks=tuple(marks.values()),
            here=slug == self.at,
            choose=self.choose.replace(_SLOT, slug),
            hide=self.hide.replace(_SLOT, slug),
            further=tuple(self._further(link) for link in further[:_MOST_TOLD]),
            more=max(0, len(further) - _MOST_TOLD),
            branches=tuple(self._branch(one) for one in self.seen.opened if one.slug == slug),
        )

    def _is_below(self, link: Link) -> bool:
        via = self.seen.things[link.end]
        return via is not None and thing(via.slug) == link.start

    def _further(self, link: Link) -> Further:
        return Further(self.wording.term(link.property), self.wording.short(link.end))

    def _branch(self, opening: Opening) -> Branch:
        link, back = self.wording.link(opening.kind)
        kind = opening.kind
        rest = urls.statements(thing(opening.slug), curie(kind.property), inverse=kind.inverse)
        return Branch(
            key=str(opening),
            label=self.wording.term(kind.cls),
            link=link,
            back=back,
            items=tuple(self._item(one) for one, via in self.seen.things.items() if via == opening),
            close=urls.explore(replace(self.asked.toggled(opening), at=opening.slug).fields()),
            rest=rest if opening in self.seen.full else "",
        )
