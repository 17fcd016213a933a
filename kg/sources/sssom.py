"""Mapping files (SSSOM, https://mapping-commons.github.io/sssom/): reading, writing, and the quads of each match."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from kg.core.errors import DataViolated, FileUnreadable, HeaderInvalid, MappingInvalid
from kg.core.names import name, slug_of, thing
from kg.core.vocabularies import BETWEEN_LANGUAGES, VOCABULARIES, vocabulary_of
from kg.sparql.header import read_yaml

SUFFIX = ".sssom.tsv"

# In the order of the standard's schema, so that other tools write the same file.
COLUMNS = (
    *("subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification"),
    *("author_label", "mapping_date", "confidence", "subject_match_field", "object_match_field", "match_string"),
    "comment",
)
OPTIONAL_COLUMNS = ("subject_match_field", "object_match_field", "match_string")
SORTED_BY = ("subject_id", "predicate_id", "object_id")


@dataclass(frozen=True)
class Match:
    """One row: our resource, the match property, the external resource, and the justification."""

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


_SEVERAL = re.compile(r"(?<!\\)\|")  # separates the values of a cell, unless escaped
# plain decimals only: Decimal also reads exponents, signs and NaN
_SHARE = re.compile(r"0(\.[0-9]+)?|1(\.0+)?")
# one form only: `date.fromisoformat` also reads weeks and dates without hyphens
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_STAND_IN = NamedNode("urn:x")  # placeholder for an invalid cell; it never leaves this module


@dataclass(frozen=True)
class Row:
    """The cells of a row by column, and the line on which it begins."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A mapping file: header, columns and rows as text."""

    path: Path
    metadata: Mapping[str, Any]
    columns: tuple[str, ...]
    columns_line: int
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        """Return the file name without its suffix, which is the prefix of the vocabulary."""
        return self.path.name.removesuffix(SUFFIX)

    @property
    def prefixes(self) -> Mapping[str, str]:
        """Return the prefixes that the header declares."""
        declared = self.metadata.get("curie_map")
        return declared if isinstance(declared, dict) else {}


def read_table(path: Path) -> Table:
    """Read a mapping file without parsing its cells.

    Raises:
        FileUnreadable: the file cannot be opened or is not UTF-8.
        MappingInvalid: there is no header or no table, or a row has another number of cells.
    """
    try:
        # utf-8-sig: some spreadsheets write a byte order mark. StringIO: a line ends at a line feed only.
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
            # the line of a row is where it begins; a quoted cell may contain line breaks, so rows and lines differ
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
    """Parse the cells of a row: the match, or None with all errors."""
    # cells are read to the end even after an error, so that an editor sees all errors of a row at once
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
    """The cells of one row, read by type; errors are collected, and a placeholder takes the place of a wrong value."""

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
        return tuple(self._expanded(column, value) for value in _several(self._row.cells.get(column, "")))

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
            # the empty text is no date either, so both kinds of fault reach the same message
            return date.fromisoformat(value if _DATE.fullmatch(value) else "")
        except ValueError:
            if value.strip():
                self._blame(column, f"{value!r} is no date; write it as 2026-11-25.")
            return date.min


def sort_key(cells: Mapping[str, str]) -> tuple[str, ...]:
    """Return the sort key of a row; a fixed order keeps differences between versions small."""
    return tuple(cells.get(column, "") for column in SORTED_BY)


def _several(cell: str) -> list[str]:
    """Return the values of a cell that may have several."""
    return [value.replace("\\|", "|") for value in _SEVERAL.split(cell) if value]


_PLAIN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|https?://[\w./#~%-]+", re.ASCII)  # no quotes needed


