"""Advice on broken queries: each one gets its remedy, and the corrected query parses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.errors import EnginePanicked, KgError, QueryFailed, QueryInvalid, RequestInvalid
from kg.core.media_types import FORMS
from kg.core.names import PREFIXES, sparql_prologue
from kg.diagnostics.syntax import Advice, advise, excerpt
from kg.diagnostics.term_suggestions import TermCache, Terms, nearest, terms_of, unambiguous_name
from kg.engine import Answer, Question
from kg.engine.embedded import EmbeddedEngine
from kg.engine.limits import CancellationToken
from kg.engine.store import Store
from tests.examples import examples

FYP = sparql_prologue("fyp")
TERMS = Terms(("fyp:Plan", "fyp:SectoralPlan"), ("fyp:hasObjective", "fyp:hasSubObjective", "rdfs:label"))

# a broken query, the cause, words of the remedy, and a part of the corrected query (empty: no certain correction)
BROKEN = [
    ("SELECT * { ?s a fyp:Plan }", "undeclared-prefix", "Add this line", f"PREFIX fyp: <{PREFIXES['fyp']}>\nSELECT"),
    ("SELECT * { ?s fyp:x ?o ; skos:y ?z }", "undeclared-prefix", "Add these lines", "PREFIX skos: <"),
    ("SELECT * { ?s fyp:a/fyp:b ?o }", "undeclared-prefix", "PREFIX fyp:", "PREFIX fyp: <"),
    ("SELECT * { ?s ftp:hasObjective ?o }", "misspelt-prefix", "did you mean fyp:", "?s fyp:hasObjective ?o"),
    (FYP + "SELECT * { ?s fpy:hasObjective ?o }", "misspelt-prefix", "fyp:", "?s fyp:hasObjective"),
    ("SELECT * { ?s zzzz:x ?o }", "undeclared-prefix", "PREFIX zzzz: <...>", ""),
    ("SELECT * { ?s a Plan }", "name-without-prefix", "fyp:Plan", "?s a fyp:Plan"),
    (FYP + "SELECT * { ?s hasObjectiv ?o }", "name-without-prefix", "fyp:hasObjective", "?s fyp:hasObjective ?o"),
    ("SELECT * { <http://a b> ?p ?o }", "unescaped-iri", "a space", "<http://a%20b>"),
    ('SELECT * { <http://a"b> ?p ?o }', "unescaped-iri", '"', "<http://a%22b>"),
    ("SELECT * { ?s <http://计划/%zz> ?o }", "unescaped-iri", "%", "<http://计划/%25zz>"),
    ("SELECT * { ?s http://example.org/p ?o }", "bare-iri", "angle brackets", "<http://example.org/p>"),
    ("PREFIX x: http://x# ASK {}", "bare-iri", "angle brackets", "<http://x#>"),
    ("@prefix x: <http://x#> . ASK {}", "turtle-prefix", "no dot", "PREFIX x: <http://x#> ASK"),
    ("PREFIX x <http://x#> ASK {}", "prefix-colon", "colon", "PREFIX x: <"),
    ("SELECT * { ?s ?p ?o", "unclosed-bracket", "add }", "?o }"),
    ("SELECT * { ?s ?p ?o FILTER(?o = 1 }", "unclosed-bracket", "add )", "FILTER(?o = 1 )}"),
    ("CONSTRUCT { ?s ?p ?o WHERE { ?s ?p ?o }", "unclosed-bracket", "before WHERE", "?o } WHERE"),
    ("SELECT * { ?s ?p ?o LIMIT 3", "unclosed-bracket", "LIMIT belongs after", "?o } LIMIT 3"),
    ("SELECT * { ?s ?p ?o . LIMIT 3 }", "misplaced-modifier", "after the closing }", "} LIMIT 3"),
    ("SELECT * { ?s ?p ?o } }", "extra-bracket", "too many", "{ ?s ?p ?o } "),
    ("SELECT * { ?s ?p ?o } LIMIT 3;", "extra-sign", "take it out", "LIMIT 3"),
    ("SELECT * { ?s ?p ?o\n ?a ?b ?c }", "missing-dot", "a dot is missing", "?o .\n ?a"),
    ("SELECT * { ?s ?p ?o ; ?q ?r ?t ?u }", "missing-dot", "three parts", ""),
    ("SELECT * { ?s ?p }", "incomplete-triple", "its object is missing", ""),
    ("SELECT * { ?s }", "incomplete-triple", "its property and its object", ""),
    ("SELECT * { ?s ?p 'abc }", "open-string", "closing quotation mark", "'abc' }"),
    ('SELECT * { ?s ?p "a\nb" }', "open-string", '"""', ""),
    ('SELECT * { ?s ?p "a\\qb" }', "bad-escape", "double it", '"a\\\\qb"'),
    ("ASK { ?s ?p “中文” }", "wide-sign", 'plain signs of a keyboard only: "', '"中文"'),
    ("ASK { ?s ?p 'a'@e }", "language-tag", "@zh-Hans", ""),
    ("SELECT ?s ?y { ?s ?p ?y } GROUP BY ?s", "group-by", "?y is neither", "GROUP BY ?s ?y"),
    ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", "group-by", "SAMPLE(?s)", "} GROUP BY ?s"),
    ("SELECT * { ?s ?p ?o } GROUP BY ?s", "group-by", "names what is grouped", "SELECT ?s {"),
    ("SELECT (?s AS ?s) { ?s ?p ?o }", "name-taken", "?s2", "AS ?s2"),
    ("SELECT * { ?s ?p ?o BIND(1 AS ?o) }", "name-taken", "?o2", "BIND(1 AS ?o2)"),
    ("SELECT COUNT(?x) { ?s ?p ?x }", "unnamed-column", "(COUNT(...) AS ?count)", "(COUNT(?x) AS ?count)"),
    ("SELECT (COUNT(?x)) { ?s ?p ?x }", "unnamed-column", "needs a name", "AS ?result"),
    ("SELECT ?s, ?p { ?s ?p ?o }", "select-list", "without commas", "SELECT ?s ?p"),
    ("SELECT { ?s ?p ?o }", "select-list", "* for all", "SELECT * {"),
    ("SELECT s { ?s ?p ?o }", "variable-sign", "question mark", "SELECT ?s {"),
    ("SELCT * { ?s ?p ?o }", "misspelt-keyword", "SELECT", "SELECT * {"),
    ("SELECT * { ?s ?p ?o FLITER(?o > 1) }", "misspelt-keyword", "FILTER", "FILTER(?o"),
    ("SELECT * { ?s ?p ?o FILTER(contain(?o, 'x')) }", "misspelt-keyword", "CONTAINS", "CONTAINS(?o"),
    ("SELECT * { ?s ?p ?o FILTER(LANG(?o) = en) }", "bare-text", "quotation marks", '= "en"'),
    ("SELECT * { ?s ?p ?o FILTER ?o > 3 }", "missing-brackets", "in brackets", "FILTER (?o > 3)"),
    ("SELECT * { ?s ?p ?o FILTER(?o = ) }", "missing-value", "After =", ""),
    ("SELECT * { ?s ?p ?o FILTER(REGEX(?o)) }", "missing-value", "REGEX needs more", ""),
    ("SELECT * { ?s = ?o }", "bare-comparison", "FILTER(?s = ?o)", "{ FILTER(?s = ?o)"),
    ("SELECT * { ?s ?p ?o } ORDER ?s", "missing-by", "ORDER BY", "ORDER BY ?s"),
    ("SELECT * { ?s ?p ?o } ORDER BY DESC ?s", "missing-brackets", "DESC(?s)", "DESC (?s)"),
    ("SELECT * { ?s ?p ?o } LIMIT x", "limit-number", "whole number", ""),
    ("SELECT * { ?s ?p ?o } LIMIT 3 ORDER BY ?s", "modifier-order", "have this order", ""),
    ("SELECT * { GRAPH { ?s ?p ?o } }", "unnamed-graph", "GRAPH ?graph", "GRAPH ?graph {"),
    ("SELECT * { GRAPH ?g ?s ?p ?o }", "missing-braces", "GRAPH needs", "GRAPH ?g { ?s ?p ?o }"),
    ("SELECT * { ?s ?p ?o OPTIONAL ?s ?q ?b }", "missing-braces", "OPTIONAL needs", "OPTIONAL { ?s ?q ?b }"),
    ("SELECT * WHERE ?s ?p ?o", "missing-braces", "WHERE needs", "WHERE { ?s ?p ?o }"),
    ("SELECT * {{ ?s ?p ?o UNION ?a ?b ?c }}", "missing-braces", "UNION belongs between", "} UNION {"),
    ("SELECT * { VALUES ?x (1 2) }", "missing-braces", "in braces", "VALUES ?x { 1 2 }"),
    ("SELECT * { VALUES ?x { ?y } }", "variable-in-values", "constants", ""),
    ("SELECT * { VALUES (?x ?y) { (1) } }", "uneven-values", "UNDEF", ""),
    ("ASK { _:a ?p ?o FILTER EXISTS { _:a ?q ?r } }", "blank-label", "?a", ""),
    ("?s ?p ?o", "no-query", "begins with SELECT", "SELECT * WHERE { ?s ?p ?o }"),
    ("", "no-query", "begins with SELECT", ""),
    ("ASK {} ASK {}", "after-the-end", "a second query", ""),
    ("INSERT { ?s a <x:y> } WHERE { ?s a <x:z> }", "update", "reading only", "CONSTRUCT { ?s a <x:y> }"),
    ("DELETE WHERE { ?s ?p ?o }", "update", "reading only", ""),
    ("SELECT * {\n SERVICE <http://x/> { ?s ?p ?o } }", "service", "Take the SERVICE clause out", ""),
    ("SELECT * { ?s ?p ?service FILTER(?o<'>') }", "refused", "Put a space after it", ""),
    ("SELECT (COUNT(?v) AS ?n) (?n+1 AS ?m) { ?s ?p ?v }", "reused-column", "same SELECT", "((COUNT(?v))+1 AS ?m)"),
    ("SELECT (SUM(?v) AS ?n) (2 * ?n AS ?m) { ?s ?p ?v }", "reused-column", "(SUM(?v))", "(2 * (SUM(?v)) AS ?m)"),
    ("SELECT (COUNT(*) AS ?n) (SUM(?s) AS ?n) { ?s ?p ?o }", "name-taken", "?n2", "AS ?n2"),
    ("SELECT (TRUE AS ?t) {}", "boolean", "small letters: true", "(true AS ?t)"),
    ("SELECT (IF(False, 1, 2) AS ?t) {}", "boolean", "small letters: false", "IF(false, 1"),
    ("SELECT * { ?s ?p TRUE }", "boolean", "small letters", "?p true"),
    ("SELECT * { VALUES ?x { FALSE } }", "boolean", "small letters", "{ false }"),
    ("SELECT * { ?s ?p ?o FILTER(?o = 1 AND ?p = 2) }", "operator", "&& instead of AND", "1 && ?p"),
    ("SELECT * { ?s ?p ?o FILTER(?o = 1 or ?p = 2) }", "operator", "|| instead of or", "1 || ?p"),
    ("SELECT * { ?s ?p ?o FILTER(NOT ?o) }", "operator", "! instead of NOT", "(! ?o)"),
    ("SELECT * { ?s ?p ?o FILTER(?o == 1) }", "operator", "= instead of ==", "(?o = 1)"),
    ("SELECT * { ?s ?p ?o FILTER(?o <> 1) }", "operator", "!= instead of <>", "(?o != 1)"),
    ("SELECT * { ?s ?p ?o FILTER(?o IS NULL) }", "no-null", "BOUND", ""),
    ("SELECT * { ?s ?p ?o FILTER(?o = null) }", "no-null", "BOUND", ""),
    ("SELECT * { ?s ?p ?o FILTER(?o LIKE 'x%') }", "no-like", "CONTAINS", ""),
    ("SELECT (1 + 1 AS n) {}", "variable-sign", "after AS is a variable: ?n", "AS ?n)"),
    ("SELECT ?s AS ?t { ?s ?p ?o }", "missing-brackets", "(?s AS ?t)", "SELECT (?s AS ?t) {"),
    ("SELECT (COUNT(*) ?n) { ?s ?p ?o }", "missing-as", "AS ?n", "(COUNT(*) AS ?n)"),
    ("SELECT (?s) { ?s ?p ?o }", "extra-bracket", "without brackets: ?s", "SELECT ?s {"),
    ("SELECT COUNT(*) AS ?n { ?s ?p ?o }", "unnamed-column", "brackets and a name", "SELECT (COUNT(*) AS ?n) {"),
    ("PREFIX a: <urn:a:> SELECT * { ?s ?p a:b.1.2 }", "dotted-name", "one dot", "a:b.1\\.2 }"),
    ("ASK " + "{" * 200 + "}" * 200, "refused", "flatten it", ""),
]


