"""The guard lets through each query of the W3C's syntax tests that the engine reads, 1.0 to 1.2."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.core.errors import QueryFailed, QueryInvalid
from kg.core.names import ROOT
from kg.engine.store import Store
from kg.sparql.guard import refuse_danger
from kg.sparql.lexer import Kind
from tests.w3c.manifest import FOLDER

FILES = sorted(file for file in FOLDER.parent.rglob("*.rq") if "syntax" in file.parent.name)
CALLING = {"syntax-service-01.rq", "syntax-service-02.rq", "syntax-service-03.rq"}

if not FILES:
    pytest.skip("the W3C's syntax tests are not beside those over HTTP", allow_module_level=True)


def is_read(text: str) -> bool:
    """Return True if the engine reads a text; nothing is called, as no row is asked for."""
    try:
        Store().query(text)
    except QueryInvalid:
        return False
    except QueryFailed:  # it has a function that nobody defines
        return True
    return True


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_query_that_the_engine_reads_is_let_through(file: Path) -> None:
    text = f"BASE <{ROOT}>\n" + file.read_text("utf-8")
    if file.name in CALLING or not is_read(text):
        pytest.skip("it calls another endpoint, or the engine does not read it")
    assert refuse_danger(text, 128) in Kind


def test_nested_triple_terms_are_among_them() -> None:
    read = [file for file in FILES if "<<(" in file.read_text("utf-8") and is_read(file.read_text("utf-8"))]
    assert len(read) > 10
