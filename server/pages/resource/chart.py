"""The picture of a thing: its part of the picture that holds targets against outcomes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pyoxigraph import NamedNode

from kg.charts import Picture, Theme, Width, picture_of
from kg.core.names import name, sparql_prologue
from kg.engine import select
from kg.graph.describe import Description
from kg.questions.result import Answered
from server.core import urls
from server.core.context import Service
from server.core.question_params import Wish
from server.pages.result.chart_images import Still, still_of
from server.pages.result.progress import QUESTION, answered_here, of_plan, sorted_rows

_PLAN, _TARGET, _INDICATOR = name("fyp:Plan"), name("fyp:TargetClaim"), name("fyp:Indicator")
_MEANT = """SELECT ?plan ?indicator {{
  {thing} fyp:measuredBy ?indicator ; fyp:inPlan|fyp:officialPartOf+ ?plan . ?plan a fyp:Plan
}} ORDER BY ?plan LIMIT 1"""


def picture_about(
    service: Service, description: Description, language: str, theme: Theme = "light", width: Width = "wide"
) -> Picture | None:
    """The picture of a target, an indicator or a plan; None for other things, and where there is nothing to draw.

    Raises:
        As ``Engine.answer``.
    """
    answered = _answer_about(service, description.thing, description.all_classes, language)
    return picture_of(answered, theme, width) if answered is not None else None


def still_about(service: Service, description: Description, slug: str, language: str) -> Still | None:
    """The same as its page shows it; raises as ``Engine.answer``."""
    return _still(_answer_about(service, description.thing, description.all_classes, language), slug)


def still_of_plan(service: Service, plan: NamedNode, slug: str, language: str) -> Still | None:
    """The picture of a plan as a page shows it; None where it has no targets. Raises as ``Engine.answer``."""
    return _still(_answer_about(service, plan, (_PLAN,), language), slug)


def _still(answered: Answered | None, slug: str) -> Still | None:
    if answered is None:
        return None

    def address(theme: Theme, width: Width) -> str:
        return urls.thing(slug, "svg", **dict(Wish(language=answered.language, theme=theme, width=width).fields()))

    return still_of(lambda theme, width: picture_of(answered, theme, width), address)


def _answer_about(service: Service, thing: NamedNode, classes: Collection[NamedNode], language: str) -> Answered | None:
    meant = _meant(service, thing, classes)
    if QUESTION not in service.catalogue.questions or meant is None:
        return None
    plan, indicator = meant
    answered = answered_here(service, language)
    if plan is not None:
        answered = of_plan(answered, plan)
    place = answered.place("indicator")
    rows = tuple(row for row in sorted_rows(answered) if indicator is None or row[place] == indicator)
    return replace(answered, rows=rows, total=len(rows)) if rows else None


def _meant(
    service: Service, thing: NamedNode, classes: Collection[NamedNode]
) -> tuple[NamedNode | None, NamedNode | None] | None:
    """The plan and the indicator that the rows are narrowed to."""
    if _INDICATOR in classes:
        return None, thing
    if _TARGET in classes:
        rows = select(service.engine, sparql_prologue("fyp") + _MEANT.format(thing=thing)).rows
        return next(
            ((plan, one) for plan, one in rows if isinstance(plan, NamedNode) and isinstance(one, NamedNode)), None
        )
    return _plan(service, thing) if _PLAN in classes else None


def _plan(service: Service, plan: NamedNode) -> tuple[NamedNode | None, NamedNode | None] | None:
    """A plan that has targets: the pick list of the question knows no other."""
    text = f"SELECT ?target {{ ?target a fyp:TargetClaim ; fyp:inPlan|fyp:officialPartOf+ {plan} }} LIMIT 1"
    return (plan, None) if select(service.engine, sparql_prologue("fyp") + text).rows else None
