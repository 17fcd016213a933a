"""A citation in words is one line, in the order of its language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.output.citation import CITATIONS, Work, plain
from tests.kg.output.citation.works import CHINESE, HOSTILE, PLAIN, WHOLE

ADDRESS = "https://kg.example/release/58be91304c02532a/q/planned-growth?plan=id:plan-bd"


LINES = {
    "en": (
        "The FYP-KG founders (2026): Planned growth (Plan: Big Data; Unit: 亿元). Data set. In: Knowledge graph of "
        f"China's Five-Year Plans, release 58be91304c02532a of 2026-11-05. CC BY 4.0. {ADDRESS}&unit=100%25\n"
    ),
    "de": (
        "The FYP-KG founders (2026): Geplantes Wachstum (Plan: Big Data; Unit: 亿元). Datensatz. In: Wissensgraph, "
        f"Ausgabe 58be91304c02532a vom 2026-11-05. CC BY 4.0. {ADDRESS}&unit=100%25\n"
    ),
    "zh": (
        "The FYP-KG founders. 计划增长（规划：大数据）[DS/OL]. 中国五年规划知识图谱，版本 58be91304c02532a，"
        f"2026-11-05. CC BY 4.0. {ADDRESS}&lang=zh\n"
    ),
    "whole": (
        "The FYP-KG founders: Knowledge graph of China's Five-Year Plans. Data set, release 58be91304c02532a. "
        "CC BY 4.0. https://kg.example/release/58be91304c02532a/\n"
    ),
}
WORKS = {
    "en": PLAIN,
    "de": replace(PLAIN, language="de", title="Geplantes Wachstum", container="Wissensgraph"),
    "zh": CHINESE,
    "whole": WHOLE,
}


@pytest.mark.parametrize("kind", LINES)
def test_the_line_of_a_work(kind: str) -> None:
    assert plain(WORKS[kind]) == LINES[kind]


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_any_text_fits_into_the_line(language: str) -> None:
    assert len(plain(replace(HOSTILE, language=language)).splitlines()) == 1


@pytest.mark.parametrize("ending", CITATIONS)
@pytest.mark.parametrize("work", [PLAIN, CHINESE, WHOLE, HOSTILE], ids=["plain", "Chinese", "whole", "hostile"])
def test_every_format_names_work_release_and_address(ending: str, work: Work) -> None:
    written = CITATIONS[ending].write(work)
    assert CITATIONS[ending].ending == ending
    assert work.release_id in written
    assert "https://kg.example/" in written
    assert written.endswith("\n")
