"""Reading a mapping file: first as it stands, then cell by cell, each complaint with its line and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from kg.core.errors import FileUnreadable, HeaderInvalid, MappingInvalid
from kg.sources.sssom import SORTED_BY, SUFFIX, Match
from kg.sparql.header import read_yaml

_SEVERAL = re.compile(r"(?<!\\)\|")  # parts the values of one cell, unless it is escaped
_SHARE = re.compile(r"0(\.[0-9]+)?|1(\.0+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_STAND_IN = NamedNode("urn:x")  # for a cell that cannot be understood; no reader of ours ever gets it


@dataclass(frozen=True)
class Row:
    """The cells of a row by column, and the line on which it begins."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A mapping file as it stands: header, columns and rows, with no cell understood yet."""

    path: Path
    metadata: Mapping[str, Any]
    columns: tuple[str, ...]
    columns_line: int
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        """The name of the file without its ending, which names the vocabulary."""
        return self.path.name.removesuffix(SUFFIX)

    @property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes that the header declares."""
        declared = self.metadata.get("curie_map")
        return declared if isinstance(declared, dict) else {}


def read_table(path: Path) -> Table:
    """Read a mapping file without a look into its cells.

    Raises:
        FileUnreadable: the file cannot be opened or is not UTF-8.
        MappingInvalid: there is no header or no table, or a row has another number of cells.
    """
    try:
        # utf-8-sig: some spreadsheets begin a text with a byte order mark; StringIO: a line ends at a line feed only
        lines = list(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(f"{path} cannot be read: {error}.") from error
    height = next((place for place, line in enumerate(lines) if not line.startswith("#")), len(lines))
    metadata = _read_metadata(path, "".join(line.removeprefix("#") for line in lines[:height]))
    rows = list(_read_rows(path, lines[height:], height))
    if not rows:
        raise MappingInvalid(path, "there is no table; write the names of the columns below the header.", height + 1)
    columns = tuple(rows[0][1])
    return Table(
        path, metadata, columns, height + 1, tuple(_row(path, columns, line, cells) for line, cells in rows[1:])
    )


def _read_metadata(path: Path, source: str) -> dict[str, Any]:
    try:
        metadata = read_yaml(source)
    except HeaderInvalid as error:
        raise MappingInvalid(path, f"the header is {error}") from error
    if not isinstance(metadata, dict):
        raise MappingInvalid(path, "the header is missing; begin the file with '#mapping_set_id: ...'.", 1)
    return metadata


def _read_rows(path: Path, lines: list[str], height: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter="\t", strict=True)
    line = height + 1
    try:
        for cells in reader:
            yield line, cells
            line = height + reader.line_num + 1
    except csv.Error as error:
        raise MappingInvalid(path, f"{error}; write a quotation mark in a quoted cell twice.", line) from error


def _row(path: Path, columns: tuple[str, ...], line: int, cells: list[str]) -> Row:
    if len(cells) != len(columns):
        raise MappingInvalid(
            path, f"{len(cells)} cells for {len(columns)} columns; part the cells by single tabs.", line
        )
    return Row(line, dict(zip(columns, cells, strict=True)))


def read_matches(path: Path) -> list[Match]:
    """Read the matches of a mapping file.

    Raises:
        FileUnreadable: the file cannot be read.
        MappingInvalid: a cell is not as its column needs it; says line and column.
    """
    table = read_table(path)
    matches = []
    for row in table.rows:
        match, wrong = read_row(table, row)
        if match is None:
            raise wrong[0]
        matches.append(match)
    return matches


def read_row(table: Table, row: Row) -> tuple[Match | None, list[MappingInvalid]]:
    """Understand the cells of a row: the match, or None with all that is wrong."""
    cells = _Cells(table, row)
    match = Match(
        subject=cells.iri("subject_id"),
        subject_label=cells.text("subject_label"),
        predicate=cells.iri("predicate_id"),
        object=cells.iri("object_id"),
        object_label=cells.text("object_label"),
        justification=cells.iri("mapping_justification"),
        authors=cells.texts("author_label"),
        date=cells.date("mapping_date"),
        confidence=cells.share("confidence"),
        comment=row.cells.get("comment", ""),
        subject_fields=cells.iris("subject_match_field"),
        object_fields=cells.iris("object_match_field"),
        match_strings=tuple(_several(row.cells.get("match_string", ""))),
        line=row.line,
    )
    return (None, cells.wrong) if cells.wrong else (match, [])


class _Cells:
    """The cells of one row, read by type; what is wrong is collected, and a stand-in is given for it."""

    def __init__(self, table: Table, row: Row) -> None:
        self._table, self._row = table, row
        self.wrong: list[MappingInvalid] = []

    def _blame(self, column: str, message: str) -> None:
        self.wrong.append(MappingInvalid(self._table.path, message, self._row.line, column))

    def text(self, column: str) -> str:
        value = self._row.cells.get(column, "")
        if not value.strip():
            self._blame(column, "the cell is empty; fill it in." if column in self._row.cells else "add the column.")
        return value

    def texts(self, column: str) -> tuple[str, ...]:
        return tuple(_several(self.text(column)))

    def iri(self, column: str) -> NamedNode:
        value = self.text(column)
        return self._expanded(column, value) if value.strip() else _STAND_IN

    def iris(self, column: str) -> tuple[NamedNode, ...]:
        return tuple(self._expanded(column, one) for one in _several(self._row.cells.get(column, "")))

    def _expanded(self, column: str, value: str) -> NamedNode:
        prefix, colon, local = value.partition(":")
        base = self._table.prefixes.get(prefix)
        if not colon or base is None:
            self._blame(column, f"{value!r} begins with no prefix of the header's curie_map; correct it or declare it.")
            return _STAND_IN
        try:
            return NamedNode(base + local)
        except ValueError:
            self._blame(column, f"{value!r} makes no IRI; take the identifier anew from the vocabulary.")
            return _STAND_IN

    def share(self, column: str) -> Decimal:
        value = self.text(column)
        if not _SHARE.fullmatch(value):
            if value.strip():
                self._blame(column, f"{value!r} is no number from 0 to 1; write it with a point, such as 0.9.")
            return Decimal(0)
        return Decimal(value)

    def date(self, column: str) -> date:
        value = self.text(column)
        try:
            return date.fromisoformat(value if _DATE.fullmatch(value) else "")
        except ValueError:
            if value.strip():
                self._blame(column, f"{value!r} is no date; write it as 2026-11-25.")
            return date.min


def sort_key(cells: Mapping[str, str]) -> tuple[str, ...]:
    """What rows are sorted by, so that a difference between two versions is small."""
    return tuple(cells.get(column, "") for column in SORTED_BY)


def _several(cell: str) -> list[str]:
    """The values of a cell that may hold several."""
    return [value.replace("\\|", "|") for value in _SEVERAL.split(cell) if value]
