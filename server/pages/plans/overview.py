"""All plans as cards: what each is, who issued it when, what it says first, and how its targets stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.core.partial_date import PartialDate, partial_date
from kg.graph.labels import Label, labels_of
from server.core.context import RequestContext
from server.pages.plans.parts import Part, telling_of_parts, value_of
from server.pages.plans.plan_list import KnownPlan
from server.pages.plans.titles import short_title
from server.pages.resource.reader import Reader
from server.pages.resource.rows import Value
from server.pages.result.cells import Cell, best_label
from server.pages.result.progress import Tally, aims_here, by_plan, tally


@dataclass(frozen=True)
class Card:
    """A plan in short; ``own`` is its Chinese title where the label is in another language."""

    plan: KnownPlan
    label: Label
    short: str
    own: Label | None
    issuers: tuple[Cell, ...]
    issued: str
    years: tuple[str, str]
    message: Value | None
    tally: Tally


def cards_of(service: RequestContext, plans: Mapping[str, KnownPlan], language: str) -> tuple[Card, ...]:
    """A card for each plan, in their order.

    Raises:
        As ``Engine.answer``.
    """
    messages = {
        one.iri: Part(one.message, "KeyMessage", one.graph) for one in plans.values() if one.message and one.graph
    }
    issuers = {issuer for one in plans.values() for issuer in one.issuers}
    things = {one.iri for one in messages.values()} | issuers | {one.iri for one in plans.values()}
    first = next(iter(plans.values()), None)
    if first is None:
        return ()
    telling = telling_of_parts(service, first.iri, things, language)
    aims = by_plan(aims_here(service, language))
    return tuple(
        card_of(
            telling.reader,
            one,
            tally(aims.get(one.iri, ())),
            value_of(telling, one.iri, messages[one.iri]) if one.iri in messages else None,
        )
        for one in plans.values()
    )


def card_of(reader: Reader, plan: KnownPlan, numbers: Tally, message: Value | None = None) -> Card:
    """One plan in the words of a reader."""
    label, known = reader.label(plan.iri), reader.labels.get(plan.iri, {})
    found = partial_date(plan.issued) if plan.issued is not None else None
    first, last = plan.years
    return Card(
        plan=plan,
        label=label,
        short=short_title(label.text, label.language),
        own=known.get("zh") if label.language != "zh" else None,
        issuers=tuple(reader.cell(one) for one in plan.issuers),
        issued=found.written(reader.language) if found is not None else "",
        years=(_year(first, reader.language), _year(last, reader.language)),
        message=message,
        tally=numbers,
    )


def short_titles(service: RequestContext, plans: Mapping[str, KnownPlan], language: str) -> dict[str, str]:
    """The short title of each plan, by slug.

    Raises:
        As ``Engine.answer``.
    """
    labels = labels_of(service.engine, (one.iri for one in plans.values()))
    named = {slug: best_label(labels, one.iri, language) for slug, one in plans.items()}
    return {slug: short_title(label.text, label.language) for slug, label in named.items()}


def _year(year: str, language: str) -> str:
    return PartialDate(int(year)).written(language) if year.isdecimal() else year
