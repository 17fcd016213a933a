"""The answer to a canned question as a file, and its query."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kg.core.errors import FormUnavailable, Message
from kg.core.media_types import FORMS
from kg.engine import Question
from kg.output.export import EXPORTS, Notes, notes_of
from kg.questions.catalogue import CannedQuestion, bind
from kg.questions.result import QuestionResult
from server.core import urls
from server.core.context import RequestContext, request_context
from server.core.question_params import (
    QuestionParams,
    first_page,
    read_question_params,
    reads_question_params,
    result_params,
)
from server.core.sparql_protocol.protocol import fields_of_url
from server.core.sparql_protocol.reply import reply_to
from server.pages.releases.site import built_on
from server.pages.result.files import QUERY_ENDING, endings_of

blueprint = Blueprint("exports", __name__)


@blueprint.get(f"/q/<slug>.{QUERY_ENDING}")
@reads_question_params("lang", only=False)
def query(slug: str) -> Response:
    """Return the query with the chosen values in it, ready for any SPARQL editor."""
    context = request_context()
    text = _bound(context, context.catalogue.get(slug), _params())
    response = Response(text, content_type="application/sparql-query; charset=utf-8")
    return _named(response, context, slug, QUERY_ENDING, "inline")


@blueprint.get("/q/<slug>.<ending>")
@reads_question_params("lang", "sort", "bom")
def export(slug: str, ending: str) -> Response:
    """Return the whole answer, filtered and sorted, in the format of the ending.

    ``.srj`` and ``.ttl`` are answers of the endpoint to the query, without facets and order.
    """
    context = request_context()
    question = context.catalogue.get(slug)
    if ending not in endings_of(question):
        offered = ", ".join(f"/q/{slug}.{offer}" for offer in endings_of(question))
        raise FormUnavailable(
            Message(
                "There is no /q/%(slug)s.%(ending)s. This question has %(offered)s.",
                slug=slug,
                ending=ending,
                offered=offered,
            )
        )
    params = _params()
    # tables are written here with labels and notes; the other formats are plain answers of the endpoint
    write = _file if ending in EXPORTS else _raw
    return _named(write(context, question, ending, params), context, slug, ending, "attachment")


def _params() -> QuestionParams:
    return read_question_params(fields_of_url(request.query_string))


def _bound(context: RequestContext, question: CannedQuestion, params: QuestionParams) -> str:
    return bind(question, params.values, context.engine)


def _raw(context: RequestContext, question: CannedQuestion, ending: str, params: QuestionParams) -> Response:
    return reply_to(Question(_bound(context, question, params), FORMS[ending]))


def _file(context: RequestContext, question: CannedQuestion, ending: str, params: QuestionParams) -> Response:
    """Return a file with a tag from its bytes. They contain the date of the release, which may become known later."""
    result, _ = result_params(context, question, params)
    file = EXPORTS[ending]
    # the other variant has parts that are only for Excel, such as the byte order mark
    write = file.bare if file.bare is not None and not params.bom else file.write
    response = Response(write(result, _notes(context, result, params)), mimetype=file.media_type)
    response.add_etag()
    return response


def _notes(context: RequestContext, result: QuestionResult, params: QuestionParams) -> Notes:
    address = urls.absolute(urls.question_in(result.question.slug, first_page(params)))
    day = built_on(context)
    title = result.question.title[result.language]
    release = f"release {result.release_id}" + (f" of {day}" if day is not None else "")
    citation = f"{title}. Knowledge graph of China's Five-Year Plans, {release}. {address}."
    return notes_of(result, address=address, citation=citation, built_on=day)


def _named(response: Response, context: RequestContext, slug: str, ending: str, disposition: str) -> Response:
    """Add a file name with the question and the release (RFC 6266)."""
    name = f"{slug}-{context.engine.release_id}.{ending}"
    response.headers["Content-Disposition"] = f'{disposition}; filename="{name}"'
    return response
