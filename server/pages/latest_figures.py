"""The newest figures of the graph: what was measured last, as sentences with their sources."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.core.names import sparql_prologue
from kg.engine import select
from kg.graph.evidence import Place, places_of
from kg.graph.labels import labels_of
from kg.output.sentences import sentences_of
from server.core import urls
from server.core.context import RequestContext
from server.pages.resource.reader import Reader
from server.pages.result.cells import Cell, foreign, named_by

MOST = 3
NEWEST = (
    sparql_prologue("fyp")
    + f"""SELECT ?observation ?source WHERE {{
  GRAPH ?graph {{ ?observation a fyp:Observation }}
  ?graph fyp:statementKind fyp:kindOutcome .
  ?observation fyp:observedValue ?figure ; fyp:evidence ?source .
  ?figure fyp:year ?year .
  OPTIONAL {{ ?figure fyp:month ?month }}
  FILTER NOT EXISTS {{ ?observation fyp:evidence ?other . FILTER(STR(?other) < STR(?source)) }}
}} ORDER BY DESC(?year) DESC(COALESCE(?month, 12)) ?observation LIMIT {MOST}"""
)
"""What was measured for the latest years and months."""


@dataclass(frozen=True)
class Outcome:
    """A measurement in a sentence, its page, and its source."""

    told: str
    href: str
    source: Cell


def latest_outcomes(service: RequestContext, language: str) -> tuple[Outcome, ...]:
    """The latest measurements.

    Raises:
        As ``Engine.answer``.
    """
    rows = [
        (observation, source)
        for observation, source in select(service.engine, NEWEST).rows
        if isinstance(observation, NamedNode) and isinstance(source, NamedNode)
    ]
    places = places_of(service.engine, (source for _, source in rows))
    told = sentences_of(service.engine, (observation for observation, _ in rows), language)
    labels = labels_of(service.engine, {source for _, source in rows} | named_by(places.values()))
    reader = Reader(language, labels, places, told)
    return tuple(
        Outcome(told[one], urls.page_of(one), _publisher(places[source], reader))
        for one, source in rows
        if one in told and source in places
    )


def _publisher(place: Place, reader: Reader) -> Cell:
    """Who published a cited page, in the language of its title."""
    return Cell(place.publisher, foreign(place.language, reader.language), urls.page_of(place.iri))
