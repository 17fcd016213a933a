"""What is written in two ways and read as one becomes one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.search.folding import fold, is_han, spellings, squeezed, tokens, unhumped


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Industrial  Internet!", "industrial internet"),
        ("５Ｇ 綠色-Größe", "5g 绿色 grosse"),
        ("5G绿色", "5g 绿色"),
        ("Ökologie", "okologie"),
        ("O\u0308kologie", "okologie"),
        ("gōngyè hùliánwǎng", "gongye hulianwang"),
        ("人社部发〔2021〕102号", "人社部发 2021 102 号"),
        ("工業互聯網", "工业互联网"),
        ("ﬁle Straße STRASSE", "file strasse strasse"),
        ("a\0b\ud800c", "a b c"),
        ("🤖…", ""),
        ("שלום", "שלום"),
        ("", ""),
    ],
)
def test_a_text_folds(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_umlauts_have_two_spellings_and_other_texts_one() -> None:
    assert spellings("Künstliche Größe") == ("kunstliche grosse", "kuenstliche groesse")
    assert spellings("U\u0308bung") == ("ubung", "uebung")
    assert spellings("Blue") == ("blue",)


def test_chinese_characters_stand_alone_in_the_index() -> None:
    assert tokens(fold("5G绿色园区 Park")) == ["5g", "绿", "色", "园", "区", "park"]
    assert squeezed("big data") == "bigdata"
    assert unhumped("QuantitativeTarget") == "Quantitative Target"


@given(st.text(st.characters(codec=None), max_size=60))
def test_folding_twice_changes_nothing_more_and_leaves_words_only(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert all(word.isalnum() or is_han(word) for word in folded.split())
