"""The language of a page: the one that the address names, else the best for the reader's browser."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from kg.errors import ParameterInvalid
from kg.names import LANGUAGES

FIELD = "lang"
_LONGEST_READ = 1_000


def language_of(fields: Sequence[tuple[str, str]], accept_language: str) -> tuple[str, bool]:
    """The language of a page, and whether the address names it.

    Raises:
        ParameterInvalid: it names one that we have not.
    """
    named = [value for key, value in fields if key == FIELD]
    if not named:
        return preferred(accept_language), False
    if named[-1] not in LANGUAGES:
        raise ParameterInvalid(FIELD, f"{named[-1]!r} is not known; choose {' or '.join(LANGUAGES)}.")
    return named[-1], True


def preferred(accept_language: str) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110, section 12.5.4); the first one by default."""
    parsed = parse_accept_header(accept_language[:_LONGEST_READ], LanguageAccept)
    ranked = sorted(enumerate(parsed), key=lambda one: (-one[1][1], one[0]))
    for _, (written, quality) in ranked:
        primary = written.partition("-")[0].lower()
        if quality > 0 and primary in LANGUAGES:
            return primary
    return LANGUAGES[0]
