"""Mapping files in SSSOM/TSV: a header of YAML in comments, then a table with one match a row.

The format: https://mapping-commons.github.io/sssom/ (SSSOM 1.0, the TSV serialisation).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pyoxigraph import NamedNode

SUFFIX = ".sssom.tsv"

# In the order of the standard's own schema, so that other tools write the same file
COLUMNS = (
    *("subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification"),
    *("author_label", "mapping_date", "confidence", "subject_match_field", "object_match_field", "match_string"),
    "comment",
)
OPTIONAL_COLUMNS = ("subject_match_field", "object_match_field", "match_string")
SORTED_BY = ("subject_id", "predicate_id", "object_id")


@dataclass(frozen=True)
class Match:
    """One row: a thing of ours, how it matches, a thing elsewhere, and why we think so."""

    subject: NamedNode
    subject_label: str
    predicate: NamedNode
    object: NamedNode
    object_label: str
    justification: NamedNode
    authors: tuple[str, ...]
    date: date
    confidence: Decimal
    comment: str = ""
    subject_fields: tuple[NamedNode, ...] = ()
    object_fields: tuple[NamedNode, ...] = ()
    match_strings: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)