@pytest.fixture(scope="module")
def empty() -> EmbeddedEngine:
    return EmbeddedEngine(Store(), "empty", 128)


def refusal(engine: EmbeddedEngine, text: str) -> KgError | None:
    """Why a text is refused, in whichever form it would be answered."""
    for ending in ("srj", "ttl"):
        try:
            engine.answer(Question(text, FORMS[ending]))
        except RequestInvalid:
            continue
        except KgError as error:
            return error
        return None
    raise AssertionError(text)


def advice_on(engine: EmbeddedEngine, text: str) -> Advice:
    error = refusal(engine, text)
    assert error is not None
    advice = advise(error, text, lambda: TERMS)
    assert advice is not None
    return advice


@pytest.mark.parametrize(("text", "cause", "words", "corrected"), BROKEN, ids=lambda value: str(value)[:40])
def test_a_broken_query_gets_its_remedy(
    empty: EmbeddedEngine, text: str, cause: str, words: str, corrected: str
) -> None:
    advice = advice_on(empty, text)
    assert (advice.cause, words in str(advice.remedy)) == (cause, True), advice
    if corrected:
        assert advice.correction is not None
        assert corrected in advice.correction.applied(text)


@pytest.mark.parametrize("text", [text for text, _, _, corrected in BROKEN if corrected])
def test_a_corrected_query_parses(empty: EmbeddedEngine, text: str) -> None:
    correction = advice_on(empty, text).correction
    assert correction is not None
    corrected = correction.applied(text)
    assert refusal(empty, corrected) is None, corrected


