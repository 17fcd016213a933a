"""CSV and TSV: hostile cells neither run nor change, and nothing is quoted without need."""

from __future__ import annotations

import csv
import io
import json

import pandas
import pytest
from pyoxigraph import Literal, NamedNode

from kg.output.export.flat import escape_formula, write_bare_csv, write_csv, write_records, write_tsv
from kg.questions.result import QuestionResult
from tests.kg.output.export.made import HOSTILE, HOSTILE_ANSWER, NOTES, answered, number

FORMULAS = HOSTILE[:12]


def rows_of(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8"), newline=""), strict=True))[1:]


def one_cell(text: str) -> QuestionResult:
    return answered({"a": "text", "b": "text"}, [[Literal(text), Literal("x")]])


def test_csv_for_programs_changes_no_cell() -> None:
    assert [row[0] for row in rows_of(write_bare_csv(HOSTILE_ANSWER, NOTES))] == list(HOSTILE)
    frame = pandas.read_csv(io.BytesIO(write_bare_csv(HOSTILE_ANSWER, NOTES)), dtype=str, keep_default_na=False)
    assert frame["text"].tolist() == list(HOSTILE)


def test_csv_for_excel_puts_an_apostrophe_before_formulas_and_changes_nothing_else() -> None:
    result = [row[0] for row in rows_of(write_csv(HOSTILE_ANSWER, NOTES).removeprefix(b"\xef\xbb\xbf"))]
    assert result == ["'" + text for text in FORMULAS] + list(HOSTILE[12:])
    assert not any(cell.startswith(tuple("=+-@\t\r\n\0＝＋－＠")) for cell in result)


@pytest.mark.parametrize("text", ["-5", "-5.0", "+5", "-.5", "-1.5E-7", "-1e3", "5-1", "a=1", "", "'=1"])
def test_numbers_and_plain_texts_are_harmless(text: str) -> None:
    assert escape_formula(text) == text


@pytest.mark.parametrize("text", ["-", "-a", "--5", "-5+1", "-5\n", "+49 30 1", "-٣", "=", "\0"])
def test_what_only_begins_like_a_number_is_not(text: str) -> None:
    assert escape_formula(text) == "'" + text


def test_a_negative_number_is_the_same_in_both_files() -> None:
    answer = answered({"n": "number"}, [[number("-12.50")]])
    assert write_csv(answer, NOTES) == b"\xef\xbb\xbf" + write_bare_csv(answer, NOTES) == b"\xef\xbb\xbfn\r\n-12.50\r\n"


def test_labels_are_made_harmless_too() -> None:
    evil = NamedNode("urn:evil")
    answer = answered({"x": "entity"}, [[evil]], labels={evil: "=1+1"})
    assert write_csv(answer, NOTES).endswith(b"urn:evil,'=1+1\r\n")
    assert write_bare_csv(answer, NOTES).endswith(b"urn:evil,=1+1\r\n")
    assert write_tsv(answer, NOTES).endswith(b"urn:evil\t=1+1\n")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain text; 中文，“引号”", "plain text; 中文，“引号”,x\r\n"),
        ("a, b", '"a, b",x\r\n'),
        ('say "a"', '"say ""a""",x\r\n'),
        ("two\nlines", '"two\nlines",x\r\n'),
        ("", ",x\r\n"),
    ],
)
def test_csv_quotes_only_where_it_must(text: str, line: str) -> None:
    assert write_bare_csv(one_cell(text), NOTES) == f"a,b\r\n{line}".encode()


def test_tsv_is_one_line_per_row_and_can_be_undone() -> None:
    lines = write_tsv(HOSTILE_ANSWER, NOTES).decode("utf-8").split("\n")
    assert lines[0] == "text\tagain"
    assert lines[-1] == ""
    cells = [line.split("\t") for line in lines[1:-1]]
    assert all(len(row) == 2 for row in cells)
    assert [undone(row[0]) for row in cells] == list(HOSTILE)
    assert "\r" not in "".join(lines)


def undone(cell: str) -> str:
    """A cell without the escapes of TSV."""
    signs = iter(cell)
    return "".join(
        {"t": "\t", "n": "\n", "r": "\r"}.get(item := next(signs), item) if sign == "\\" else sign for sign in signs
    )


def test_an_empty_answer_is_a_header() -> None:
    answer = answered({"plan": "entity", "n": "number"}, [])
    assert write_bare_csv(answer, NOTES) == b"plan,plan_label,n\r\n"
    assert write_tsv(answer, NOTES) == b"plan\tplan_label\tn\n"


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
