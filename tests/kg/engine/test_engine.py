"""The engine: whole answers in every form, and refusals before anything is asked."""

from __future__ import annotations

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from kg.core.errors import QueryInvalid, QueryRefused, QueryTooDeep, RequestInvalid
from kg.core.media_types import FORMS, GRAPH_FORMS, RESULT_FORMS, Form
from kg.core.names import graph, name, thing
from kg.engine import Engine, Question, Table, select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store

VALUES: dict[str, Literal | NamedNode] = {
    "tagged": Literal("x", language="en"),
    "dated": Literal("2021-12-01", datatype=name("xsd:date")),
    "decimal": Literal("80.5", datatype=name("xsd:decimal")),
    "plain": Literal('中, "quoted"\n<&\ttab'),
    "named": name("fyp:Plan"),
}
ROWS = "SELECT ?p ?o ?none { ?s ?p ?o }"
TRIPLES = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
tables = pytest.mark.parametrize("form", RESULT_FORMS, ids=lambda form: form.ending)
graphs = pytest.mark.parametrize("form", GRAPH_FORMS, ids=lambda form: form.ending)


@pytest.fixture(scope="module")
def small() -> EmbeddedEngine:
    """Make an engine over one resource with a value of each sort, and one in a graph of its own."""
    quads = [Quad(thing("a"), name(f"fyp:{key}"), value, graph("one")) for key, value in VALUES.items()]
    return EmbeddedEngine(Store(quads), "0123456789abcdef", 20)


@pytest.mark.parametrize("ending", ["srj", "srx", "tsv"])
def test_tags_and_datatypes_survive_every_form_of_a_table_that_has_them(small: EmbeddedEngine, ending: str) -> None:
    answer = small.answer(Question(ROWS, FORMS[ending]))
    wanted = FORMS[ending].format
    assert isinstance(wanted, QueryResultsFormat)
    solutions = pyoxigraph.parse_query_results(answer.body, format=wanted)
    assert isinstance(solutions, QuerySolutions)
    rows = {(solution["p"], solution["o"], solution["none"]) for solution in solutions}
    assert rows == {(name(f"fyp:{key}"), value, None) for key, value in VALUES.items()}
    assert answer.form == FORMS[ending]


def test_csv_has_the_bare_values_quoted_as_csv_wants_them(small: EmbeddedEngine) -> None:
    body = small.answer(Question("SELECT ?o ?none { ?s ?p ?o } ORDER BY ?p", FORMS["csv"])).body.decode()
    assert body == (
        "o,none\r\n2021-12-01,\r\n80.5,\r\n"
        'https://w3id.org/fyp-kg/ontology#Plan,\r\n"中, ""quoted""\n<&\ttab",\r\nx,\r\n'
    )


@graphs
def test_tags_and_datatypes_survive_every_form_of_a_graph(small: EmbeddedEngine, form: Form) -> None:
    answer = small.answer(Question(TRIPLES, form))
    assert isinstance(form.format, RdfFormat)
    triples = {quad.triple for quad in pyoxigraph.parse(answer.body, format=form.format)}
    assert triples == {Triple(thing("a"), name(f"fyp:{key}"), value) for key, value in VALUES.items()}


@pytest.mark.parametrize("ending", ["srj", "srx"])
@pytest.mark.parametrize(("text", "truth"), [("ASK { ?s ?p ?o }", True), ("ASK { ?s ?p 0 }", False)])
def test_a_truth_value_is_reported(small: EmbeddedEngine, ending: str, text: str, truth: bool) -> None:
    wanted = FORMS[ending].format
    assert isinstance(wanted, QueryResultsFormat)
    boolean = pyoxigraph.parse_query_results(small.answer(Question(text, FORMS[ending])).body, format=wanted)
    assert isinstance(boolean, QueryBoolean)
    assert bool(boolean) is truth


@tables
@pytest.mark.parametrize("text", [TRIPLES, "DESCRIBE <https://w3id.org/fyp-kg/id/a>"])
def test_a_graph_has_no_form_of_a_table(small: EmbeddedEngine, form: Form, text: str) -> None:
    with pytest.raises(RequestInvalid, match="makes a graph, which has no form") as caught:
        small.answer(Question(text, form))
    assert form.media_type in str(caught.value)


