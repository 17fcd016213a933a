"""The SPARQL editor: its page, and the terms and examples that it loads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, current_app, json, jsonify, render_template, request, url_for

from kg.core.errors import HeaderInvalid, KgError, MediaTypeUnsupported, Message, QueryTooLarge, RequestInvalid
from kg.core.media_types import FORMS
from kg.core.names import LANGUAGES, PREFIXES
from kg.core.settings import PROJECT
from kg.engine import Question
from kg.questions.catalogue import Catalogue, Texts
from kg.sparql.formatter import lay_out
from kg.sparql.header import read_query_files
from kg.sparql.lexer import Kind, kind_of
from server.core import urls
from server.core.context import request_context
from server.core.http.freshness import NO_STORE, edition_here
from server.core.http.problem_document import STATUS
from server.core.i18n.filters import translated_or_empty
from server.core.i18n.language import gettext, language_here, language_of, speaking
from server.core.parameters import reads
from server.core.problems import public_message
from server.core.sparql_protocol.hints import advice_on, corrected_query, hints, remember
from server.core.sparql_protocol.protocol import QUERY_TYPE, asked, fields_of_url, parse
from server.core.sparql_protocol.reply import reply_to
from server.core.urls import within, without
from server.core.wsgi import OUTCOME
from server.pages.editor.vocabulary import Vocabularies
from server.pages.result.cells import shown_table

_FOLDER = PROJECT / "queries" / "examples"


@dataclass(frozen=True)
class Example:
    """A query for beginners: its slug, its title in each language, and its text without the header."""

    slug: str
    title: Texts
    text: str


@lru_cache(maxsize=1)
def beginners(folder: Path = _FOLDER) -> tuple[Example, ...]:
    """Return the examples for beginners, the easiest first.

    Raises:
        FileUnreadable: there are none.
        HeaderInvalid: an example lacks an order, or a title in one of the languages.
    """
    examples = []
    for file in read_query_files(folder):
        title, order = file.header.get("title"), str(file.header.get("order"))
        if (
            not isinstance(title, dict)
            or not all(title.get(language) for language in LANGUAGES)
            or not order.isdecimal()
        ):
            raise HeaderInvalid(f"{file.path}: it needs an order and a title in each of {', '.join(LANGUAGES)}.")
        examples.append((int(order), Example(file.slug, title, without_header(file.text))))
    # the number alone is the key, because two examples cannot be compared
    return tuple(example for _, example in sorted(examples, key=lambda example: example[0]))


def without_header(text: str) -> str:
    """Return the query of a file without its header lines."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#+"))


def listed(catalogue: Catalogue, language: str) -> list[dict[str, object]]:
    """Return all examples with their texts, grouped by subject."""
    first = [
        {"slug": beginner.slug, "title": beginner.title[language], "text": beginner.text} for beginner in beginners()
    ]
    subjects: list[dict[str, object]] = [{"subject": gettext("First steps"), "examples": first}]
    for subject, questions in catalogue.by_subject().items():
        shown = [
            {"slug": question.slug, "title": question.question[language], "text": without_header(question.text)}
            for question in questions
        ]
        subjects.append({"subject": catalogue.subjects[subject][language], "examples": shown})
    return subjects


MOST_ROWS, MOST_CHARACTERS = 500, 100_000
"""The largest part of an answer that the page shows by itself. A table of everything would take minutes."""

RELEASE_HERE = "-release-"
"""The placeholder for the id of a release, which the script replaces."""


def editor_page(query: str = "") -> tuple[str, int]:
    """Return the editor with a query and its answer or its error; without a query, with an example."""
    if not query.strip():
        return _page(query=beginners()[0].text), 200
    remember(query)
    try:
        answer = _answer_parts(query)
    except KgError as error:
        advice = advice_on(error)
        page = _page(
            query=query, problem=public_message(error), advice=advice, corrected=corrected_query(advice), submitted=True
        )
        return page, STATUS.get(type(error), 500)
    return _page(query=query, submitted=True, **answer), 200


@dataclass(frozen=True)
class _EditorData:
    """Addresses for the scripts of the page: of the terms of the release, and of this page in other releases."""

    terms: str
    labels: str
    root: str
    page: str
    pinned: str


def _page(**shown: object) -> str:
    release_id = request_context().engine.release_id
    # the address names the release and the version of the program, so its content never changes
    terms = within(url_for("editor.terms", lang=language_here(), v=edition_here()), release_id)
    editor = url_for("editor.page")
    bench = _EditorData(terms, urls.labels(), url_for("home.home"), without(editor), within(editor, RELEASE_HERE))
    return render_template("editor.html", prefixes=PREFIXES, release=release_id, bench=bench, **shown)


