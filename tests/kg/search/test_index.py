"""Search over the real graph forgives; over a small one it ranks, narrows and pages."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor

import pytest
from pyoxigraph import NamedNode

from kg.core.errors import SearchTooLong
from kg.core.names import name, slug_of, thing
from kg.engine.limits import UNLIMITED
from kg.search import MOST_CHARACTERS, Hit, MatchKind, SearchIndex, index_of
from tests.graphs import engine_over
from tests.kg.search.small import DIGITAL, GREEN, NOTE, PLAN, PRINTED_TARGET, TARGET, TECHNOLOGY

FORGIVEN = [  # the typed text, the item that it means, and how that is found
    ("Industrial Internet", "technology-industrial-internet", MatchKind.EXACT),
    ("industrial INTERNET", "technology-industrial-internet", MatchKind.EXACT),
    ("Ｉｎｄｕｓｔｒｉａｌ　Ｉｎｔｅｒｎｅｔ", "technology-industrial-internet", MatchKind.EXACT),
    ("工业互联网", "technology-industrial-internet", MatchKind.EXACT),
    ("工業互聯網", "technology-industrial-internet", MatchKind.EXACT),
    ("Industrielles Internet", "technology-industrial-internet", MatchKind.EXACT),
    ("industrialinternet", "technology-industrial-internet", MatchKind.EXACT),
    ("Industrieinternet", "technology-industrial-internet", MatchKind.WORDS),
    ("gongye hulianwang", "technology-industrial-internet", MatchKind.SOUNDS),
    ("gong ye hu lian wang", "technology-industrial-internet", MatchKind.SOUNDS),
    ("gongyehulianwang", "technology-industrial-internet", MatchKind.SOUNDS),
    ("gōngyè hùliánwǎng", "technology-industrial-internet", MatchKind.SOUNDS),
    ("gong1ye4 hu4lian2wang3", "technology-industrial-internet", MatchKind.SOUNDS),
    ("gyhlw", "technology-industrial-internet", MatchKind.SOUNDS),
    ("工业互连网", "technology-industrial-internet", MatchKind.SIMILAR),
    ("industral internt", "technology-industrial-internet", MatchKind.SIMILAR),
    ("ＡＩ", "technology-artificial-intelligence", MatchKind.EXACT),
    ("Kuenstliche Intelligenz", "technology-artificial-intelligence", MatchKind.EXACT),
    ("kunstliche intelligenz", "technology-artificial-intelligence", MatchKind.EXACT),
    ("KÜNSTLICHE INTELLIGENZ", "technology-artificial-intelligence", MatchKind.EXACT),
    ("artifical inteligence", "technology-artificial-intelligence", MatchKind.SIMILAR),
    ("kunstliche inteligenz", "technology-artificial-intelligence", MatchKind.SIMILAR),
    ("bigdata", "technology-big-data", MatchKind.EXACT),
    ("大數據", "technology-big-data", MatchKind.EXACT),
    ("lvse jishu", "technology-green-technology", MatchKind.SOUNDS),
    ("submarine cables", "technology-submarine-cable", MatchKind.EXACT),
    ("Groesse der Datenbranche", "indicator-data-industry-size", MatchKind.EXACT),
    ("ict-t1", "ict-t1", MatchKind.EXACT),
    ("id:ict-t1", "ict-t1", MatchKind.EXACT),
    ("https://w3id.org/fyp-kg/id/ict-t1", "ict-t1", MatchKind.EXACT),
    ("人社部發〔2021〕102號", "event-plan-vocational-training-issue", MatchKind.EXACT),
    ("technology-industrial-internt", "technology-industrial-internet", MatchKind.SIMILAR),
]


def slugs(hits: tuple[Hit, ...]) -> list[str | None]:
    return [slug_of(hit.thing) for hit in hits]


@pytest.mark.parametrize(("text", "slug", "how"), FORGIVEN, ids=lambda item: str(item))
def test_what_is_meant_comes_first(index: SearchIndex, text: str, slug: str, how: MatchKind) -> None:
    first = index.find(text).hits[0]
    assert (slug_of(first.thing), first.how) == (slug, how)


@pytest.mark.parametrize("text", ["internet", "INTERNET", "ｉｎｔｅｒｎｅｔ"])
def test_a_word_is_found_inside_german_compounds(small: SearchIndex, text: str) -> None:
    hits = {slug_of(hit.thing): hit for hit in small.find(text, language="de").hits}
    assert hits["t-industrial-internet"].how is MatchKind.WORDS  # by its English name, which is the better match
    assert small.find("stromnetz").hits[0].matched == "Intelligentes Stromnetz"
    assert small.find("mengen").hits[0].how is MatchKind.INSIDE


def test_better_matches_come_first(small: SearchIndex) -> None:
    hits = small.find("internet").hits
    assert slugs(hits) == ["t-internet", "t-internet-of-things", "t-industrial-internet", "t-data"]
    assert [hit.how for hit in hits] == [MatchKind.EXACT, MatchKind.BEGINS, MatchKind.WORDS, MatchKind.DESCRIBED]
    assert [hit.exact for hit in hits] == [True, False, False, False]
    assert hits[0].score == 1.0
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)


def test_an_exact_match_beats_a_beginning_a_word_an_inside_and_a_slip(small: SearchIndex) -> None:
    best = {text: small.find(text).hits[0] for text in ("Smart grid", "smart", "grid", "grue", "smrt grid")}
    assert [hit.how for hit in best.values()] == [
        MatchKind.EXACT,
        MatchKind.BEGINS,
        MatchKind.WORDS,
        MatchKind.BEGINS,
        MatchKind.SIMILAR,
    ]
    assert best["Smart grid"].score > best["smart"].score > best["grid"].score > best["smrt grid"].score


def test_a_hit_says_what_matched_and_in_which_language(small: SearchIndex) -> None:
    (hit,) = small.find("人工智能").hits
    assert (hit.label, hit.language) == ("Artificial intelligence", "en")
    assert (hit.matched, hit.matched_language) == ("人工智能", "zh")
    german = small.find("AI", language="de").hits[0]
    assert (german.label, german.matched) == ("Künstliche Intelligenz", "AI")


def test_a_description_is_found_after_the_names_and_shown(small: SearchIndex) -> None:
    (hit,) = small.find("heaps").hits
    assert (hit.how, hit.label) == (MatchKind.DESCRIBED, "Big data")
    assert hit.matched == hit.about == "What the Internet leaves behind, in heaps."


def test_words_may_be_in_several_names_of_a_thing(small: SearchIndex) -> None:
    (hit,) = small.find("grid 智能").hits
    assert hit.how is MatchKind.SCATTERED


def test_resources_for_a_place_or_a_figure_come_after_others(small: SearchIndex) -> None:
    assert slugs(small.find("share of green power").hits) == ["target-share", "note-share"]


def test_facets_count_all_that_matches_and_narrow_it(small: SearchIndex) -> None:
    result = small.find("green", limit=1)
    assert (len(result.hits), result.total) == (1, 4)
    assert result.kinds == {NOTE: 1, PLAN: 1, PRINTED_TARGET: 1, TECHNOLOGY: 1}
    assert result.plans == {GREEN: 4}
    narrowed = small.find("green", kinds=[PLAN])
    assert slugs(narrowed.hits) == ["plan-green"]
    assert narrowed.kinds == result.kinds  # what another choice of kind would give
    assert narrowed.plans == {GREEN: 1}


def test_a_kind_that_follows_by_rule_narrows_too(small: SearchIndex) -> None:
    assert slugs(small.find("green", kinds=[TARGET]).hits) == ["target-share"]


def test_a_plan_narrows_and_several_widen(small: SearchIndex) -> None:
    assert slugs(small.find("internet", plans=[GREEN]).hits) == ["t-internet"]
    assert small.find("internet", plans=[GREEN, DIGITAL]).total == 3
    assert small.find("internet", kinds=[TECHNOLOGY], plans=[DIGITAL]).total == 3
    assert small.find("internet", plans=[thing("plan-none")]).hits == ()
    assert small.find("internet", plans=[thing("plan-none")]).plans == {DIGITAL: 3, GREEN: 1}


@pytest.mark.parametrize("text", ["plan", "a", "数据", "artifical", "gongye"])
def test_pages_are_slices_of_one_order(index: SearchIndex, text: str) -> None:
    whole = index.find(text, limit=10_000)
    assert len(whole.hits) == whole.total == len(set(whole.hits))
    pages = [index.find(text, limit=70, offset=offset).hits for offset in range(0, whole.total, 70)]
    assert [hit.thing for page in pages for hit in page] == [hit.thing for hit in whole.hits]
    assert all(0 <= hit.score <= 1 for hit in whole.hits)


def test_a_page_past_the_end_is_empty_and_says_how_many_there_are(small: SearchIndex) -> None:
    result = small.find("internet", offset=50)
    assert (result.hits, result.total) == ((), 4)


def test_an_unfinished_word_is_completed(small: SearchIndex) -> None:
    for text in ("artificial in", "artifical int", "kuenst", "rengong zh", "industrieint"):
        assert small.find(text, begins=True).total > 0, text
    assert slugs(small.find("s", begins=True).hits)[0] == "t-grid"


def test_what_nothing_matches_has_nearest_names_and_unknown_words(index: SearchIndex) -> None:
    assert index.find("industrial xyzzy").total == 0
    assert index.unknown("industrial xyzzy") == ("xyzzy",)
    assert "industrial" in index.nearest("industrial xyzzy")[0].label.casefold()
    assert slugs(index.nearest("technology-industral-internt", limit=1)) == ["technology-industrial-internet"]
    assert index.nearest("xyzzy plugh") == ()


def test_a_question_and_a_term_are_found(index: SearchIndex) -> None:
    assert slugs(index.find("Who presented the plans").hits)[0] == "question-who-presented-the-plans"
    for text in ("fyp:QuantitativeTarget", "quantitativetarget", "quantitative target"):
        assert index.find(text, kinds=[name("owl:Class")]).hits[0].thing == name("fyp:QuantitativeTarget")


def test_a_technology_is_found_by_a_printed_form_and_has_its_plans(index: SearchIndex) -> None:
    hit = index.find("Industrial Internet", kinds=[TECHNOLOGY]).hits[0]
    assert hit.exact
    assert thing("plan-ii") in hit.plans
    assert hit.kinds == (TECHNOLOGY,)


def test_labels_of_kinds_and_plans_are_at_hand(index: SearchIndex) -> None:
    labels = index.labels([TECHNOLOGY, thing("plan-ii"), name("owl:Class")])
    assert labels[TECHNOLOGY]["zh"].text
    assert set(labels) == {TECHNOLOGY, thing("plan-ii")}


HOSTILE = [
    *('"', '""', "'", "*", "names:", '" OR "', "NEAR(a b, 2)", "a AND", "NOT b", "(", "^a", "{about} : x", "a*b", "-"),
    *("\0", "a\0b", "\ud800", "x\udfffy", "🤖", "👩‍🚀 rocket", "...", " \t\n ", "%_%", "\\", "';DROP TABLE found;--"),
    *("שלום", "مرحبا", "\u202eabc", "ก็", "İ", "ß" * 300, "的" * 300, "a " * 150, "v" * 300, "1" * 300, "\ue000 data"),
    *("ab" * 150, "xian" * 75, "lü" * 150, "a1" * 150),
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("begins", [False, True])
def test_no_text_is_an_error(index: SearchIndex, text: str, begins: bool) -> None:
    result = index.find(text, begins=begins, limit=3)
    assert len(result.hits) == min(3, result.total)
    index.nearest(text)
    index.unknown(text)


@pytest.mark.parametrize("ask", ["find", "nearest", "unknown"])
def test_a_text_has_a_longest_length(small: SearchIndex, ask: str) -> None:
    getattr(small, ask)("a" * MOST_CHARACTERS)
    with pytest.raises(SearchTooLong, match=f"has {MOST_CHARACTERS + 1} characters; give at most {MOST_CHARACTERS}"):
        getattr(small, ask)("a" * (MOST_CHARACTERS + 1))


def test_many_threads_may_search_at_once(index: SearchIndex) -> None:
    texts = [text for text, *_ in FORGIVEN] * 4
    alone = [index.find(text, limit=5) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: index.find(text, limit=5), texts)) == alone


def test_every_filter_is_an_iri_of_any_kind(small: SearchIndex) -> None:
    assert small.find("internet", kinds=[NamedNode("urn:x")]).total == 0


def test_the_file_of_a_temporary_index_stays_while_a_request_uses_it() -> None:
    index = index_of(engine_over("graph:plan-a { id:plan-a a fyp:Plan ; skos:prefLabel 'Plan A'@en }"))
    path, limited = index.path, index.within(UNLIMITED)
    del index
    gc.collect()
    assert limited.find("Plan A").total == 1
    assert path.exists()
    del limited
    gc.collect()
    assert not path.exists()
