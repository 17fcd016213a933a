"""The editor: its page, what it completes from, its examples, and the layout of a query."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, json, jsonify, request

from kg.core.errors import KgError, MediaTypeUnsupported, QueryTooLarge, RequestInvalid
from kg.core.messages import Message
from kg.sparql.formatter import lay_out
from server.core.context import request_context
from server.core.http.freshness import NO_STORE
from server.core.i18n.filters import translated_or_empty
from server.core.i18n.language import language_of, speaking
from server.core.parameters import reads
from server.core.problems import public_message
from server.core.sparql_protocol.hints import advice_on, remember
from server.core.sparql_protocol.protocol import QUERY_TYPE, fields_of_url, read_question
from server.core.sparql_protocol.reply import reply_to
from server.core.sparql_protocol.request import asked
from server.core.wsgi import OUTCOME
from server.pages.editor.examples import listed
from server.pages.editor.page import editor_page
from server.pages.editor.vocabulary import Vocabularies

blueprint = Blueprint("editor", __name__)

_KEY = "fyp-kg.vocabularies"


@blueprint.get("/editor")
@reads("query", "lang")
def page() -> tuple[str, int]:
    """The editor, with ``?query=`` and its answer if there is one."""
    return editor_page(dict(fields_of_url(request.query_string)).get("query", ""))


@blueprint.get("/editor/terms.json")
@reads("lang")
def terms() -> Response:
    """What the editor completes from: prefixes, classes, properties and graphs of the release.

    Raises:
        ParameterInvalid: the language is none of ours.
    """
    held = current_app.extensions.setdefault(_KEY, Vocabularies())
    assert isinstance(held, Vocabularies)  # noqa: S101 - set above
    return jsonify(held.of(request_context().engine, _language()))


@blueprint.get("/editor/examples.json")
@reads("lang")
def examples() -> Response:
    """Queries to begin with: for beginners, and the canned questions by subject.

    Raises:
        ParameterInvalid: the language is none of ours.
    """
    language = _language()
    with speaking(language):
        return jsonify({"subjects": listed(request_context().catalogue, language)})


@blueprint.post("/editor/ask")
@reads("format", "explain", "lang", often=("query", "update", "default-graph-uri", "named-graph-uri"))
def ask() -> Response:
    """What the endpoint says to a query: its answer, or the problem with it, told as a success (200) of this address.

    A browser writes a complaint about every request that fails into its console, and a query with a mistake in it is
    nothing to complain of. The status that the endpoint has for a problem is in its body, and in our log and metrics.
    """
    try:
        question = read_question(asked(), request_context().settings.max_question_bytes)
        remember(question.text)
        return reply_to(question)
    except KgError as error:
        response = _with_translation(current_app.make_response(current_app.handle_user_exception(error)), error)
        request.environ[OUTCOME] = response.status_code
        response.status_code = 200
        response.headers["Cache-Control"] = NO_STORE
        return response


def _with_translation(response: Response, error: KgError) -> Response:
    """Add ``said`` to a problem: its detail and its remedy in the language of the page, where it has them."""
    problem = response.get_json(silent=True) if response.is_json else None
    if isinstance(problem, dict):
        advice = advice_on(error)
        messages = {"detail": public_message(error), **({"remedy": advice.remedy} if advice is not None else {})}
        said = {key: text for key, message in messages.items() if (text := translated_or_empty(message))}
        response.set_data(json.dumps({**problem, "said": said}))
    return response


@blueprint.post("/editor/format")
@reads("lang")
def layout() -> Response:
    """The query of the body, laid out in lines; a text that is no query comes back with its tokens as they are.

    Raises:
        MediaTypeUnsupported: 415, the body does not come as a query.
        RequestInvalid: 400, it is no UTF-8.
        QueryTooLarge: 413, it is longer than a query may be.
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
    """The language that the address names: data follow no browser."""
    language, _ = language_of(fields_of_url(request.query_string), "")
    return language
