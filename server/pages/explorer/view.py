"""The view of the explorer: the resources as a picture and as a list, and the panel about one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import NamedNode

from kg.core.names import LANGUAGES, curie, name, slug_of, thing
from kg.engine import Engine
from kg.graph.evidence import places_of
from kg.graph.labels import Label, inverses_of, labels_of, note_texts_of
from kg.graph.neighbours import (
    TRUSTS,
    Group,
    Kind,
    Link,
    Opening,
    classes_of,
    groups_of,
    linking_query,
    trust_of,
)
from kg.output.sentences import sentences_of
from server.core import urls
from server.core.context import RequestContext
from server.pages.explorer.view_state import (
    MOST_OF_A_KIND,
    SHAPES,
    ExplorerRequest,
    ViewState,
    family_of,
    start_request_with_counts,
)
from server.pages.resource.lookup import Mark, Reader
from server.pages.result.cells import best_label, named_by

_PLACES = frozenset(name(f"fyp:{entry}") for entry in ("Passage", "Citation"))
# the most characters of a short name; the drawing has the whole name besides
_LONGEST = 60


@dataclass(frozen=True)
class ExplorerTexts:
    """Names for one reader. The ``language`` of a name is empty if it is the reader's."""

    reader: Reader
    inverses: dict[NamedNode, NamedNode]
    notes: dict[NamedNode, dict[str, Label]]

    def thing(self, iri: NamedNode) -> Label:
        """Return the name of a resource, or the text of a note."""
        if iri in self.notes:
            return self._foreign(best_label(self.notes, iri, self.reader.language))
        return self._foreign(self.reader.label(iri))

    def short(self, iri: NamedNode) -> Label:
        """Return the same name, shortened."""
        whole = self.thing(iri)
        if len(whole.text) <= _LONGEST:
            return whole
        cut = whole.text[:_LONGEST]
        # cut at the last space of the second half; a text without one, such as Chinese, is cut anywhere
        at_word = cut.rsplit(" ", 1)[0] if " " in cut[_LONGEST // 2 :] else cut
        return Label(at_word.rstrip(",;:") + "…", whole.language)

    def term(self, iri: NamedNode) -> Label:
        """Return the name of a class, a property or a kind of statement."""
        return self._foreign(best_label(self.reader.labels, iri, self.reader.language))

    def link(self, kind: Kind) -> tuple[Label, bool]:
        """Return the label of a link, and True if it reads from the neighbours to the resource."""
        if not kind.inverse:
            return self.term(kind.property), False
        # only the label of an inverse property reads from the resource to its neighbours
        back = self.inverses.get(kind.property)
        return (self.term(back), False) if back is not None else (self.term(kind.property), True)

    def mark(self, trust: NamedNode) -> Mark:
        """Return the mark of a kind of statement."""
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
    """Return the names of resources, given with their classes, and of properties and classes.

    Raises:
        As ``Engine.answer``.
    """
    inverses = inverses_of(engine, (term for term in terms))
    places = places_of(engine, (thing for thing, cls in things.items() if cls in _PLACES))
    notes = note_texts_of(engine, (thing for thing, cls in things.items() if cls == name("fyp:EditorialNote")))
    named = {*things, *terms, *inverses.values(), *TRUSTS.values(), *named_by(places.values())}
    # the text of a note is its name, so its label is not read
    labels = labels_of(engine, named - notes.keys())
    # a sentence is the last choice: for resources without a label, a place or a note
    unnamed = [thing for thing in things if thing not in labels and thing not in places and thing not in notes]
    sentences = sentences_of(engine, unnamed, language, subject=subject)
    return ExplorerTexts(Reader(language, labels, places, sentences), inverses, notes)


@dataclass(frozen=True)
class Choice:
    """A kind of neighbours: class, link, number, and the address that opens or closes it.

    ``back`` means that the link reads from the neighbours to the resource. ``key`` names them in an address.
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
    """The panel about one resource."""

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
    """Return the panel about one of the resources in the view.

    Raises:
        As ``Engine.answer``.
    """
    engine, iri = service.engine, thing(slug)
    cls = classes_of(engine, [iri]).get(iri)
    groups = groups_of(engine, iri, MOST_OF_A_KIND)
    terms = {term for group in groups for term in (group.kind.property, group.kind.cls)} | ({cls} if cls else set())
    wording = explorer_texts(engine, language, {iri: cls}, terms, subject=iri)
    label = wording.thing(iri)
    sentence = wording.reader.sentences.get(iri, "")
    alone = start_request_with_counts(asked, slug, {group.kind: group.count for group in groups}).fields()
    return Panel(
        slug=slug,
        label=label,
        others=_others(wording, iri, label),
        kind=wording.term(cls) if cls is not None else Label(""),
        family=family_of(cls),
        # a sentence that only repeats the name is left out; names have no full stop
        sentence="" if sentence.rstrip(".。") == label.text else sentence,
        choices=tuple(_choice(asked, wording, slug, group) for group in groups),
        page=urls.thing(slug, lang=asked.language),
        hide=urls.explore(asked.hiding(slug).fields()),
        # an empty address means that the view is already the one with this resource alone
        alone="" if alone == asked.fields() else urls.explore(alone),
    )


def _others(wording: ExplorerTexts, iri: NamedNode, label: Label) -> tuple[Label, ...]:
    """Return the names in other languages. A name that several languages share appears once."""
    own = wording.reader.labels.get(iri, {})
    # in reverse, so that the first language of several with the same name remains
    distinct = {
        own[language].text: own[language]
        for language in reversed(LANGUAGES)
        if language in own and own[language].text != label.text
    }
    return tuple(reversed(distinct.values()))


def _choice(asked: ExplorerRequest, wording: ExplorerTexts, slug: str, group: Group) -> Choice:
    opening = Opening(slug, group.kind)
    trusts = dict.fromkeys(trust for neighbour in group.neighbours for trust in neighbour.trusts)
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


_MOST_NAMED = 6
_SLOT = "THE-THING"  # slugs have no capitals


@dataclass(frozen=True)
class ExtraLink:
    """A link that the order of the list does not show: its label, and the resource at its other end."""

    link: Label
    label: Label


@dataclass(frozen=True)
class Branch:
    """A kind of neighbours in the list. ``rest`` is the address of further neighbours, if any.

    ``key`` names them in an address.
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
    """A resource in the list, with its opened neighbours below it."""

    slug: str
    label: Label
    kind: Label
    family: str
    marks: tuple[Mark, ...]
    here: bool
    choose: str
    hide: str
    further: tuple[ExtraLink, ...]
    more: int
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Toggle:
    """A kind of resources or statements, its count in the view, and the address that hides or shows it.

    ``key`` is the family of the resources, or the name of the kind of statement.
    """

    label: Label
    key: str
    count: int
    shown: bool
    href: str


@dataclass(frozen=True)
class View:
    """The whole page except for the panel."""

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
    """Return the view of a state, in a language.

    Raises:
        As ``Engine.answer``.
    """
    slugs = {thing: slug_of(thing) or "" for thing in seen.things}
    # the selected resource may be hidden or absent; then the first visible one is selected
    at = asked.at if asked.at in slugs.values() else next(iter(slugs.values()), "")
    things: dict[NamedNode, NamedNode | None] = {thing: seen.classes.get(thing) for thing in seen.things}
    terms = {thing for thing in things.values() if thing is not None} | {link.property for link in seen.links}
    terms |= seen.all_classes | {opening.kind.property for opening in seen.opened}
    terms |= {opening.kind.cls for opening in seen.opened} | set(asked.without_kinds)
    wording = explorer_texts(service.engine, language, things, terms)
    choose, hide = (urls.explore(entry.fields()) for entry in (asked.choosing(_SLOT), asked.hiding(_SLOT)))
    row_context = _ListContext(asked, seen, wording, at, choose, hide, _links(seen))
    left_out = len(asked.hidden) + len(asked.without_kinds) + len(asked.without_trusts)
    return View(
        at=at,
        items=row_context.items(),
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
            "nodes": [_node(wording, thing, via, seen) for thing, via in seen.things.items()],
            "edges": [_edge(wording, link) for link in seen.links],
        },
    )


