"""Exports: the answer to a question as a file, and its query."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kg.core.errors import FormUnavailable
from kg.core.media_types import FORMS
from kg.core.messages import Message
from kg.engine import Question
from kg.output.export import EXPORTS, Notes, notes_of
from kg.questions.catalogue import bind
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
from server.pages.result.file_formats import QUERY_ENDING, endings_of

blueprint = Blueprint("exports", __name__)


@blueprint.get(f"/q/<slug>.{QUERY_ENDING}")
@reads_question_params("lang", only=False)
def query(slug: str) -> Response:
    """The query with the chosen values in it, ready for any SPARQL editor."""
    service = request_context()
    response = Response(_bound(service, slug, _wish()), content_type="application/sparql-query; charset=utf-8")
    return _named(response, service, slug, QUERY_ENDING, "inline")


@blueprint.get("/q/<slug>.<ending>")
@reads_question_params("lang", "sort", "bom")
def export(slug: str, ending: str) -> Response:
    """The answer in the form that the ending names: narrowed and in order as wished, but never a page of it only.

    ``.srj`` and ``.ttl`` are what the endpoint says to the query, which knows nothing of facets and order.
    """
    service = request_context()
    question = service.catalogue.get(slug)
    if ending not in endings_of(question):
        offered = ", ".join(f"/q/{slug}.{one}" for one in endings_of(question))
        raise FormUnavailable(
            Message(
                "There is no /q/%(slug)s.%(ending)s. This question has %(offered)s.",
                slug=slug,
                ending=ending,
                offered=offered,
            )
        )
    params = _wish()
    written = _file(service, slug, ending, params) if ending in EXPORTS else _raw(service, slug, ending, params)
    return _named(written, service, slug, ending, "attachment")


def _wish() -> QuestionParams:
    return read_question_params(fields_of_url(request.query_string))


def _bound(service: RequestContext, slug: str, params: QuestionParams) -> str:
    return bind(service.catalogue.get(slug), params.given, service.engine)


def _raw(service: RequestContext, slug: str, ending: str, params: QuestionParams) -> Response:
    return reply_to(Question(_bound(service, slug, params), FORMS[ending]))


def _file(service: RequestContext, slug: str, ending: str, params: QuestionParams) -> Response:
    """The tag is a hash of the bytes, since a file names the day of its release, which may be learnt later."""
    answered, _ = result_params(service, slug, params)
    file = EXPORTS[ending]
    write = file.bare if file.bare is not None and not params.bom else file.write
    response = Response(write(answered, _notes(service, answered, params)), mimetype=file.media_type)
    response.add_etag()
    return response


def _notes(service: RequestContext, answered: QuestionResult, params: QuestionParams) -> Notes:
    address = urls.absolute(urls.question_in(answered.question.slug, first_page(params)))
    day = built_on(service)
    title = answered.question.title[answered.language]
    release = f"release {answered.release_id}" + (f" of {day}" if day is not None else "")
    citation = f"{title}. Knowledge graph of China's Five-Year Plans, {release}. {address}."
    return notes_of(answered, address=address, citation=citation, built_on=day)


def _named(response: Response, service: RequestContext, slug: str, ending: str, how: str) -> Response:
    """Give a file a name that says what it is, and of which release (RFC 6266)."""
    name = f"{slug}-{service.engine.release_id}.{ending}"
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return response
