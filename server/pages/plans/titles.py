"""Short titles of plans, for headings beside which the period is said already."""

from __future__ import annotations

import re

_AROUND = {
    "en": re.compile(r"^\d+th Five-Year Plan for (?:the )?"),
    "de": re.compile(r"^\d+\. Fünfjahresplan für (?:(?:die|das|den) )?"),
    "zh": re.compile(r"^“十[一二三四五六七八九]五”(?:国家)?|“十[一二三四五六七八九]五”规划$|(?:发展)?规划$"),
}
_SHORTEST = 2


def short_title(title: str, language: str) -> str:
    """A title without the words that the plans of one period share; any other title as it is."""
    around = _AROUND.get(language)
    short = around.sub("", title).strip() if around is not None else title
    return short[:1].upper() + short[1:] if len(short) >= _SHORTEST else title
