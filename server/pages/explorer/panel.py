"""What is told of the thing that a reader looks at, and the kinds of neighbours that it can be asked for."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.core.names import LANGUAGES, thing
from kg.graph.labels import Label
from kg.graph.neighbours import Group, Opening, classes_of, groups_of
from server.core import urls
from server.core.context import RequestContext
from server.pages.explorer.entry import entering
from server.pages.explorer.explorer_request import ExplorerRequest
from server.pages.explorer.families import family_of
from server.pages.explorer.texts import ExplorerTexts, explorer_texts
from server.pages.explorer.view_state import MOST_OF_A_KIND
from server.pages.resource.rows import Mark


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
