"""The home page: what this is, how big, and the three doors."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template
from pyoxigraph import Literal, NamedNode

from kg.engine import Engine, select
from kg.names import sparql_prologue
from server.datasets import markup
from server.here import here
from server.shown import shown_table

blueprint = Blueprint("home", __name__)

_COUNTS = (
    sparql_prologue("fyp")
    + """SELECT ?plans ?others ?class ?count WHERE {
  { SELECT (COUNT(DISTINCT ?plan) AS ?plans) { ?plan fyp:summarisedIn ?document } }
  { SELECT (COUNT(DISTINCT ?plan) AS ?others) { ?plan a fyp:Plan MINUS { ?plan fyp:summarisedIn ?document } } }
  { SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) { ?thing a ?class } GROUP BY ?class }
}"""
)

_PLANS = (
    sparql_prologue("fyp")
    + """SELECT ?plan ?issuer (COUNT(DISTINCT ?objective) AS ?objectives) (COUNT(DISTINCT ?target) AS ?targets) WHERE {
  ?plan a fyp:SectoralPlan ; fyp:evidence/fyp:startOffset ?start .
  OPTIONAL { ?plan fyp:issuedBy ?issuer }
  OPTIONAL { ?plan fyp:hasObjective ?objective }
  OPTIONAL { ?plan fyp:hasQuantitativeTarget ?target }
} GROUP BY ?plan ?issuer ORDER BY MIN(?start)"""
)
_PLAN_HEADINGS = ("Plan", "Issued by", "Objectives", "Targets")


@blueprint.get("/")
def home() -> str:
    """The home page; every number on it comes from the graph."""
    service = here()
    return render_template(
        "home.html",
        counts=_counts(service.engine),
        plans=replace(shown_table(service.engine, _PLANS), headings=_PLAN_HEADINGS),
        questions=list(service.catalogue.questions.values()),
        release=service.engine.release_id,
        queries={"how many": _COUNTS, "the plans": _PLANS},
        markup=markup(),
    )


def _counts(engine: Engine) -> dict[str, str]:
    """How many plans are described, how many stand around them, and how many things each class has, by local name."""
    counts = {}
    for row in select(engine, _COUNTS).rows:
        plans, others, cls, count = row
        if isinstance(cls, NamedNode) and isinstance(count, Literal):
            counts[cls.value.rpartition("#")[2]] = count.value
        if isinstance(plans, Literal) and isinstance(others, Literal):
            counts |= {"described": plans.value, "around": others.value}
    return counts
