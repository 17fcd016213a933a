"""Small mapping files, right but for what a test makes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kg.core.vocabularies import VOCABULARIES
from kg.links import header
from kg.sources.sssom import COLUMNS, OPTIONAL_COLUMNS, SUFFIX, write_table

ROW = {
    "subject_id": "id:technology-5g",
    "subject_label": "5G",
    "predicate_id": "skos:exactMatch",
    "object_id": "eurovoc:c_83235c0f",
    "object_label": "5G",
    "mapping_justification": "semapv:ManualMappingCuration",
    "author_label": "The FYP-KG founders",
    "mapping_date": "2026-11-25",
    "confidence": "0.93",
    "comment": "Seen in a list.",
}
NEEDED = tuple(column for column in COLUMNS if column not in OPTIONAL_COLUMNS)


def head(prefix: str = "eurovoc", *, proposed: bool = False) -> str:
    """The header of a mapping file, without the table."""
    text = write_table(header(VOCABULARIES[prefix], proposed=proposed), [])
    return "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))


def table(*rows: Mapping[str, str], columns: tuple[str, ...] = NEEDED) -> str:
    """A table of rows; each says only how it differs from the usual row."""
    lines = [columns, *(tuple({**ROW, **row}.get(column, "") for column in columns) for row in rows)]
    return "".join("\t".join(line) + "\n" for line in lines)


def write(folder: Path, text: str, prefix: str = "eurovoc") -> Path:
    """Write a mapping file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{prefix}{SUFFIX}"
    path.write_text(text, encoding="utf-8")
    return path
