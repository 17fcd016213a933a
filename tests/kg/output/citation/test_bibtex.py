"""BibTeX is read back whole by a reader that is not ours, whatever the texts hold."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given
from hypothesis import strategies as st

from kg.output.citation import Work, bibtex
from kg.output.citation.text import one_line
from tests.kg.output.citation.works import CHINESE, HOSTILE, IN_ONE_LINE, PLAIN, WHOLE

_SIGNS = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciitilde": "~",
    "textasciicircum": "^",
}


def read(work: Work) -> dict[str, str]:
    """The fields of the one entry that a reader finds, with its type and key."""
    library = parse_string(bibtex(work))
    assert library.failed_blocks == []
    (entry,) = library.entries
    return {"type": entry.entry_type, "key": entry.key} | {field.key: str(field.value) for field in entry.fields}


def decoded(text: str) -> str:
    """What TeX prints for a text that was escaped."""
    text = re.sub(r"\{\\(text\w+)\}", lambda found: _SIGNS[found[1]], text)
    return re.sub(r"\\([#$%&_])", r"\1", text)


def test_the_entry_of_an_answer() -> None:
    assert bibtex(PLAIN) == (
        "@misc{fyp-kg-planned-growth-58be9130,\n"
        "  author = {{The FYP-KG founders}},\n"
        "  title = {{Planned growth (Plan: Big Data; Unit: 亿元)}},\n"
        "  year = {2026},\n"
        "  month = nov,\n"
        "  howpublished = {Knowledge graph of China's Five-Year Plans},\n"
        "  publisher = {The FYP-KG founders},\n"
        "  version = {58be91304c02532a},\n"
        "  url = {https://kg.example/release/58be91304c02532a/q/planned-growth?plan=id:plan-bd&unit=100%25},\n"
        "  note = {By how much are the targets to grow? Release 58be91304c02532a, CC BY 4.0.},\n"
        "  langid = {english},\n"
        "}\n"
    )


@pytest.mark.parametrize("work", [PLAIN, CHINESE, WHOLE], ids=["plain", "Chinese", "whole"])
def test_a_reader_finds_every_field(work: Work) -> None:
    found = read(work)
    assert (found["type"], found["key"]) == ("misc", work.key)
    assert found["title"] == f"{{{work.full_title}}}"
    assert found["author"] == "{The FYP-KG founders}"
    assert found["url"] == work.address
    assert found["version"] == work.release_id
    assert found.get("year") == (str(work.built_on.year) if work.built_on else None)
    assert found.get("month") == ("nov" if work.built_on else None)


def test_hostile_texts_stay_texts() -> None:
    found = read(HOSTILE)
    assert decoded(found["title"][1:-1]) == f"{IN_ONE_LINE} ({IN_ONE_LINE})"
    assert found["url"] == "https://kg.example/q/x?a=%7Bb%7D%5Cc%20%7D&d=%E5%B7%A5"
    assert "\\input" not in found["title"]


def test_a_decoder_of_latex_reads_the_signs() -> None:
    work = replace(PLAIN, title="50% & more_of #1 \\b ~ $", parameters="")
    (entry,) = parse_string(bibtex(work), append_middleware=[LatexDecodingMiddleware()]).entries
    assert entry["title"].strip("{}") == "50% & more_of #1 \\b ~ $"


@given(st.text())
def test_any_title_is_read_back(title: str) -> None:
    found = read(replace(PLAIN, title=title, parameters=""))
    assert decoded(found["title"][1:-1]) == one_line(title)
    assert found["key"] == PLAIN.key
