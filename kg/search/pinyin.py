"""A pinyin key for each Chinese label, so that readers and sorting find it by sound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from pyoxigraph import Literal, Quad
from pypinyin import lazy_pinyin
from pypinyin.seg.simpleseg import seg

from kg.core.names import graph, name

_WORDS_HELD = 2**14

KEY, LABEL = name("fyp:pinyinKey"), name("skos:prefLabel")


def pinyin(text: str) -> str:
    """Toneless pinyin, syllables parted by spaces; other signs stay: ``5G绿色`` gives ``5G lü se``."""
    return " ".join(syllable for word in seg(text) for syllable in _of_word(word))


@lru_cache(_WORDS_HELD)
def _of_word(word: str) -> tuple[str, ...]:
    """Its syllables; the same words stand in very many labels, and pypinyin works each out anew."""
    return tuple(lazy_pinyin([word], v_to_u=True))


def pinyin_keys(quads: Iterable[Quad]) -> Iterator[Quad]:
    """A ``fyp:pinyinKey`` in graph ``inferred`` for every Chinese preferred label."""
    for quad in quads:
        label = quad.object
        if quad.predicate == LABEL and isinstance(label, Literal) and label.language == "zh":
            yield Quad(quad.subject, KEY, Literal(pinyin(label.value)), graph("inferred"))