def query_of(asked: ExplorerRequest, seen: ViewState) -> str:
    """Return the query for exactly the visible links; empty if there are none."""
    if not seen.links:
        return ""
    without = [TRUSTS[trust] for trust in asked.without_trusts]
    return linking_query((link.start for link in seen.links), (link.end for link in seen.links), without)


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
    # the kinds of a link are sorted, so the first one is the surest
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
    counts = Counter(seen.classes[toggle] for toggle in seen.things if toggle in seen.classes)
    offered = seen.all_classes | set(asked.without_kinds)
    toggles = [
        Toggle(
            wording.term(cls),
            family_of(cls),
            counts[cls],
            cls not in asked.without_kinds,
            urls.explore(asked.toggled_kind(cls).fields()),
        )
        for cls in offered
    ]
    return tuple(sorted(toggles, key=lambda toggle: (toggle.key, toggle.label.text)))


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
    """Return the links of each resource."""
    links: dict[NamedNode, list[Link]] = {}
    for link in seen.links:
        # a link from a resource to itself would count twice without dict.fromkeys
        for end in dict.fromkeys((link.start, link.end)):
            links.setdefault(end, []).append(link)
    return links


@dataclass(frozen=True)
class _ListContext:
    """The data of the list. ``choose`` and ``hide`` are addresses with ``_SLOT`` in the place of a resource.

    Building a long address for each resource would take most of the time of a page.
    """

    asked: ExplorerRequest
    seen: ViewState
    wording: ExplorerTexts
    at: str
    choose: str
    hide: str
    links: Mapping[NamedNode, Sequence[Link]]

    def items(self) -> tuple[Item, ...]:
        """Return the starts, then visible resources whose parent in the list is hidden."""
        things = self.seen.things
        # a resource whose parent is hidden may be visible by another link; it moves to the top of the list
        tops = [entry for entry, via in things.items() if via is None or thing(via.slug) not in things]
        return tuple(self._item(top) for top in tops)

    def _item(self, iri: NamedNode) -> Item:
        slug, cls, via = slug_of(iri) or "", self.seen.classes.get(iri), self.seen.things[iri]
        own = self.links.get(iri, ())
        # a link up to the parent is a mark, and one down to an opened neighbour shows by the order of the list.
        # Any other link is listed at its start only, so that it appears once
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
            further=tuple(self._extra_link(link) for link in further[:_MOST_NAMED]),
            more=max(0, len(further) - _MOST_NAMED),
            branches=tuple(self._branch(entry) for entry in self.seen.opened if entry.slug == slug),
        )

    def _is_below(self, link: Link) -> bool:
        via = self.seen.things[link.end]
        return via is not None and thing(via.slug) == link.start

    def _extra_link(self, link: Link) -> ExtraLink:
        return ExtraLink(self.wording.term(link.property), self.wording.short(link.end))

    def _branch(self, opening: Opening) -> Branch:
        link, back = self.wording.link(opening.kind)
        kind = opening.kind
        rest = urls.statements(thing(opening.slug), curie(kind.property), inverse=kind.inverse)
        return Branch(
            key=str(opening),
            label=self.wording.term(kind.cls),
            link=link,
            back=back,
            # each resource has one ``via``, so the recursion reaches it once
            items=tuple(self._item(thing) for thing, via in self.seen.things.items() if via == opening),
            close=urls.explore(replace(self.asked.toggled(opening), at=opening.slug).fields()),
            rest=rest if opening in self.seen.full else "",
        )
