"""The state of the explorer: its starts, and the opened and hidden neighbours, from the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import NamedNode

from kg.core.errors import N_, Message, ParameterInvalid
from kg.core.names import SLUG, curie, name, slug_of, thing
from kg.engine import Engine
from kg.graph.labels import Label, labels_of
from kg.graph.neighbours import (
    TRUSTS,
    Kind,
    Link,
    Neighbour,
    Opening,
    Start,
    classes_of,
    kinds_of,
    links_among,
    members_of,
    read_name,
    read_opening,
    starts_of,
    trust_of,
)
from server.core import urls
from server.core.context import RequestContext
from server.core.i18n.language import gettext, language_of
from server.pages.resource.lookup import look_up
from server.pages.result.cells import best_label
from server.pages.search.indexes import index_here

SHAPES: Mapping[str, tuple[float, ...]] = {
    "plan": (-1, -0.8, 1, -0.8, 1, 0.8, -1, 0.8),
    "element": (),
    "figure": (0, -1, 1, 0, 0, 1, -1, 0),
    "technology": (-0.5, -0.9, 0.5, -0.9, 1, 0, 0.5, 0.9, -0.5, 0.9, -1, 0),
    "body": (0, -1, 1, -0.3, 0.8, 0.9, -0.8, 0.9, -1, -0.3),
    "cooperation": (0, -0.95, 1, 0.8, -1, 0.8),
    "event": (-1, -0.8, 1, -0.8, 0, 0.95),
    "source": (-0.75, -1, 0.25, -1, 0.75, -0.5, 0.75, 1, -0.75, 1),
    "note": (-1, -0.7, 0.4, -0.7, 1, 0, 0.4, 0.7, -1, 0.7),
    "other": (-0.4, -1, 0.4, -1, 1, -0.4, 1, 0.4, 0.4, 1, -0.4, 1, -1, 0.4, -1, -0.4),
}
"""The corners of each family's shape, x and y in turn, from -1 to 1. A shape without corners is a circle."""

_MEMBERS = {
    "plan": "SectoralPlan NationalPlan OutlinedPlan Plan",
    "element": """KeyMessage Trend Challenge Achievement Objective Measure Project Application OfficialElement
        PlanTitle""",
    "figure": "QuantitativeTarget Milestone OfficialTarget Indicator Quantity Observation",
    "technology": "Technology",
    "body": "Ministry Organisation Country OfficeHolder WorkingGroup StakeholderGroup Sector",
    "cooperation": """CooperationProvision CooperationArea CooperationMode CooperationMechanism CooperationProgramme
        Agreement LegalInstrument""",
    "event": "Event",
    "source": "Passage Citation Section SourceDocument Mention Link",
    "note": "EditorialNote",
}
_FAMILY = {name(f"fyp:{member}"): family for family, members in _MEMBERS.items() for member in members.split()}


def family_of(cls: NamedNode | None) -> str:
    """Return the family of a class, one of ``SHAPES``."""
    return _FAMILY.get(cls, "other") if cls is not None else "other"


def corners(family: str, radius: float = 8.0, middle: float = 10.0) -> str:
    """Return the corners as the ``points`` of an SVG polygon; empty for a circle."""
    shape = SHAPES[family]
    return " ".join(
        f"{middle + radius * x:g},{middle + radius * y:g}" for x, y in zip(shape[::2], shape[1::2], strict=True)
    )


MOST_STARTS = 12
MOST_OPENED = 60
MOST_LEFT_OUT = 100
MOST_CHARACTERS = 300