@pytest.mark.parametrize("text", [text for text, *_ in BROKEN])
def test_the_caret_is_under_the_place(empty: EmbeddedEngine, text: str) -> None:
    advice = advice_on(empty, text)
    assert advice.line is not None
    assert advice.column is not None
    line, under = advice.excerpt.split("\n")
    assert line.startswith(f"{advice.line} | ")
    assert under.strip("\t \u3000") == "^"
    rest = text.split("\n")[advice.line - 1][advice.column - 1 :]
    assert rest.rstrip("\r").startswith(line[len(under) - 1 :].removesuffix("…"))


def test_a_caret_is_as_far_right_as_wide_and_narrow_signs_push_it() -> None:
    assert excerpt("ASK { ?计划 x }", 1, 12).split("\n")[1] == " " * 4 + "       \u3000\u3000  ^"
    assert excerpt("\tx", 1, 2) == "1 | \tx\n    \t^"


def test_a_long_line_is_cut_around_its_place() -> None:
    line, under = excerpt("a" * 500 + "b" + "c" * 500, 1, 501).split("\n")
    assert len(line) < 80
    assert line[len(under) - 1] == "b"
    assert line.count("…") == 2


@pytest.mark.parametrize(
    ("keys", "corrected"),
    [
        ("?o", "STR(?o)"),
        ("DESC(?o) LIMIT 3", "DESC(STR(?o)) LIMIT 3"),
        ("ASC( ?o ) ?s", "ASC( STR(?o) ) STR(?s)"),
        ("?s STRLEN(?o) (?o)", "STR(?s) STRLEN(?o) (STR(?o))"),
    ],
)
def test_a_sort_that_the_engine_cannot_do_has_a_sure_correction(
    empty: EmbeddedEngine, keys: str, corrected: str
) -> None:
    text = f"SELECT * {{ ?s ?p ?o }} ORDER BY {keys}"
    advice = advise(EnginePanicked("no order"), text, lambda: TERMS)
    assert advice is not None
    assert advice.correction is not None
    assert (advice.cause, advice.correction.sure) == ("unsortable", True)
    assert advice.correction.applied(text) == f"SELECT * {{ ?s ?p ?o }} ORDER BY {corrected}"
    assert refusal(empty, advice.correction.applied(text)) is None


