"""The reconciliation service answers any request, and never with an error of its own."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.examples import examples

TEXTS = st.one_of(
    st.text(max_size=40), st.sampled_from(["\0", "\ud800", "ict-t1", "工业", "Q251212", "'}{", "2025", "…"])
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS)
ANY = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)
PIDS = st.one_of(
    TEXTS, st.sampled_from(["plan", "year", "wikidata", "type", "page", "nameZh", "issueDate", "evidence"])
)
VALUES = st.one_of(
    SCALARS, st.lists(SCALARS, max_size=3), st.fixed_dictionaries({"id": TEXTS}, optional={"name": TEXTS})
)
QUERIES = st.dictionaries(
    TEXTS,
    st.one_of(
        ANY,
        st.fixed_dictionaries(
            {},
            optional={
                "query": TEXTS,
                "type": st.one_of(TEXTS, st.just("Technology"), st.lists(TEXTS, max_size=2)),
                "limit": st.one_of(st.integers(1, 5), SCALARS),
                "type_strict": st.sampled_from(["any", "all", "should", "never"]),
                "properties": st.lists(st.fixed_dictionaries({"pid": PIDS, "v": VALUES}), max_size=3),
            },
        ),
    ),
    max_size=4,
)
EXTENSIONS = st.one_of(
    ANY,
    st.fixed_dictionaries(
        {
            "ids": st.lists(st.one_of(TEXTS, st.just("plan-ict")), max_size=3),
            "properties": st.lists(
                st.fixed_dictionaries(
                    {"id": PIDS},
                    optional={"settings": st.dictionaries(st.sampled_from(["lang", "limit", "links"]), SCALARS)},
                ),
                max_size=3,
            ),
        }
    ),
)

often = examples(100, suppress_health_check=[HealthCheck.too_slow])


@often
@given(field=st.sampled_from(["queries", "extend"]), sent=st.one_of(QUERIES, EXTENSIONS, ANY))
def test_any_json_is_answered(app: Flask, field: str, sent: Any) -> None:
    response = app.test_client().post("/reconcile", data={field: json.dumps(sent)})
    assert response.status_code in (200, 400)
    if response.status_code == 200 and field == "queries":
        assert response.json is not None
        assert response.json.keys() == sent.keys()


@often
@given(field=st.sampled_from(["queries", "extend"]), sent=st.binary(max_size=200))
def test_any_bytes_are_answered(app: Flask, field: str, sent: bytes) -> None:
    response = app.test_client().post("/reconcile", data={field: sent.decode("latin-1")})
    assert response.status_code in (200, 400)
    raw = app.test_client().post("/reconcile", data=sent, content_type="application/x-www-form-urlencoded")
    assert raw.status_code == 400


@often
@given(
    what=st.sampled_from(["entity", "type", "property"]),
    fields=st.dictionaries(st.sampled_from(["prefix", "cursor", "other"]), TEXTS),
)
def test_any_beginning_is_answered(app: Flask, what: str, fields: dict[str, str]) -> None:
    sent = {key: value.encode("utf-8", "replace").decode() for key, value in fields.items()}
    assert app.test_client().get(f"/reconcile/suggest/{what}", query_string=sent).status_code in (200, 400)


@often
@given(thing_id=TEXTS)
def test_any_id_is_previewed(app: Flask, thing_id: str) -> None:
    sent = {"id": thing_id.encode("utf-8", "replace").decode()}
    assert app.test_client().get("/reconcile/preview", query_string=sent).status_code in (200, 404)