@graphs
@pytest.mark.parametrize("text", [ROWS, "ASK {}"])
def test_a_table_has_no_form_of_a_graph(small: EmbeddedEngine, form: Form, text: str) -> None:
    with pytest.raises(RequestInvalid, match="makes a table, which has no form") as caught:
        small.answer(Question(text, form))
    assert form.media_type in str(caught.value)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SELECT * {", QueryInvalid),
        ("SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }", QueryRefused),
        ("DROP ALL", QueryRefused),
        ("ASK " + "{" * 21 + "}" * 21, QueryTooDeep),
        ("ASK { FILTER(1" + "+1" * 81 + ") }", QueryTooDeep),
    ],
)
def test_what_must_not_be_asked_is_refused(small: EmbeddedEngine, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        small.answer(Question(text))


def test_a_question_is_asked_of_its_dataset(small: EmbeddedEngine) -> None:
    text = "SELECT ?s { ?s ?p ?o } LIMIT 1"
    for graphs_asked, rows in (((), 1), ((graph("one"),), 1), ((graph("two"),), 0)):
        body = small.answer(Question(text, FORMS["tsv"], default_graphs=graphs_asked)).body
        assert len(body.splitlines()) == rows + 1


def test_the_clauses_of_a_question_choose_its_dataset(small: EmbeddedEngine) -> None:
    for home, rows in (("one", 5), ("two", 0)):
        for text in ("SELECT ?o FROM <%s> { ?s ?p ?o }", "SELECT ?o FROM NAMED <%s> { GRAPH ?g { ?s ?p ?o } }"):
            assert len(select(small, text % graph(home).value).rows) == rows


@pytest.mark.parametrize("inside", ["?s ?p trueFILTER(?from = 1)", "?s ?p 'FROM <urn:x>'", "?s ?p ?o # FROM <urn:x>\n"])
def test_the_letters_of_from_choose_no_dataset(small: EmbeddedEngine, inside: str) -> None:
    only_the_engine_reads = "OPTIONAL { ?s a falseFILTER(true) }"
    rows = select(small, f"SELECT * {{ ?a ?b ?c OPTIONAL {{ {inside} }} {only_the_engine_reads} }}").rows
    assert len(rows) >= len(select(small, "SELECT * { ?s ?p ?o }").rows) > 0


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX g: <urn:g:> SELECT * FROMg:one { ?s ?p ?o }",
        "PREFIX g: <urn:g:> SELECT * FROMg:one { ?s ?p 'a' }",
        "PREFIX g: <urn:g:> DESCRIBE <urn:x> FROMg:one",
        "PREFIX g: <urn:g:> SELECT (1<2)FROMg:b#>\n { ?s ?p ?o }".replace("(1<2)", "(1<2 AS ?n)"),
        "SELECT * FROM<urn:x> { ?s ?p true{ ?s ?p ?o } FILTER(1<?p&&?o>2) }",
    ],
)
def test_from_is_refused_where_only_the_engine_reads_it(small: EmbeddedEngine, text: str) -> None:
    Store().query(text)
    with pytest.raises(QueryInvalid, match=r"does not parse|is not declared"):
        small.answer(Question(text))


def test_the_error_of_the_engine_is_kept_for_a_text_with_from_that_it_does_not_read(small: EmbeddedEngine) -> None:
    with pytest.raises(QueryInvalid, match=r"Not expected here: '}'"):
        small.answer(Question("SELECT * FROM <urn:x> { ?s ?p }"))


def test_a_select_is_read_into_rows_with_none_for_what_is_unbound(small: EmbeddedEngine) -> None:
    table = select(small, f"SELECT ?o ?none {{ ?s <{name('fyp:tagged').value}> ?o }}")
    assert table == Table(("o", "none"), ((VALUES["tagged"], None),))
    assert table.column("o") == (VALUES["tagged"],)
    assert table.records() == [{"o": VALUES["tagged"], "none": None}]


def test_the_same_question_has_the_same_answer_to_the_byte(engine: EmbeddedEngine) -> None:
    question = Question(TRIPLES + " ORDER BY ?s ?p ?o LIMIT 200", FORMS["ttl"])
    assert len({engine.answer(question).body for _ in range(5)}) == 1


def test_an_engine_says_which_release_it_answers_from(engine: Engine, small: Engine) -> None:
    assert small.release_id == "0123456789abcdef"
    assert len(engine.release_id) == 16


def test_the_real_graph_answers_through_the_engine(engine: Engine) -> None:
    plans = select(engine, f"SELECT DISTINCT ?plan {{ ?plan a <{name('fyp:SectoralPlan').value}> }}").column("plan")
    assert len(plans) == 6
    assert all(isinstance(plan, NamedNode) for plan in plans)
