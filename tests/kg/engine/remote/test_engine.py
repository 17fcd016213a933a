"""Questions to the native Oxigraph server: the same answers and errors, of one release, and of nobody else's data."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from pyoxigraph import NamedNode

from kg.core.errors import AnswerTooLarge, ClientBusy, KgError, QueryRefused, QuestionCancelled, ReleaseNotPushed
from kg.core.media_types import FORMS
from kg.core.names import graph, name
from kg.core.settings import Settings
from kg.engine import Question, construct, select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.limits import CancellationToken
from kg.engine.remote.engine import RemoteEngine, checker_for, open_engine
from kg.release import Release
from tests.kg.engine.remote.conftest import FOREIGN

PREFIXES = (
    "PREFIX graph: <https://w3id.org/fyp-kg/graph/> PREFIX fyp: <ontology#> PREFIX kg: <https://w3id.org/fyp-kg/> "
)
TABLES = [
    "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 3000",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) FROM graph:plan-ii FROM <graph/plan-bd> { ?s ?p ?o }",
    "SELECT ?g (COUNT(*) AS ?n) FROM NAMED kg:graph\\/plan-ii WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "SELECT (COUNT(*) AS ?n) FROM NAMED graph:plan-ii { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) FROM <https://example.org/none> { ?s ?p ?o }",
    "BASE <https://w3id.org/fyp-kg/graph/> SELECT (COUNT(*) AS ?n) { GRAPH <plan-ii> { ?s ?p ?o } }",
    "PREFIX p: <https://w3id.org/fyp-kg/graph/plan-> SELECT (COUNT(*) AS ?n) { GRAPH p:ii { ?s ?p ?o } }",
    "SELECT ?g { GRAPH ?g {} } ORDER BY ?g",
    'SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), CONCAT(STR(graph:), "plan-"))) } ORDER BY ?g',
    'SELECT DISTINCT ?g { GRAPH ?g { ?s a ?o } FILTER(STR(?g) = "https://w3id.org/fyp-kg/graph/plan-ii") }',
    "SELECT DISTINCT ?g { GRAPH ?g { ?s a ?o } FILTER(STR(?g) = '''https://w3id.org/fyp-kg/gr\\u0061ph/plan-ii''') }",
    'SELECT DISTINCT (STRAFTER(STR(?g), "graph/") AS ?n) { GRAPH ?g {} FILTER REGEX(STR(?g), "/graph/p") } ORDER BY ?n',
    "SELECT * { GRAPH <graph-{id}/graph/plan-ii> { ?s ?p ?o } }",
    "PREFIX in: <https://w3id.org/fyp-kg/graph-{id}/graph/> SELECT * FROM in:plan-ii { ?s ?p ?o }",
    "SELECT * { <bnode:{id}/c14n1> ?p ?o }",
    "SELECT ?p ?o { graph:plan-ii ?p ?o } ORDER BY ?p ?o",
    "SELECT ?s ?p { ?s ?p graph:plan-ii } ORDER BY ?s ?p",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER isBlank(?s) }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(!isIRI(?o) && !isLiteral(?o)) }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(isURI(?s) || isBlank(?nothing)) }",
    "SELECT (isBlank(BNODE()) AS ?a) (isIRI(<x>) AS ?b) (isBlank(IF(isBlank(<x>), <x>, <y>)) AS ?c) {}",
    "SELECT (COUNT(*) AS ?n) { GRAPH graph:ontology { ?x a ?c } ?x ?p ?y FILTER isBlank(?x) }",
    "SELECT ?x ?p ?o { ?x a <http://www.w3.org/2002/07/owl#AllDisjointClasses> ; ?p ?o } ORDER BY ?x ?p ?o",
    'ASK { ?s ?p "theirs" }',
    "SELECT * { GRAPH <https://example.org/theirs> { ?s ?p ?o } }",
    "SELECT * FROM <https://example.org/theirs> { ?s ?p ?o }",
    "SELECT * FROM NAMED <https://example.org/theirs> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT (<x> AS ?iri) (IRI('y') AS ?made) {} # a comment",
    "SELECT * { ?z fyp:partOf ?b . ?b a ?a } ORDER BY ?z ?b ?a",
    "SELECT DISTINCT * { { ?z a fyp:Plan } UNION { ?b fyp:partOf ?z } OPTIONAL { ?z a ?a } } ORDER BY ?z ?b ?a",
    "SELECT ?s#\n{ ?s a#>\nfyp:Plan } ORDER BY ?s",
]
GRAPHS = [
    "DESCRIBE <id/plan-ii>",
    "DESCRIBE <id/plan-ii> <id/plan-bd> <id/nothing>",
    "DESCRIBE ?plan { ?plan a fyp:Plan }",
    "DESCRIBE ?plan ?other WHERE { ?plan a fyp:Plan ; fyp:coversTechnology ?other } ORDER BY ?plan LIMIT 3",
    "DESCRIBE * { ?plan a fyp:Plan . OPTIONAL { ?plan <nothing> ?thing } }",
    "DESCRIBE <id/plan-ii> { ?plan a fyp:Nothing }",
    "DESCRIBE ?x FROM graph:plan-ii { ?x a fyp:Plan }",
    "DESCRIBE ?x { VALUES ?x { graph:plan-ii } }",
    "DESCRIBE ?x { ?x a <http://www.w3.org/2002/07/owl#AllDisjointClasses> }",
    "CONSTRUCT { ?s ?p ?o } { GRAPH graph:ontology { ?s ?p ?o } }",
    "CONSTRUCT { ?g a fyp:Plan } { GRAPH ?g { ?s a fyp:Plan } }",
    "CONSTRUCT FROM graph:plan-ii WHERE { ?s ?p ?o }",
]


@pytest.mark.slow
@pytest.mark.parametrize("text", TABLES)
def test_a_table_is_the_same(engine: EmbeddedEngine, remote: RemoteEngine, text: str) -> None:
    text = text.replace("{id}", remote.release_id)
    for ending in ("srj", "srx", "tsv", "csv"):
        question = Question(PREFIXES + text, FORMS[ending])
        assert remote.answer(question).body == engine.answer(question).body


@pytest.mark.parametrize("text", GRAPHS)
def test_a_graph_is_the_same_but_for_the_order_of_its_statements(
    engine: EmbeddedEngine, remote: RemoteEngine, text: str
) -> None:
    ours, theirs = construct(engine, PREFIXES + text), construct(remote, PREFIXES + text)
    assert set(theirs) == set(ours)
    assert theirs == sorted(theirs, key=str)


@pytest.mark.parametrize(
    ("default", "named"),
    [
        ((), ()),
        ((graph("plan-ii"),), ()),
        ((), (graph("plan-ii"), graph("plan-bd"))),
        ((graph("plan-ii"),), (graph("plan-bd"),)),
        ((NamedNode(FOREIGN),), (NamedNode(FOREIGN),)),
        ((graph("0123456789abcdef/graph/plan-ii"),), ()),
    ],
)
def test_the_dataset_of_the_asker_goes_before_that_of_the_text(
    engine: EmbeddedEngine, remote: RemoteEngine, default: tuple[NamedNode, ...], named: tuple[NamedNode, ...]
) -> None:
    text = (
        "SELECT ?g (COUNT(*) AS ?n) FROM <graph/outcome> { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } GROUP BY ?g"
    )
    question = Question(f"{text} ORDER BY ?g", FORMS["csv"], default, named)
    assert remote.answer(question).body == engine.answer(question).body


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("SELECT * {\n ?s ?p", "srj"),
        ("SELECT ?x { ?x a nothing:Here }", "srj"),
        ("DROP ALL", "srj"),
        ("INSERT DATA { <a> <b> <c> }", "srj"),
        ("SELECT * { SERVICE <http://127.0.0.1:9> { ?s ?p ?o } }", "srj"),
        ("SELECT " + "(" * 500, "srj"),
        ("SELECT (<java:java.lang.exit>(1) AS ?x) {}", "srj"),
        ("ASK {}", "ttl"),
        ("DESCRIBE <x>", "csv"),
        ("CONSTRUCT { <x> <y> '\\u0001' } {}", "rdf"),
    ],
)
def test_an_error_is_the_same(engine: EmbeddedEngine, remote: RemoteEngine, text: str, ending: str) -> None:
    for _ in range(2):  # found, and remembered
        errors = []
        for either in (engine, remote):
            with pytest.raises(KgError) as raised:
                either.answer(Question(text, FORMS[ending]))
            errors.append((type(raised.value), str(raised.value), getattr(raised.value, "line", None)))
        assert errors[0] == errors[1]


@pytest.mark.parametrize("text", ["SELECT * { <a\\u0062> ?p ?o }", "SELECT * FROM <http://a\\u0062> { ?s ?p ?o }"])
def test_an_iri_that_engines_read_differently_is_refused(remote: RemoteEngine, text: str) -> None:
    with pytest.raises(KgError, match="write the character itself"):
        remote.answer(Question(text))


def test_what_is_sent_holds_no_comment_and_no_escape_that_could_hide_a_call(remote: RemoteEngine) -> None:
    text = 'ASK { BIND("\\u0022 } SERVICE <http://x>" AS ?x) } # \\u000a SERVICE <http://x>'
    assert json.loads(remote.answer(Question(text)).body) == {"head": {}, "boolean": True}
    with pytest.raises(QueryRefused, match="written with escapes"):
        remote.answer(Question('ASK { BIND("\\u0022 } SERVICE <http://x> {" AS ?x) }'))


def test_a_large_answer_lies_in_a_file(remote: RemoteEngine, engine: EmbeddedEngine) -> None:
    question = Question("SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o", FORMS["tsv"])
    answer = remote.answer(question)
    assert answer.spill is not None
    assert answer.size > 2 * 2**20
    assert b"".join(answer.chunks()) == engine.answer(question).body


def test_an_answer_that_is_too_large_is_an_error(remote_settings: Settings, release: Release) -> None:
    few = replace(remote_settings, max_answer_bytes=10_000)
    engine = open_engine(release.release_id, tuple(release.manifest.graphs), few)
    try:
        for text in ("SELECT * { ?s ?p ?o } LIMIT 200", "SELECT * { ?s ?p ?o }"):
            with pytest.raises(AnswerTooLarge, match="larger than 10000 bytes"):
                engine.answer(Question(text, FORMS["tsv"]))
    finally:
        engine.close()


def test_a_cancelled_question_is_not_asked(remote: RemoteEngine) -> None:
    cancellation = CancellationToken()
    cancellation.cancel()
    with pytest.raises(QuestionCancelled):
        remote.answer(Question("ASK {}"), cancellation)


def test_a_client_with_too_many_questions_is_reported(remote_settings: Settings, release: Release) -> None:
    engine = open_engine(release.release_id, (), replace(remote_settings, max_per_client=1))
    try:
        with engine._client_limit.admit(CancellationToken("somebody")), pytest.raises(ClientBusy):
            engine.answer(Question("ASK {}"), CancellationToken("somebody"))
        assert engine.answer(Question("ASK {}"), CancellationToken("somebody")).body
    finally:
        engine.close()


def test_a_release_that_was_not_pushed_is_refused_with_the_remedy(remote_settings: Settings) -> None:
    with pytest.raises(ReleaseNotPushed, match="kg push 0123456789abcdef"):
        open_engine("0123456789abcdef", ("plan-ii",), remote_settings)


def test_engines_of_several_releases_may_share_a_checker(remote_settings: Settings, release: Release) -> None:
    checker = checker_for(remote_settings)
    graphs = tuple(release.manifest.graphs)
    engines = [open_engine(release.release_id, graphs, remote_settings, checker=checker) for _ in range(2)]
    assert {engine._checker for engine in engines} == {checker}
    engines[0].close()
    assert engines[1].answer(Question("ASK {}", FORMS["csv"])).body == b"true"
    engines[1].close()


def test_its_pool_status_counts_replicas(remote: RemoteEngine) -> None:
    assert remote.pool_status().replicas == {"up": 1, "out": 0}
    assert select(remote, f"SELECT ?x {{ ?x a {name('fyp:Plan')} }} LIMIT 1").rows
