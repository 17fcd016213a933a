"""A work says what was asked, in words and by an address that asks it again."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import pytest
import yaml

from kg.core.names import LANGUAGES, thing
from kg.core.settings import PROJECT
from kg.engine import Engine
from kg.output.citation import Work, spelt_out, work_of_dataset, work_of_question, work_of_thing
from kg.output.metadata.texts import AUTHOR
from kg.questions.catalogue import read_catalogue
from kg.questions.result import QuestionResult, answer_question, narrow

QUESTIONS = read_catalogue().questions
DAY = datetime.date(2026, 11, 25)
TECHNOLOGY = "objectives-mentioning-technology"


def ask(
    engine: Engine, slug: str, given: Mapping[str, Sequence[str]] | None = None, language: str = "en"
) -> QuestionResult:
    return answer_question(engine, QUESTIONS[slug], given or {}, language)


def cite(answered: QuestionResult, address: str = "https://kg.example/q") -> Work:
    return work_of_question(answered, address=address, built_on=DAY)


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
def test_what_was_chosen_is_told_in_the_words_of_the_language(
    engine: Engine, language: str, title: str, parameters: str
) -> None:
    work = cite(ask(engine, TECHNOLOGY, language=language))
    assert (work.title, work.parameters, work.language) == (title, parameters, language)
    assert work.full_title == (f"{title}（{parameters}）" if language == "zh" else f"{title} ({parameters})")
    assert (work.release_id, work.year) == (engine.release_id, "2026")


def test_facets_are_told_too(engine: Engine) -> None:
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
        again = ask(engine, slug, spelt_out(answered))
        assert again.chosen == answered.chosen, slug
        assert set(spelt_out(answered)) >= {one.name for one in QUESTIONS[slug].parameters if one.default}, slug


def test_a_default_that_was_left_out_on_purpose_stays_out(engine: Engine) -> None:
    optional = [
        (slug, parameter.name)
        for slug, question in QUESTIONS.items()
        for parameter in question.parameters
        if parameter.default and not parameter.required
    ]
    for slug, name in optional:
        answered = ask(engine, slug, {name: [""]})
        assert spelt_out(answered)[name] == ("",)
        assert ask(engine, slug, spelt_out(answered)).chosen == answered.chosen


def test_the_key_names_question_release_and_choice(engine: Engine) -> None:
    one, other = (cite(ask(engine, TECHNOLOGY), address) for address in ("https://a.example/", "https://b.example/"))
    start = f"fyp-kg-{TECHNOLOGY}-{engine.release_id[:8]}"
    assert one.key.startswith(start)
    assert one.key != other.key
    assert cite(ask(engine, "planned-growth")).key == f"fyp-kg-planned-growth-{engine.release_id[:8]}"


def test_a_release_and_a_thing_are_works() -> None:
    whole = work_of_dataset("58be91304c02532a", address="https://kg.example/", built_on=None, language="de")
    assert (whole.title, whole.container, whole.year) == ("Wissensgraph der chinesischen Fünfjahrespläne", "", "")
    part = work_of_thing(thing("plan-ict"), "The plan", "58be91304c02532a", address="https://kg.example/", built_on=DAY)
    assert (part.key, part.title) == ("fyp-kg-plan-ict-58be9130", "The plan")
    assert part.question == thing("plan-ict").value


def test_author_and_licence_are_those_of_the_citation_file() -> None:
    preferred = yaml.safe_load((PROJECT / "CITATION.cff").read_text("utf-8"))["preferred-citation"]
    work = work_of_dataset("58be91304c02532a", address="https://kg.example/", built_on=None)
    assert [{"name": author} for author in work.authors] == preferred["authors"] == [{"name": AUTHOR}]
    assert work.licence.replace(" ", "-", 1).replace(" ", "-") == preferred["license"]
