"""The pieces of a rule in words, in the language of the page; a piece of an older version may be unknown."""

from __future__ import annotations

import re

from kg.core.messages import N_
from server.core.i18n.language import gettext

_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_PLACES = ("%(one)s", "%(other)s")

PIECES = frozenset(
    [
        # between others
        *(N_(", "), N_(": "), N_(", or "), N_("; or "), N_("; and "), N_(", and from there ")),
        # how many values
        N_("no value"),
        *(N_("exactly %(one)s value"), N_("exactly %(one)s values")),
        *(N_("at most %(one)s value"), N_("at most %(one)s values")),
        *(N_("%(one)s or more values"), N_("%(one)s to %(other)s values")),
        # what each value is
        N_("each value is a whole number"),
        N_("each value is a decimal number"),
        N_("each value is true or false"),
        N_("each value is a text without a language"),
        N_("each value is a date"),
        N_("each value is an address"),
        N_("each value is a text, number or date"),
        N_("each value is a thing with an IRI"),
        N_("each value is of the type "),
        N_("each value is of the class "),
        N_("it is of the class "),
        *(N_("each value is %(one)s or more"), N_("each value is %(one)s or less")),
        *(N_("each value is %(one)s to %(other)s"), N_("each value is exactly %(one)s")),
        N_("each value has %(one)s or more characters"),
        N_("each value has at most %(one)s characters"),
        N_("each value has %(one)s to %(other)s characters"),
        N_("each value has exactly %(one)s characters"),
        N_("each value fits the pattern "),
        N_("each value is in one of the languages en, de, zh"),
        N_("no language occurs twice"),
        # how values relate
        N_("each value is less than that of "),
        N_("no value is more than that of "),
        N_("the values are the same as those of "),
        N_("no value is also a value of "),
        N_("one value is "),
        *(N_("for %(one)s or more of the values: "), N_("for at most %(one)s of the values: ")),
        *(N_("for exactly %(one)s of the values: "), N_("for %(one)s to %(other)s of the values: ")),
        # groups, paths, queries
        N_("at least one of these holds: "),
        N_("one of these holds, and no more: "),
        N_("all of these hold: "),
        N_("this does not hold: "),
        N_("what points here with "),
        N_("the query finds nothing wrong"),
    ]
)


def rule_words(piece: str) -> str | None:
    """A piece in the language of the page; None if there are no words for it."""
    numbers = _NUMBER.findall(piece)
    places = iter(_PLACES)
    pattern = _NUMBER.sub(lambda _: next(places, ""), piece)
    if pattern not in PIECES:
        return None
    return gettext(pattern, **dict(zip(("one", "other"), numbers, strict=False)))
