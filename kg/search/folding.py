"""Folding of texts: different spellings of a name become one form; pinyin for Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from opencc import OpenCC
from pyoxigraph import Literal, Quad

from kg.core.names import graph, name

# radicals, iteration marks, kana, ideographs with their extensions and compatibility forms, and Hangul
HAN = r"\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_HAN = re.compile(f"[{HAN}]")
# a run is a word of one script: Chinese next to Latin letters is separated even without a space
_RUNS = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_TOKENS = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def fold(text: str) -> str:
    """Return the folded words of a text with single spaces: ``５Ｇ 綠色-Größe`` gives ``5g 绿色 grosse``.

    Case, accents, width, punctuation and traditional forms are removed, and Chinese is separated from other scripts.
    Lone surrogates are dropped.
    """
    return " ".join(_RUNS.findall(_bare(_plain(text))))


def spellings(text: str) -> tuple[str, ...]:
    """Return the folded text, and a second form with umlauts as two letters (``ue``) if it has any."""
    plain = _plain(text)
    # the umlauts are replaced before accents are removed: afterwards they equal plain vowels
    written = plain.translate(_UMLAUTS)
    variants = [plain] if written == plain else [plain, written]
    return tuple(" ".join(_RUNS.findall(_bare(variant))) for variant in variants)


def tokens(folded: str) -> list[str]:
    """Return the words of a folded text; each Chinese character is a token."""
    return _TOKENS.findall(folded)


def without_spaces(folded: str) -> str:
    """Return a folded text without spaces: ``big data`` equals ``bigdata``."""
    return folded.replace(" ", "")


def is_han(text: str) -> bool:
    """Return True if a text has Chinese characters, or others of scripts without word boundaries."""
    return _HAN.search(text) is not None


def split_camel_case(text: str) -> str:
    """Return a camel-case name as words: ``QuantitativeTarget`` gives ``Quantitative Target``."""
    return _HUMP.sub(" ", text)


def _plain(text: str) -> str:
    """Return a text in one width, in simplified characters and without case; accents stay."""
    # encoding replaces lone surrogates, which UTF-8 does not have. NFKC makes full-width letters ordinary ones.
    whole = unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode("utf-8"))
    # the conversion costs time, and only Chinese text changes by it
    if is_han(whole):
        whole = simplified(whole)
    return unicodedata.normalize("NFC", whole.casefold())


def simplified(text: str) -> str:
    """Replace traditional characters by simplified ones."""
    converted: str = _converter().convert(text)
    return converted


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _bare(text: str) -> str:
    """Remove accents; letters such as ``ß`` are case-folded before."""
    if text.isascii():
        return text
    # NFD separates letters from their accents, which have the category Mn. NFC joins the rest, such as the parts of
    # Hangul.
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if unicodedata.category(sign) != "Mn"))


_WORDS_HELD = 2**14

KEY, LABEL = name("fyp:pinyinKey"), name("skos:prefLabel")


def pinyin(text: str) -> str:
    """Return toneless pinyin with spaces between syllables: ``5G绿色`` gives ``5G lü se``."""
    from pypinyin.seg.simpleseg import seg  # its dictionary loads slowly, and only a build needs it

    # segmentation into words comes first, because the sound of a character depends on its word
    return " ".join(syllable for word in seg(text) for syllable in _of_word(word))


@lru_cache(_WORDS_HELD)
def _of_word(word: str) -> tuple[str, ...]:
    """Return the syllables of a word, cached: labels repeat words, and pypinyin keeps no cache."""
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin([word], v_to_u=True))


def pinyin_keys(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield a ``fyp:pinyinKey`` in graph ``inferred`` for every Chinese preferred label."""
    for quad in quads:
        label = quad.object
        if quad.predicate == LABEL and isinstance(label, Literal) and label.language == "zh":
            yield Quad(quad.subject, KEY, Literal(pinyin(label.value)), graph("inferred"))
