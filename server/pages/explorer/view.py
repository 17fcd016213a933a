"""What the explorer shows: the resources as a picture and as a list, and the panel about one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import NamedNode

from kg.core.names import LANGUAGES, curie, name, slug_of, thing
from kg.engine import Engine
from kg.graph.describe import Label, inverses_of, labels_of, note_texts_of, places_of
from kg.graph.neighbours import TRUSTS, Group, Kind, Link, Opening, classes_of, groups_of, linking_query, trust_of
from kg.output.sentences import sentences_of
from server.core import urls
from server.core.context import RequestContext
from server.pages.explorer.view_state import MOST_OF_A_KIND, SHAPES, ExplorerRequest, ViewState, entering, family_of
from server.pages.resource.lookup import Reader
from server.pages.resource.rows import Mark
from server.pages.result.cells import best_label, named_by

_PLACES = frozenset(name(f"fyp:{one}") for one in ("Passage", "Citation"))
_LONGEST = 60


@dataclass(frozen=True)
class ExplorerTexts:
    """Names for one reader; ``language`` of a name is empty where it is in that reader's language."""

    reader: Reader
    inverses: dict[NamedNode, NamedNode]
    notes: dict[NamedNode, dict[str, Label]]

    def thing(self, iri: NamedNode) -> Label:
        """What a thing is called; a note by its text."""
        if iri in self.notes:
            return self._foreign(best_label(self.notes, iri, self.reader.language))
        return self._foreign(self.reader.label(iri))

    def short(self, iri: NamedNode) -> Label:
        """The same in a few words."""
        whole = self.thing(iri)
        if len(whole.text) <= _LONGEST:
            return whole
        cut = whole.text[:_LONGEST]
        at_word = cut.rsplit(" ", 1)[0] if " " in cut[_LONGEST // 2 :] else cut
        return Label(at_word.rstrip(",;:") + "…", whole.language)

    def term(self, iri: NamedNode) -> Label:
        """What a class, a property or a kind of statement is called."""
        return self._foreign(best_label(self.reader.labels, iri, self.reader.language))

    def link(self, kind: Kind) -> tuple[Label, bool]:
        """What a kind of neighbours has to do with the thing, and whether that is said from their side."""
        if not kind.inverse:
            return self.term(kind.property), False
        back = self.inverses.get(kind.property)
        return (self.term(back), False) if back is not None else (self.term(kind.property), True)

    def mark(self, trust: NamedNode) -> Mark:
        """How a statement came about, as a mark."""
        return Mark(trust_of(trust), self.term(trust).text)

    def _foreign(self, label: Label) -> Label:
        return Label(label.text, "" if label.language == self.reader.language else label.language)


def explorer_texts(
    engine: Engine,
    language: str,
    things: dict[NamedNode, NamedNode | None],
    terms: Iterable[NamedNode],
    *,
    subject: NamedNode | None = None,
) -> ExplorerTexts:
    """The names of things, given with their classes, and of properties and classes.

    Raises:
        As ``Engine.answer``.
    """
    inverses = inverses_of(engine, (one for one in terms))
    places = places_of(engine, (one for one, cls in things.items() if cls in _PLACES))
    notes = note_texts_of(engine, (one for one, cls in things.items() if cls == name("fyp:EditorialNote")))
    named = {*things, *terms, *inverses.values(), *TRUSTS.values(), *named_by(places.values())}
    labels = labels_of(engine, named - notes.keys())
    unnamed = [one for one in things if one not in labels and one not in places and one not in notes]
    told = sentences_of(engine, unnamed, language, subject=subject)
    return ExplorerTexts(Reader(language, labels, places, told), inverses, notes)


@dataclass(frozen=True)
class Choice:
    """A kind of neighbours: what they are, what they have to do with the thing, how many, and what opens or closes it.

    ``back`` says that the link is told from their side, ``key`` is their name in an address.
    """

    key: str
    label: Label
    link: Label
    back: bool
    family: str
    count: int
    marks: tuple[Mark, ...]
    opened: bool
    href: str


@dataclass(frozen=True)
class Panel:
    """What is told of a thing."""

    slug: str
    label: Label
    others: tuple[Label, ...]
    kind: Label
    family: str
    sentence: str
    choices: tuple[Choice, ...]
    page: str
    hide: str
    alone: str


def panel_of(service: RequestContext, asked: ExplorerRequest, slug: str, language: str) -> Panel:
    """What is told of one of the things that are seen.

    Raises:
        As ``Engine.answer``.
    """
    engine, iri = service.engine, thing(slug)
    cls = classes_of(engine, [iri]).get(iri)
    groups = groups_of(engine, iri, MOST_OF_A_KIND)
    terms = {term for group in groups for term in (group.kind.property, group.kind.cls)} | ({cls} if cls else set())
    wording = explorer_texts(engine, language, {iri: cls}, terms, subject=iri)
    label = wording.thing(iri)
    told = wording.reader.told.get(iri, "")
    alone = entering(asked, slug, {group.kind: group.count for group in groups}).fields()
    return Panel(
        slug=slug,
        label=label,
        others=_others(wording, iri, label),
        kind=wording.term(cls) if cls is not None else Label(""),
        family=family_of(cls),
        sentence="" if told.rstrip(".。") == label.text else told,
        choices=tuple(_choice(asked, wording, slug, group) for group in groups),
        page=urls.thing(slug, lang=asked.language),
        hide=urls.explore(asked.hiding(slug).fields()),
        alone="" if alone == asked.fields() else urls.explore(alone),
    )


def _others(wording: ExplorerTexts, iri: NamedNode, label: Label) -> tuple[Label, ...]:
    """The names in the other languages; one that several languages share stands once."""
    own = wording.reader.labels.get(iri, {})
    distinct = {own[one].text: own[one] for one in reversed(LANGUAGES) if one in own and own[one].text != label.text}
    return tuple(reversed(distinct.values()))


def _choice(asked: ExplorerRequest, wording: ExplorerTexts, slug: str, group: Group) -> Choice:
    opening = Opening(slug, group.kind)
    trusts = dict.fromkeys(trust for one in group.neighbours for trust in one.trusts)
    link, back = wording.link(group.kind)
    return Choice(
        key=str(opening),
        label=wording.term(group.kind.cls),
        link=link,
        back=back,
        family=family_of(group.kind.cls),
        count=group.count,
        marks=tuple(wording.mark(trust) for trust in trusts),
        opened=opening in asked.opened,
        href=urls.explore(asked.toggled(opening).fields()),
    )


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
