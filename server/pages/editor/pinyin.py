"""How Chinese words sound, learnt from the graph: it has the pinyin of things, and not that of terms.

The library that knows all characters would take 50 MB of each web process, and seconds of its start.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal

from kg.core.names import sparql_prologue
from kg.engine import Engine, select

_HEARD = sparql_prologue("fyp", "skos") + (
    'SELECT ?label ?key { ?thing skos:prefLabel ?label ; fyp:pinyinKey ?key FILTER(LANG(?label) = "zh") }'
)
_FIRST_HAN, _LAST_HAN = "\u4e00", "\u9fff"
_PIECES = re.compile(rf"[{_FIRST_HAN}-{_LAST_HAN}]|[^{_FIRST_HAN}-{_LAST_HAN}]+")


@dataclass(frozen=True)
class Sounds:
    """The most frequent syllable of each pair of characters, and of each character."""

    syllables: Mapping[str, str]

    def of(self, text: str) -> str:
        """Pinyin, syllables parted by spaces; a character that was never heard stays."""
        found = []
        for place, sign in enumerate(text):
            if not _is_han(sign):
                found.append(sign)
                continue
            # the character after it often decides, as in xing zheng and hang ye
            heard = self.syllables.get(text[place : place + 2]) or self.syllables.get(sign)
            found.append(f" {heard or sign} ")
        return " ".join("".join(found).split())


def sounds_of(engine: Engine) -> Sounds:
    """What is heard in labels: each character is a syllable of the key, and what stands between two is one as well.

    Raises:
        As ``Engine.answer``.
    """
    heard: dict[str, Counter[str]] = defaultdict(Counter)
    for label, key in select(engine, _HEARD).rows:
        if not isinstance(label, Literal) or not isinstance(key, Literal):
            continue
        syllables, pieces = key.value.split(" "), _PIECES.findall(label.value)
        if len(syllables) != len(pieces):
            continue
        for place, (piece, syllable) in enumerate(zip(pieces, syllables, strict=True)):
            heard[piece][syllable] += 1
            heard["".join(pieces[place : place + 2])][syllable] += 1
    return Sounds({signs: counted.most_common(1)[0][0] for signs, counted in heard.items()})


def _is_han(sign: str) -> bool:
    return _FIRST_HAN <= sign <= _LAST_HAN
