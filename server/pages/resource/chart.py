"""The chart of a resource: its rows of the chart of targets against outcomes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pyoxigraph import NamedNode

from kg.charts import Chart, Theme, Width, chart_of
from kg.core.names import name, sparql_prologue
from kg.engine import select
from kg.graph.description import Description
from kg.questions.result import QuestionResult
from server.core import urls
from server.core.context import RequestContext
from server.core.question_params import QuestionParams
from server.pages.result.files import ChartImage, chart_image_of
from server.pages.result.progress import QUESTION, answered_here, of_plan, sorted_rows

_PLAN, _TARGET, _INDICATOR = name("fyp:Plan"), name("fyp:TargetClaim"), name("fyp:Indicator")
# an official target may be a part of a part of the plan, so its path has one step or more
_MEANT = """SELECT ?plan ?indicator {{
  {thing} fyp:measuredBy ?indicator ; fyp:inPlan|fyp:officialPartOf+ ?plan . ?plan a fyp:Plan
}} ORDER BY ?plan LIMIT 1"""


def chart_about(
    service: RequestContext, description: Description, language: str, theme: Theme = "light", width: Width = "wide"
) -> Chart | None:
    """Return the chart of a target, an indicator or a plan; None if there is nothing to draw.

    Raises:
        As ``Engine.answer``.
    """
    answered = _answer_about(service, description.thing, description.all_classes, language)
    return chart_of(answered, theme, width) if answered is not None else None


def chart_image_about(service: RequestContext, description: Description, slug: str, language: str) -> ChartImage | None:
    """Return the same chart for the page of the resource; raises as ``Engine.answer``."""
    return _chart_image(_answer_about(service, description.thing, description.all_classes, language), slug)


def chart_image_of_plan(service: RequestContext, plan: NamedNode, slug: str, language: str) -> ChartImage | None:
    """Return the chart of a plan for its page; None if it has no targets. Raises as ``Engine.answer``."""
    return _chart_image(_answer_about(service, plan, (_PLAN,), language), slug)


def _chart_image(answered: QuestionResult | None, slug: str) -> ChartImage | None:
    if answered is None:
        return None

    def address(theme: Theme, width: Width) -> str:
        return urls.thing(
            slug, "svg", **dict(QuestionParams(language=answered.language, theme=theme, width=width).fields())
        )

    return chart_image_of(lambda theme, width: chart_of(answered, theme, width), address)


def _answer_about(
    service: RequestContext, thing: NamedNode, classes: Collection[NamedNode], language: str
) -> QuestionResult | None:
    meant = _filter_terms(service, thing, classes)
    if QUESTION not in service.catalogue.questions or meant is None:
        return None
    plan, indicator = meant
    # the cached answer for all plans is filtered, so that a chart needs no query of its own
    answered = answered_here(service, language)
    if plan is not None:
        answered = of_plan(answered, plan)
    place = answered.place("indicator")
    rows = tuple(row for row in sorted_rows(answered) if indicator is None or row[place] == indicator)
    return replace(answered, rows=rows, total=len(rows)) if rows else None


def _filter_terms(
    service: RequestContext, thing: NamedNode, classes: Collection[NamedNode]
) -> tuple[NamedNode | None, NamedNode | None] | None:
    """Return the plan and the indicator by which the rows are filtered."""
    if _INDICATOR in classes:
        return None, thing
    if _TARGET in classes:
        rows = select(service.engine, sparql_prologue("fyp") + _MEANT.format(thing=thing)).rows
        return next(
            ((plan, row) for plan, row in rows if isinstance(plan, NamedNode) and isinstance(row, NamedNode)), None
        )
    return _plan(service, thing) if _PLAN in classes else None


def _plan(service: RequestContext, plan: NamedNode) -> tuple[NamedNode | None, NamedNode | None] | None:
    """Return the plan if it has targets. The pick list of the question has no other plans."""
    text = f"SELECT ?target {{ ?target a fyp:TargetClaim ; fyp:inPlan|fyp:officialPartOf+ {plan} }} LIMIT 1"
    return (plan, None) if select(service.engine, sparql_prologue("fyp") + text).rows else None
