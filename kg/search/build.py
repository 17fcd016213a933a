"""An index of any release, made from the engine that answers over it."""

from __future__ import annotations

import tempfile
import weakref
from pathlib import Path

from kg.core.disk import write_failed
from kg.engine import Engine
from kg.search.entries import read_entries
from kg.search.index import SearchIndex
from kg.search.writer import write_index


def index_of(engine: Engine) -> SearchIndex:
    """An index made from an engine, in a temporary file that goes with it.

    Raises:
        WriteFailed: there is no room for the file.
        As ``Engine.answer``.
    """
    try:
        with tempfile.NamedTemporaryFile(prefix="fyp-kg-search-", suffix=".sqlite", delete=False) as file:
            path = Path(file.name)
    except OSError as error:
        raise write_failed("A search index", error, "Make room, or choose another folder with TMPDIR.") from error
    try:
        write_index(read_entries(engine), path, engine.release_id)
        index = SearchIndex(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    weakref.finalize(index, path.unlink, missing_ok=True)
    return index
