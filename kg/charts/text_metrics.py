"""Text metrics: the width of a text, its line breaks, and how it is cut."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

ELLIPSIS = "…"
LINE = 1.25  # from one line of a label to the next, in font sizes

# widths in font sizes, about those of DejaVu Sans, the widest font that a reader's machine is likely to have
_NARROW, _WIDE, _CAPITAL, _USUAL, _FULL = 0.35, 0.95, 0.72, 0.62, 1.0
_NARROW_SIGNS = frozenset(" !'(),-./:;I[]fijlrt|\u00a0\u2019")
_WIDE_SIGNS = frozenset("MWmw@%—…")
_FULL_IN_CHINESE = frozenset("“”‘’…—·")
_OPENING, _CLOSING = frozenset("“‘（《〈【「『(["), frozenset("”’）》〉】」』)]，。、；：？！,.;:?!%…")

# words with the space after them, or Chinese signs; a space that does not break holds two words together
_PIECE = re.compile(r"(?:[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|\u00a0)+[^\S\u00a0]*|\S\s*")

_LAST_LETTERS = 4  # so many at least go to the next line when a word is broken
_MOST_BACK = 6  # so many letters earlier a word may be broken, between syllables
# Break before a consonant that begins a syllable. Keep letters together that are one sound or begin a syllable.
_SYLLABLE = re.compile(
    r"""(?<=[^\W\d_])(?=[^\W\d_aeiouyäöü][aeiouyäöü])
    (?<!c(?=[hk]))(?<![cpst](?=h))(?<!sch)(?<!z(?=w))(?<![^\W\d_aeiouyäöü][bcdfgkpt](?=[lr]))""",
    re.IGNORECASE | re.VERBOSE,
)

# a lead is worth leaving out from so many characters on
_SHORTEST_LEAD = 10


def clean(text: str) -> str:
    """Return a text on one line, without characters that are invisible or not allowed in SVG."""
    # control, format, surrogate, unassigned and private characters
    visible = (sign if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Cn", "Co") else " " for sign in text)
    return " ".join("".join(visible).split())


def width(text: str, size: float) -> float:
    """Return the approximate width of a text in pixels, at a font size in pixels."""
    # some marks are as wide as a Chinese character only if a Chinese font draws them
    chinese = is_chinese(text)
    if not chinese:
        return size * sum(map(_advance, text))
    return size * sum(_FULL if sign in _FULL_IN_CHINESE else _advance(sign) for sign in text)


def is_chinese(text: str) -> bool:
    """Return True if a text has wide characters, such as Chinese ones."""
    return not text.isascii() and any(unicodedata.east_asian_width(sign) == "W" for sign in text)


# texts have few different characters, so the width of each is computed once
@lru_cache(maxsize=8192)
def _advance(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    if unicodedata.east_asian_width(sign) in "WF":
        return _FULL
    if sign in _NARROW_SIGNS:
        return _NARROW
    if sign in _WIDE_SIGNS:
        return _WIDE
    return _CAPITAL if sign.isupper() else _USUAL


def cut(text: str, room: float, size: float) -> str:
    """Return a text that fits into ``room`` pixels, cut with an ellipsis."""
    if width(text, size) <= room:
        return text
    rest = text
    while rest and width(rest + ELLIPSIS, size) > room:
        rest = rest[:-1]
    return rest.rstrip(" ,;:-") + ELLIPSIS


def wrap(text: str, room: float, size: float, lines: int = 2) -> tuple[str, ...]:
    """Return a text in at most ``lines`` lines of like length; words stay whole if they can.

    Chinese breaks anywhere, but not before a closing mark nor after an opening one.
    """
    # first fill lines to the full width, then narrow them while their number stays the same, so that lengths are alike
    done = _filled(text, room, size, lines)
    for tenths in range(9, 3, -1):
        narrower = _filled(text, room * tenths / 10, size, lines)
        # a cut or a hyphen that the wider lines did not need also ends the narrowing
        if len(narrower) > len(done) or "".join(narrower).replace(" ", "") != "".join(done).replace(" ", ""):
            break
        done = narrower
    return done


def _filled(text: str, room: float, size: float, lines: int) -> tuple[str, ...]:
    """Return a text in lines that are filled one after the other."""
    pieces, done = list(_pieces(text)), [""]
    # greedy: a piece goes to the line if it fits, else to the next line, else it is broken or cut
    while pieces:
        piece = pieces.pop(0)
        if width((done[-1] + piece).rstrip(), size) <= room:
            done[-1] += piece
        elif len(done) == lines:
            done[-1] = cut(done[-1] + piece + "".join(pieces), room, size)
            break
        elif done[-1]:
            done.append("")
            pieces.insert(0, piece)
        else:
            done[-1], rest = _broken(piece, room, size)
            done.append("")
            pieces.insert(0, rest)
    return tuple(line.strip() for line in done if line.strip()) or ("",)


def _broken(word: str, room: float, size: float) -> tuple[str, str]:
    """Break a word that is longer than a line, after its own hyphen if it has one, else between syllables."""
    fits = next((n for n in range(len(word) - 1, 1, -1) if width(word[:n] + "-", size) <= room), 1)
    fits = max(1, min(fits, len(word) - _LAST_LETTERS))
    # a hyphen of the word itself is the better place, and needs no second one
    own = word.rfind("-", 1, fits) + 1
    if own:
        return word[:own], word[own:]
    syllables = [match.start() for match in _SYLLABLE.finditer(word) if fits - _MOST_BACK <= match.start() <= fits]
    at = max((syllable for syllable in syllables if syllable > 1), default=fits)
    return word[:at] + "-", word[at:]


def _pieces(text: str) -> Iterable[str]:
    """Return the parts between which a line may end: words with their space, Chinese characters with brackets."""
    pieces: list[str] = []
    for piece in _PIECE.findall(text):
        if pieces and (pieces[-1][-1] in _OPENING or piece[0] in _CLOSING):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def distinct(labels: Sequence[str], sections: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return the labels with a number behind each repeated one, within its section if there are sections."""
    seen: dict[tuple[str, str], int] = {}
    done = []
    for section, label in zip(sections or [""] * len(labels), labels, strict=True):
        seen[section, label] = seen.get((section, label), 0) + 1
        done.append(label if seen[section, label] == 1 else f"{label} ({seen[section, label]})")
    return tuple(done)


def lead(labels: Iterable[str]) -> str:
    """Return the common first words of labels, such as ``14th Five-Year Plan for``; empty if they are short.

    A chart has them once, in the heading, so that there is room for the differences.
    """
    different = sorted(set(labels))
    if len(different) < 2:
        return ""
    first, last = different[0], different[-1]  # in order, these two have the least in common
    same = next(
        (at for at, (letter, other) in enumerate(zip(first, last, strict=False)) if letter != other), len(first)
    )
    words = first[: first.rfind(" ", 0, same) + 1]
    return words if len(words) >= _SHORTEST_LEAD else ""