def write_table(metadata: Mapping[str, Any], matches: Iterable[Match]) -> str:
    """Write a mapping file: rows by subject, predicate and object, without empty optional columns.

    The same matches give the same bytes.

    Args:
        metadata: the header; its ``curie_map`` shortens every IRI of the rows.
        matches: the rows.

    Raises:
        DataViolated: an IRI of a row begins with no namespace of the ``curie_map``.
    """
    shorten = _Shortener(metadata["curie_map"])
    rows = sorted((_cells(match, shorten) for match in matches), key=sort_key)
    columns = [column for column in COLUMNS if column not in OPTIONAL_COLUMNS or any(row[column] for row in rows)]
    table = io.StringIO()
    writer = csv.DictWriter(table, columns, delimiter="\t", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return "".join(f"#{line}\n" for line in _yaml(metadata)) + table.getvalue()


class _Shortener:
    def __init__(self, prefixes: Mapping[str, str]) -> None:
        # the longest base first, as one base may begin another
        self._bases = sorted(((base, prefix) for prefix, base in prefixes.items()), key=lambda pair: -len(pair[0]))

    def __call__(self, *iris: NamedNode) -> str:
        return _joined(self._shorten(iri.value) for iri in iris)

    def _shorten(self, iri: str) -> str:
        for base, prefix in self._bases:
            if iri.startswith(base):
                return f"{prefix}:{iri[len(base) :]}"
        raise DataViolated(f"{iri} begins with no namespace of the curie_map; correct it, or declare a prefix for it.")


def _joined(values: Iterable[str]) -> str:
    return "|".join(value.replace("|", "\\|") for value in values)


def _cells(match: Match, shorten: _Shortener) -> dict[str, str]:
    return {
        "subject_id": shorten(match.subject),
        "subject_label": match.subject_label,
        "predicate_id": shorten(match.predicate),
        "object_id": shorten(match.object),
        "object_label": match.object_label,
        "mapping_justification": shorten(match.justification),
        "author_label": _joined(match.authors),
        "mapping_date": match.date.isoformat(),
        "confidence": str(match.confidence),
        "subject_match_field": shorten(*match.subject_fields),
        "object_match_field": shorten(*match.object_fields),
        "match_string": _joined(match.match_strings),
        "comment": match.comment,
    }


def _yaml(metadata: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a header, which has texts, lists of texts and tables of texts only."""
    for key, value in metadata.items():
        if isinstance(value, Mapping):
            yield f"{key}:"
            yield from (f"  {name}: {_scalar(text)}" for name, text in sorted(value.items()))
        elif isinstance(value, str):
            yield f"{key}: {_scalar(value)}"
        else:
            yield f"{key}:"
            yield from (f"  - {_scalar(text)}" for text in value)


def _scalar(text: str) -> str:
    """Return a text as a YAML scalar; JSON strings are valid YAML."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def read_match_quads(path: Path, graph: NamedNode) -> list[Quad]:
    """Read a mapping file into the quads of a graph; the quads of a link are adjacent.

    Raises:
        FileUnreadable: the file cannot be read.
        MappingInvalid: it is not as it must be; says line and column.
    """
    quads = []
    for match in read_matches(path):
        for wrong in errors_of_match(path, match):
            raise wrong
        quads += [Quad(*triple, graph) for triple in _triples(match)]
    return quads


def errors_of_match(path: Path, match: Match) -> Iterator[MappingInvalid]:
    """Yield what keeps a match out of the graph: a malformed or unknown subject, object or label."""
    if slug_of(match.subject) is None:
        yield MappingInvalid(path, "the subject is no thing of ours; write id: and its slug.", match.line, "subject_id")
    vocabulary = vocabulary_of(match.object)
    if vocabulary is None:
        prefixes = ", ".join(VOCABULARIES)
        yield MappingInvalid(path, f"the object lies in no known vocabulary ({prefixes}).", match.line, "object_id")
    elif not vocabulary.holds(match.object):
        yield MappingInvalid(
            path,
            f"{match.object.value} has not the form of an identifier of {vocabulary.title}; copy it again from there.",
            match.line,
            "object_id",
        )
    elif len(vocabulary.languages) > 1 and len(_label_parts(match)) != len(vocabulary.languages):
        wanted = BETWEEN_LANGUAGES.join(vocabulary.languages)
        yield MappingInvalid(path, f"write the label in all its languages, as {wanted!r}.", match.line, "object_label")


def link_of(match: Match) -> NamedNode:
    """Return the IRI of a match, made of vocabulary, subject and target: it stays when the match is revised."""
    vocabulary = vocabulary_of(match.object)
    assert vocabulary is not None  # noqa: S101 - a match that is no misfit has one
    # a digest instead of the target itself, whose IRI has signs that no slug may have
    digest = hashlib.sha256(match.object.value.encode()).hexdigest()[:8]
    return thing(f"link-{vocabulary.prefix}-{slug_of(match.subject)}-{digest}")


def labels_of(match: Match) -> list[Literal]:
    """Return the label of the target, with its language if the vocabulary defines it."""
    vocabulary = vocabulary_of(match.object)
    languages = () if vocabulary is None else vocabulary.languages
    if not languages:
        return [Literal(match.object_label)]
    parts = _label_parts(match) if len(languages) > 1 else [match.object_label]
    return [Literal(part, language=language) for part, language in zip(parts, languages, strict=True)]


def _label_parts(match: Match) -> list[str]:
    return match.object_label.split(BETWEEN_LANGUAGES)


def _triples(match: Match) -> Iterator[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
    yield match.subject, match.predicate, match.object
    for label in labels_of(match):
        yield match.object, name("rdfs:label"), label
    link = link_of(match)
    yield link, name("rdf:type"), name("fyp:Link")
    yield link, name("fyp:linkSubject"), match.subject
    yield link, name("fyp:linkPredicate"), match.predicate
    yield link, name("fyp:linkTarget"), match.object
    yield link, name("fyp:justification"), match.justification
    yield link, name("fyp:linkConfidence"), Literal(_decimal(match), datatype=name("xsd:decimal"))
    yield link, name("fyp:linkDate"), Literal(match.date.isoformat(), datatype=name("xsd:date"))
    for author in match.authors:
        yield link, name("fyp:linkAuthor"), Literal(author)
    if match.comment:
        yield link, name("fyp:linkComment"), Literal(match.comment, language="en")


def _decimal(match: Match) -> str:
    """Return the confidence in the canonical form of XML Schema, such as ``0.9`` and ``1.0``."""
    text = f"{match.confidence.normalize():f}"
    return text if "." in text else f"{text}.0"
