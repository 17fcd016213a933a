"""The tables of the package. A thing of ours stands as its slug, any other term as a compact IRI."""

from __future__ import annotations

from kg.core.messages import N_
from kg.core.names import sparql_prologue
from kg.output.datapackage import Column, Table

_PROLOGUE = sparql_prologue("fyp", "skos", "dcterms", "rdf", "unit")

_LABELS = tuple(
    Column(f"label_{tag}", "string", f"Name in {language}.", needed=True)
    for tag, language in (("en", "English"), ("de", "German"), ("zh", "Chinese"))
)
_VALUE = (
    Column("comparator", "string", "How the figure is qualified, such as at least.", "codes"),
    Column("value", "number", "The figure in the unit beside it; of a range its smallest value.", needed=True),
    Column("largest", "number", "The largest value of a range."),
    Column("unit", "string", "Unit of the figure.", "codes", needed=True),
)
_WHEN = (
    Column("first_year", "year", "First year, where the figure is of several years."),
    Column("year", "year", "Year of the figure, or its last year; empty where it is not stated."),
    Column("month", "integer", "Month of the figure, from 1 to 12."),
    Column("written", "string", "The figure as it is written in the source.", needed=True),
)
_INDICATOR = Column("indicator", "string", "What is measured.", "indicators", needed=True)
_BASIS = Column("basis", "string", "What the figure counts: a level, a change, a sum.", "codes", needed=True)
_SAID = Column("said", "string", "Who speaks: printed in the policy update, official, measured.", "codes", needed=True)
_IRI = Column("iri", "string", "Address of the thing in the graph.", needed=True)

_NAMED = "".join(
    f'  OPTIONAL {{ ?{{0}} skos:prefLabel ?label_{tag} FILTER(LANG(?label_{tag}) = "{tag}") }}\n'
    for tag in ("en", "de", "zh")
)
_FIGURE = """  ?quantity fyp:numericValue|fyp:lowerBound ?value ; fyp:unit ?unit ; fyp:asPrinted ?written .
  OPTIONAL { ?quantity fyp:comparator ?comparator }
  OPTIONAL { ?quantity fyp:upperBound ?largest }
  OPTIONAL { ?quantity fyp:firstYear ?first_year }
  OPTIONAL { ?quantity fyp:year ?year }
  OPTIONAL { ?quantity fyp:month ?month }
"""
_CLAIM = """  {
    ?target a fyp:QuantitativeTarget ; fyp:inPlan ?plan .
    BIND(fyp:kindStated AS ?said)
  } UNION {
    ?target a fyp:OfficialTarget ; fyp:officialPartOf+ ?plan .
    ?plan a fyp:Plan .
    BIND(fyp:kindOfficial AS ?said)
  }
"""
_REPORT = """  VALUES ?said { fyp:kindOfficial fyp:kindOutcome }
  ?graph fyp:statementKind ?said .
  GRAPH ?graph { ?measurement fyp:observes ?indicator ; fyp:observedBasis ?basis ; fyp:observedValue ?quantity }
"""
_SOURCE = Column("source", "string", "The place or page that says so.", "sources", needed=True)


def _named(variable: str) -> str:
    return _NAMED.replace("{0}", variable)


def _table(name: str, title: str, columns: tuple[Column, ...], pattern: str, keys: int = 1) -> Table:
    variables = " ".join(f"?{column.name}" for column in columns)
    return Table(name, title, columns, f"{_PROLOGUE}SELECT DISTINCT {variables} WHERE {{\n{pattern}}}", keys)


