"""Laying a query out changes white space and nothing else."""

from __future__ import annotations

import pytest

from kg.sparql.formatter import lay_out, meaning_of
from kg.sparql.lexer import tokens_and_comments
from tests.catalogue import project_catalogue

TEXTS = {slug: question.text for slug, question in project_catalogue().questions.items()}


@pytest.mark.parametrize("slug", TEXTS)
def test_a_query_of_the_catalogue_keeps_its_tokens_and_its_comments(slug: str) -> None:
    laid = lay_out(TEXTS[slug])
    assert [(token.kind, token.text.rstrip()) for token in tokens_and_comments(laid)] == [
        (token.kind, token.text.rstrip()) for token in tokens_and_comments(TEXTS[slug])
    ]
    assert laid != TEXTS[slug]
    assert lay_out(laid) == laid


def test_there_is_a_line_for_each_clause_and_property() -> None:
    text = (
        'prefix e: <urn:e> select*{?a a e:B;e:p "x"@en,1 optional{?a e:q ?c.?c e:r 2}filter(?c>1)}order by ?a limit 5'
    )
    assert lay_out(text) == (
        "prefix e: <urn:e>\n\n"
        "select* {\n"
        '  ?a a e:B ;\n    e:p "x"@en, 1\n'
        "  optional {\n    ?a e:q ?c .\n    ?c e:r 2\n  }\n"
        "  filter(?c>1)\n"
        "}\n"
        "order by ?a\n"
        "limit 5\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?a ?b ?c } # the end",
        "# first\n\n\n#+ head\nASK { # here\n ?a ?b ?c # there\n}",
        "SELECT * { ?a !(<urn:b>|^<urn:c>)*/<urn:d>? ?e }",
        'SELECT * { ?a ?b "x"^^<urn:t> , "y"@de-CH ; ?c [ ?d ( 1 2.5 -3e4 ) ; ?e [] ] }',
        "SELECT * { FILTER(?a<=?b&&!?c||?d>=-1) }",
        "SELECT * { FILTER(?a < ?b && ! ?c) FILTER EXISTS{?x ?y ?z} BIND(IF(?a,1,2) AS ?q) }",
        'CONSTRUCT{?a ?b ?c}WHERE{GRAPH ?g{?a ?b ?c}VALUES(?a ?b){(1 UNDEF)("""x\n{ .""" <urn:d>)}}',
        "SELECT (GROUP_CONCAT(?a;SEPARATOR=', ') AS ?b) { SELECT ?a { ?a ?b ?c } GROUP BY ?a HAVING(COUNT(*)>1) }",
        "SELECT * { <<( ?a ?b ?c )>> ?d 'e' {| ?f ?g |} }",
    ],
)
def test_what_is_together_stays_together_and_comments_stay(text: str) -> None:
    laid = lay_out(text)
    assert meaning_of(laid) == meaning_of(text)
    assert lay_out(laid) == laid
    assert laid.count("\n") > 0


@pytest.mark.parametrize("text", ["", "}", "{{{", ")]", "SELECT * { 'open", "💥 ; . {", "# only"])
def test_what_is_no_query_keeps_its_tokens(text: str) -> None:
    assert meaning_of(lay_out(text)) == meaning_of(text)


@pytest.mark.parametrize(
    ("left", "right"), [("?a<= ?b", "?a< = ?b"), ("'x'^^<urn:t>", "'x'^ ^<urn:t>"), ("# a\n?b", "# a ?b")]
)
def test_the_comparison_sees_what_would_change_the_meaning(left: str, right: str) -> None:
    assert meaning_of(left) != meaning_of(right)


def test_a_long_line_is_broken_between_tokens() -> None:
    text = "SELECT " + " ".join(f"?variable{number}" for number in range(40)) + " { ?a ?b ?c }"
    assert max(len(line) for line in lay_out(text).splitlines()) <= 120


@pytest.mark.parametrize("text", ["{" * 5000 + "}" * 5000, "SELECT * {" + " ?a ?b ?c ." * 20_000 + "}"])
def test_what_is_very_deep_or_long_comes_back_as_it_is(text: str) -> None:
    assert lay_out(text) == text


@pytest.mark.parametrize("text", ["{}" * 9_999, "{ ( " * 30 + "?a " * 6_000, "{;" * 60 + "." * 19_000])
def test_no_text_takes_time_that_grows_with_its_square(text: str) -> None:
    assert meaning_of(lay_out(text)) == meaning_of(text)
