"""Exports of an answered question: files for spreadsheets, for scripts and for people, each of them one module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kg.output.export.delimited import write_bare_csv, write_csv, write_records, write_tsv
from kg.output.export.flat import Notes, notes_of
from kg.output.export.spreadsheet import write_spreadsheet
from kg.questions.result import QuestionResult

__all__ = ["EXPORTS", "Export", "Notes", "Write", "notes_of"]

Write = Callable[[QuestionResult, Notes], bytes]


@dataclass(frozen=True)
class Export:
    """A file that an answer can be had as; the same answer with the same notes gives the same bytes.

    ``bare``, where there is one, writes the same without what is there for Excel only (``?bom=0``).
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
"""By ending, in the order in which a page offers them."""