def _answer_parts(query: str) -> dict[str, object]:
    """Return the parts of an answer that the page shows. For an empty one, add the misspelt names of the query."""
    engine = request_context().engine
    kind = kind_of(query)
    if kind is Kind.SELECT:
        table = shown_table(engine, query, language=language_here(), most=MOST_ROWS)
        return {"table": table, "hints": [] if table.rows else hints(query)}
    answer = engine.answer(Question(query, FORMS["ttl" if kind.makes_graph else "tsv"]))
    text = b"".join(answer.chunks()).decode("utf-8")
    # the cut is at the end of a line, so that no statement is shown in part
    shown = text if len(text) <= MOST_CHARACTERS else text[: text.rfind("\n", 0, MOST_CHARACTERS) + 1]
    findings = hints(query) if text in ("", "false") else []
    return {"kind": kind.value, "text": shown, "cut": shown != text, "hints": findings}


blueprint = Blueprint("editor", __name__)

_KEY = "fyp-kg.vocabularies"


@blueprint.get("/editor")
@reads("query", "lang")
def page() -> tuple[str, int]:
    """Return the editor, with the query of the address and its answer."""
    return editor_page(dict(fields_of_url(request.query_string)).get("query", ""))


@blueprint.get("/editor/terms.json")
@reads("lang")
def terms() -> Response:
    """Return the terms for completion: prefixes, classes, properties and graphs of the release.

    Raises:
        ParameterInvalid: the language is unknown.
    """
    held = current_app.extensions.setdefault(_KEY, Vocabularies())
    # extensions are untyped, so the type is narrowed here
    assert isinstance(held, Vocabularies)  # noqa: S101 - set above
    return jsonify(held.of(request_context().engine, _language()))


@blueprint.get("/editor/examples.json")
@reads("lang")
def examples() -> Response:
    """Return example queries: those for beginners, and the canned questions by subject.

    Raises:
        ParameterInvalid: the language is unknown.
    """
    language = _language()
    with speaking(language):
        return jsonify({"subjects": listed(request_context().catalogue, language)})


@blueprint.post("/editor/ask")
@reads("format", "explain", "lang", often=("query", "update", "default-graph-uri", "named-graph-uri"))
def ask() -> Response:
    """Return the answer of the endpoint to a query, or its problem, always with status 200.

    Browsers log each failed request in their console, but a mistake in a query is normal here. The real status is in
    the body of the problem, in the log and in the metrics.
    """
    try:
        question = parse(asked(), request_context().settings.max_question_bytes)
        remember(question.text)
        return reply_to(question)
    except KgError as error:
        # the error handler of the application makes the problem document, as for all other addresses
        response = _with_translation(current_app.make_response(current_app.handle_user_exception(error)), error)
        # log and metrics read the real status here, before 200 replaces it
        request.environ[OUTCOME] = response.status_code
        response.status_code = 200
        response.headers["Cache-Control"] = NO_STORE
        return response


def _with_translation(response: Response, error: KgError) -> Response:
    """Add ``said`` to a problem: the detail and the remedy in the language of the page, if translated."""
    problem = response.get_json(silent=True) if response.is_json else None
    if isinstance(problem, dict):
        advice = advice_on(error)
        messages = {"detail": public_message(error), **({"remedy": advice.remedy} if advice is not None else {})}
        translations = {key: text for key, message in messages.items() if (text := translated_or_empty(message))}
        response.set_data(json.dumps({**problem, "said": translations}))
    return response


@blueprint.post("/editor/format")
@reads("lang")
def layout() -> Response:
    """Return the query of the body, formatted. A text that does not parse keeps its tokens.

    Raises:
        MediaTypeUnsupported: 415, the body has another media type than a query.
        RequestInvalid: 400, the body is not UTF-8.
        QueryTooLarge: 413, the body is longer than a query may be.
    """
    if request.mimetype != QUERY_TYPE:
        raise MediaTypeUnsupported(Message("Send the query as %(media_type)s.", media_type=QUERY_TYPE))
    sent, most = request.get_data(), request_context().settings.max_question_bytes
    if len(sent) > most:
        raise QueryTooLarge(Message("The query is longer than %(most)s bytes; shorten it.", most=most))
    try:
        text = sent.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestInvalid(
            Message("The body is no UTF-8: %(reason)s at byte %(start)s.", reason=error.reason, start=error.start)
        ) from error
    return Response(lay_out(text), content_type=f"{QUERY_TYPE}; charset=utf-8")


def _language() -> str:
    """Return the language that the address names. Data do not depend on the browser's language."""
    language, _ = language_of(fields_of_url(request.query_string), "")
    return language
