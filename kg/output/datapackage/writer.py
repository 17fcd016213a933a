"""Writing the package: the tables, the descriptor, and all of them in one archive; the same release, the same bytes."""

from __future__ import annotations

import csv
import io
import json
import zipfile

from pyoxigraph import Literal, NamedNode

from kg.core.names import curie, slug_of
from kg.engine import Engine, Term, select
from kg.output.datapackage import DESCRIPTOR, Files, Table
from kg.output.datapackage.descriptor import describe
from kg.output.datapackage.tables import TABLES

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first day that the format knows


def write_files(engine: Engine) -> Files:
    """The files of the package, the descriptor first.

    Raises:
        As ``Engine.answer``.
    """
    tables = [(table, write_table(engine, table)) for table in TABLES]
    descriptor = json.dumps(describe(tables, engine.release_id), ensure_ascii=False, indent=2) + "\n"
    return {DESCRIPTOR: descriptor.encode("utf-8"), **{table.path: body for table, body in tables}}


def write_table(engine: Engine, table: Table) -> bytes:
    """A table as CSV in UTF-8, in order of its key.

    Raises:
        As ``Engine.answer``.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([column.name for column in table.columns])
    rows = [[_cell(term) for term in row] for row in select(engine, table.query).rows]
    rows.sort(key=lambda cells: cells[: table.keys])
    writer.writerows(rows)
    return file.getvalue().encode("utf-8")


def write_archive(files: Files) -> bytes:
    """The files in one zip; they bear no time, so that the bytes do not change with it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, body in files.items():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            opened.writestr(entry, body)
    return archive.getvalue()


def _cell(term: Term | None) -> str:
    if isinstance(term, NamedNode):
        return slug_of(term) or curie(term)
    return term.value if isinstance(term, Literal) else ""
