"""RIS is read back whole by a reader that is not ours, whatever the texts hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from kg.output.citation import Work, ris
from kg.output.citation.text import one_line
from tests.kg.output.citation.works import CHINESE, HOSTILE, IN_ONE_LINE, PLAIN, WHOLE


def read(work: Work) -> dict[str, Any]:
    """The one record that a reader finds."""
    (record,) = rispy.loads(ris(work))
    return dict(record)


def test_the_record_of_an_answer() -> None:
    assert ris(PLAIN).split("\r\n") == [
        "TY  - DATA",
        "ID  - fyp-kg-planned-growth-58be9130",
        "AU  - The FYP-KG founders",
        "TI  - Planned growth (Plan: Big Data; Unit: 亿元)",
        "T2  - Knowledge graph of China's Five-Year Plans",
        "PY  - 2026",
        "DA  - 2026/11/05/",
        "PB  - The FYP-KG founders",
        "ET  - 58be91304c02532a",
        "LA  - en",
        "AB  - By how much are the targets to grow?",
        "N1  - CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        "UR  - https://kg.example/release/58be91304c02532a/q/planned-growth?plan=id:plan-bd&unit=100%25",
        "ER  - ",
        "",
    ]


@pytest.mark.parametrize("work", [PLAIN, CHINESE, WHOLE], ids=["plain", "Chinese", "whole"])
def test_a_reader_finds_every_field(work: Work) -> None:
    found = read(work)
    assert found["type_of_reference"] == "DATA"
    assert found["title"] == work.full_title
    assert found["authors"] == ["The FYP-KG founders"]
    assert found["edition"] == work.release_id
    assert found["urls"] == [work.address]
    assert found.get("abstract", "") == work.question
    assert found.get("year") == (work.year or None)
    assert found.get("secondary_title", "") == work.container


def test_no_text_begins_another_field_or_record() -> None:
    found = read(HOSTILE)
    assert found["title"] == f"{IN_ONE_LINE} ({IN_ONE_LINE})"
    assert found["abstract"] == IN_ONE_LINE
    assert found["authors"] == ["The FYP-KG founders"]
    assert len(ris(HOSTILE).split("\r\n")) == len(ris(PLAIN).split("\r\n"))


@given(st.text(min_size=1).filter(lambda text: one_line(text)))
def test_any_question_is_read_back(question: str) -> None:
    assert read(replace(PLAIN, question=question))["abstract"] == one_line(question)
