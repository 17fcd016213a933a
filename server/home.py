"""The home page: what this is, how big, and the three doors."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template

from kg.engine import select
from kg.names import sparql_prologue
from server.here import here
from server.shown import shown_table

blueprint = Blueprint("home", __name__)

_COUNTS = (
    sparql_prologue("fyp", "rdfs")
    + """SELECT ?class ?count WHERE {
  { SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) { ?thing a ?class } GROUP BY ?class }
  VALUES ?class {
    fyp:SectoralPlan fyp:Objective fyp:Measure fyp:QuantitativeTarget fyp:Challenge
    fyp:Technology fyp:Passage fyp:EditorialNote
  }
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
    counts = {record["class"]: record["count"] for record in select(service.engine, _COUNTS).records()}
    return render_template(
        "home.html",
        counts={cls.value.rpartition("#")[2]: n.value for cls, n in counts.items()},  # type: ignore[union-attr]
        plans=replace(shown_table(service.engine, _PLANS), headings=_PLAN_HEADINGS),
        questions=list(service.catalogue.questions.values()),
        release=service.engine.release_id,
    )
