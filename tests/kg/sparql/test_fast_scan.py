"""A scan of a text changes nothing but the time: what it does not see, the tokens do not show either."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.core.errors import KgError, QueryInvalid
from kg.sparql import guard
from kg.sparql.fast_scan import find_odd_sign, may_be_deep, may_call, may_say
from kg.sparql.guard import refuse_danger
from kg.sparql.lexer import Kind, tokens
from tests.catalogue import project_catalogue

PIECES = [
    *("SELECT * {", "SERVICE", "sErViCe", "servıce", "ſervice", "service:a", "<x:'>", "<a", "<<", "b>", "<service>"),
    *("(", ")", "{", "}", "[", "]", "!", "+", "-", "||", "&&", "|", ".", ";", "'", '"', "'''", "#", "\n", " ", "1"),
    *("AS", "filter", "ﬁlter", "EXISTS", "BIND(", ")(", "VALUES ?x {", "GRAPH", "from", "?from", "'FROM'", "\\u0053"),
]
texts = st.text() | st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def outcome(text: str, most: int) -> Kind | tuple[type[KgError], str]:
    try:
        return refuse_danger(text, most)
    except KgError as error:
        return type(error), str(error)


@given(texts, st.integers(1, 4))
@example("ASK {" + "ﬁlter(1)" * 17 + "}", 4)
def test_what_is_refused_is_the_same_as_without_a_scan(text: str, most: int) -> None:
    scanned = outcome(text, most)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "may_call", lambda _: True)
        patch.setattr(guard, "may_be_deep", lambda *_: True)
        patch.setattr(guard, "find_odd_sign", lambda _: None)
        read = outcome(text, most)
    # a text without the letters of SERVICE is not parsed, so the engine says what is wrong with it
    is_unparsed = not may_call(text) and read[0] is QueryInvalid if isinstance(read, tuple) else False
    assert read == scanned or is_unparsed or "can be read as" in str(scanned)


@given(texts, st.sampled_from(["FROM", "SERVICE", "NOW", "AS"]))
def test_a_word_that_a_scan_does_not_see_is_none_of_the_tokens(text: str, word: str) -> None:
    if not may_say(text, word):
        assert not any(word in token.text.upper() for token in tokens(text))


def test_it_sees_what_it_looks_for() -> None:
    assert may_say("select * From <x:> {}", "FROM")
    assert may_call("SELECT * { sErViCe <x:> {} }")
    assert may_call("SELECT * { \\u0053erv\\U00000069ce <x:> {} }")
    assert find_odd_sign("ASK { FILTER(1<a'b>1) }") == 14
    assert find_odd_sign("ASK { <a> <https://b'> <<( 1 2 3 )>> }") == 23
    assert find_odd_sign("ASK { <a> <https://b'> 1 }") is None
    assert may_be_deep("ASK {{{{}}}}", 3, 100)
    assert may_be_deep("ASK { ?s ?p 1 . ?s ?p 2 . ?s ?p 3 }", 3, 2)


def test_a_scan_is_enough_for_nearly_every_question_of_the_catalogue() -> None:
    texts = [question.text for question in project_catalogue().questions.values()]
    enough = [text for text in texts if not may_call(text) and not may_be_deep(text, 128, 512)]
    assert len(enough) > 0.9 * len(texts)
