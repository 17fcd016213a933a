"""Where the engine cuts a text into other terminals than the standard, and the calls that could hide there."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

import pytest

from kg.core.errors import QueryInvalid, QueryRefused, QueryTooDeep
from kg.engine.store import Store
from kg.sparql.guard import refuse_danger
from kg.sparql.lexer import Kind, tokens
from kg.sparql.parser import parse
from kg.sparql.syntax_tree import Service

PREFIXES = "PREFIX a: <urn:a:> PREFIX port: <http://x:> PREFIX : <urn:d:> "
INNOCENT = "".join(f"PREFIX {prefix}service: <urn:{prefix}s:> " for prefix in ("web", "true", ""))
CALL = "SERVICE<x:>{}"

# Differences, and a text with a call that the engine reads and the terminals of the standard hide, or the reverse.
HIDDEN = {
    "a local name has one dot inside it": f"?s a:p a:b.1.{CALL}",
    "a local name has one run of dots inside it": f"?s a:p a:b..1.{CALL}",
    "a path ends before such a name": f"?s a:p* a:b.1.{CALL}",
    "a local part that makes no IRI is not taken": f"?s a:p port:{CALL}",
    "so is one after a keyword": f"?s a port:{CALL}",
    "an IRI may have an escape before a quote": rf"?s a:p <urn:\u0041'> . {CALL} FILTER(?s = 'x')",
    "an IRI may have an escape that is a quote": rf"?s a:p <urn:\u0027> . {CALL} FILTER(?s = 'x')",
    "an IRI may have an escape before a comment sign": f"?s a:p <urn:\\U00000041#'> . {CALL} \n FILTER(?s = 'x')",
    "an invalid IRI is 'less than' and more text": f"?s a:p ?o FILTER(?o <?s#>\n) {CALL}",
    "keywords need no space": f"?s a:p true{CALL}",
    "a prefix that is not declared is cut": "?s a:p trueservice:x {}",
    "so is one behind a name that makes no IRI": "?s port:true service:x {}",
    "numbers need no space": f"?s a 1.5e3{CALL}",
    "a verb needs no space before a number": f"?s a1.5e3{CALL}",
}
ONLY_ELSEWHERE = {
    "a keyword may be written with escapes": r"\u0053ERVICE <x:> {}",
    "so may the space after it": r"SERVICE\u0020<x:> {}",
    "and a sign that ends a string": r"?s a:p 'x\u0027 . SERVICE <x:> {} #'",
}
HARMLESS = [
    "SELECT ?service ?name { ?service a:service ?name }",
    "SELECT ?service { ?s a:service ?service . ?service a:p a:service.b }",
    "SELECT ?service (1 AS ?n) { ?service a:p 'SERVICE <x:> {}' }",
    "SELECT * { ?s a:service ?o {| a:p 1 |} }",
    "SELECT * { ?s a:p <urn:x'> , <#it's> , 'it is # a SERVICE <x:> {}' }",
    "SELECT * { ?s a:p '''it's a\nSERVICE <x:> {}''' }",
    "SELECT * { ?s a:p <https://service/SERVICE?service={}> }".replace("{}>", ">"),
    "SELECT * { ?s a:p ?o } # SERVICE <x:> {}",
    "DESCRIBE a:service { a:service a:p ?o }",
    "SELECT * { GRAPH a:service { ?s a:p _:b.SERVICE } }",
    "SELECT * { ?s a:p _:service. ?s a:p 'x'@en-service }",
    r"SELECT * { ?s a:p 'x\u0027 and SERVICE' }",
    "SELECT * { ?s webservice:x ?o }",
    "SELECT * { ?s a webservice:x { ?s ?p 1 } UNION { ?s ?p 2 } }",
    "SELECT * { GRAPH webservice:x { ?s trueservice:x service:x } }",
    "SELECT * { GRAPH service:x { ?s ?p ?o } }",
    "SELECT * { ?s ?p trueservice:x . { ?s ?p ?o } }",
    "SELECT * FROM service:x { ?s ?p ?o }",
    "SELECT ?service { ?service webservice:x ?o FILTER(?o != webservice:service) { ?s ?p ?o } }",
    'SELECT * { ?s ?p "SERVICE <http://x>" { ?s ?p "SERVICE <http://x> {}" } } # SERVICE <http://x> {}',
    "BASE <foo://host/> PREFIX b: <b/> SELECT * { ?s ?p b:service }",
    "PREFIX b: <http://ex\u2100mple.com/> SELECT * { ?s ?p b:service }",
    "SELECT * { BIND(<<( a:b a:b <<( a:b a:b 'SERVICE <x:> {}' )>> )>> AS ?t) FILTER(?t != a:service) }",
]


@pytest.mark.parametrize("pattern", HIDDEN.values(), ids=HIDDEN)
def test_a_call_that_another_cut_would_hide_is_refused(pattern: str) -> None:
    text = f"{PREFIXES}SELECT * {{ {pattern} }}"
    Store().query(text)  # the engine reads it
    with pytest.raises(QueryRefused, match=r"SERVICE|The sign <"):
        refuse_danger(text, 10)


@pytest.mark.parametrize("pattern", ONLY_ELSEWHERE.values(), ids=ONLY_ELSEWHERE)
def test_a_call_that_only_other_products_read_is_refused(pattern: str) -> None:
    text = f"{PREFIXES}SELECT * {{ {pattern} }}"
    with pytest.raises(QueryRefused, match=r"SERVICE|escapes"):
        refuse_danger(text, 10)


@pytest.mark.parametrize("text", HARMLESS)
def test_the_letters_of_service_may_be_in_names_and_strings(text: str) -> None:
    Store().query(PREFIXES + INNOCENT + text)
    assert refuse_danger(PREFIXES + INNOCENT + text, 10) in Kind


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a:b.1.2", ["a:b.1", ".2"]),
        ("a:b..1..2", ["a:b..1", ".", ".2"]),
        ("a:b.1.c:d", ["a:b.1", ".", "c:d"]),
        ("_:b.1.2", ["_:b.1.2"]),
        ("_:a:b", ["_:a", ":b"]),
        (r"<urn:\u0041'> 'x'", [r"<urn:\u0041'>", "'x'"]),
        (r"<urn:\n>", ["<", "urn:", "\\", "n", ">"]),
        (r"a:b\u0041", ["a:b", "\\", "u0041"]),
    ],
)
def test_tokens_are_those_of_the_engine(text: str, read: list[str]) -> None:
    assert [token.text for token in tokens(text)] == read


@pytest.mark.parametrize("name", ["a:b.1.2", "a:b..1.c", "a:v1.2.3"])
def test_the_engine_takes_one_dot_inside_a_local_name(name: str) -> None:
    """When this fails, the engine reads local names as the standard does: take the second dot into LOCAL."""
    with pytest.raises(QueryInvalid):
        Store().query(f"{PREFIXES}SELECT * {{ ?s ?p {name} }}")


def test_of_the_queries_of_the_repository_only_federated_ones_call() -> None:
    files = sorted(Path("queries").rglob("*.rq"))
    assert len(files) > 50
    calling = {file.parent.name for file in files if list(parse(file.read_text("utf-8")).of(Service))}
    assert calling == {"federated"}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service WHERE { ?service a }",
        "SELECT * { ?s a:service }",
        "SELECT * { ?s ?p 'SERVICE' , }",
        "SELECT * { SERVICE ?where }",
    ],
)
def test_a_text_that_does_not_parse_is_refused_with_the_place_that_the_engine_names(text: str) -> None:
    with pytest.raises(QueryInvalid) as refused:
        refuse_danger(PREFIXES + text, 10)
    with pytest.raises(QueryInvalid) as raised:
        Store().query(PREFIXES + text)
    assert (refused.value.line, refused.value.column) == (raised.value.line, raised.value.column)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT ?service { ?s a:p ?o } GROUP BY ?s", "neither grouped nor an aggregate"),
        ("SELECT * { ?service a:p ?o } GROUP BY ?service", "SELECT * does not go with GROUP BY"),
        ("SELECT (1 AS ?service) { ?service a:p ?o }", "AS gives a name that is bound already"),
        ("SELECT * { VALUES (?service ?o) { (1) } }", "a row of VALUES has not as many values"),
        ("SELECT * { ?s none:service ?o }", "the prefix none: is not declared"),
    ],
)
def test_it_says_why_in_the_words_that_the_engine_has(text: str, words: str) -> None:
    with pytest.raises(QueryInvalid, match=re.escape(words)):
        refuse_danger(PREFIXES + text, 10)
    with pytest.raises(QueryInvalid, match=re.escape(words)):
        Store().query(PREFIXES + text)


@pytest.mark.parametrize(
    "pattern", ["?s a:p 'SERVICE <x:> {}' FILTER", "# SERVICE <x:> {}\n FILTER", "(1 AS a:service) {"]
)
def test_an_error_elsewhere_is_not_taken_for_a_call(pattern: str) -> None:
    with pytest.raises(QueryInvalid):
        refuse_danger(f"{PREFIXES}SELECT * {{ {pattern} }}", 10)


@pytest.mark.parametrize("pattern", ["?s a:p trueFILTER(?service = 1)", "?s a ?service FILTER(?s<?o&&?o>1)"])
def test_a_text_with_the_letters_that_only_the_engine_reads_is_refused(pattern: str) -> None:
    Store().query(f"{PREFIXES}SELECT * {{ {pattern} }}")
    with pytest.raises(QueryInvalid, match="does not parse"):
        refuse_danger(f"{PREFIXES}SELECT * {{ {pattern} }}", 10)


def test_a_text_too_deep_for_the_parser_is_refused_as_too_deep() -> None:
    deep = "(" * 500
    with pytest.raises(QueryTooDeep):
        refuse_danger(f"SELECT * {{ ?service {deep}<p>{deep.replace('(', ')')} ?o }}", 1000)


@pytest.mark.parametrize("name", ["trueservice:x", "aSERVICE:x", "servicea:b", "service:x", "a1.5e3service:"])
def test_a_prefix_that_can_be_read_as_service_before_a_group_is_refused(name: str) -> None:
    prefix = name.partition(":")[0]
    with pytest.raises(QueryRefused, match=rf"The prefix {prefix}: \(line 2, column 18\)"):
        refuse_danger(f"PREFIX {prefix}: <urn:x:>\nSELECT * {{ ?s ?p {name} {{}} }}", 10)


@pytest.mark.parametrize(
    "piece",
    ["service ", "service<", "service#", "serviceservice:", "SERVICE<x:>{}", "a", "as", "a:", ":", "a:b.", "_:b.", "'",
     '"""', "<#", "<#>", "<a>", "<<", "1e", "1.", ".", "@en", "#", "?service ", "service:service ", "\\u0053ervice ",
     "'''a'", "x"],
)  # fmt: skip
def test_no_text_takes_time_that_grows_with_its_square(piece: str) -> None:
    started = time.process_time()
    with suppress(QueryRefused, QueryInvalid):
        refuse_danger("SELECT * { " + piece * (100_000 // len(piece)) + " SERVICE <x:> {} ", 128)
    assert time.process_time() - started < 4
