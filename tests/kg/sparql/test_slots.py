"""The VALUES slots of a query."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sparql.slots import slots

texts = st.text() | st.lists(st.sampled_from(["VALUES", "$a", "?b", "(", ")", "a:b", ":", ".", "1"])).map("".join)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("VALUES $a { 1 2 }", [("a", " 1 2 ")]),
        ("values $a{}", [("a", "")]),
        ("VALUES $a # {\n{ <x#> }", [("a", " <x#> ")]),
        ('VALUES $a { \'}\' "}" """}"}""" :a # }\n }', [("a", ' \'}\' "}" """}"}""" :a # }\n ')]),
        ("{ VALUES $a { 1 } VALUES $b { 2 } }", [("a", " 1 "), ("b", " 2 ")]),
        ("{ SELECT * { VALUES $a { 1 } } VALUES $b { 2 } }", [("a", " 1 "), ("b", " 2 ")]),
        ("VALUES ?a { 1 }", []),
        ("VALUES ($a) { (1) }", []),
        ("VALUES $a 1", []),
        ("VALUES $a { 1", []),
        ("VALUES $a", []),
        ("?s ?p 'VALUES $a { 1 }' , <VALUES$a> # VALUES $a { 1 }\n", []),
        ('?s ?p """VALUES $a { "1" }""" , ?VALUES', []),
    ],
)
def test_slots_are_values_blocks_of_a_parameter(pattern: str, expected: list[tuple[str, str]]) -> None:
    text = f"PREFIX : <x:> SELECT * {{ {pattern} }}"
    assert [(slot.name, text[slot.start : slot.end]) for slot in slots(text)] == expected


@given(texts, st.sampled_from(["'%s'", '"%s"', "'''%s'''", '"""%s"""', "<%s>", "1 #%s\n"]), st.integers(0, 3))
def test_slots_are_found_only_outside_strings_iris_and_comments(text: str, around: str, times: int) -> None:
    spaces = "".join(map(chr, range(33))) if around == "<%s>" else "\n\r"
    hidden = "?s ?p " + around % text.translate(dict.fromkeys(map(ord, "'\"\\<>{}#^`|" + spaces))) + " ."
    query = f"SELECT * {{ {hidden}" + "\nVALUES $here { 1 }\n" * times + hidden + "}"
    assert [slot.name for slot in slots(query)] == ["here"] * times