@dataclass(frozen=True)
class ExplorerRequest:
    """The parsed address: starts, opened neighbours, hidden resources and kinds, and the selected resource (``at``).

    ``language`` is empty if the browser decides it. ``text`` is the search text on the start page.
    """

    starts: tuple[str, ...] = ()
    opened: tuple[Opening, ...] = ()
    hidden: tuple[str, ...] = ()
    without_kinds: tuple[NamedNode, ...] = ()
    without_trusts: tuple[str, ...] = ()
    at: str = ""
    language: str = ""
    text: str = ""

    def fields(self) -> list[tuple[str, str]]:
        """Return the fields of the address, in a fixed order of names."""
        listed = [
            *(("start", start) for start in self.starts),
            *(("open", str(entry)) for entry in self.opened),
            *(("hide", entry) for entry in self.hidden),
            *(("without", curie(kind)) for kind in self.without_kinds),
            *(("without", trust) for trust in self.without_trusts),
            # the first start is selected by default, so that its address needs no ``at``
            ("at", self.at if self.at not in self.starts[:1] else ""),
            ("q", self.text),
            ("lang", self.language),
        ]
        return [(key, value) for key, value in listed if value]

    def toggled(self, opening: Opening) -> ExplorerRequest:
        """Return a request with a kind of neighbours opened or closed, and its resource selected."""
        others = tuple(entry for entry in self.opened if entry != opening)
        opened = others if opening in self.opened else (*others, opening)
        return replace(self, opened=opened, at=opening.slug)

    def hiding(self, slug: str) -> ExplorerRequest:
        """Return a request with a resource hidden, and the first start selected."""
        return replace(self, hidden=(*self.hidden, slug), at="")

    def toggled_kind(self, cls: NamedNode) -> ExplorerRequest:
        """Return a request with the resources of a class hidden or shown."""
        others = tuple(kind for kind in self.without_kinds if kind != cls)
        return replace(self, without_kinds=others if cls in self.without_kinds else (*others, cls))

    def toggled_trust(self, trust: str) -> ExplorerRequest:
        """Return a request with a kind of statements hidden or shown."""
        others = tuple(entry for entry in self.without_trusts if entry != trust)
        return replace(self, without_trusts=others if trust in self.without_trusts else (*others, trust))

    def choosing(self, slug: str) -> ExplorerRequest:
        """Return a request with a resource selected."""
        return replace(self, at=slug)

    def whole(self) -> ExplorerRequest:
        """Return a request with nothing hidden."""
        return replace(self, hidden=(), without_kinds=(), without_trusts=())

    def starting(self, slug: str) -> ExplorerRequest:
        """Return a request with only one start."""
        return ExplorerRequest(starts=(slug,), language=self.language)

    def afresh(self) -> ExplorerRequest:
        """Return a request without a start."""
        return ExplorerRequest(language=self.language)


def read_explorer_request(fields: Sequence[tuple[str, str]]) -> ExplorerRequest:
    """Return the request of an address. Unknown fields are ignored.

    Raises:
        ParameterInvalid: a value is invalid, or there are too many.
    """
    values = {key: _values(fields, key) for key in ("start", "open", "hide", "without", "at", "q")}
    _refuse_many("start", values["start"], MOST_STARTS)
    _refuse_many("open", values["open"], MOST_OPENED)
    _refuse_many("hide", values["hide"], MOST_LEFT_OUT)
    _refuse_many("without", values["without"], MOST_LEFT_OUT)
    language, named = language_of(fields, "")
    without = values["without"]
    return ExplorerRequest(
        starts=tuple(value.removeprefix("id:") for value in values["start"]),  # compact IRIs, too
        opened=tuple(_opening(value) for value in values["open"]),
        hidden=tuple(_slug("hide", value) for value in values["hide"]),
        without_kinds=tuple(_class(entry) for entry in without if entry not in TRUSTS),
        without_trusts=tuple(entry for entry in without if entry in TRUSTS),
        at=_slug("at", values["at"][-1]) if values["at"] else "",
        language=language if named else "",
        text=_text(values["q"][-1]) if values["q"] else "",
    )


def _values(fields: Sequence[tuple[str, str]], key: str) -> list[str]:
    return list(dict.fromkeys(value for field, value in fields if field == key and value))


def _refuse_many(key: str, values: Sequence[str], most: int) -> None:
    if len(values) > most:
        raise ParameterInvalid(
            key,
            Message("%(number)s are too many for one picture; give at most %(most)s.", number=len(values), most=most),
        )


def _slug(key: str, text: str) -> str:
    if not SLUG.fullmatch(text):
        raise ParameterInvalid(
            key, Message("%(value)s is no name of a resource; give one such as plan-ict.", value=repr(text[:100]))
        )
    return text


def _opening(text: str) -> Opening:
    opening = read_opening(text)
    if opening is None:
        example = "plan-ict/fyp:hasObjective/fyp:Objective"
        message = Message(
            "%(value)s names no neighbours; give some such as %(example)s.", value=repr(text[:100]), example=example
        )
        raise ParameterInvalid("open", message)
    return opening


def _class(text: str) -> NamedNode:
    iri = read_name(text)
    if iri is None:
        message = Message(
            "%(value)s cannot be left out; give a class such as fyp:Passage, or one of %(offered)s.",
            value=repr(text[:100]),
            offered=", ".join(TRUSTS),
        )
        raise ParameterInvalid("without", message)
    return iri


