"""The descriptor of the package: what each table holds, and how the tables belong together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, TypeAlias

from kg.core.names import ROOT
from kg.links import CREATOR
from kg.output.datapackage import NAME, Column, Table
from kg.output.metadata import LICENSE, TITLES

Json: TypeAlias = dict[str, Any]

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_MONTHS = {"minimum": 1, "maximum": 12}


def describe(tables: Sequence[tuple[Table, bytes]], release_id: str) -> Json:
    """The descriptor of tables with their files."""
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
        "hash": f"sha256:{hashlib.sha256(body).hexdigest()}",
        "schema": _schema(table, names),
    }


def _schema(table: Table, names: dict[str, Table]) -> Json:
    keys = [
        {"fields": [one.name], "reference": {"resource": one.refers, "fields": [names[one.refers].columns[0].name]}}
        for one in table.columns
        if one.refers
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
