"""The state of the explorer: what the address opens and hides, and where it starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import NamedNode

from kg.core.errors import ParameterInvalid
from kg.core.names import SLUG, curie, name, slug_of, thing
from kg.engine import Engine
from kg.graph.describe import Label, labels_of
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
from server.core.i18n.language import N_, gettext, language_of
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
"""The corners of each family's shape, x and y in turn, from -1 to 1; without corners it is a circle."""

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
    """The family of a class, one of ``SHAPES``."""
    return _FAMILY.get(cls, "other") if cls is not None else "other"


def corners(family: str, radius: float = 8.0, middle: float = 10.0) -> str:
    """The corners as the attribute ``points`` of a polygon in SVG has them; empty for a circle."""
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
    """Where to start, which neighbours to open, what to leave out, and which thing the reader looks at (``at``).

    ``language`` is empty where the address leaves it to the browser; ``text`` is what is sought to start from.
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
        """The fields of its address, each in its order."""
        listed = [
            *(("start", one) for one in self.starts),
            *(("open", str(one)) for one in self.opened),
            *(("hide", one) for one in self.hidden),
            *(("without", curie(one)) for one in self.without_kinds),
            *(("without", one) for one in self.without_trusts),
            ("at", self.at if self.at not in self.starts[:1] else ""),
            ("q", self.text),
            ("lang", self.language),
        ]
        return [(key, value) for key, value in listed if value]

    def toggled(self, opening: Opening) -> ExplorerRequest:
        """With a kind of neighbours opened, or closed if it is open; the reader looks at the thing that has them."""
        others = tuple(one for one in self.opened if one != opening)
        opened = others if opening in self.opened else (*others, opening)
        return replace(self, opened=opened, at=opening.slug)

    def hiding(self, slug: str) -> ExplorerRequest:
        """Without a thing; the reader looks at the first start again."""
        return replace(self, hidden=(*self.hidden, slug), at="")

    def toggled_kind(self, cls: NamedNode) -> ExplorerRequest:
        """Without the things of a class, or with them again."""
        others = tuple(one for one in self.without_kinds if one != cls)
        return replace(self, without_kinds=others if cls in self.without_kinds else (*others, cls))

    def toggled_trust(self, trust: str) -> ExplorerRequest:
        """Without a kind of statements, or with it again."""
        others = tuple(one for one in self.without_trusts if one != trust)
        return replace(self, without_trusts=others if trust in self.without_trusts else (*others, trust))

    def choosing(self, slug: str) -> ExplorerRequest:
        """With the reader looking at a thing."""
        return replace(self, at=slug)

    def whole(self) -> ExplorerRequest:
        """With nothing left out."""
        return replace(self, hidden=(), without_kinds=(), without_trusts=())

    def starting(self, slug: str) -> ExplorerRequest:
        """From one thing alone."""
        return ExplorerRequest(starts=(slug,), language=self.language)

    def afresh(self) -> ExplorerRequest:
        """Before a start is chosen."""
        return ExplorerRequest(language=self.language)


def read_explorer_request(fields: Sequence[tuple[str, str]]) -> ExplorerRequest:
    """What the fields of an address ask for; those that the explorer does not know are passed over.

    Raises:
        ParameterInvalid: a value is none that its field takes, or there are too many.
    """
    found = {key: _values(fields, key) for key in ("start", "open", "hide", "without", "at", "q")}
    _refuse_many("start", found["start"], MOST_STARTS)
    _refuse_many("open", found["open"], MOST_OPENED)
    _refuse_many("hide", found["hide"], MOST_LEFT_OUT)
    _refuse_many("without", found["without"], MOST_LEFT_OUT)
    language, named = language_of(fields, "")
    without = found["without"]
    return ExplorerRequest(
        starts=tuple(one.removeprefix("id:") for one in found["start"]),  # as questions take things
        opened=tuple(_opening(one) for one in found["open"]),
        hidden=tuple(_slug("hide", one) for one in found["hide"]),
        without_kinds=tuple(_class(one) for one in without if one not in TRUSTS),
        without_trusts=tuple(one for one in without if one in TRUSTS),
        at=_slug("at", found["at"][-1]) if found["at"] else "",
        language=language if named else "",
        text=_text(found["q"][-1]) if found["q"] else "",
    )


def _values(fields: Sequence[tuple[str, str]], key: str) -> list[str]:
    return list(dict.fromkeys(value for one, value in fields if one == key and value))


def _refuse_many(key: str, values: Sequence[str], most: int) -> None:
    if len(values) > most:
        raise ParameterInvalid(key, f"{len(values)} are too many for one picture; give at most {most}.")


def _slug(key: str, text: str) -> str:
    if not SLUG.fullmatch(text):
        raise ParameterInvalid(key, f"{text[:100]!r} is no name of a thing; give one such as plan-ict.")
    return text


def _opening(text: str) -> Opening:
    found = read_opening(text)
    if found is None:
        example = "plan-ict/fyp:hasObjective/fyp:Objective"
        raise ParameterInvalid("open", f"{text[:100]!r} names no neighbours; give some such as {example}.")
    return found


def _class(text: str) -> NamedNode:
    found = read_name(text)
    if found is None:
        known = ", ".join(TRUSTS)
        raise ParameterInvalid(
            "without", f"{text[:100]!r} cannot be left out; give a class such as fyp:Passage, or one of {known}."
        )
    return found


def _text(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise ParameterInvalid("q", f"the text has {len(text)} characters; give at most {MOST_CHARACTERS}.")
    return text


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


MOST_AT_FIRST = 24
"""How many neighbours are open at first: with the thing itself, as many as one takes in at a glance."""

_TELLING = ("technology", "element", "plan", "cooperation", "body", "figure")
_MOST_KINDS = 2


def entry_to(engine: Engine, asked: ExplorerRequest, slug: str) -> ExplorerRequest:
    """As ``entering``, with the numbers asked of the graph; nothing is open of what the graph does not know.

    Raises:
        As ``Engine.answer``.
    """
    iri = thing(slug)
    return entering(asked, slug, kinds_of(engine, [iri]).get(iri, {}))


def entering(asked: ExplorerRequest, slug: str, counts: Mapping[Kind, int]) -> ExplorerRequest:
    """From one thing alone, with its most telling kinds of neighbours open.

    ``counts`` are the numbers of its neighbours by kind. Where no kind is telling any that fits is opened, and where
    none fits the least numerous, of which the picture shows the first.
    """
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0].inverse, str(one[0])))
    telling = [one for one in ranked if family_of(one[0].cls) in _TELLING]
    opened = _fitting(telling) or _fitting(ranked) or [kind for kind, _ in ranked[-1:]]
    return replace(asked.starting(slug), opened=tuple(Opening(slug, kind) for kind in opened))


def _fitting(ranked: Iterable[tuple[Kind, int]]) -> list[Kind]:
    """The first kinds that a picture has room for, each leading to another class."""
    opened: list[Kind] = []
    left = MOST_AT_FIRST
    for kind, count in ranked:
        if count <= left and len(opened) < _MOST_KINDS and kind.cls not in [one.cls for one in opened]:
            opened.append(kind)
            left -= count
    return opened


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
