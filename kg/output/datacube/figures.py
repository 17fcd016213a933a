"""The figures as observations, by CONSTRUCT: what plans aim at, and what was measured.

An observation is named after the quantity that it tells, so that its IRI stays the same from release to release.
"""

from __future__ import annotations

from pyoxigraph import Triple

from kg.core.names import PREFIXES, sparql_prologue
from kg.engine import Engine, construct

_PROLOGUE = sparql_prologue(
    "fyp", "cube", "dcterms", "qb", "sdmx-attribute", "sdmx-measure", "skos", "rdf", "rdfs", "xsd"
)

_MADE = """
  ?figure a qb:Observation ; qb:dataSet ?cube ; cube:indicator ?indicator ; cube:kind ?kind ; cube:basis ?basis ;
    cube:statement ?statement ; cube:period ?period ; cube:year ?gYear ; sdmx-measure:obsValue ?value ;
    sdmx-attribute:unitMeasure ?unit ; cube:largest ?largest ; cube:comparator ?comparator ; cube:written ?written ;
    cube:source ?source ; rdfs:seeAlso ?quantity .
  ?period a skos:Concept ; skos:inScheme cube:periods ; skos:notation ?notation ."""

# In all of them ?quantity, ?statement, ?basis and ?kind are bound. A period without a year is called undated.
_FIGURE = f"""
  ?quantity fyp:numericValue|fyp:lowerBound ?value ; fyp:unit ?unit .
  OPTIONAL {{ ?quantity fyp:upperBound ?largest }}
  OPTIONAL {{ ?quantity fyp:comparator ?comparator }}
  OPTIONAL {{ ?quantity fyp:asPrinted ?written }}
  OPTIONAL {{ ?quantity fyp:evidence ?ofQuantity }}
  OPTIONAL {{ ?statement fyp:evidence ?ofStatement }}
  OPTIONAL {{ ?quantity fyp:year ?year }}
  OPTIONAL {{ ?quantity fyp:month ?month }}
  OPTIONAL {{ ?quantity fyp:firstYear ?firstYear }}
  BIND(COALESCE(?ofQuantity, ?ofStatement) AS ?source)
  BIND(STRDT(STR(?year), xsd:gYear) AS ?gYear)
  BIND(CONCAT(COALESCE(CONCAT(STR(?firstYear), "-"), ""), COALESCE(STR(?year), "undated"),
    COALESCE(CONCAT("-", IF(?month < 10, "0", ""), STR(?month)), "")) AS ?notation)
  BIND(IRI(CONCAT("{PREFIXES["cube"]}period-", ?notation)) AS ?period)
  BIND(IRI(CONCAT("{PREFIXES["cube"]}", STRAFTER(STR(?quantity), "{PREFIXES["id"]}"))) AS ?figure)"""

_TARGETS = f"""{_PROLOGUE}CONSTRUCT {{{_MADE}
  ?figure cube:plan ?plan ; cube:direction ?direction .
}} WHERE {{
  {{
    VALUES (?class ?role ?kind) {{
      (fyp:QuantitativeTarget fyp:targetValue cube:target-printed)
      (fyp:QuantitativeTarget fyp:baseline cube:baseline-printed)
    }}
    ?statement a ?class ; ?role ?quantity ; fyp:inPlan ?plan .
  }} UNION {{
    VALUES (?class ?role ?kind) {{
      (fyp:OfficialTarget fyp:targetValue cube:target-official)
      (fyp:OfficialTarget fyp:baseline cube:baseline-official)
    }}
    ?statement a ?class ; ?role ?quantity ; fyp:officialPartOf+ ?plan .
    ?plan a fyp:Plan .
  }}
  ?statement fyp:measuredBy ?indicator ; fyp:targetBasis ?basis ; fyp:direction ?direction .
  BIND(cube:targets AS ?cube){_FIGURE}
}}"""

_MEASUREMENTS = f"""{_PROLOGUE}CONSTRUCT {{{_MADE}
}} WHERE {{
  VALUES (?said ?kind) {{ (fyp:kindOfficial cube:starting-figure) (fyp:kindOutcome cube:outcome) }}
  ?graph fyp:statementKind ?said .
  GRAPH ?graph {{ ?statement fyp:observes ?indicator ; fyp:observedBasis ?basis ; fyp:observedValue ?quantity }}
  BIND(cube:measurements AS ?cube){_FIGURE}
}}"""

_LABELS = f"""{_PROLOGUE}CONSTRUCT {{ ?thing skos:prefLabel ?label }} WHERE {{
  {{ ?any fyp:measuredBy|fyp:observes|fyp:unit|fyp:targetBasis|fyp:observedBasis|fyp:comparator|fyp:direction ?thing }}
  UNION {{ ?thing a fyp:Plan }}
  ?thing skos:prefLabel ?label .
}}"""


def figures(engine: Engine) -> list[Triple]:
    """The observations of both data sets, the codes of their periods, and the labels of what they refer to.

    Raises:
        As ``Engine.answer``.
    """
    return [triple for text in (_TARGETS, _MEASUREMENTS, _LABELS) for triple in construct(engine, text)]
