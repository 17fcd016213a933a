"""Explanations of empty results: each has its reason, by few queries, and the corrected query has rows."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from kg.core.errors import QuestionCancelled, QuestionTooLong
from kg.core.names import graph, sparql_prologue
from kg.diagnostics.empty_result import Explanation, explain, misspelt_names
from kg.diagnostics.empty_result.parts import parts_of
from kg.diagnostics.empty_result.probe import MOST_QUESTIONS
from kg.diagnostics.term_suggestions import Terms, terms_of
from kg.engine import Answer, Question, select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.limits import CancellationToken
from kg.engine.store import Store
from kg.questions.catalogue import bind
from kg.sparql.syntax_tree import Bind, Filter, Group, Minus, Node, Object, Optional, Union, Values
from tests.catalogue import project_catalogue
from tests.examples import examples

PROLOGUE = sparql_prologue("fyp", "id", "skos", "graph", "dcterms")

# an empty query, the cause, and words of the reason
EMPTY = [
    ("SELECT * { ?p a fyp:SectorPlan }", "unknown-class", "did you mean fyp:SectoralPlan"),
    ("SELECT * { ?p a fyp:Plan ; fyp:hasObjectives ?o }", "unknown-property", "did you mean fyp:hasObjective"),
    ("SELECT * { ?p skos:preflabel ?l }", "unknown-property", "skos:prefLabel"),
    ("SELECT * { ?p fyp:prefLabel ?l }", "unknown-property", "skos:prefLabel"),
    ("SELECT * { ?p fyp:hasObjective/skos:prefLable ?l }", "unknown-property", "skos:prefLabel"),
    ("SELECT * { ?p fyp:zebra ?l }", "unknown-property", "none with a name like it"),
    ('SELECT * { ?p fyp:planStartYear "2021" }', "literal", 'The data have 2021, not "2021"'),
    ('SELECT * { ?p skos:prefLabel "技工教育“十四五”规划" }', "literal", "the language tag belongs to the value"),
    ('SELECT * { ?p skos:prefLabel "技工教育“十四五”规划"@zh-Hans }', "literal", "the language tag differs"),
    ('SELECT * { ?p dcterms:language "EN"@en }', "literal", "it has no language tag"),
    ("SELECT * { ?p fyp:planStartYear 1999 }", "literal", "18 of type xsd:integer, such as 2021"),
    ('SELECT * { ?p skos:prefLabel "technical worker education"@en }', "literal", "capital letters count"),
    ('SELECT * { ?p skos:prefLabel "worker education" }', "literal", "Values with these words in them"),
    ("SELECT * { GRAPH graph:plan-iii { ?p a fyp:Plan } }", "graph", "There is no graph graph:plan-iii"),
    ("SELECT * { GRAPH graph:source { ?p a fyp:SectoralPlan } }", "graph", "graph:plan-ict, graph:plan-ii"),
    ("SELECT * FROM graph:plan-iii { ?p a fyp:SectoralPlan }", "unknown-graph", "did you mean graph:plan-ii?"),
    ("SELECT * FROM graph:source { ?p a fyp:SectoralPlan }", "dataset", "it is in: graph:plan-bd"),
    ("SELECT * FROM graph:plan-ii { GRAPH ?g { ?s ?p ?o } }", "no-named-graph", "add FROM NAMED"),
    ("SELECT * FROM NAMED graph:plan-ii { ?s ?p ?o }", "no-default-graph", "GRAPH ?graph { ... }"),
    ("SELECT * { id:plan-iix ?p ?o }", "unknown-thing", "did you mean id:plan-ii?"),
    ("SELECT * { <https://w3id.org/fyp-kg/id/plan%2Dii> ?p ?o }", "escaping", "plan-ii>"),
    ("SELECT * { <plan-ii> ?p ?o }", "relative-iri", "relative IRI"),
    ("SELECT * { ?o fyp:hasObjective id:plan-ii }", "direction", "id:plan-ii fyp:hasObjective ?o"),
    ("SELECT * { id:plan-ii fyp:startOffset ?o }", "no-such-property", "it has: dcterms:issued"),
    ("SELECT * { id:plan-ii dcterms:issued id:plan-sw }", "other-value", "leads to other values"),
    ("SELECT * { ?t a fyp:Technology ; fyp:hasObjective ?o }", "empty-join", "From this pattern on"),
    ("SELECT * { ?t a fyp:Technology ; fyp:hasObjective ?o }", "no-common-value", "?t has no value that fits both"),
    ("SELECT * { VALUES ?t { id:plan-ii } ?t a fyp:Technology }", "no-common-value", "?t has no value"),
    ("SELECT * { { ?x a fyp:Planz } UNION { ?x a fyp:Mesure } }", "unknown-class", "fyp:Measure"),
    ("SELECT * { { SELECT ?x { ?x a fyp:Planz } LIMIT 3 } }", "unknown-class", "fyp:Plan"),
    ("SELECT * { ?x fyp:hasObjective [ skos:prefLable ?l ] }", "unknown-property", "skos:prefLabel"),
    ('SELECT * { ?p a fyp:Plan ; skos:prefLabel ?l FILTER(LANG(?l) = "zh-Hans") }', "filtered-values", "tagged @zh"),
    ('SELECT * { ?p fyp:planEndYear ?y FILTER(?y = "2025") }', "filtered-values", "18 of type xsd:integer"),
    ("SELECT * { ?p fyp:planEndYear ?year FILTER(?yaer = 2025) }", "unbound-variable", "did you mean ?year?"),
    ("SELECT * { ?p a fyp:SectoralPlan FILTER NOT EXISTS { ?p a fyp:Plan } }", "filter", "Nothing passes FILTER NOT"),
    ("SELECT * { ?p a fyp:SectoralPlan MINUS { ?p a fyp:Plan } }", "filter", "takes every row away"),
    ("SELECT * { ?p a fyp:Plan } LIMIT 0", "modifier", "LIMIT 0"),
    ("SELECT * { ?p a fyp:Plan } OFFSET 1000", "modifier", "OFFSET"),
    ("SELECT ?p { ?p a fyp:Plan } GROUP BY ?p HAVING(COUNT(*) > 99999)", "modifier", "HAVING"),
    ("ASK { ?p a fyp:Planz }", "unknown-class", "fyp:Plan"),
    ("CONSTRUCT { ?p a fyp:X } WHERE { ?p a fyp:Planz }", "unknown-class", "fyp:Plan"),
    ("CONSTRUCT WHERE { ?p a fyp:Planz }", "unknown-class", "fyp:Plan"),
    ("DESCRIBE id:plan-iix", "unknown-thing", "id:plan-ii"),
]


@pytest.fixture(scope="module")
def terms(engine: EmbeddedEngine) -> Terms:
    return terms_of(engine)


def words_of(explanation: Explanation, cause: str) -> str:
    return " ".join(str(finding.words) for finding in explanation.findings if finding.cause == cause)


@pytest.mark.parametrize(("text", "cause", "words"), EMPTY, ids=[f"{cause}-{text}" for text, cause, _ in EMPTY])
def test_an_empty_query_gets_its_reason(
    engine: EmbeddedEngine, terms: Terms, text: str, cause: str, words: str
) -> None:
    explanation = explain(engine, Question(PROLOGUE + text), terms)
    assert words in words_of(explanation, cause), explanation
    assert explanation.summary
    assert explanation.complete
    assert explanation.questions <= MOST_QUESTIONS


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?p a fyp:SectorPlan }",
        "SELECT * { ?p a fyp:Plan ; fyp:hasObjectives ?o }",
        'SELECT * { ?p fyp:planStartYear "2021" ; fyp:hasObjective ?o }',
        'SELECT * { ?p skos:prefLabel "技工教育“十四五”规划" }',
        "SELECT * { id:plan-iix ?p ?o }",
        'SELECT * { ?p dcterms:issued "2021-11-30" }',
    ],
)
def test_a_corrected_query_has_rows(engine: EmbeddedEngine, terms: Terms, text: str) -> None:
    explanation = explain(engine, Question(PROLOGUE + text), terms)
    corrected = next(finding.corrected for finding in explanation.findings if finding.corrected)
    assert select(engine, corrected).rows


def test_a_correction_writes_iris_whole_where_the_prefix_is_not_declared(engine: EmbeddedEngine, terms: Terms) -> None:
    text = "SELECT * { ?p a <https://w3id.org/fyp-kg/ontology#SectorPlan> }"
    finding = explain(engine, Question(text), terms).findings[0]
    assert finding.corrected == text.replace("SectorPlan", "SectoralPlan")


def test_each_pattern_has_a_step_alone_and_in_the_join(engine: EmbeddedEngine, terms: Terms) -> None:
    text = "SELECT * {\n  ?p a fyp:SectoralPlan ;\n     fyp:hasObjective ?o .\n  ?o a fyp:Planz\n}"
    steps = explain(engine, Question(PROLOGUE + text), terms).steps
    first = PROLOGUE.count("\n") + 2
    assert [(step.line, step.alone, step.joined) for step in steps] == [
        (first, True, True),
        (first + 1, True, True),
        (first + 2, False, False),
    ]


def test_graphs_of_the_request_count_as_those_of_the_query(engine: EmbeddedEngine, terms: Terms) -> None:
    text = PROLOGUE + "SELECT * { ?p a fyp:SectoralPlan }"
    nowhere = explain(engine, Question(text, default_graphs=(graph("plan-iii"),)), terms)
    assert "did you mean graph:plan-ii?" in words_of(nowhere, "unknown-graph")
    assert "graph:editorial" in words_of(nowhere, "unknown-graph")
    elsewhere = explain(engine, Question(text, default_graphs=(graph("source"),)), terms)
    assert "it is in: graph:plan-bd" in words_of(elsewhere, "dataset")
    named = explain(engine, Question(text, named_graphs=(graph("plan-ii"),)), terms)
    assert "add FROM or default-graph-uri" in words_of(named, "no-default-graph")


@pytest.mark.parametrize("text", ["SELECT * { ?p a fyp:Plan }", "ASK { ?p a fyp:Plan OPTIONAL { ?p a fyp:X } }"])
def test_a_query_with_an_answer_has_no_finding(engine: EmbeddedEngine, terms: Terms, text: str) -> None:
    explanation = explain(engine, Question(PROLOGUE + text), terms)
    assert str(explanation.summary) == "The pattern matches: this query has an answer."
    assert explanation.findings == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", "SERVICE is not explained"),
        ("SELECT * { ?s ?p", "should be"),
        ("", "no pattern in braces"),
        ("SELECT * {" + "?s ?p ?o . " * 300 + "}", "more than 200 patterns"),
        ("SELECT * { ?s ?p ?o } #" + "x" * 70_000, "more than 65536 characters"),
        ("SELECT * { << ?s ?p ?o >> ?q ?r }", "should be"),
    ],
)
def test_a_query_that_is_not_explained_gets_a_reason(
    engine: EmbeddedEngine, terms: Terms, text: str, words: str
) -> None:
    explanation = explain(engine, Question(text), terms)
    assert str(explanation.summary).startswith("This query cannot be taken apart.")
    assert words in str(explanation.summary)
    assert explanation.questions == 0


def test_misspelt_names_are_found_without_a_query(terms: Terms) -> None:
    broken = Broken()
    text = PROLOGUE + "SELECT * { { ?p a fyp:Planz } UNION { ?p fyp:hasObjectiv ?o } OPTIONAL { ?p a fyp:Planz } }"
    findings = misspelt_names(broken, Question(text), terms)
    assert [finding.cause for finding in findings] == ["unknown-class", "unknown-property"]
    assert broken.asked == 0


class Broken(EmbeddedEngine):
    """Does not answer in time, or at all."""

    def __init__(self, error: type[Exception] = QuestionTooLong) -> None:
        super().__init__(Store(), "broken", 128)
        self.asked, self.error = 0, error

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        del cancellation
        self.asked += 1
        raise self.error(question.text)


def test_after_a_question_that_takes_too_long_no_other_is_asked(terms: Terms) -> None:
    broken = Broken()
    explanation = explain(broken, Question(PROLOGUE + "SELECT * { ?s ?p ?o . ?o a fyp:Planz }"), terms)
    assert broken.asked == 1
    assert not explanation.complete


def test_no_further_query_is_sent_for_a_client_that_disconnected(terms: Terms) -> None:
    broken = Broken(QuestionCancelled)
    with pytest.raises(QuestionCancelled):
        explain(broken, Question("SELECT * { ?s ?p ?o . ?o a ?c }"), terms)
    assert broken.asked == 1


class Counting(EmbeddedEngine):
    asked = 0

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        self.asked += 1
        return super().answer(question, cancellation)


@pytest.mark.parametrize("many", [1, 30, 150])
def test_there_are_at_most_forty_questions(store: Store, terms: Terms, many: int) -> None:
    counting = Counting(store, "real", 512)
    patterns = " ".join(f'?x{n} fyp:asPrinted "none {n}" .' for n in range(many))
    explanation = explain(counting, Question(PROLOGUE + f"SELECT * {{ {patterns} }}"), terms)
    assert counting.asked == explanation.questions <= MOST_QUESTIONS
    assert words_of(explanation, "literal")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("?s a ?c ; ?p ?o , ?q . [] ?a [ ?b ( 1 2 ) ]", [Object] * 5),
        ("?s ^a|!(a|^a)/(fyp:x*)+ -1.5 ; ; . ?s a true", [Object] * 2),
        (
            "OPTIONAL { ?s ?p ?o } MINUS { ?a ?b ?c } FILTER(?x) FILTER NOT EXISTS { ?x ?y ?z }",
            [Optional, Minus, Filter, Filter],
        ),
        ("BIND(1 AS ?x) VALUES ?y { 1 } VALUES (?y ?z) { (1 UNDEF) }", [Bind, Values, Values]),
        ("{ ?s ?p ?o } { ?s ?p ?o FILTER(?o) } { ?a ?b ?c } UNION { ?a ?b ?c }", [Object, Group, Union]),
        ('GRAPH ?g { ?s ?p """a\n} { """@en , \'b\'^^fyp:d . # }\n }', [Object, Object]),
        ("_:a ?p _:b . _:b ?q _:a .", [Object] * 2),
        ("FILTER REGEX(?x, '}') FILTER<http://www.w3.org/2001/XMLSchema#boolean>(?x)", [Filter, Filter]),
    ],
)
def test_a_pattern_is_read_into_its_parts(text: str, kinds: list[type[Node]]) -> None:
    query_parts = parts_of(PROLOGUE + f"SELECT * {{ {text} }} LIMIT 3")
    assert query_parts.not_explained == ""
    assert [type(part.node) for part in query_parts.parts] == kinds
    assert query_parts.modifiers is not None
    assert query_parts.modifiers.limit == 3
    whole = " ".join(part.query for part in query_parts.parts)
    Store().query(f"{query_parts.prologue} SELECT * {{ {whole} }}")


def test_a_canned_question_is_always_taken_apart(engine: EmbeddedEngine, terms: Terms) -> None:
    for question in project_catalogue().questions.values():
        text = bind(question, {}, engine)
        assert parts_of(text).not_explained == "", question.slug
        explanation = explain(engine, Question(text), terms)
        assert explanation.findings == (), question.slug


WORDS = """SELECT ASK CONSTRUCT DESCRIBE WHERE GRAPH UNION OPTIONAL MINUS FILTER BIND VALUES AS FROM NAMED LIMIT 0
OFFSET HAVING ?s ?p ?o a fyp:Plan fyp:Planz id:x <x> <http://a> 'a' "b"@en 12 true NOT EXISTS _:b SERVICE (?x) ^^"""
SIGNS = "{ } ( ) [ ] . ; , * / | ^ ! + - = < >"
SCRAPS = st.lists(st.sampled_from([*WORDS.split(), *SIGNS.split()]), max_size=30).map(" ".join)


@examples(200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=60), SCRAPS, SCRAPS.map(lambda inside: f"{PROLOGUE}SELECT * {{ {inside} }}")))
def test_an_explanation_never_raises(terms: Terms, text: str) -> None:
    small = EmbeddedEngine(Store(), "small", 128)
    explanation = explain(small, Question(text), terms)
    assert str(explanation.summary)
    assert explanation.questions <= MOST_QUESTIONS
    for finding in explanation.findings:
        assert 1 <= finding.line <= text.count("\n") + 1
