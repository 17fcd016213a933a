"""Tokens of a SPARQL text, and what must not reach the engine.

``pyoxigraph`` runs each of the texts in ``CALLS``: it would call the address. Nothing here gives it one.
"""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.errors import QueryInvalid, QueryRefused, QueryTooDeep
from kg.engine.store import Store
from kg.sparql.guard import refuse_danger
from kg.sparql.lexer import Kind, kind_of, place_of, tokens

WORDS = ["SERVICE", "VALUES", "$a", "?b", "{", "}", "(", ")", "<", ">", "<<", "'", '"', "'''", '"""', "\\", "#", "\n"]
texts = st.text() | st.lists(st.sampled_from([*WORDS, "a:b", ":", ".", "@en", "1.e3", "<x:>", " "])).map("".join)


BEGINNINGS = [
    *(
        "PREFIX a: <urn:a>",
        "prefix select: <x>",
        "PREFIX : <#SELECT>",
        "PREFIXa:<x>",
        "PREFIX a.b: <x>",
        "BASE <urn:b>",
    ),
    *(
        "# SELECT\n",
        "# ASK",
        "\n",
        " ",
        "\t",
        "\r",
        "SELECT",
        "select:a",
        "SELECT-1",
        "Ask{",
        "CONSTRUCT {",
        "DESCRIBE <x>",
    ),
    *(
        "WITH",
        "INSERT",
        "'SELECT '",
        '"',
        "<a b>",
        "<",
        "SELECT *",
        "SELECTx ",
        "a:SELECT ",
        "PREFIX",
        "BASE",
        "VERSION '1.2'",
    ),
]


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens(text)]


@given(st.lists(st.sampled_from(BEGINNINGS)).map("".join) | st.lists(st.sampled_from(BEGINNINGS)).map(" ".join))
def test_the_kind_seen_at_the_beginning_is_that_of_the_first_telling_token(text: str) -> None:
    words = [token.text.upper() for token in tokens(text) if token.kind == "word"]
    queries = [kind.value for kind in (Kind.SELECT, Kind.ASK, Kind.CONSTRUCT, Kind.DESCRIBE)]
    telling = next((word for word in words if word in (*queries, "WITH", "INSERT")), "UNKNOWN")
    assert kind_of(text) is (Kind(telling) if telling in (*queries, "UNKNOWN") else Kind.UPDATE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("?a $b_1", [("variable", "?a"), ("variable", "$b_1")]),
        ("?a-b", [("variable", "?a"), ("sign", "-"), ("word", "b")]),
        ("<a#b> <", [("iri", "<a#b>"), ("sign", "<")]),
        ("<a b>", [("sign", "<"), ("word", "a"), ("word", "b"), ("sign", ">")]),
        ("a:b.c a:b. :c", [("prefixed", "a:b.c"), ("prefixed", "a:b"), ("sign", "."), ("prefixed", ":c")]),
        (r"a:\'b a:%27 _:b", [("prefixed", r"a:\'b"), ("prefixed", "a:%27"), ("prefixed", "_:b")]),
        (":.b a.:b", [("prefixed", ":"), ("sign", "."), *kinds("b a"), ("sign", "."), ("prefixed", ":b")]),
        ("a.b a-b:c", [("word", "a"), ("sign", "."), ("word", "b"), ("prefixed", "a-b:c")]),
        ("'a' \"b\"@de-AT", [("string", "'a'"), ("string", '"b"'), ("language", "@de-AT")]),
        ("'it\\'s' 'it''s'", [("string", "'it\\'s'"), ("string", "'it'"), ("string", "'s'")]),
        ('"""a"b""c\n""" \'\'\'\'a\'\'\'', [("string", '"""a"b""c\n"""'), ("string", "''''a'''")]),
        ("'a\nb'", [("sign", "'"), ("word", "a"), ("word", "b"), ("sign", "'")]),
        ("1 1.5 .5 1.e3 5.e 1e-3", [*[("number", n) for n in ("1", "1.5", ".5", "1.e3", "5")], *kinds(". e 1e-3")]),
        ("# all ? 'of\r<this>", [("iri", "<this>")]),
        ("中文 ?中文 :中文", [("word", "中文"), ("variable", "?中文"), ("prefixed", ":中文")]),
        ("a&&b||<<c", [("word", "a"), ("sign", "&&"), ("word", "b"), ("sign", "||"), ("sign", "<<"), ("word", "c")]),
    ],
)
def test_a_text_is_cut_into_the_terminals_of_sparql(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


@given(texts)
def test_no_text_stops_the_lexer_and_no_character_is_lost(text: str) -> None:
    end = 0
    for token in tokens(text):
        between = text[end : token.start]
        assert between == "" or set(between) <= set(" \t\r\n") or "#" in between
        assert text[token.start :].startswith(token.text)
        end = token.start + len(token.text)
    kind_of(text)


@given(texts)
def test_any_text_is_let_through_or_refused_and_stops_nothing(text: str) -> None:
    with suppress(QueryInvalid, QueryRefused, QueryTooDeep):
        assert refuse_danger(text, 3) is kind_of(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT * {}", Kind.SELECT),
        ("sElEcT * {}", Kind.SELECT),
        ("ASK {}", Kind.ASK),
        ("DESCRIBE <x:>", Kind.DESCRIBE),
        ("CONSTRUCT {} WHERE {}", Kind.CONSTRUCT),
        ("PREFIX select: <insert> # ASK\nPREFIX add:<x:>BASE <load>\nDESCRIBE select:x", Kind.DESCRIBE),
        ("ASK { ?with ?load 'INSERT' }", Kind.ASK),
        ("", Kind.UNKNOWN),
        ("# SELECT", Kind.UNKNOWN),
        ("'SELECT' <ASK> a:ASK", Kind.UNKNOWN),
    ],
)
def test_the_first_keyword_that_begins_a_query_says_its_kind(text: str, kind: Kind) -> None:
    assert kind_of(text) is kind
    assert refuse_danger(text, 10) is kind


