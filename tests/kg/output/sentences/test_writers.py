"""Targets as sentences: every target of the real graph in three languages, and each kind of target by itself."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from kg.core.names import LANGUAGES, curie, name, sparql_prologue, thing
from kg.core.number_format import amount
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.output.sentences import sentences_of
from kg.questions.result import number_of
from tests.graphs import engine_over

TARGETS = sparql_prologue("fyp", "skos") + (
    "SELECT ?claim ?basis ?direction ?comparator ?value ?low ?high ?year ?label ?start { "
    "?claim fyp:targetBasis ?basis ; fyp:direction ?direction ; fyp:targetValue ?quantity ; "
    "fyp:measuredBy/skos:prefLabel ?label . OPTIONAL { ?quantity fyp:comparator ?comparator } "
    "OPTIONAL { ?quantity fyp:numericValue ?value } OPTIONAL { ?quantity fyp:year ?year } "
    "OPTIONAL { ?quantity fyp:lowerBound ?low ; fyp:upperBound ?high } "
    "OPTIONAL { ?claim fyp:baseline/fyp:numericValue ?start } FILTER(LANG(?label) = '%s') } ORDER BY ?claim"
)

VERBS = {
    "increase": {"en": "rise|average|come to", "de": "steigen|liegen|summieren", "zh": "提高|平均|累计"},
    "reduce": {"en": "fall", "de": "sinken", "zh": "降低"},
    "hold": {"en": "kept", "de": "gehalten", "zh": "保持"},
}
BASES = {
    "level": {
        "en": "rise|fall|kept|average",
        "de": "steigen|sinken|gehalten|Durchschnitt",
        "zh": "提高|降低|保持|平均",
    },
    "relativeChange": {"en": "rise by|fall by", "de": "um .* (steigen|sinken)", "zh": "提高|降低"},
    "cumulativeCount": {"en": "in all", "de": "insgesamt", "zh": "累计"},
    "cumulativeAmount": {"en": "in all", "de": "insgesamt", "zh": "累计"},
}
WORDS = {
    "exactly": {"en": "", "de": "", "zh": ""},
    "approximately": {"en": "about", "de": "ungefähr", "zh": "约"},
    "moreThan": {"en": "more than", "de": "mehr als", "zh": "超过"},
    "upToAsPrinted": {"en": "as printed", "de": "wie gedruckt", "zh": "按原文"},
    "atLeast": {"en": "at least|or more", "de": "mindestens|oder mehr", "zh": "至少|以上"},
    "range": {"en": "2 to 3|3 to 5|5 to 10", "de": "2 bis 3|3 bis 5|5 bis 10", "zh": "2至3|3至5|5至10"},
    "lessThan": {"en": "less than", "de": "weniger als", "zh": "不到"},
}


def local(term: object) -> str:
    assert isinstance(term, NamedNode)
    return curie(term).partition(":")[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_target_has_a_sentence_from_the_graph(engine: EmbeddedEngine, language: str) -> None:
    records = select(engine, TARGETS % language).records()
    assert len(records) > 70
    sentences = sentences_of(
        engine, [item for record in records if isinstance(item := record["claim"], NamedNode)], language
    )
    for record in records:
        claim, label, year = record["claim"], record["label"], record["year"]
        assert isinstance(claim, NamedNode)
        assert isinstance(label, Literal)
        assert isinstance(year, Literal)
        sentence = sentences[claim]
        assert label.value in sentence
        assert year.value in sentence
        for field in ("value", "low", "high", "start"):
            number = number_of(record[field])
            assert number is None or amount(number, language) in sentence
        assert re.search(VERBS[local(record["direction"])][language], sentence), sentence
        assert re.search(BASES[local(record["basis"])][language], sentence), sentence
        assert re.search(WORDS[local(record["comparator"])][language], sentence), sentence
        assert sentence.endswith("。" if language == "zh" else ".")
        assert not re.search(r"None|\{|  | at at |\.\.", sentence), sentence


def test_a_target_with_a_better_figure_in_a_note_says_so(engine: EmbeddedEngine) -> None:
    sentences = sentences_of(engine, [thing("gr-t5"), thing("gr-t2"), thing("official-robotics-t3")])
    assert "1.1 billion yuan" in sentences[thing("gr-t5")]
    assert sentences[thing("gr-t5")].endswith("A note of the editors gives at least 11 trillion yuan instead.")
    # the note gives the same figure, for another indicator; and a level beside a change is no other value of it
    assert "instead" not in sentences[thing("gr-t2")]
    assert "instead" not in sentences[thing("official-robotics-t3")]


def one_target(basis: str, direction: str, figure: str, more: str = "") -> EmbeddedEngine:
    return engine_over(
        f"graph:plan-x {{ id:t fyp:measuredBy id:i ; fyp:targetBasis {basis} ; fyp:direction {direction} ; "
        f'fyp:targetValue id:q . id:q fyp:asPrinted "x" ; {figure} . {more} '
        'id:i skos:prefLabel "Share of “new” things"@en , "Anteil „neuer“ Dinge"@de , "“新”事物占比"@zh . }'
    )


@pytest.mark.parametrize(
    ("basis", "direction", "figure", "sentence"),
    [
        (
            "fyp:pointChange",
            "fyp:increase",
            "fyp:numericValue 3.3 ; fyp:unit fyp:PercentagePoint ; fyp:firstYear 2021 ; fyp:year 2025",
            "should rise by 3.3 percentage points between 2020 and 2025.",
        ),
        (
            "fyp:relativeChange",
            "fyp:hold",
            "fyp:numericValue 3.0 ; fyp:unit unit:PERCENT ; fyp:year 2025",
            "should keep to a change of 3% over the plan period, up to 2025.",
        ),
        (
            "fyp:relativeChange",
            "fyp:unheard",
            "fyp:numericValue 3.0 ; fyp:unit unit:PERCENT",
            "should change by 3% over the plan period.",
        ),
        ("fyp:level", "fyp:unheard", "fyp:numericValue 3.0", "should reach 3 by the end of the plan period."),
        (
            "fyp:level",
            "fyp:hold",
            "fyp:numericValue 3.0 ; fyp:comparator fyp:almost",
            "should be kept at almost 3 until the end of the plan period.",
        ),
        (
            "fyp:level",
            "fyp:reduce",
            "fyp:lowerBound 2.0 ; fyp:upperBound 3.0 ; fyp:unit unit:PERCENT ; fyp:year 2025 ; fyp:month 6",
            "should fall to 2% to 3% by Jun 2025.",
        ),
        ("fyp:level", "fyp:increase", "fyp:comparator fyp:atLeast", "should rise to x by the end of the plan period."),
        (
            "fyp:level",
            "fyp:increase",
            "fyp:numericValue 1E9 ; fyp:unit unit:UNHEARD ; fyp:year 2025",
            "should rise to 1 billion by 2025.",
        ),
    ],
)
def test_each_kind_of_target_has_its_pattern(basis: str, direction: str, figure: str, sentence: str) -> None:
    sentences = sentences_of(one_target(basis, direction, figure), [thing("t")])[thing("t")]
    assert sentences == f"Share of “new” things {sentence}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("basis", ["level", "relativeChange", "pointChange", "cumulativeCount", "cumulativeAmount"])
@pytest.mark.parametrize("direction", ["increase", "reduce", "hold"])
@pytest.mark.parametrize("years", ["", "; fyp:year 2025", "; fyp:firstYear 2021 ; fyp:year 2025"])
def test_any_mixture_makes_a_whole_sentence(language: str, basis: str, direction: str, years: str) -> None:
    start = 'id:t fyp:baseline id:b . id:b fyp:asPrinted "y" ; fyp:numericValue 1.5 ; fyp:year 2020 . '
    engine = one_target(f"fyp:{basis}", f"fyp:{direction}", f"fyp:numericValue 2.5 {years}", start)
    sentence = sentences_of(engine, [thing("t")], language)[thing("t")]
    assert amount(Decimal("2.5"), language) in sentence
    assert amount(Decimal("1.5"), language) in sentence
    assert not re.search(r"None|\{|  ", sentence)


def test_quotation_marks_within_others_are_the_inner_ones() -> None:
    engine = one_target("fyp:level", "fyp:increase", "fyp:numericValue 3.0 ; fyp:year 2025")
    assert "„Anteil ‚neuer‘ Dinge“" in sentences_of(engine, [thing("t")], "de")[thing("t")]
    assert "“‘新’事物占比”" in sentences_of(engine, [thing("t")], "zh")[thing("t")]


def test_what_has_no_figure_has_no_sentence() -> None:
    engine = engine_over("graph:plan-x { id:t fyp:measuredBy id:i . id:u fyp:targetValue id:q . }")
    assert sentences_of(engine, [thing("t"), thing("u"), thing("nowhere")]) == {}
    assert sentences_of(engine, []) == {}


CLASSES = ("Observation", "Quantity", "Milestone", "Event", "Link")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cls", CLASSES)
def test_every_thing_of_these_classes_has_a_whole_sentence(engine: EmbeddedEngine, cls: str, language: str) -> None:
    column = select(engine, f"SELECT DISTINCT ?one {{ ?one a {name('fyp:' + cls)} }} ORDER BY ?one").column("one")
    things = [item for item in column if isinstance(item, NamedNode)]
    sentences = sentences_of(engine, things, language)
    assert set(sentences) == set(things)
    for sentence in sentences.values():
        assert sentence.endswith("。" if language == "zh" else ".")
        assert not re.search(r"None|\{\w|  |\.\.$", sentence), sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_tells_its_years_and_issuers_on_its_own_page_only(engine: EmbeddedEngine, language: str) -> None:
    plan = thing("plan-ict")
    assert sentences_of(engine, [plan], language) == {}
    sentences = sentences_of(engine, [], language, subject=plan)[plan]
    assert "2021" in sentences
    assert "2025" in sentences


@pytest.mark.parametrize("line", Path(__file__).with_name("sentences.tsv").read_text("utf-8").splitlines())
def test_some_word_for_word(engine: EmbeddedEngine, line: str) -> None:
    slug, language, sentence = line.split("\t")
    sentences = sentences_of(engine, [thing(slug)], language)[thing(slug)]
    assert sentences.replace("\u00a0", " ") == sentence


def test_what_is_malformed_has_no_sentence_or_a_careful_one() -> None:
    engine = engine_over(
        'graph:official-x { id:e fyp:eventOf id:p ; dcterms:date "soon" . id:m fyp:milestoneYear "later" . '
        "id:l fyp:linkSubject id:a ; fyp:linkPredicate skos:exactMatch . "
        "id:k fyp:linkSubject id:a ; fyp:linkPredicate skos:exactMatch ; fyp:linkTarget <https://example.org/b> . "
        'id:h dcterms:date "2021"^^xsd:gYear . }'
    )
    slugs = ("e", "m", "l", "k", "h")
    sentences = sentences_of(engine, [thing(slug) for slug in slugs])
    assert {item.value.rpartition("/")[2] for item in sentences} == {"k", "h"}
    assert sentences[thing("h")] == "This happened in 2021."
    assert "https://example.org/b" in sentences[thing("k")]


def test_a_match_of_an_unknown_kind_has_no_sentence() -> None:
    engine = engine_over(
        "graph:links { id:k fyp:linkSubject id:a ; fyp:linkPredicate fyp:likes ; "
        "fyp:linkTarget <https://example.org/b> . }"
    )
    assert sentences_of(engine, [thing("k")]) == {}
