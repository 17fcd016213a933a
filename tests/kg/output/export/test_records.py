"""JSON: a list of objects with the same keys, numbers where they are exact."""

from __future__ import annotations

import io
import json

import pandas
from pyoxigraph import Literal, NamedNode

from kg.output.export.records import write_records
from tests.kg.output.export.made import HOSTILE, HOSTILE_ANSWER, NOTES, answered, number


def test_values_have_their_types() -> None:
    cells = [
        number("7.193"),
        number("2640000000000"),
        number("12345678901234567890", "integer"),
        number("NaN", "double"),
        number("true", "boolean"),
        number("2021-11-15", "date"),
        Literal("12"),
        None,
    ]
    answer = answered({f"c{at}": "text" for at in range(len(cells))}, [cells])
    assert write_records(answer, NOTES).decode("utf-8") == (
        '[\n{"c0": 7.193, "c1": 2640000000000, "c2": "12345678901234567890", "c3": "NaN", "c4": true, '
        '"c5": "2021-11-15", "c6": "12", "c7": null}\n]\n'
    )


def test_hostile_texts_come_back_as_they_were() -> None:
    body = write_records(HOSTILE_ANSWER, NOTES)
    assert [record["text"] for record in json.loads(body)] == list(HOSTILE)
    assert pandas.read_json(io.BytesIO(body), dtype=False)["text"].tolist() == list(HOSTILE)
    assert "软件".encode() in body
    assert body.count(b"\n") == len(HOSTILE) + 2


def test_every_object_has_every_key() -> None:
    plan = NamedNode("urn:plan")
    records = json.loads(write_records(answered({"x": "entity", "n": "number"}, [[plan, None], [None, None]]), NOTES))
    assert records == [{"x": "urn:plan", "x_label": "urn:plan", "n": None}, {"x": None, "x_label": None, "n": None}]


def test_an_empty_answer_is_an_empty_list() -> None:
    body = write_records(answered({"n": "number"}, []), NOTES)
    assert json.loads(body) == []
    assert len(pandas.read_json(io.BytesIO(body), dtype=False)) == 0