def test_only_construct_and_describe_make_a_graph() -> None:
    assert [kind for kind in Kind if kind.makes_graph] == [Kind.CONSTRUCT, Kind.DESCRIBE]


UPDATES = [
    "INSERT DATA { <x:> <x:> 1 }",
    "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "DELETE DATA { <x:> <x:> 1 }",
    "DELETE WHERE { ?s ?p ?o }",
    "LOAD <http://localhost/>",
    "CLEAR ALL",
    "CREATE GRAPH <x:>",
    "DROP SILENT DEFAULT",
    "COPY DEFAULT TO <x:>",
    "MOVE <x:> TO <y:>",
    "ADD <x:> TO <y:>",
    "WITH <x:> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
]


@pytest.mark.parametrize("update", UPDATES, ids=lambda update: update.split()[0])
@pytest.mark.parametrize(
    "prologue", ["", "PREFIX ask: <select>\nBASE <http://localhost/> # SELECT\n", "prefix a:<x:>"], ids=len
)
def test_an_update_of_any_kind_is_refused(prologue: str, update: str) -> None:
    for text in (prologue + update, prologue + update.lower()):
        with pytest.raises(QueryRefused, match="updates are refused"):
            refuse_danger(text, 10)


@pytest.mark.parametrize("update", UPDATES, ids=lambda update: update.split()[0])
def test_the_store_itself_reads_no_update_as_a_query(update: str) -> None:
    for text in (update, update.replace(" ", "", 1), f"ASK {{}} ; {update}", f"SELECT * {{}} {update}"):
        with pytest.raises(QueryInvalid):
            Store().query(text)


