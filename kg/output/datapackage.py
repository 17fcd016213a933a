"""The figures of the graph as a data package (https://datapackage.org/standard/data-package/, version 2)."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pyoxigraph import Literal, NamedNode

from kg.core.errors import N_
from kg.core.names import ROOT, curie, slug_of, sparql_prologue
from kg.engine import Engine, Term, select
from kg.links import CREATOR
from kg.output.metadata.dataset import LICENSE, TITLES

NAME = "fyp-kg-indicators"
DESCRIPTOR = "datapackage.json"


@dataclass(frozen=True)
class Column:
    """A column: its name is also the variable of the query.

    Attributes:
        name: what the column is called.
        type: its type in Table Schema (https://datapackage.org/standard/table-schema/).
        meaning: what its values are, in a sentence.
        refers: the table whose first column holds its values, if any.
        needed: whether each row has a value.
    """

    name: str
    type: str
    meaning: str
    refers: str = ""
    needed: bool = False


@dataclass(frozen=True)
class Table:
    """A table: its columns, the number of key columns, and the query for its rows."""

    name: str
    title: str
    columns: tuple[Column, ...]
    query: str
    keys: int = 1

    @property
    def path(self) -> str:
        """Return the name of its file."""
        return f"{self.name}.csv"


Files = Mapping[str, bytes]
"""The files of a package by name, the descriptor first."""


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
            Column("trust", "string", "The kind of publisher of the page.", "codes"),
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


Json: TypeAlias = dict[str, Any]

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_MONTHS = {"minimum": 1, "maximum": 12}


def describe(tables: Sequence[tuple[Table, bytes]], release_id: str) -> Json:
    """Return the descriptor of tables with their files."""
    names = {table.name: table for table, _ in tables}
    return {
        "$schema": _PROFILE,
        "name": NAME,
        "id": f"{ROOT}release/{release_id}/exports/indicators/datapackage.json",
        "title": f"Indicators, targets and outcomes: {TITLES['en']}",
        "description": "What six plans of China's 14th five-year period aim at, as a policy update of 2021 prints it "
        "and as the plans themselves set it, where they start, and what was measured. Each figure has its source. "
        "Figures are never corrected: where the printed and the official one differ, both stand here.",
        "version": release_id,
        "keywords": ["China", "Five-Year Plan", "indicators", "targets", "五年规划"],
        "homepage": ROOT,
        "licenses": [{"name": "CC-BY-4.0", "path": LICENSE.value, "title": "Creative Commons Attribution 4.0"}],
        "contributors": [{"title": CREATOR, "roles": ["creator"]}],
        "sources": [{"title": "The sources of each figure", "path": "sources.csv"}],
        "resources": [_resource(table, body, names) for table, body in tables],
    }


def _resource(table: Table, body: bytes, names: dict[str, Table]) -> Json:
    return {
        "name": table.name,
        "type": "table",
        "title": table.title,
        "path": table.path,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(body),
        # a hash without the name of its algorithm would count as MD5
        "hash": f"sha256:{hashlib.sha256(body).hexdigest()}",
        "schema": _schema(table, names),
    }


def _schema(table: Table, names: dict[str, Table]) -> Json:
    keys = [
        {"fields": [key.name], "reference": {"resource": key.refers, "fields": [names[key.refers].columns[0].name]}}
        for key in table.columns
        if key.refers
    ]
    return {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": [column.name for column in table.columns[: table.keys]],
        **({"foreignKeys": keys} if keys else {}),
    }


def _field(column: Column) -> Json:
    constraints: Json = {"required": True} if column.needed else {}
    if column.name == "month":
        constraints |= _MONTHS
    return {
        "name": column.name,
        "type": column.type,
        "description": column.meaning,
        **({"constraints": constraints} if constraints else {}),
    }


_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first day of the ZIP format


def write_files(engine: Engine) -> Files:
    """Return the files of the package, the descriptor first.

    Raises:
        As ``Engine.answer``.
    """
    tables = [(table, write_table(engine, table)) for table in TABLES]
    descriptor = json.dumps(describe(tables, engine.release_id), ensure_ascii=False, indent=2) + "\n"
    return {DESCRIPTOR: descriptor.encode("utf-8"), **{table.path: body for table, body in tables}}


def write_table(engine: Engine, table: Table) -> bytes:
    """Return a table as CSV in UTF-8, sorted by its key.

    Raises:
        As ``Engine.answer``.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([column.name for column in table.columns])
    rows = [[_cell(term) for term in row] for row in select(engine, table.query).rows]
    # sorted as written, so that the order does not depend on the engine
    rows.sort(key=lambda cells: cells[: table.keys])
    writer.writerows(rows)
    return file.getvalue().encode("utf-8")


def write_archive(files: Files) -> bytes:
    """Return the files in one zip without timestamps, so that the bytes are reproducible."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, body in files.items():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # the upper 16 bits are the permissions of Unix
            entry.external_attr = 0o644 << 16
            opened.writestr(entry, body)
    return archive.getvalue()


def _cell(term: Term | None) -> str:
    if isinstance(term, NamedNode):
        return slug_of(term) or curie(term)
    return term.value if isinstance(term, Literal) else ""