def test_an_error_that_is_not_the_querys_gets_no_advice() -> None:
    assert advise(EnginePanicked("attempt to add"), "ASK {}", lambda: TERMS) is None
    assert advise(QueryFailed("the engine broke"), "ASK {}", lambda: TERMS) is None
    assert advise(QueryInvalid("no place is known"), "ASK {}", lambda: TERMS) is None
    assert advise(QueryInvalid("a place outside", 7, 1), "ASK {}", lambda: TERMS) is None


@pytest.mark.parametrize(("text", "cause"), [("SELECT * { ?s a fyp:Plan", "syntax"), ("ASK {{" + "{" * 200, "refused")])
def test_a_very_long_text_gets_its_place_only(empty: EmbeddedEngine, text: str, cause: str) -> None:
    advice = advice_on(empty, text + " #" + "x" * 70_000)
    assert (advice.cause, advice.correction) == (cause, None)
    assert len(advice.excerpt) < 200


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("SELECT * { ?s a fyp:Plan }", True),
        ("SELECT * { ?s ftp:hasObjective ?o }", True),
        ("SELECT * { ?s a Plan }", True),
        ("SELCT * { ?s ?p ?o }", True),
        ("SELECT * { ?s ?p ?o FILTER ?o > 3 }", True),
        ("SELECT * { ?s ?p ?o LIMIT 3", False),
        ("SELECT { ?s ?p ?o }", False),
        ("SELECT * { ?s ?p 'abc }", False),
        ("SELECT * { ?s ?p ?o FILTER(LANG(?o) = en) }", False),
    ],
)
def test_a_correction_is_sure_if_there_is_no_other(empty: EmbeddedEngine, text: str, *, sure: bool) -> None:
    correction = advice_on(empty, text).correction
    assert correction is not None
    assert correction.sure is sure


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FYP + "SELECT * { ?s hasTarget ?o }", "fyp:hasTargetA or fyp:hasTargetB"),
        ("SELECT * { ?s dcx:title ?o }", "did you mean dcat: or spdx:?"),
        ("SELECT * { ?s ?p ?o FILTER(ISLRI(?o)) }", "Did you mean ISIRI or ISURI or IRI?"),
    ],
)
def test_between_several_near_names_nobody_chooses_for_the_reader(empty: EmbeddedEngine, text: str, words: str) -> None:
    error = refusal(empty, text)
    assert error is not None
    advice = advise(error, text, lambda: Terms((), ("fyp:hasTargetA", "fyp:hasTargetB")))
    assert advice is not None
    assert words in str(advice.remedy)
    assert advice.correction is None