CALLS = [
    "SELECT * { SERVICE <x:> {} }",
    "SELECT * { sErViCe <x:> {} }",
    "SELECT * { SERVICE SILENT <x:> {} }",
    "SELECT * { SERVICE#c\n<x:> {} }",
    "SELECT * {\nSERVICE\n<x:>\n{} }",
    "SELECT * {SERVICE<x:>{}}",
    "SELECT * { SERVICE?x {} }",
    "SELECT * { SERVICE$x {} }",
    "SELECT * { #\rSERVICE<x:>{}\n}",
    "SELECT * { ?s ?p 1SERVICE <x:> {} }",
    "SELECT * { ?s ?p 1.SERVICE <x:> {} }",
    'SELECT * { ?s ?p ""SERVICE <x:> {} }',
    "SELECT * { ?s ?p ?o.SERVICE <x:> {} }",
    "SELECT * { ?s ?p _:b SERVICE <x:> {} }",
    "SELECT (EXISTS { SERVICE <x:> {} } AS ?e) {}",
    "ASK { FILTER NOT EXISTS { SERVICE <x:> {} } }",
    "CONSTRUCT {} WHERE { SERVICE <x:> {} }",
    "DESCRIBE ?s { SERVICE <x:> {} }",
    # The engine needs no space between a keyword and what follows or precedes it
    "PREFIX e: <x:> SELECT * { SERVICEe: {} }",
    "PREFIX : <x:> SELECT * { SERVICE:x {} }",
    "PREFIX : <x:> SELECT * { SERVICE:x# c\n{} }",
    "PREFIX : <x:> SELECT * { SERVICE:x™{} }",
    "PREFIX : <x:> SELECT * { SERVICESILENT:x {} }",
    "SELECT * { SERVICESILENT<x:>{} }",
    "SELECT * { ?s ?p trueSERVICE<x:>{} }",
    "PREFIX : <x:> SELECT * { ?s ?p true.SERVICE:x{} }",
    "PREFIX : <x:> SELECT * { ?s ?p :.SERVICE<x:>{} }",
    "PREFIX : <x:> SELECT * { ?s ?p 5.e3SERVICE:x{} }",
    # < is 'less than' after an operand, whatever follows
    "PREFIX : <x:> SELECT * { ?s ?p ?o FILTER(?o<2)SERVICE:#>\n{} }",
    "SELECT * { ?s ?p ?o FILTER(?o<'>')SERVICE <x:> {} FILTER(?o!='') }",
    "SELECT * { ?s ?p ?o FILTER(?o<?s#>'''\n)SERVICE <x:> {} #'''\n}",
    "SELECT * { FILTER(1<<http://x#>)SERVICE <x:> {} }",
    "PREFIX : <x:> SELECT * { OPTIONAL{<<?s:p'>'>>:p 1.}SERVICE <x:> {} OPTIONAL{:a :b''} }",
    # A long string with an escape that is none is two short strings
    'SELECT * { <x:> a ("""a" "b") SERVICE <x:> {} #\\q """\n}',
    'SELECT * { <x:> a ("""a" "b") SERVICE <x:> {} #\\uD800 """\n}',
    "SELECT * { <x:> a ('''a' 'b') SERVICE <x:> {} #\\U00110000 '''\n}",
]


@pytest.mark.parametrize("text", CALLS)
def test_a_call_of_another_service_is_refused_in_every_spelling_that_the_engine_runs(text: str) -> None:
    with pytest.raises(QueryRefused, match=r"SERVICE \(line \d+, column \d+\)|The sign < \(line \d+, column \d+\)"):
        refuse_danger(text, 10)


@pytest.mark.parametrize("text", CALLS)
def test_each_of_these_spellings_is_one_that_the_engine_reads(text: str) -> None:
    Store().query(text)  # no row is asked for, so nothing is called


@pytest.mark.parametrize("escape", [r"\u0053ERVICE", r"\U00000053ERVICE", r"SERVIC\u0045"])
def test_a_keyword_written_with_codepoint_escapes_is_no_keyword_to_the_engine(escape: str) -> None:
    with pytest.raises(QueryInvalid):
        Store().query(f"SELECT * {{ {escape} <x:> {{}} }}")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service $SERVICE { ?service ?p $SERVICE }",
        "SELECT * { ?s ?p 'SERVICE', \"SERVICE\", '''SERVICE''', \"\"\"SERVICE\"\"\" }",
        "SELECT * { ?s ?p 'it\\'s a SERVICE <x:> {}' }",
        "SELECT * { ?s ?p '''it's a 'SERVICE' <x:> {}''' }",
        'SELECT * { ?s ?p """it"s a ""SERVICE"" <x:> {}""" }',
        "SELECT * { ?s ?p 'a'@service }",
        "SELECT * { ?s <http://x/SERVICE> <SERVICE> , <#SERVICE> }",
        "SELECT * { ?s ?p ?o } # SERVICE <x:> {}",
        "SELECT * { ?s ?p ?o #\n# SERVICE <x:> {}\n}",
        "PREFIX service: <x:> SELECT * { ?s service:a service:b . service:c service:d 1 }",
        "PREFIX service: <x:> SELECT * { GRAPH service:a { ?s ?p ?o } }",
        "PREFIX service: <x:> SELECT * FROM service:a FROM NAMED service:b { ?s ?p ?o }",
        "PREFIX service: <x:> SELECT * { VALUES ?x { service:a service:b } FILTER(?x=service:c) }",
        "PREFIX service: <x:> DESCRIBE service:a { ?s ?p ?o }",
        "PREFIX a: <x:> SELECT * { ?s a:SERVICE a:b.SERVICE , _:SERVICE }",
        "SELECT * { ?s ?p ?o FILTER(?o<2 && ?o>1) FILTER(?o < ?s&&?s>?o) FILTER(?o < 'service') }",
        "SELECT * { ?s (<http://x/#a>/^<#b>|<http://x/#c>) (<x:a> <http://x/service#a>) }",
    ],
)
def test_the_word_service_may_be_where_it_calls_nothing(text: str) -> None:
    assert refuse_danger(text, 10) in (Kind.SELECT, Kind.DESCRIBE)
    Store().query(text)