def _text(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        message = Message(
            "the text has %(number)s characters; give at most %(most)s.", number=len(text), most=MOST_CHARACTERS
        )
        raise ParameterInvalid("q", message)
    return text


MOST_OF_A_KIND = 40
"""The most opened neighbours of a kind. The page of the resource lists all."""

MOST_THINGS = 300
"""The most resources in a picture."""


@dataclass(frozen=True)
class ViewState:
    """The visible resources in order of arrival, each with the opening that added it; ``None`` for a start.

    ``full`` are the openings with further neighbours. ``cut`` means that the limit of resources was reached.
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
    """Return the state for an address.

    A resource is visible if visible links connect it with a start. ``all_classes`` and ``all_trusts`` are the kinds
    that can be hidden.

    Raises:
        ThingUnknown: there is no such start; the error names the most similar resources.
        ThingRetired: a start was retired.
    """
    engine, starts, classes = service.engine, *_starts(service, asked)
    # one more than the limit shows whether there are further neighbours
    members = members_of(engine, asked.opened, MOST_OF_A_KIND + 1)
    for opening, neighbours in members.items():
        classes |= {neighbour.thing: opening.kind.cls for neighbour in neighbours}
    things, opened, cut = _gather(asked, starts, members)
    all_classes = frozenset(classes[thing] for thing in things if thing in classes)
    left = {thing: via for thing, via in things.items() if classes.get(thing) not in asked.without_kinds}
    links = links_among(engine, left)
    shown_links = tuple(
        link for link in links if any(trust_of(trust) not in asked.without_trusts for trust in link.trusts)
    )
    # if all starts are hidden, all other resources count as starts
    reached = _reached([start for start in starts if start in left] or list(left), shown_links)
    return ViewState(
        things={node: via for node, via in left.items() if node in reached},
        classes=classes,
        links=tuple(link for link in shown_links if link.start in reached and link.end in reached),
        opened=opened,
        full=tuple(opening for opening in opened if len(members[opening]) > MOST_OF_A_KIND),
        all_classes=all_classes,
        all_trusts=frozenset(trust_of(trust) for link in links for trust in link.trusts),
        cut=cut,
    )


def _starts(service: RequestContext, asked: ExplorerRequest) -> tuple[list[NamedNode], dict[NamedNode, NamedNode]]:
    """Return the starts and their classes. Unknown starts raise an error."""
    classes = classes_of(service.engine, (thing(slug) for slug in asked.starts if SLUG.fullmatch(slug)))
    for slug in asked.starts:
        if not SLUG.fullmatch(slug) or thing(slug) not in classes:
            look_up(service, slug)
    return [thing(slug) for slug in asked.starts], classes


def _gather(
    asked: ExplorerRequest, starts: Iterable[NamedNode], members: Mapping[Opening, tuple[Neighbour, ...]]
) -> tuple[dict[NamedNode, Opening | None], tuple[Opening, ...], bool]:
    """Return the resources that the openings add to the starts one after the other, without the hidden ones."""
    hidden = {thing(slug) for slug in asked.hidden}
    things: dict[NamedNode, Opening | None] = {start: None for start in starts if start not in hidden}
    opened: list[Opening] = []
    cut, waiting = False, list(members)
    # an opening is ready if its resource is visible; each round may make further ones ready, in any order
    while ready := [entry for entry in waiting if thing(entry.slug) in things]:
        waiting = [entry for entry in waiting if entry not in ready]
        for opening in ready:
            opened.append(opening)
            for member in members[opening][:MOST_OF_A_KIND]:
                if member.thing in hidden or member.thing in things:
                    continue
                if len(things) >= MOST_THINGS:
                    cut = True
                    break
                things[member.thing] = opening
    return things, tuple(opened), cut


def _reached(starts: Iterable[NamedNode], links: Iterable[Link]) -> frozenset[NamedNode]:
    """Return the resources that links connect with one of the starts."""
    beside: dict[NamedNode, list[NamedNode]] = {}
    for link in links:
        beside.setdefault(link.start, []).append(link.end)
        beside.setdefault(link.end, []).append(link.start)
    reached, waiting = set[NamedNode](), list(starts)
    while waiting:
        item = waiting.pop()
        if item not in reached:
            reached.add(item)
            waiting += beside.get(item, ())
    return frozenset(reached)


MOST_AT_FIRST = 24
"""The most neighbours that are open at first, which a reader can still survey."""

_TELLING = ("technology", "element", "plan", "cooperation", "body", "figure")
_MOST_KINDS = 2


def start_request(engine: Engine, asked: ExplorerRequest, slug: str) -> ExplorerRequest:
    """Return ``start_request_with_counts`` with counts from the graph; nothing is open for an unknown resource.

    Raises:
        As ``Engine.answer``.
    """
    iri = thing(slug)
    return start_request_with_counts(asked, slug, kinds_of(engine, [iri]).get(iri, {}))


def start_request_with_counts(asked: ExplorerRequest, slug: str, counts: Mapping[Kind, int]) -> ExplorerRequest:
    """Return a request with one start and its most relevant kinds of neighbours open.

    ``counts`` are the numbers of its neighbours by kind. Kinds of a relevant family that fit the picture come first,
    then any kinds that fit. If none fits, the smallest is open, and the picture shows its first neighbours.
    """
    ranked = sorted(counts.items(), key=lambda count: (-count[1], count[0].inverse, str(count[0])))
    row_context = [entry for entry in ranked if family_of(entry[0].cls) in _TELLING]
    opened = _fitting(row_context) or _fitting(ranked) or [kind for kind, _ in ranked[-1:]]
    return replace(asked.starting(slug), opened=tuple(Opening(slug, kind) for kind in opened))


def _fitting(ranked: Iterable[tuple[Kind, int]]) -> list[Kind]:
    """Return the first kinds that fit the picture, each with a class of its own."""
    opened: list[Kind] = []
    left = MOST_AT_FIRST
    for kind, count in ranked:
        if count <= left and len(opened) < _MOST_KINDS and kind.cls not in [entry.cls for entry in opened]:
            opened.append(kind)
            left -= count
    return opened


_CLASSES: tuple[tuple[str, str], ...] = (
    (N_("Plans"), "SectoralPlan NationalPlan OutlinedPlan"),
    (N_("Technologies"), "Technology"),
    (N_("Ministries"), "Ministry"),
)
_EXAMPLES: tuple[tuple[str, str, str], ...] = (
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
    """A resource to start from. ``count`` is the number of its neighbours, or None if unknown."""

    label: Label
    kind: Label
    family: str
    count: int | None
    href: str


@dataclass(frozen=True)
class StartGroup:
    """Resources of one kind to start from."""

    heading: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class StartPage:
    """The start page. ``matches`` is None without a search text."""

    start_groups: tuple[StartGroup, ...]
    examples: tuple[tuple[str, str], ...]
    matches: tuple[Choice, ...] | None


def beginning_of(engine: Engine, asked: ExplorerRequest, language: str) -> StartPage:
    """Return the start page.

    Raises:
        SearchTooLong: the text is too long.
        As ``Engine.answer``.
    """
    classes = [name(f"fyp:{start}") for _, listed in _CLASSES for start in listed.split()]
    starts = starts_of(engine, classes)
    kinds = kinds_of(engine, (start.thing for start in starts))
    labels = labels_of(engine, {start.thing for start in starts} | set(classes))

    def named(iri: NamedNode) -> Label:
        return _foreign(best_label(labels, iri, language), language)

    def choice(start: Start) -> Choice:
        href = _explore_address(asked, start.thing, kinds)
        return Choice(named(start.thing), named(start.cls), family_of(start.cls), start.neighbours, href)

    def start_group(heading: str, listed: str) -> StartGroup:
        wanted = [name(f"fyp:{start}") for start in listed.split()]
        offered = sorted((start for start in starts if start.cls in wanted), key=lambda start: wanted.index(start.cls))
        return StartGroup(gettext(heading), tuple(choice(start) for start in offered))

    return StartPage(
        start_groups=tuple(start_group(heading, listed) for heading, listed in _CLASSES),
        examples=_examples(asked, {slug_of(start.thing) or "" for start in starts}),
        matches=_found(engine, asked, language) if asked.text.strip() else None,
    )


def _explore_address(asked: ExplorerRequest, thing: NamedNode, kinds: Mapping[NamedNode, Mapping[Kind, int]]) -> str:
    return urls.explore(start_request_with_counts(asked, slug_of(thing) or "", kinds.get(thing, {})).fields())


def _examples(asked: ExplorerRequest, visited: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the sample walks whose starts are in the release."""
    offered = []
    for title, starts, opened in _EXAMPLES:
        if set(starts.split()) <= set(visited):
            openings = tuple(opening for text in opened.split() if (opening := read_opening(text)) is not None)
            walk = replace(asked.afresh(), starts=tuple(starts.split()), opened=openings)
            offered.append((gettext(title), urls.explore(walk.fields())))
    return tuple(offered)


def _found(engine: Engine, asked: ExplorerRequest, language: str) -> tuple[Choice, ...]:
    index = index_here()
    hits = index.find(asked.text, limit=_MOST_HITS, language=language).hits
    usable = [hit for hit in hits if slug_of(hit.thing) is not None and not _NO_START & set(hit.kinds)]
    labels = index.labels({kind for entry in usable for kind in entry.kinds})
    kinds = kinds_of(engine, (entry.thing for entry in usable))
    return tuple(
        Choice(
            Label(entry.label, "" if entry.language == language else entry.language),
            _foreign(best_label(labels, entry.kinds[0], language), language) if entry.kinds else Label(""),
            family_of(entry.kinds[0]) if entry.kinds else "other",
            None,
            _explore_address(asked, entry.thing, kinds),
        )
        for entry in usable
    )


def _foreign(label: Label, language: str) -> Label:
    return Label(label.text, "" if label.language == language else label.language)
