"""What a visitor is taught about a query that was refused: the advice, and the mended query to go on with."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g

from kg.core.errors import KgError
from kg.diagnostics.syntax import Advice, advise
from kg.diagnostics.term_suggestions import TermCache, Terms
from server.core import urls
from server.core.context import request_context

_KEY = "fyp-kg.known"
_LONGEST_LINKED = 6000  # characters of a query in an address: servers and browsers take some 8,000 bytes


def terms_here() -> Terms:
    """The terms of the release that answers this request, asked once for each release."""
    cache = current_app.extensions.setdefault(_KEY, TermCache())
    assert isinstance(cache, TermCache)  # noqa: S101 - set above
    return cache.of(request_context().engine)


def remember(text: str) -> None:
    """Keep the query of this request, for the advice if it is refused."""
    g.query_text = text


def advice_on(error: KgError) -> Advice | None:
    """The advice on an error of this request, if it is one of its query."""
    text = g.get("query_text")
    return advise(error, text, terms_here) if isinstance(text, str) else None


@dataclass(frozen=True)
class CorrectedQuery:
    """What the mend makes of the query: the lines that change, and the address of the form with all of it."""

    lines: str
    link: str


def mended_query(advice: Advice | None) -> CorrectedQuery | None:
    """The mended query of this request, if there is one and it is not too long for an address."""
    if advice is None or advice.mend is None:
        return None
    mended = advice.mend.applied(g.query_text)
    if len(mended) > _LONGEST_LINKED:
        return None
    return CorrectedQuery(advice.mend.lines(g.query_text), urls.sparql(mended))
