"""Two spellings of the same text become one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad
from pypinyin import lazy_pinyin

from kg.core.names import graph, name, thing
from kg.engine.store import Store
from kg.search.folding import fold, is_han, pinyin, pinyin_keys, spellings, split_camel_case, tokens, without_spaces


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


def test_chinese_characters_are_separate_in_the_index() -> None:
    assert tokens(fold("5G绿色园区 Park")) == ["5g", "绿", "色", "园", "区", "park"]
    assert without_spaces("big data") == "bigdata"
    assert split_camel_case("QuantitativeTarget") == "Quantitative Target"


@given(st.text(st.characters(codec=None), max_size=60))
def test_folding_twice_changes_nothing_more_and_leaves_words_only(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert all(word.isalnum() or is_han(word) for word in folded.split())


LABEL, KEY = name("skos:prefLabel"), name("fyp:pinyinKey")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("中国", "zhong guo"),
        ("5G基站", "5G ji zhan"),
        ("大数据", "da shu ju"),
        ("绿色", "lü se"),
        ("重庆", "chong qing"),
        ("银行", "yin hang"),
        ("ABC", "ABC"),
        ("", ""),
    ],
)
def test_a_chinese_text_is_spelt_without_tones_and_other_signs_stay(text: str, key: str) -> None:
    assert pinyin(text) == key


@given(st.text(st.sampled_from("中国银行长重庆绿色不一 5G-，。〇\U00020000한ü"), max_size=12))
def test_word_by_word_a_text_is_spelt_as_pypinyin_spells_it_whole(text: str) -> None:
    assert pinyin(text) == " ".join(lazy_pinyin(text, v_to_u=True))


@given(st.text(st.characters(codec="ascii"), max_size=20))
def test_a_text_without_chinese_stays_as_it_is(text: str) -> None:
    assert pinyin(text) == text


@pytest.mark.parametrize(
    ("predicate", "label", "key"),
    [
        (LABEL, Literal("中国", language="zh"), "zhong guo"),
        (LABEL, Literal("中国"), None),
        (LABEL, Literal("China", language="en"), None),
        (name("skos:altLabel"), Literal("中国", language="zh"), None),
        (LABEL, thing("b"), None),
    ],
)
def test_only_a_chinese_preferred_label_has_a_key_and_it_is_inferred(
    predicate: NamedNode, label: Literal | NamedNode, key: str | None
) -> None:
    result = list(pinyin_keys([Quad(thing("a"), predicate, label, graph("one"))]))
    assert result == ([] if key is None else [Quad(thing("a"), KEY, Literal(key), graph("inferred"))])


def test_every_chinese_preferred_label_of_the_release_has_its_key(store: Store) -> None:
    labels = {
        quad.subject: Literal(pinyin(quad.object.value))
        for quad in store
        if quad.predicate == LABEL and isinstance(quad.object, Literal) and quad.object.language == "zh"
    }
    keys = {quad.subject: quad.object for quad in store.graph(graph("inferred")) if quad.predicate == KEY}
    assert len(keys) > 100
    assert keys == labels