TABLES = (
    _table(
        "plans",
        N_("Plans"),
        (
            Column("plan", "string", "Name of the plan in the other tables.", needed=True),
            *_LABELS,
            Column("first_year", "year", "First year of the plan."),
            Column("last_year", "year", "Last year of the plan."),
            _IRI,
        ),
        f"""  ?plan a fyp:Plan .
  OPTIONAL {{ ?plan fyp:planStartYear ?first_year }}
  OPTIONAL {{ ?plan fyp:planEndYear ?last_year }}
{_named("plan")}  BIND(STR(?plan) AS ?iri)
""",
    ),
    _table(
        "indicators",
        N_("Indicators"),
        (
            Column("indicator", "string", "Name of the indicator in the other tables.", needed=True),
            *_LABELS,
            Column("definition", "string", "What is measured, in a sentence."),
            Column("unit", "string", "Unit in which it is usually given.", "codes"),
            _IRI,
        ),
        f"""  ?indicator a fyp:Indicator .
  OPTIONAL {{ ?indicator fyp:defaultUnit ?unit }}
  OPTIONAL {{ ?indicator skos:definition ?definition FILTER(LANG(?definition) = "en") }}
{_named("indicator")}  BIND(STR(?indicator) AS ?iri)
""",
    ),
    _table(
        "targets",
        N_("Targets: what the plans aim at"),
        (
            Column("target", "string", "Name of the target in the other tables.", needed=True),
            _SAID,
            Column("plan", "string", "The plan that sets it.", "plans", needed=True),
            _INDICATOR,
            *_VALUE,
            _BASIS,
            Column("direction", "string", "Whether the figure is to rise, to fall or to be kept.", "codes"),
            *(column for column in _WHEN if column.name != "month"),
            _IRI,
        ),
        f"""{_CLAIM}  ?target fyp:measuredBy ?indicator ; fyp:targetBasis ?basis ; fyp:targetValue ?quantity .
  OPTIONAL {{ ?target fyp:direction ?direction }}
{_FIGURE}  BIND(STR(?target) AS ?iri)
""",
    ),
    _table(
        "baselines",
        N_("Baselines: where the targets start"),
        (Column("target", "string", "The target that starts there.", "targets", needed=True), *_VALUE, *_WHEN),
        f"{_CLAIM}  ?target fyp:baseline ?quantity .\n{_FIGURE}",
    ),
    _table(
        "outcomes",
        N_("Outcomes: what was measured, before and since"),
        (
            Column("measurement", "string", "Name of the measurement in the other tables.", needed=True),
            _SAID,
            _INDICATOR,
            *_VALUE,
            _BASIS,
            *_WHEN,
            _IRI,
        ),
        f"{_REPORT}{_FIGURE}  BIND(STR(?measurement) AS ?iri)\n",
    ),
    _table(
        "target-sources",
        N_("The sources of each target"),
        (Column("target", "string", "The target.", "targets", needed=True), _SOURCE),
        f"{_CLAIM}  ?target fyp:evidence ?source .\n",
        keys=2,
    ),
    _table(
        "baseline-sources",
        N_("The sources of each baseline; those of the target, if it has none of its own"),
        (Column("target", "string", "The target that starts there.", "baselines", needed=True), _SOURCE),
        f"""{_CLAIM}  ?target fyp:baseline ?quantity .
  OPTIONAL {{ ?quantity fyp:evidence ?own }}
  OPTIONAL {{ ?target fyp:evidence ?of_target }}
  BIND(COALESCE(?own, ?of_target) AS ?source)
  FILTER(BOUND(?source))
""",
        keys=2,
    ),
    _table(
        "outcome-sources",
        N_("Who reports each measurement"),
        (Column("measurement", "string", "The measurement.", "outcomes", needed=True), _SOURCE),
        f"{_REPORT}  ?measurement fyp:evidence ?source .\n",
        keys=2,
    ),
    _table(
        "sources",
        N_("Sources: places in the briefing, and pages elsewhere"),
        (
            Column("source", "string", "Name of the source in the other tables.", needed=True),
            Column("title", "string", "Title of the document or page.", needed=True),
            Column("publisher", "string", "Who publishes the page."),
            Column("issued", "string", "Day, month or year of the page."),
            Column("address", "string", "Where the page was seen."),
            Column("line", "integer", "Line of the policy update."),
            Column("trust", "string", "What kind of publisher stands behind the page.", "codes"),
            _IRI,
        ),
        """  { ?any fyp:targetValue|fyp:observedValue ?figure ; fyp:evidence ?source }
  UNION { ?any fyp:baseline ?figure . ?figure fyp:evidence ?source }
  {
    ?source a fyp:Passage ; fyp:lineNumber ?line ; fyp:passageOf ?document .
    ?document skos:prefLabel ?title FILTER(LANG(?title) = "en")
  } UNION {
    ?source a fyp:Citation ; dcterms:title ?title ; fyp:publisherName ?publisher ; fyp:address ?address .
    OPTIONAL { ?source fyp:trust ?trust }
    OPTIONAL { ?source dcterms:issued ?issued }
  }
  BIND(STR(?source) AS ?iri)
""",
    ),
    _table(
        "codes",
        N_("Codes: units, comparators, and the other words of the tables"),
        (Column("code", "string", "The code in the other tables.", needed=True), *_LABELS, _IRI),
        f"""  VALUES ?class {{
    fyp:Unit fyp:Comparator fyp:TargetBasis fyp:Direction fyp:StatementKind fyp:TrustLevel
  }}
  ?code a ?class .
{_named("code")}  BIND(STR(?code) AS ?iri)
""",
    ),
)