def test_the_lines_of_a_correction_are_those_that_change(empty: EmbeddedEngine) -> None:
    text = "SELECT * {\n  ?s a fyp:Plan ;\n skos:prefLabel ?l }"
    correction = advice_on(empty, text).correction
    assert correction is not None
    assert [line.split()[1] for line in correction.lines(text).split("\n")] == ["fyp:", "skos:"]


def test_the_terms_are_those_of_the_release(engine: EmbeddedEngine) -> None:
    terms = terms_of(engine)
    assert {"fyp:Plan", "fyp:NationalPlan", "skos:Concept"} <= set(terms.classes)
    assert {"fyp:hasObjective", "skos:prefLabel", "dcterms:title"} <= set(terms.properties)
    assert PREFIXES["graph"] + "plan-ii" in [graph.value for graph in terms.graphs]


class Counting(EmbeddedEngine):
    asked = 0

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        self.asked += 1
        if self.release_id == "broken":
            raise QueryFailed(question.text)
        return super().answer(question, cancellation)


def test_the_terms_are_asked_once_for_each_release_and_not_cached_after_an_error() -> None:
    cache, engine = TermCache(), Counting(Store(), "first", 128)
    assert cache.of(engine) == cache.of(engine) == Terms()
    asked = engine.asked
    assert asked > 0
    engine.release_id = "broken"
    assert cache.of(engine) == Terms()
    engine.release_id = "first"
    cache.of(engine)
    assert engine.asked == asked + 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fyp:hasobjective", "fyp:hasObjective"),
        ("hasObjektive", "fyp:hasObjective"),
        ("skos:label", "rdfs:label"),
        ("fyp:plan", "fyp:Plan"),
        ("fyp:zebra", None),
    ],
)
def test_the_nearest_term_is_found_in_spite_of_case_prefix_and_letters(name: str, expected: str | None) -> None:
    assert next(iter(nearest(name, TERMS.all)), None) == expected


