"""The ``#+`` header of a query file: YAML in comments, as in grlc. No other module reads YAML."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg.core.errors import FileUnreadable, HeaderInvalid

# libyaml takes an eighth of the time, which shortens the start of the service; PyYAML may be built without it
_QUICK = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_TYPED = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class QueryFile:
    """A query file: its header as read by YAML (all scalars are strings), and its whole text."""

    path: Path
    header: dict[str, Any]
    text: str

    @property
    def slug(self) -> str:
        """The value of ``id``, which is the name of the file."""
        return str(self.header["id"])


def read_query_file(path: Path, suffix: str = "") -> QueryFile:
    """Read a query file whose ``id`` plus ``suffix`` is its file name without ``.rq``.

    Raises:
        FileUnreadable: there is no such file, or it is not UTF-8.
        HeaderInvalid: the header is missing, is no YAML mapping, or its ``id`` is not the file's name.
    """
    text = _text_of(path)
    lines = [line for line in text.splitlines() if line.startswith("#+")]
    # one space at most, because further spaces are the indentation of YAML
    source = "\n".join(line.removeprefix("#+").removeprefix(" ") for line in lines)
    try:
        header = read_yaml(source)
    except HeaderInvalid as error:
        raise HeaderInvalid(f"{path}: the #+ header is {error}") from error
    if not isinstance(header, dict):
        raise HeaderInvalid(f"{path}: the #+ header is missing; begin the file with '#+ id: {path.stem}'.")
    if f"{header.get('id')}{suffix}" != path.stem:
        raise HeaderInvalid(f"{path}: id is {header.get('id')!r}; it must be {path.stem.removesuffix(suffix)!r}.")
    return QueryFile(path, header, text)


def read_query_files(folder: Path, suffix: str = "") -> list[QueryFile]:
    """Read every query file of a folder whose name ends in ``suffix``, in order of name.

    Raises:
        FileUnreadable: the folder holds no such file, or one cannot be read.
        HeaderInvalid: a header is not as it must be.
    """
    paths = sorted(folder.glob(f"*{suffix}.rq"))
    if not paths:
        raise FileUnreadable(f"{folder} holds no file *{suffix}.rq; is this the project's folder?")
    return [read_query_file(path, suffix) for path in paths]


def read_yaml(source: str) -> Any:
    """Read YAML in which every scalar is a string.

    Raises:
        HeaderInvalid: it is no YAML; says the line and the column.
    """
    try:
        return yaml.load(source, Loader=_QUICK)  # noqa: S506 - it makes strings only, no objects
    # lone surrogates cannot be encoded for libyaml; the loader in Python refuses them with an error of YAML
    except (yaml.YAMLError, UnicodeEncodeError):
        return _read_slowly(source)


def _read_slowly(source: str) -> Any:
    """Read YAML with the loader in Python, whose errors have a line and column."""
    try:
        return yaml.load(source, Loader=yaml.BaseLoader)  # noqa: S506 - as above
    except yaml.YAMLError as error:
        raise HeaderInvalid(f"no YAML: {error}") from error


def read_yaml_file(path: Path) -> dict[str, Any]:
    """Read a file of YAML that holds a mapping; all scalars are strings.

    Raises:
        FileUnreadable: there is no such file, or it is not UTF-8.
        HeaderInvalid: it is no YAML, or no mapping.
    """
    try:
        content = read_yaml(_text_of(path))
    except HeaderInvalid as error:
        raise HeaderInvalid(f"{path} is {error}") from error
    if not isinstance(content, dict):
        raise HeaderInvalid(f"{path} must hold names, each with a colon and a value.")
    return content


def read_typed_yaml_file(path: Path) -> dict[str, Any]:
    """Read a file of YAML that holds a mapping, with numbers and booleans as YAML 1.1 has them.

    Raises:
        FileUnreadable: there is no such file, or it is not UTF-8.
        HeaderInvalid: it is not YAML.
    """
    try:
        mapping: dict[str, Any] = yaml.load(_text_of(path), Loader=_TYPED)  # noqa: S506 - it makes no objects
    except yaml.YAMLError as error:
        raise HeaderInvalid(f"{path} is not YAML: {error}") from error
    return mapping


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(f"{path} cannot be read: {error}.") from error
