"""The figures of the graph as a data package: tables in CSV with a description of every column.

The standard: https://datapackage.org/standard/data-package/ (version 2). A program that knows version 1 reads it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
    """A table: its columns, how many of them tell a row from the others, and the query for its rows."""

    name: str
    title: str
    columns: tuple[Column, ...]
    query: str
    keys: int = 1

    @property
    def path(self) -> str:
        """The name of its file."""
        return f"{self.name}.csv"


Files = Mapping[str, bytes]
"""The files of a package by name, the descriptor first."""