WORDS = """SELECT ASK CONSTRUCT DESCRIBE WHERE GRAPH UNION OPTIONAL FILTER BIND AS VALUES GROUP BY ORDER LIMIT 10 INSERT
SERVICE PREFIX x: @prefix ?s ?p ?o fyp:Plan ftp:x <http://a b> <x> plan a _:b 'a 'a' "b"@en @e COUNT(?x)"""
SIGNS = '{ } ( ) [ ] . ; , * = < > && ! ^^ “ ” （ ， # \\ """'
SCRAPS = st.sampled_from([*WORDS.split(), *SIGNS.split(), "\n", "\t"])


@examples(300)
@given(st.one_of(st.text(max_size=80), st.lists(SCRAPS, max_size=25).map(" ".join), st.lists(SCRAPS).map("".join)))
def test_advice_never_raises_and_every_correction_can_be_applied(text: str) -> None:
    engine = EmbeddedEngine(Store(), "empty", 128)
    try:
        error = refusal(engine, text)
    except AssertionError:
        return
    advice = advise(error, text, lambda: TERMS) if error is not None else None
    if isinstance(error, QueryInvalid):
        assert advice is not None
    if advice is not None and advice.correction is not None:
        assert advice.correction.applied(text) != text
        assert advice.correction.lines(text) in advice.correction.applied(text)


@pytest.mark.parametrize(
    ("name", "near", "expected"),
    [
        ("fyp:hasObjectiv", ["fyp:hasObjective", "fyp:hasSubObjective"], "fyp:hasObjective"),
        ("hasTarget", ["fyp:hasTargetA", "fyp:hasTargetB"], None),
        ("ex:label", ["rdfs:label", "skos:label"], None),
        ("Plan", ["fyp:Plan"], "fyp:Plan"),
        ("Plan", [], None),
    ],
)
def test_a_name_is_meant_if_no_other_is_about_as_near(name: str, near: list[str], expected: str | None) -> None:
    assert unambiguous_name(name, near) == expected
