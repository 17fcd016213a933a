"""A text is rewritten with the engine's names, without constructs that another product could read differently."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from kg.core.errors import QueryRefused
from kg.core.names import ROOT, graph
from kg.engine import Question
from kg.engine.remote.quirks import GraphNames
from kg.engine.remote.rewriting import RemoteQuery, rewrite, selects_all
from kg.sparql.lexer import tokens

NAMING = GraphNames("0123456789abcdef")
ALL = (NAMING.graph(graph("a")), NAMING.graph(graph("b")))
A = f"<{NAMING.prefix}a>"


def sent(text: str) -> RemoteQuery:
    return rewrite(Question(text), NAMING, ALL)


def told(text: str) -> str:
    return sent(text).text.removeprefix(f"BASE <{ROOT}> ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASK { <graph/a> ?p ?o }", f"ASK {{ {A} ?p ?o }}"),
        (f"ASK {{ <{ROOT}graph/a> ?p <id/x> }}", f"ASK {{ {A} ?p <id/x> }}"),
        ("BASE <graph/> ASK { <a> ?p <../id/x> }", f"BASE <graph/> ASK {{ {A} ?p <../id/x> }}"),
        ("PREFIX g: <graph/> ASK { g:a ?p g: }", f"PREFIX g: <{NAMING.prefix}> ASK {{ g:a ?p g: }}"),
        (f"PREFIX k: <{ROOT}> ASK {{ k:graph\\/a ?p k:id }}", f"PREFIX k: <{ROOT}> ASK {{ {A} ?p k:id }}"),
        (f"ASK {{ ?s ?p '{ROOT}graph/a'@en }}", f"ASK {{ ?s ?p '{NAMING.prefix}a'@en }}"),
        (f"ASK {{ {A} ?p <bnode:0123456789abcdef/c14n1> }}", f"ASK {{ <{ROOT}graph/a> ?p {NAMING.missing_graph} }}"),
        ("ASK{?s?p?o.FILTER(?o<1&&?o!=-2)}", "ASK{?s?p?o.FILTER(?o<1&&?o!=-2)}"),
        ("ASK#a\n{#b\n}#c", "ASK { }"),
    ],
)
def test_names_are_those_of_the_engine(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        r'ASK { BIND("\u0022 } SERVICE <http://x> { ?s ?p \u0022" AS ?x) }',
        r"ASK { BIND('''\U00000027''' AS ?x) } # \u000A SERVICE <http://x> {}",
        'ASK { } # "\n# SERVICE <http://x> {}',
    ],
)
def test_nothing_is_left_that_can_be_read_in_two_ways(text: str) -> None:
    rewritten = sent(text).text
    assert "\\u" not in rewritten.lower()
    assert "#" not in rewritten
    assert not [token for token in tokens(rewritten) if token.is_word("SERVICE")]


@pytest.mark.parametrize(
    ("escape", "character"), [("\\u4E2D", "中"), ("\\U0001F600", "😀"), ("\\\\u4E2D", "\\\\u4E2D")]
)
def test_a_string_means_what_it_did(escape: str, character: str) -> None:
    assert told(f'ASK {{ BIND("{escape}" AS ?x) }}') == f'ASK {{ BIND("{character}" AS ?x) }}'


@pytest.mark.parametrize("escaped", ["\\u0022", "\\u005C", "\\u000A", "\\u000d", "\\u0027"])
def test_a_character_that_would_end_a_string_stays_escaped(escaped: str) -> None:
    (string,) = [token for token in tokens(told(f'ASK {{ BIND("a{escaped}b" AS ?x) }}')) if token.kind == "string"]
    assert string.text.startswith('"a\\')
    assert string.text.endswith('b"')


def test_from_clauses_become_the_dataset() -> None:
    request = sent("PREFIX g: <graph/> SELECT ?s FROM g:a FROM NAMED<graph/b>FROM <http://theirs> WHERE{ ?s ?p ?o }")
    assert request.text.endswith("SELECT ?s WHERE{ ?s ?p ?o }")
    assert request.default_graphs == (ALL[0], NAMING.missing_graph)
    assert request.named_graphs == (ALL[1],)


def test_without_a_dataset_it_is_the_whole_release() -> None:
    assert sent("ASK {}") == RemoteQuery(f"BASE <{ROOT}> ASK {{}}", (NAMING.union,), ALL)


def test_the_asker_s_dataset_goes_before_that_of_the_text() -> None:
    question = Question("ASK FROM <graph/a> {}", named_graphs=(graph("b"), NamedNode("http://theirs")))
    assert rewrite(question, NAMING, ALL) == RemoteQuery(f"BASE <{ROOT}> ASK {{}}", (), (ALL[1], NAMING.missing_graph))


@pytest.mark.parametrize("text", [r"ASK { <a\u0062> ?p ?o }", r"ASK FROM <a\u0062> {}", r"PREFIX a: <\u0062> ASK {}"])
def test_an_escape_in_an_iri_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused, match="character itself"):
        sent(text)


def test_a_test_of_a_test_does_not_make_the_text_grow_without_end() -> None:
    text = "ASK { FILTER(" + "isBlank(" * 60 + "?x" + ")" * 60 + ") }"
    assert len(told(text)) < 2 * len(text) + 200


def test_a_description_is_the_same_whatever_its_variables_are_called() -> None:
    rewritten = told("DESCRIBE ?thing { ?thing ?thingp ?thing_ }")
    assert rewritten.startswith(" CONSTRUCT { ?thing__ ?thing__p ?thing__o }")
    assert (
        told("DESCRIBE <x>")
        == " CONSTRUCT { ?thing ?thingp ?thingo } WHERE { { VALUES ?thing { <x> } ?thing ?thingp ?thingo } }"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * { ?s ?p ?o }", True),
        ("PREFIX select: <x> # SELECT ?x\nselect distinct* WHERE {}", True),
        ("SELECT REDUCED * {}", True),
        ("SELECT ?s { { SELECT * { ?s ?p ?o } } }", False),
        ("SELECT (2 * 3 AS ?n) {}", False),
        ("DESCRIBE * { ?s ?p ?o }", False),
        ("ASK {}", False),
        ("SELECT", False),
    ],
)
def test_a_select_of_all_columns_is_distinguished_from_others(text: str, expected: bool) -> None:
    assert selects_all(text) is expected
