"""Under which forms a text is found: as it is spelt, as it sounds, by its initials."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from kg.search.entries import Role, Text
from kg.search.folding import fold, is_han, simplified, spellings, unhumped

_FEWEST_INITIALS = 2
_LONGEST = 400  # characters of a name; more of it can be found as a description only


class Sort(IntEnum):
    """What a form is made of."""

    SPELT = 0
    SOUND = 1
    INITIALS = 2


@dataclass(frozen=True)
class Form:
    """A folded form of a text."""

    sort: Sort
    form: str


def forms_of(text: Text) -> tuple[Form, ...]:
    """The forms of a name: its spellings, and for a Chinese one its pinyin and the initials of that."""
    if text.role is Role.IDENTIFIER:
        return tuple(Form(Sort.SPELT, one) for one in spellings(unhumped(text.text.rpartition(":")[2]))[:1])
    found = [Form(Sort.SPELT, one) for one in spellings(text.text[:_LONGEST])]
    sound = sound_of(text.text[:_LONGEST]) if is_han(text.text) else ""
    if sound:
        found.append(Form(Sort.SOUND, sound))
        initials = "".join(syllable[0] for syllable in sound.split())
        if len(initials) >= _FEWEST_INITIALS:
            found.append(Form(Sort.INITIALS, initials))
    return tuple(found)


def sound_of(text: str) -> str:
    """Toneless pinyin, folded, with a space after each syllable."""
    from kg.search.pinyin import (
        pinyin,  # here, as its dictionary takes a while, and only those who write an index need it
    )

    return fold(pinyin(simplified(text)))
