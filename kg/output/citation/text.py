"""Text that fits into one line of any format."""

from __future__ import annotations

import unicodedata

_BREAKING = frozenset(["Cc", "Zl", "Zp"])
_UNSEEN = frozenset(["Cf", "Cs"])


def one_line(text: str) -> str:
    """A text in one line of visible signs, in UTF-8.

    Control signs and line breaks of every kind (general categories Cc, Zl and Zp of Unicode) become spaces; signs that
    format (Cf, such as those that turn the direction of a text) and halves of surrogate pairs (Cs) go.
    """
    kept = []
    for sign in text:
        category = unicodedata.category(sign)
        kept.append(" " if category in _BREAKING else "" if category in _UNSEEN else sign)
    return " ".join("".join(kept).split())
