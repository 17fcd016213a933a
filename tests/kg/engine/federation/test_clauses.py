from __future__ import annotations

import time
from contextlib import suppress

import pytest

from kg.core.errors import KgError, QueryInvalid, QueryRefused
from kg.core.names import ROOT
from kg.engine.federation.engine import read_clauses


@pytest.mark.parametrize(
    ("clause", "iri", "silent", "group"),
    [
        ("SERVICE <http://a.org/> { ?s ?p ?o }", "http://a.org/", False, "{ ?s ?p ?o }"),
        ("service SILENT<http://a.org/>{}", "http://a.org/", True, "{}"),
        ("SERVICE#{ <b>\n<http://a.org/> { ?s ?p '}' # }\n }", "http://a.org/", False, "{ ?s ?p '}' # }\n }"),
        ("SERVICE a:b\\-c { { ?s ?p 1 {} } UNION {} }", "http://a.org/b-c", False, "{ { ?s ?p 1 {} } UNION {} }"),
        ("SERVICE <sparql> { }", "sparql", False, "{ }"),
    ],
)
def test_a_clause_is_found_in_every_usual_spelling(clause: str, iri: str, silent: bool, group: str) -> None:
    text = f"PREFIX a: <http://a.org/> SELECT * {{ ?x ?y ?z . {clause} . ?x a a:SERVICE }}"
    (parsed,) = read_clauses(text).clauses
    assert (parsed.iri, parsed.silent, parsed.group) == (iri, silent, group)
    assert text[parsed.start : parsed.end] == clause


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?service ?p 'SERVICE <http://a.org/> {}' }",
        "SELECT * { ?s ?p ?o } # SERVICE <http://a.org/> {}",
        "PREFIX SERVICE: <http://a.org/> SELECT * { ?s SERVICE:a '''\nSERVICE <http://a.org/> {}''' }",
        "SELECT * { _:SERVICE <http://a.org/SERVICE> 'x'@service }",
        "SELECT * { ?s ?p ?o }",
    ],
)
def test_what_is_no_clause_is_none(text: str) -> None:
    assert read_clauses(text).clauses == ()


def test_clauses_are_found_in_their_order_at_any_depth() -> None:
    text = """SELECT * {
      OPTIONAL { SERVICE <http://a.org/1> { } }
      { SERVICE <http://a.org/2> { } } UNION { GRAPH ?g { SERVICE SILENT <http://a.org/3> { } } }
    }"""
    assert [clause.iri[-1] for clause in read_clauses(text).clauses] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT * { SERVICE ?where { ?s ?p ?o } }", r"SERVICE \?where \(line 1, column 12\) is refused"),
        ("SELECT * { SERVICE SILENT $where { ?s ?p ?o } }", "write the address"),
        (
            "SELECT * { SERVICE <http://a.org/> {\n SERVICE <http://b.org/> { } } }",
            "line 2, column 2",
        ),
    ],
)
def test_variables_and_nesting_are_refused_with_words(text: str, words: str) -> None:
    with pytest.raises(QueryRefused, match=words):
        read_clauses(text)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("SELECT * { SERVICE { ?s ?p ?o } }", 20),
        ("SELECT * { SERVICE <http://a.org/> ?s ?p ?o }", 36),
        ("SELECT * { SERVICE <http://a.org/> { ?s ?p ?o ", 47),
        ("SELECT * { SERVICE", 19),
        ("SELECT * { SERVICE no:where { ?s ?p ?o } }", 20),
    ],
)
def test_a_broken_clause_is_reported_with_its_place(text: str, column: int) -> None:
    with pytest.raises(QueryInvalid) as caught:
        read_clauses(text)
    assert (caught.value.line, caught.value.column) == (1, column)


def test_a_sub_query_has_the_prologue_the_group_and_a_limit() -> None:
    parts = read_clauses("PREFIX a: <http://a.org/> # why\nSELECT ?s { SERVICE <http://b.org/> { ?s a a:B } }")
    expected = "PREFIX a: <http://a.org/> # why\nSELECT * WHERE { ?s a a:B }\nLIMIT 11"
    assert parts.sub_query(parts.clauses[0], 10) == expected


def test_relative_iris_mean_there_what_they_mean_here() -> None:
    parts = read_clauses("SELECT ?s { SERVICE <http://b.org/> { ?s a <b> } }")
    assert parts.sub_query(parts.clauses[0], 10) == f"BASE <{ROOT}>\nSELECT * WHERE {{ ?s a <b> }}\nLIMIT 11"


@pytest.mark.parametrize(
    ("prologue", "iri", "needs_base"),
    [
        ("", "<a/b:c>", True),
        ("", "<?x=a:b>", True),
        ("", "<#a:b>", True),
        ("", "<>", True),
        ("", "<urn\\u003Ab>", False),
        ("PREFIX a: <b/>", "a:b", True),
        ("BASE <b>", "<c>", True),
        ("BASE <b/c:d>", "<e>", True),
        ("BASE <http://a.org/>", "<c>", False),
        ("PREFIX a: <urn:b>", "a:c", False),
        ("PREFIX a: <urn:b>", "()", False),
    ],
)
def test_only_a_relative_iri_needs_a_base(prologue: str, iri: str, needs_base: bool) -> None:
    parts = read_clauses(f"{prologue} SELECT ?s {{ SERVICE <http://b.org/> {{ ?s ?p {iri} }} }}")
    assert parts.sub_query(parts.clauses[0], 10).startswith(f"BASE <{ROOT}>") is needs_base


def test_places_in_the_filled_text_are_reported_as_places_in_the_text() -> None:
    text = "SELECT * {\n SERVICE <http://a.org/> {\n } SERVICE <http://b.org/> {} ?oops ?p 1\n}"
    parts = read_clauses(text)
    blocks = ["VALUES ?long { 1 2 3 4 5 6 7 8 9 }", "VALUES () {}"]
    filled = parts.filled(blocks)
    assert filled == f"SELECT * {{\n {blocks[0]} {blocks[1]} ?oops ?p 1\n}}"
    for word, line, column in (("SELECT", 1, 1), ("oops", 3, 32), ("}", 4, 1), ("9", 2, 2)):
        before = filled[: filled.rindex(word)]
        place = before.count("\n") + 1, len(before) - before.rfind("\n")
        assert parts.place_in_text(blocks, *place) == (line, column), word
    assert parts.place_in_text(blocks, 3, 2) == (4, 2)


@pytest.mark.parametrize("unit", ["SERVICE<a:>{}", "SERVICE<a:>{{", "SERVICE a:b{", "SERVICE ", "a:service{"])
def test_many_clauses_are_read_in_time_that_grows_with_their_number(unit: str) -> None:
    def seconds(units: int) -> float:
        begin = time.process_time()
        with suppress(KgError):
            read_clauses("PREFIX a: <b:> SELECT * {" + unit * units)
        return time.process_time() - begin

    assert min(seconds(20_000) for _ in range(2)) < 40 * max(seconds(2_000), 0.01)