def test_a_refusal_names_line_and_column_of_the_call() -> None:
    with pytest.raises(QueryRefused, match=r"^SERVICE \(line 3, column 5\) is refused"):
        refuse_danger("# SERVICE\nSELECT * {\n    SERVICE <x:> {} }", 10)


@pytest.mark.parametrize(("start", "place"), [(0, (1, 1)), (1, (1, 2)), (2, (1, 3)), (3, (2, 1)), (5, (2, 3))])
def test_lines_and_columns_count_from_one(start: int, place: tuple[int, int]) -> None:
    assert place_of("中a\nbcd", start) == place


@pytest.mark.parametrize("pair", ["()", "{}", "[]"])
def test_brackets_may_nest_up_to_the_limit_and_no_deeper(pair: str) -> None:
    opening, closing = pair[0], pair[1]
    assert refuse_danger("ASK" + opening * 10 + closing * 10 + (opening + closing) * 20, 10) is Kind.ASK
    with pytest.raises(QueryTooDeep, match="deeper than 10 levels at line 2, column 11;"):
        refuse_danger("ASK\n" + opening * 11, 10)


def test_brackets_in_strings_iris_comments_and_names_do_not_nest() -> None:
    assert (
        refuse_danger('PREFIX : <x:> ASK { ?s ?p \'((((\', """{{{{""", <x:((((> , :a\\(\\(\\(\\( # ((((\n}', 3)
        is Kind.ASK
    )


def test_brackets_that_an_iri_would_hide_are_refused() -> None:
    with pytest.raises(QueryRefused, match=r"The sign < \(line 1, column 13\)"):
        refuse_danger("ASK{FILTER(1<((((((1))))))&&1>2)}", 3)


@pytest.mark.parametrize("sign", "!-+")
def test_runs_of_a_sign_may_be_as_long_as_the_limit_and_no_longer(sign: str) -> None:
    assert refuse_danger(f"ASK {{ FILTER({sign * 10}1) FILTER({sign * 10}1) }}", 10) is Kind.ASK
    for run in (sign * 11, f"{sign} " * 11, f"{sign}#\n" * 11):
        with pytest.raises(QueryTooDeep, match="deeper than 10 levels at line"):
            refuse_danger(f"ASK {{ FILTER({run}1) }}", 10)


@pytest.mark.parametrize(
    "link",
    ["+1", "*1", "/1", "||1", "&&1", "|1", ";<x:>1", ".?s ?p 1", "{}", "UNION{}", "OPTIONAL{}", "MINUS{}", "FILTER(1)",
     "filter(1)", "BIND(1 AS ?b)", "LATERAL{}", "GRAPH ?g{}", "FILTER EXISTS{}", "(1)", "<<"],
)  # fmt: skip
def test_a_chain_that_could_end_the_engine_for_want_of_stack_is_refused(link: str) -> None:
    assert refuse_danger("ASK{" + link * 8 + "}", 10) is Kind.ASK
    with pytest.raises(QueryTooDeep, match="chains more than 40 patterns and operators at line 1, column"):
        refuse_danger("ASK{" + link * 50, 10)


def test_lists_of_values_may_be_long() -> None:
    for values in (
        "VALUES ?x {" + " -1.5" * 900 + "}",
        "VALUES (?x) {" + "(1)" * 900 + "}",
        "FILTER(1 IN (1" + ",1" * 900,
    ):
        assert refuse_danger("ASK {" + values, 10) is Kind.ASK


@pytest.mark.parametrize(
    "piece",
    ["a.", "a-", "a:.", "<a", "'", '"a', "'''", ":", "\\u", "@", "?", "1.", "_", "1",
     "\\'", "'\"\\", "\"'\\", "\\'''x", '\\"""x'],
)  # fmt: skip
def test_no_text_takes_time_that_grows_with_its_square(piece: str) -> None:
    started = time.process_time()
    kind_of(piece * (100_000 // len(piece)))
    assert time.process_time() - started < 2
