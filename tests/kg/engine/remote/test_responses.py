"""The columns of ``SELECT *`` come in the order that our own engine gives them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from kg.core.media_types import FORMS
from kg.core.settings import Settings, read_settings
from kg.engine import Question
from kg.engine.remote.responses import with_sorted_columns
from tests.kg.engine.federation.remote import RESULTS, says
from tests.kg.engine.remote.conftest import EngineMaker
from tests.kg.engine.remote.fakes import fake

ROW = {"s": {"type": "literal", "value": '"vars":["o","s"]'}, "o": {"type": "uri", "value": "urn:o"}}
TABLE = {"head": {"link": [], "vars": ["s", "p", "o"]}, "results": {"bindings": [ROW] * 3}}


@pytest.fixture(scope="session")
def settings() -> Settings:
    """No release: these engines hold none."""
    return read_settings({})


def pieces(document: object, size: int = 10**6) -> Iterator[bytes]:
    body = json.dumps(document, ensure_ascii=False).encode()
    return (body[start : start + size] for start in range(0, len(body), size))


@pytest.mark.parametrize("size", [1, 7, 40, 10**6])
def test_the_columns_come_by_name(size: int) -> None:
    table = json.loads(b"".join(with_sorted_columns(pieces(TABLE, size))))
    assert table == {**TABLE, "head": {"link": [], "vars": ["o", "p", "s"]}}


@pytest.mark.parametrize(
    "document",
    [
        {"head": {}, "boolean": True},
        {"head": {"vars": []}, "results": {"bindings": []}},
        {"results": {"bindings": [ROW] * 900}, "head": {"vars": ["s", "o"]}},
        ["vars"],
    ],
)
def test_what_has_no_columns_at_its_head_stays_as_it_is(document: object) -> None:
    assert b"".join(with_sorted_columns(pieces(document, 1000))) == b"".join(pieces(document))


def test_names_may_be_of_any_letters() -> None:
    table = {"head": {"vars": ["年", "ä", "z"]}, "results": {"bindings": []}}
    assert json.loads(b"".join(with_sorted_columns(pieces(table))))["head"]["vars"] == ["z", "ä", "年"]


@pytest.mark.parametrize(("ending", "first"), [("csv", "o,p,s"), ("tsv", "?o\t?p\t?s")])
def test_a_product_with_an_order_of_its_own_is_not_noticed(make_remote: EngineMaker, ending: str, first: str) -> None:
    with fake(says(json.dumps(TABLE).encode(), RESULTS)) as endpoint:
        answer = make_remote(endpoint.url).answer(Question("SELECT * { ?s ?p ?o }", FORMS[ending]))
    assert answer.body.decode().splitlines()[0] == first
