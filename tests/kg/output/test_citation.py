"""A work says what was asked, in words and by an address that asks it again."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
import rispy
import yaml
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given
from hypothesis import strategies as st

from kg.core.names import LANGUAGES, thing
from kg.core.settings import PROJECT
from kg.engine import Engine
from kg.output.citation import (
    CITATIONS,
    Work,
    all_fields,
    bibtex,
    csl_json,
    one_line,
    plain,
    ris,
    work_of_dataset,
    work_of_question,
    work_of_thing,
)
from kg.output.metadata.dataset import AUTHOR
from kg.questions.result import QuestionResult, answer_question, narrow
from tests.catalogue import project_catalogue

QUESTIONS = project_catalogue().questions
DAY_OF_RELEASE = datetime.date(2026, 11, 25)
TECHNOLOGY = "objectives-mentioning-technology"


def ask(
    engine: Engine, slug: str, values: Mapping[str, Sequence[str]] | None = None, language: str = "en"
) -> QuestionResult:
    return answer_question(engine, QUESTIONS[slug], values or {}, language)


def cite(answered: QuestionResult, address: str = "https://kg.example/q") -> Work:
    return work_of_question(answered, address=address, built_on=DAY_OF_RELEASE)


@pytest.mark.parametrize(
    ("language", "title", "parameters"),
    [
        (
            "en",
            "Objectives that mention a technology",
            "Technology: Industrial Internet; What counts: Its own measures and targets too",
        ),
        (
            "de",
            "Ziele, die eine Technologie nennen",
            "Technologie: Industrielles Internet; Was zählt: Auch eigene Maßnahmen und Zielvorgaben",
        ),
        ("zh", "提及某项技术的目标", "技术：工业互联网；计数方式：含措施和具体目标"),
    ],
)
def test_what_was_chosen_is_described_in_the_words_of_the_language(
    engine: Engine, language: str, title: str, parameters: str
) -> None:
    work = cite(ask(engine, TECHNOLOGY, language=language))
    assert (work.title, work.parameters, work.language) == (title, parameters, language)
    assert work.full_title == (f"{title}（{parameters}）" if language == "zh" else f"{title} ({parameters})")
    assert (work.release_id, work.year) == (engine.release_id, "2026")


def test_facets_are_described_too(engine: Engine) -> None:
    answered = narrow(ask(engine, TECHNOLOGY), {"plan": ["id:plan-ict"]})
    (label,) = {answered.words(row[answered.place("plan")]) for row in answered.rows}
    assert cite(answered).parameters.endswith(f"; Plan: {label}")
    nothing = narrow(ask(engine, TECHNOLOGY), {"plan": ["id:nowhere"]})
    assert cite(nothing).parameters.endswith("; Plan: id:nowhere")


def test_every_question_can_be_cited_in_every_language(engine: Engine) -> None:
    for slug in QUESTIONS:
        for language in LANGUAGES:
            work = cite(ask(engine, slug, language=language))
            assert work.title
            assert work.question
            assert work.container


def test_the_values_spelt_out_ask_the_same(engine: Engine) -> None:
    for slug in QUESTIONS:
        answered = ask(engine, slug)
        again = ask(engine, slug, all_fields(answered))
        assert again.chosen == answered.chosen, slug
        assert set(all_fields(answered)) >= {
            parameter.name for parameter in QUESTIONS[slug].parameters if parameter.default
        }, slug


def test_a_default_that_was_left_out_on_purpose_stays_out(engine: Engine) -> None:
    optional = [
        (slug, parameter.name)
        for slug, question in QUESTIONS.items()
        for parameter in question.parameters
        if parameter.default and not parameter.required
    ]
    for slug, name in optional:
        answered = ask(engine, slug, {name: [""]})
        assert all_fields(answered)[name] == ("",)
        assert ask(engine, slug, all_fields(answered)).chosen == answered.chosen


def test_the_key_names_question_release_and_choice(engine: Engine) -> None:
    item, other = (cite(ask(engine, TECHNOLOGY), address) for address in ("https://a.example/", "https://b.example/"))
    start = f"fyp-kg-{TECHNOLOGY}-{engine.release_id[:8]}"
    assert item.key.startswith(start)
    assert item.key != other.key
    assert cite(ask(engine, "planned-growth")).key == f"fyp-kg-planned-growth-{engine.release_id[:8]}"


def test_a_release_and_a_thing_are_works() -> None:
    whole = work_of_dataset("58be91304c02532a", address="https://kg.example/", built_on=None, language="de")
    assert (whole.title, whole.container, whole.year) == ("Wissensgraph der chinesischen Fünfjahrespläne", "", "")
    part = work_of_thing(
        thing("plan-ict"), "The plan", "58be91304c02532a", address="https://kg.example/", built_on=DAY_OF_RELEASE
    )
    assert (part.key, part.title) == ("fyp-kg-plan-ict-58be9130", "The plan")
    assert part.question == thing("plan-ict").value


def test_author_and_licence_are_those_of_the_citation_file() -> None:
    preferred = yaml.safe_load((PROJECT / "CITATION.cff").read_text("utf-8"))["preferred-citation"]
    work = work_of_dataset("58be91304c02532a", address="https://kg.example/", built_on=None)
    assert [{"name": author} for author in work.authors] == preferred["authors"] == [{"name": AUTHOR}]
    assert work.licence.replace(" ", "-", 1).replace(" ", "-") == preferred["license"]


DAY = datetime.date(2026, 11, 5)
RELEASE = "58be91304c02532a"

PLAIN = Work(
    key="fyp-kg-planned-growth-58be9130",
    title="Planned growth",
    question="By how much are the targets to grow?",
    parameters="Plan: Big Data; Unit: 亿元",
    address="https://kg.example/release/58be91304c02532a/q/planned-growth?plan=id:plan-bd&unit=100%25",
    release_id=RELEASE,
    built_on=DAY,
    container="Knowledge graph of China's Five-Year Plans",
)
CHINESE = Work(
    key="fyp-kg-planned-growth-58be9130",
    title="计划增长",
    question="目标计划增长多少？",
    parameters="规划：大数据",
    address="https://kg.example/release/58be91304c02532a/q/planned-growth?plan=id:plan-bd&lang=zh",
    release_id=RELEASE,
    built_on=DAY,
    language="zh",
    container="中国五年规划知识图谱",
)
HOSTILE_TEXT = (
    "50% of $x_1 & #2 {unbalanced ~^ \\input{/etc/passwd} \\\\ \"quoted\" 'so'\r\nER  - \nTY  - JOUR"
    "\u2028AU  - Me\x00\x0b@misc{x, title={y}} 工业互联网 Ärzte \u202egnp.exe"
)
HOSTILE = Work(
    key="fyp-kg-hostile",
    title=HOSTILE_TEXT,
    question=HOSTILE_TEXT,
    parameters=HOSTILE_TEXT,
    address="https://kg.example/q/x?a={b}\\c\n%7D&d=工",
    release_id=RELEASE,
    built_on=DAY,
    container="Graph",
)
# what remains of the hostile text in one line
IN_ONE_LINE = (
    "50% of $x_1 & #2 {unbalanced ~^ \\input{/etc/passwd} \\\\ \"quoted\" 'so' ER - TY - JOUR AU - Me "
    "@misc{x, title={y}} 工业互联网 Ärzte gnp.exe"
)
WHOLE = Work(
    key="fyp-kg-dataset-58be9130",
    title="Knowledge graph of China's Five-Year Plans",
    question="",
    parameters="",
    address="https://kg.example/release/58be91304c02532a/",
    release_id=RELEASE,
    built_on=None,
)


_SIGNS = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciitilde": "~",
    "textasciicircum": "^",
}


def read_bibtex(work: Work) -> dict[str, str]:
    """The fields of the one entry that a reader finds, with its type and key."""
    library = parse_string(bibtex(work))
    assert library.failed_blocks == []
    (entry,) = library.entries
    return {"type": entry.entry_type, "key": entry.key} | {field.key: str(field.value) for field in entry.fields}


def decoded(text: str) -> str:
    """Return what TeX prints for a text that was escaped."""
    text = re.sub(r"\{\\(text\w+)\}", lambda result: _SIGNS[result[1]], text)
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
def test_a_reader_of_bibtex_finds_every_field(work: Work) -> None:
    result = read_bibtex(work)
    assert (result["type"], result["key"]) == ("misc", work.key)
    assert result["title"] == f"{{{work.full_title}}}"
    assert result["author"] == "{The FYP-KG founders}"
    assert result["url"] == work.address
    assert result["version"] == work.release_id
    assert result.get("year") == (str(work.built_on.year) if work.built_on else None)
    assert result.get("month") == ("nov" if work.built_on else None)


def test_hostile_texts_stay_texts() -> None:
    result = read_bibtex(HOSTILE)
    assert decoded(result["title"][1:-1]) == f"{IN_ONE_LINE} ({IN_ONE_LINE})"
    assert result["url"] == "https://kg.example/q/x?a=%7Bb%7D%5Cc%20%7D&d=%E5%B7%A5"
    assert "\\input" not in result["title"]


def test_a_decoder_of_latex_reads_the_signs() -> None:
    work = replace(PLAIN, title="50% & more_of #1 \\b ~ $", parameters="")
    (entry,) = parse_string(bibtex(work), append_middleware=[LatexDecodingMiddleware()]).entries
    assert entry["title"].strip("{}") == "50% & more_of #1 \\b ~ $"


@given(st.text())
def test_any_title_is_read_back(title: str) -> None:
    result = read_bibtex(replace(PLAIN, title=title, parameters=""))
    assert decoded(result["title"][1:-1]) == one_line(title)
    assert result["key"] == PLAIN.key


# the part of csl-data.json that we use (https://github.com/citation-style-language/schema, version 1.0.2)
_TEXT = {"type": "string"}
SCHEMA = {
    "type": "array",
    "minItems": 1,
    "maxItems": 1,
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "additionalProperties": False,
        "properties": {
            "type": {"enum": ["dataset"]},
            "id": _TEXT,
            "author": {
                "type": "array",
                "items": {"type": "object", "properties": {"literal": _TEXT}, "additionalProperties": False},
            },
            "issued": {
                "type": "object",
                "required": ["date-parts"],
                "additionalProperties": False,
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "maxItems": 2,
                        "items": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3},
                    }
                },
            },
            **dict.fromkeys(("title", "container-title", "publisher", "version", "language"), _TEXT),
            **dict.fromkeys(("URL", "abstract", "note"), _TEXT),
        },
    },
}


def read_csl(work: Work) -> dict[str, Any]:
    items = json.loads(csl_json(work))
    jsonschema.validate(items, SCHEMA)
    result: dict[str, Any] = items[0]
    return result


@pytest.mark.parametrize("work", [PLAIN, CHINESE, WHOLE, HOSTILE], ids=["plain", "Chinese", "whole", "hostile"])
def test_an_item_fits_the_schema(work: Work) -> None:
    csl = read_csl(work)
    assert csl["id"] == work.key
    assert csl["URL"] == work.address
    assert csl["version"] == work.release_id
    assert csl.get("issued") == ({"date-parts": [[2026, 11, 5]]} if work.built_on else None)


def test_texts_are_on_one_line_and_in_utf_8() -> None:
    assert read_csl(HOSTILE)["title"] == f"{IN_ONE_LINE} ({IN_ONE_LINE})"
    assert "计划增长（规划：大数据）" in csl_json(CHINESE)


def test_the_schema_can_refuse() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([{"id": "x", "type": "dataset", "year": 2026}], SCHEMA)


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


def read_ris(work: Work) -> dict[str, Any]:
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
def test_a_reader_of_ris_finds_every_field(work: Work) -> None:
    result = read_ris(work)
    assert result["type_of_reference"] == "DATA"
    assert result["title"] == work.full_title
    assert result["authors"] == ["The FYP-KG founders"]
    assert result["edition"] == work.release_id
    assert result["urls"] == [work.address]
    assert result.get("abstract", "") == work.question
    assert result.get("year") == (work.year or None)
    assert result.get("secondary_title", "") == work.container


def test_no_text_begins_another_field_or_record() -> None:
    result = read_ris(HOSTILE)
    assert result["title"] == f"{IN_ONE_LINE} ({IN_ONE_LINE})"
    assert result["abstract"] == IN_ONE_LINE
    assert result["authors"] == ["The FYP-KG founders"]
    assert len(ris(HOSTILE).split("\r\n")) == len(ris(PLAIN).split("\r\n"))


@given(st.text(min_size=1).filter(lambda text: one_line(text)))
def test_any_question_is_read_back(question: str) -> None:
    assert read_ris(replace(PLAIN, question=question))["abstract"] == one_line(question)


def test_breaks_become_spaces_and_what_turns_the_direction_goes() -> None:
    assert one_line(HOSTILE_TEXT) == IN_ONE_LINE
    assert one_line("Fünf\u00adjahres\u00adplan\x85\u2029第十四个") == "Fünfjahresplan 第十四个"


@given(st.text())
def test_a_line_has_no_break_and_all_visible_signs(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    unseen = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
    assert line.replace(" ", "") == "".join(sign for sign in text if unicodedata.category(sign) not in unseen)
    assert one_line(line) == line
