"""The words of pictures are there in three languages, and lists read as lists."""

from __future__ import annotations

import re

from kg.charts import texts as words
from kg.charts.texts import listed, say
from kg.core.names import LANGUAGES


def test_every_text_is_there_in_each_language_with_the_same_places_for_values() -> None:
    for key, texts in words._TEXTS.items():
        assert set(texts) == set(LANGUAGES), key
        places = {frozenset(re.findall(r"{(\w+)}", text)) for text in texts.values()}
        assert len(places) == 1, key


def test_a_list_ends_in_and_and_counts_what_it_leaves_out() -> None:
    assert listed(["a"], "en") == "a"
    assert listed(["a", "b"], "de") == "a und b"
    assert listed(["a", "b", "c", "d", "e"], "en") == "a, b, c and 2 more"
    assert listed(["a", "b", "c", "d"], "zh", most=2) == "a、b和另外2项"
    assert listed([], "en") == ""


def test_braces_in_a_value_are_no_places() -> None:
    assert say("states", "en", state="{n} {x}", n=3) == "{n} {x}: 3"
