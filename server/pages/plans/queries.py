"""The query that gives what the page of a plan shows, for whoever wants to ask further."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.core.names import curie, sparql_prologue


def parts_query(plan: NamedNode) -> str:
    """A query for the parts of a plan with what stands above them, their names and what vouches for them."""
    return f"""{sparql_prologue("fyp", "id", "skos")}
# The parts of {curie(plan)}, what each stands under, and what vouches for it
SELECT ?graph ?kind ?part ?above ?label ?place WHERE {{
  GRAPH ?graph {{ ?part a ?kind }}
  ?graph fyp:statementKind ?how .
  FILTER(?how IN (fyp:kindStated, fyp:kindOfficial))
  ?part fyp:inPlan|fyp:officialPartOf+ {curie(plan)} ; skos:prefLabel ?label ; fyp:evidence ?place .
  FILTER(LANG(?label) = "en")
  OPTIONAL {{ ?part fyp:subElementOf|fyp:officialPartOf ?above }}
}} ORDER BY ?kind ?part ?place"""
