"""Exports: the answer to a question as a file, and its query."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kg.core.errors import FormUnavailable
from kg.core.media_types import FORMS
from kg.engine import Question
from kg.output.export import EXPORTS, Notes, notes_of
from kg.questions.catalogue import bind
from kg.questions.result import Answered
from server.core import urls
from server.core.context import Service, here
from server.core.question_params import Wish, answer_wish, first_page, read_wish, reads_wish
from server.core.sparql_protocol.protocol import fields_of_url
from server.core.sparql_protocol.reply import reply_to
from server.pages.releases.site import built_on
from server.pages.result.file_formats import QUERY_ENDING, endings_of

blueprint = Blueprint("exports", __name__)


@blueprint.get(f"/q/<slug>.{QUERY_ENDING}")
@reads_wish("lang", only=False)
def query(slug: str) -> Response:
    """The query with the chosen values in it, ready for any SPARQL editor."""
    service = here()
    response = Response(_bound(service, slug, _wish()), content_type="application/sparql-query; charset=utf-8")
    return _named(response, service, slug, QUERY_ENDING, "inline")


@blueprint.get("/q/<slug>.<ending>")
@reads_wish("lang", "sort", "bom")
def export(slug: str, ending: str) -> Response:
    """The answer in the form that the ending names: narrowed and in order as wished, but never a page of it only.

    ``.srj`` and ``.ttl`` are what the endpoint says to the query, which knows nothing of facets and order.
    """
    service = here()
    question = service.catalogue.get(slug)
    if ending not in endings_of(question):
        offered = ", ".join(f"/q/{slug}.{one}" for one in endings_of(question))
        raise FormUnavailable(f"There is no /q/{slug}.{ending}. This question has {offered}.")
    wish = _wish()
    written = _file(service, slug, ending, wish) if ending in EXPORTS else _raw(service, slug, ending, wish)
    return _named(written, service, slug, ending, "attachment")


def _wish() -> Wish:
    return read_wish(fields_of_url(request.query_string))


def _bound(service: Service, slug: str, wish: Wish) -> str:
    return bind(service.catalogue.get(slug), wish.given, service.engine)


def _raw(service: Service, slug: str, ending: str, wish: Wish) -> Response:
    return reply_to(Question(_bound(service, slug, wish), FORMS[ending]))


def _file(service: Service, slug: str, ending: str, wish: Wish) -> Response:
    """The tag is a hash of the bytes, since a file names the day of its release, which may be learnt later."""
    answered, _ = answer_wish(service, slug, wish)
    file = EXPORTS[ending]
    write = file.bare if file.bare is not None and not wish.bom else file.write
    response = Response(write(answered, _notes(service, answered, wish)), mimetype=file.media_type)
    response.add_etag()
    return response


def _notes(service: Service, answered: Answered, wish: Wish) -> Notes:
    address = urls.absolute(urls.question_in(answered.question.slug, first_page(wish)))
    day = built_on(service)
    title = answered.question.title[answered.language]
    release = f"release {answered.release_id}" + (f" of {day}" if day is not None else "")
    citation = f"{title}. Knowledge graph of China's Five-Year Plans, {release}. {address}."
    return notes_of(answered, address=address, citation=citation, built_on=day)


def _named(response: Response, service: Service, slug: str, ending: str, how: str) -> Response:
    """Give a file a name that says what it is, and of which release (RFC 6266)."""
    name = f"{slug}-{service.engine.release_id}.{ending}"
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return response
