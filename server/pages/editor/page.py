"""The page of the editor: a plain form that works by itself, and the frame that scripts make an editor of."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for

from kg.core.errors import KgError
from kg.core.media_types import FORMS
from kg.core.names import PREFIXES
from kg.engine import Question
from kg.sparql.lexer import Kind, kind_of
from server.core import urls
from server.core.context import request_context
from server.core.http.freshness import edition_here
from server.core.http.statuses import STATUS
from server.core.i18n.language import language_here
from server.core.problems import public_message
from server.core.sparql_protocol.empty_answer import hints
from server.core.sparql_protocol.hints import advice_on, mended_query, remember
from server.core.versioned_urls import within, without
from server.pages.editor.examples import beginners
from server.pages.result.cells import shown_table

MOST_ROWS, MOST_CHARACTERS = 500, 100_000
"""How much of an answer the page shows by itself: to write a table of all that there is would take minutes."""

RELEASE_HERE = "-release-"
"""What stands in an address for the id of a release, which the script knows better."""


def editor_page(query: str = "") -> tuple[str, int]:
    """The editor with a query and its answer, or with what is wrong with it; without a query with one to start from."""
    if not query.strip():
        return _page(query=beginners()[0].text), 200
    remember(query)
    try:
        told = _answered(query)
    except KgError as error:
        advice = advice_on(error)
        page = _page(query=query, problem=public_message(error), advice=advice, mended=mended_query(advice), given=True)
        return page, STATUS.get(type(error), 500)
    return _page(query=query, given=True, **told), 200


@dataclass(frozen=True)
class _Bench:
    """Addresses for the scripts of the page: of the release's terms, which never change, and of this page elsewhere."""

    terms: str
    labels: str
    root: str
    page: str
    pinned: str


def _page(**shown: object) -> str:
    release_id = request_context().engine.release_id
    terms = within(url_for("editor.terms", lang=language_here(), v=edition_here()), release_id)
    editor = url_for("editor.page")
    bench = _Bench(terms, urls.labels(), url_for("home.home"), without(editor), within(editor, RELEASE_HERE))
    return render_template("editor.html", prefixes=PREFIXES, release=release_id, bench=bench, **shown)


def _answered(query: str) -> dict[str, object]:
    """What the page shows of an answer; of an empty one also what is misspelt in the query."""
    engine = request_context().engine
    kind = kind_of(query)
    if kind is Kind.SELECT:
        table = shown_table(engine, query, language=language_here(), most=MOST_ROWS)
        return {"table": table, "hints": [] if table.rows else hints(query)}
    answer = engine.answer(Question(query, FORMS["ttl" if kind.makes_graph else "tsv"]))
    text = b"".join(answer.chunks()).decode("utf-8")
    shown = text if len(text) <= MOST_CHARACTERS else text[: text.rfind("\n", 0, MOST_CHARACTERS) + 1]
    found = hints(query) if text in ("", "false") else []
    return {"kind": kind.value, "text": shown, "cut": shown != text, "hints": found}
