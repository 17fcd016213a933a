"""Exports of the result of a canned question: files for spreadsheets, scripts and people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kg.output.export.flat import Notes, notes_of, write_bare_csv, write_csv, write_records, write_tsv
from kg.output.export.spreadsheet import write_spreadsheet
from kg.questions.result import QuestionResult

__all__ = ["EXPORTS", "Export", "Notes", "Write", "notes_of"]

Write = Callable[[QuestionResult, Notes], bytes]


@dataclass(frozen=True)
class Export:
    """An export format; equal results with equal notes give equal bytes.

    ``bare``, if any, writes the same without the parts that are only for Excel (``?bom=0``).
    """

    ending: str
    media_type: str
    write: Write
    bare: Write | None = None


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

EXPORTS: Mapping[str, Export] = MappingProxyType(
    {
        export.ending: export
        for export in (
            Export("csv", "text/csv", write_csv, bare=write_bare_csv),
            Export("tsv", "text/tab-separated-values", write_tsv),
            Export("json", "application/json", write_records),
            Export("xlsx", _XLSX, write_spreadsheet),
        )
    }
)
"""The formats by file suffix, in the order of a page."""
