"""The targets of a plan as rows of a table: each figure with its mark, its page and its source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.core.names import name
from server.core.i18n.language import gettext
from server.pages.plans.parts import Part, value_of
from server.pages.plans.related import Note
from server.pages.resource.rows import Mark, Source, Telling, Value, source_of
from server.pages.result.cells import Cell
from server.pages.result.progress import Aim, state_words

MARKS = {"printed": name("fyp:kindStated"), "official": name("fyp:kindOfficial"), "latest": name("fyp:kindOutcome")}
_CLAIMS = {"printed": "QuantitativeTarget", "official": "OfficialTarget"}


@dataclass(frozen=True)
class Shown:
    """A figure: its words, the year that it is of, the page of the claim, its mark, and what vouches for it."""

    text: str
    year: str = ""
    href: str = ""
    mark: Mark | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class PlanTarget:
    """A target of a plan; ``flags`` are notes on a difference between what is printed and what the plan says."""

    iri: NamedNode
    unit: NamedNode | None
    indicator: Cell
    start: Shown
    printed: Shown
    official: Shown
    latest: Shown
    state: str
    words: str
    share: str
    differs: str
    flags: tuple[Value, ...]


def targets_of_plan(
    telling: Telling, plan: NamedNode, aims: Iterable[Aim], parts: Sequence[Part], notes: Sequence[Note]
) -> tuple[PlanTarget, ...]:
    """The targets as rows, in their order."""
    return tuple(_goal(telling, plan, aim, parts, notes) for aim in aims)


def _goal(telling: Telling, plan: NamedNode, aim: Aim, parts: Sequence[Part], notes: Sequence[Note]) -> PlanTarget:
    about = [one for one in notes if one.differs and aim.indicator in one.indicators]
    differs = gettext("Printed as %(printed)s; the plan says %(official)s.", printed=aim.printed, official=aim.official)
    return PlanTarget(
        iri=aim.indicator,
        unit=aim.unit,
        indicator=telling.reader.cell(aim.indicator),
        start=_figure(telling, aim, "start", aim.start, aim.start_year),
        printed=_claimed(telling, plan, aim, parts, "printed"),
        official=_claimed(telling, plan, aim, parts, "official"),
        latest=_figure(telling, aim, "latest", aim.latest, aim.observed),
        state=aim.state,
        words=state_words(aim.state),
        share=aim.share,
        differs=differs if aim.differs else "",
        flags=tuple(value_of(telling, plan, Part(one.iri, "Note", one.graph)) for one in about),
    )


def _claimed(telling: Telling, plan: NamedNode, aim: Aim, parts: Sequence[Part], field: str) -> Shown:
    """A target in the words of one source, with the page of the claim."""
    shown = _figure(telling, aim, field, getattr(aim, field), aim.target_year)
    claim = next((one for one in parts if one.kind == _CLAIMS[field] and one.indicator == aim.indicator), None)
    if claim is None or not shown.text:
        return shown
    value = value_of(telling, plan, claim)
    return Shown(shown.text, shown.year, value.cell.href, value.mark, value.sources)


def _figure(telling: Telling, aim: Aim, field: str, text: str, year: str) -> Shown:
    if not text:
        return Shown("")
    vouching = aim.evidence.get(field)
    sources = (source_of(telling, vouching),) if vouching is not None else ()
    mark = telling.mark_of(MARKS[field]) if field in MARKS else None
    return Shown(text, year, "", mark, sources)
