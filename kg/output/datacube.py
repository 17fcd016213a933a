"""The figures of the graph as an RDF Data Cube, for tools of statistics.

The vocabulary: https://www.w3.org/TR/vocab-data-cube/ (QB), with terms of SDMX for the value, its unit and its period.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.names import LANGUAGES, PREFIXES, name, sparql_prologue
from kg.engine import Engine, construct
from kg.output.metadata.dataset import LICENSE, in_languages

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Component:
    """A property of observations.

    Attributes:
        iri: the property, as a compact IRI, like all that follow.
        labels: its labels by language.
        range: the class or datatype of its values.
        extends: the property that it is a kind of, if any.
        codes: the list that its values come from, if any.
    """

    iri: str
    labels: Texts
    range: str
    extends: str = ""
    codes: str = ""


def _texts(*texts: str) -> Texts:
    return dict(zip(LANGUAGES, texts, strict=True))


_PLAN = Component("cube:plan", _texts("plan", "Plan", "规划"), "fyp:Plan")
_SHARED = (
    Component("cube:indicator", _texts("indicator", "Indikator", "指标"), "fyp:Indicator"),
    Component(
        "cube:period", _texts("period", "Zeitraum", "时期"), "skos:Concept", "sdmx-dimension:refPeriod", "cube:periods"
    ),
    Component("cube:kind", _texts("kind of figure", "Art der Zahl", "数字种类"), "skos:Concept", codes="cube:kinds"),
    Component("cube:basis", _texts("what is counted", "was gezählt wird", "计算方式"), "fyp:TargetBasis"),
    Component("cube:statement", _texts("statement", "Aussage", "陈述"), "rdfs:Resource"),
)
VALUE = Component(
    "sdmx-measure:obsValue",
    _texts("value or smallest value", "Wert oder kleinster Wert", "数值或最小值"),
    "xsd:decimal",
)
UNIT = Component("sdmx-attribute:unitMeasure", _texts("unit", "Einheit", "单位"), "fyp:Unit")
_OPTIONAL = (
    Component("cube:largest", _texts("largest value", "größter Wert", "最大值"), "xsd:decimal"),
    Component("cube:comparator", _texts("qualified as", "näher bestimmt als", "数值限定"), "fyp:Comparator"),
    Component("cube:year", _texts("year or last year", "Jahr oder letztes Jahr", "年份或末年"), "xsd:gYear"),
    Component("cube:written", _texts("as written", "wie geschrieben", "原文写法"), "xsd:string"),
    Component("cube:source", _texts("source", "Quelle", "来源"), "fyp:Evidence", "dcterms:source"),
)
_DIRECTION = Component("cube:direction", _texts("direction", "Richtung", "方向"), "fyp:Direction")

DIMENSIONS = (_PLAN, *_SHARED)
ATTRIBUTES = (UNIT, *_OPTIONAL, _DIRECTION)

CUBES: Mapping[str, Texts] = {
    "cube:targets": _texts(
        "What the plans aim at, and where they start", "Was die Pläne wollen und wo sie beginnen", "规划的目标与起点"
    ),
    "cube:measurements": _texts("What was measured", "Was gemessen wurde", "实测数值"),
}
_COMPONENTS = {
    "cube:targets": (DIMENSIONS, (*_OPTIONAL, _DIRECTION)),
    "cube:measurements": (_SHARED, _OPTIONAL),
}

KINDS: Mapping[str, Texts] = {
    "cube:target-printed": _texts(
        "target as the policy update prints it", "Ziel, wie das Policy Update es druckt", "政策简报所印目标"
    ),
    "cube:target-official": _texts("target as the plan sets it", "Ziel, wie der Plan es setzt", "规划原文目标"),
    "cube:baseline-printed": _texts(
        "starting value as the policy update prints it",
        "Ausgangswert, wie das Policy Update ihn druckt",
        "政策简报所印起点",
    ),
    "cube:baseline-official": _texts(
        "starting value as the plan gives it", "Ausgangswert, wie der Plan ihn nennt", "规划原文起点"
    ),
    "cube:starting-figure": _texts(
        "measured before, as the plan or its authority reports it",
        "zuvor gemessen, wie der Plan oder seine Behörde berichtet",
        "规划或主管部门所报的前期实测值",
    ),
    "cube:outcome": _texts("measured since", "seither gemessen", "此后实测值"),
}
_LISTS: Mapping[str, Texts] = {
    "cube:kinds": _texts("Kinds of figures", "Arten von Zahlen", "数字种类"),
    "cube:periods": _texts("Periods", "Zeiträume", "时期"),
}


def structure() -> list[Triple]:
    """Return the data sets, their structures, the properties of observations and the code lists.

    They are the same in each release.
    """
    return [*_data_sets(), *_properties(), *_codes()]


def _data_sets() -> Iterator[Triple]:
    for cube, titles in CUBES.items():
        structure_ = NamedNode(f"{name(cube).value}-structure")
        yield Triple(name(cube), name("rdf:type"), name("qb:DataSet"))
        yield from in_languages(name(cube), "dcterms:title", titles)
        yield Triple(name(cube), name("dcterms:license"), LICENSE)
        yield Triple(name(cube), name("qb:structure"), structure_)
        yield Triple(structure_, name("rdf:type"), name("qb:DataStructureDefinition"))
        yield from _components(structure_, *_COMPONENTS[cube])


def _components(
    structure_: NamedNode, dimensions: tuple[Component, ...], optional: tuple[Component, ...]
) -> Iterator[Triple]:
    parts = [("dimension", dimension) for dimension in dimensions] + [("measure", VALUE), ("attribute", UNIT)]
    for order, (role, component) in enumerate([*parts, *(("attribute", attribute) for attribute in optional)], start=1):
        part = NamedNode(f"{structure_.value}-{order}")
        yield Triple(structure_, name("qb:component"), part)
        yield Triple(part, name("rdf:type"), name("qb:ComponentSpecification"))
        # QB, section 10.2.2: both the general and the specific property
        for property_ in (role, "componentProperty"):
            yield Triple(part, name(f"qb:{property_}"), name(component.iri))
        yield Triple(part, name("qb:order"), Literal(str(order), datatype=name("xsd:integer")))
        # QB defines this property for attributes alone
        if role == "attribute":
            needed = "true" if component is UNIT else "false"
            yield Triple(part, name("qb:componentRequired"), Literal(needed, datatype=name("xsd:boolean")))


def _properties() -> Iterator[Triple]:
    kinds = {"Dimension": DIMENSIONS, "Measure": (VALUE,), "Attribute": ATTRIBUTES}
    for kind, components in kinds.items():
        for component in components:
            yield Triple(name(component.iri), name("rdf:type"), name(f"qb:{kind}Property"))
            yield from in_languages(name(component.iri), "rdfs:label", component.labels)
            yield Triple(name(component.iri), name("rdfs:range"), name(component.range))
            if component.extends:
                yield Triple(name(component.iri), name("rdfs:subPropertyOf"), name(component.extends))
            if component.codes:
                yield Triple(name(component.iri), name("rdf:type"), name("qb:CodedProperty"))
                yield Triple(name(component.iri), name("qb:codeList"), name(component.codes))


def _codes() -> Iterator[Triple]:
    for code_list, labels in _LISTS.items():
        yield Triple(name(code_list), name("rdf:type"), name("skos:ConceptScheme"))
        yield from in_languages(name(code_list), "skos:prefLabel", labels)
    for kind, labels in KINDS.items():
        yield Triple(name(kind), name("rdf:type"), name("skos:Concept"))
        yield Triple(name(kind), name("skos:inScheme"), name("cube:kinds"))
        yield from in_languages(name(kind), "skos:prefLabel", labels)


_PROLOGUE = sparql_prologue(
    "fyp", "cube", "dcterms", "qb", "sdmx-attribute", "sdmx-measure", "skos", "rdf", "rdfs", "xsd"
)

_MADE = """
  ?figure a qb:Observation ; qb:dataSet ?cube ; cube:indicator ?indicator ; cube:kind ?kind ; cube:basis ?basis ;
    cube:statement ?statement ; cube:period ?period ; cube:year ?gYear ; sdmx-measure:obsValue ?value ;
    sdmx-attribute:unitMeasure ?unit ; cube:largest ?largest ; cube:comparator ?comparator ; cube:written ?written ;
    cube:source ?source ; rdfs:seeAlso ?quantity .
  ?period a skos:Concept ; skos:inScheme cube:periods ; skos:notation ?notation ."""

# Queries that include this bind ?quantity, ?statement, ?basis and ?kind. A period without a year is "undated".
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
    """Return the observations of both data sets, the codes of their periods, and all labels.

    An observation is named after its quantity, so that its IRI stays the same from release to release.

    Raises:
        As ``Engine.answer``.
    """
    return [triple for text in (_TARGETS, _MEASUREMENTS, _LABELS) for triple in construct(engine, text)]


_NOTATION = re.compile(r"(?:(?P<first>[0-9]{4})-)?(?P<year>[0-9]{4}|undated)(?:-(?P<month>[0-9]{2}))?")
_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    "zh": tuple(f"{month}月" for month in range(1, 13)),
}
_UNDATED = {"en": "year not stated", "de": "ohne Jahr", "zh": "年份不详"}
_SPAN = {"en": "{} to {}", "de": "{} bis {}", "zh": "{}至{}"}
_YEAR = {"en": "{}", "de": "{}", "zh": "{}年"}
_WITH_MONTH = {"en": "{month} {year}", "de": "{month} {year}", "zh": "{year}{month}"}
_UNDATED_MONTH = {"en": "{month}, {year}", "de": "{month}, {year}", "zh": "{month}（{year}）"}


def describe_periods(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield the labels of the periods that have a notation in some triples."""
    for triple in triples:
        if triple.predicate == name("skos:notation") and isinstance(triple.object, Literal):
            for language, label in period_labels(triple.object.value).items():
                yield Triple(triple.subject, name("skos:prefLabel"), Literal(label, language=language))


def period_labels(notation: str) -> dict[str, str]:
    """Return the labels of a period by language: ``2025``, ``2023-06``, ``2021-2025``, ``undated``, ``undated-03``."""
    match = _NOTATION.fullmatch(notation)
    if match is None:
        return {}
    return {language: _label(match, language) for language in _MONTHS}


def _label(match: re.Match[str], language: str) -> str:
    dated = match["year"] != "undated"
    words = _YEAR[language].format(match["year"]) if dated else _UNDATED[language]
    if match["month"]:
        pattern = _WITH_MONTH if dated else _UNDATED_MONTH
        words = pattern[language].format(month=_MONTHS[language][int(match["month"]) - 1], year=words)
    return _SPAN[language].format(_YEAR[language].format(match["first"]), words) if match["first"] else words


def cube(engine: Engine) -> list[Triple]:
    """Return two data sets with structure, code lists and observations, and the labels of all terms.

    Raises:
        As ``Engine.answer``.
    """
    triples = figures(engine)
    release = (Triple(name(data_set), name("owl:versionInfo"), Literal(engine.release_id)) for data_set in CUBES)
    return [*structure(), *release, *sorted({*triples, *describe_periods(triples)}, key=str)]
