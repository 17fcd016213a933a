"""Linked data: the IRI of a resource redirects to its page or its statements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from kg.core.errors import FormUnavailable, Message, ThingUnknown
from kg.core.media_types import FORMS
from kg.core.names import name, thing
from kg.graph.description import Description
from server.core import urls
from server.core.context import RequestContext, request_context
from server.core.i18n.language import language_here
from server.core.parameters import Fields, reads
from server.core.sparql_protocol.protocol import accept_here, fields_of_url, negotiate, negotiate_form, types_of
from server.pages.citations import citation_of_resource
from server.pages.resource.chart import chart_image_about
from server.pages.resource.lookup import (
    DATA_FORMS,
    FORMS_OF_DATA,
    FURTHER_ENDINGS,
    MOST_VALUES,
    look_up,
    reply_with_context,
    reply_with_data,
    statements_query,
)
from server.pages.resource.page import list_values, page_number_in, questions_about, resource_page, wanted_property
from server.pages.result.progress import QUESTION

blueprint = Blueprint("things", __name__)

_HTML = "text/html"
_SUMMED_UP = name("fyp:summarisedIn")
_LISTED = ("property", "inverse")


def _used(_: Mapping[str, Any], fields: Fields) -> Fields:
    """Drop the page number if no property is named, because only lists of values have pages."""
    names_property = any(key in _LISTED for key, _ in fields)
    return fields if names_property else [field for field in fields if field[0] != "page"]


@blueprint.get("/id/<slug>")
def identifier(slug: str) -> Response:
    """Return a 303 to the page for browsers, to the statements for machines (Cool URIs, section 4.2)."""
    # an unknown resource is 404, even if no form is acceptable
    look_up(request_context(), slug)
    accept = accept_here()
    by_type = types_of(FORMS_OF_DATA, accept)
    best = negotiate(accept, [_HTML, *by_type])
    if best is None:
        raise FormUnavailable(Message("A resource has these forms: %(offered)s.", offered=f"{_HTML}, {_offered()}"))
    form = by_type.get(best)
    response = redirect(urls.page_of(thing(slug)) if form is None else urls.data_of(slug, form.ending), 303)
    response.headers["Vary"] = "Accept"
    # redirect() is typed with the base class of werkzeug, so the type is narrowed here
    assert isinstance(response, Response)  # noqa: S101 - the application's response class
    return response


@blueprint.get("/data/<slug>")
def negotiated(slug: str) -> Response:
    """Return the statements in the best acceptable form, with the address of that form in Content-Location."""
    service = request_context()
    iri = look_up(service, slug).thing
    form = negotiate_form(accept_here(), FORMS_OF_DATA)
    if form is None:
        raise FormUnavailable(
            Message("The statements about a resource have these forms: %(offered)s.", offered=_offered())
        )
    response = reply_with_data(service, iri, form)
    response.headers["Content-Location"] = urls.data_of(slug, form.ending)
    return response


@blueprint.get("/data/<slug>.<ending>")
def data(slug: str, ending: str) -> Response:
    """Return the statements with the resource as subject or object, in the form of the ending."""
    service = request_context()
    wanted = FURTHER_ENDINGS.get(ending, ending)
    if wanted not in DATA_FORMS:
        offered = ", ".join(f".{form}" for form in (*DATA_FORMS, *FURTHER_ENDINGS))
        raise ThingUnknown(
            Message("There is no form .%(name)s; there are: %(offered)s.", name=ending[:100], offered=offered)
        )
    return reply_with_data(service, look_up(service, slug).thing, FORMS[wanted])


@blueprint.get("/context.jsonld")
def context() -> Response:
    """Return the context of our JSON-LD."""
    return reply_with_context(request_context())


@blueprint.get("/page/<slug>")
@reads("property", "inverse", "page", "lang", refine=_used)
def page(slug: str) -> str:
    """Return the page of a resource; with ``property`` or ``inverse``, all its values of one property."""
    service = request_context()
    fields = fields_of_url(request.query_string)
    language = language_here()
    description = look_up(service, slug, MOST_VALUES)
    property_ = wanted_property(fields, description)
    if property_ is not None:
        listing = list_values(service, description, property_, page_number_in(fields), language)
        return render_template("listing.html", slug=slug, listing=listing, reading=language)
    return _resource_page(service, slug, description, language)


def _resource_page(service: RequestContext, slug: str, description: Description, language: str) -> str:
    iri = description.thing
    return render_template(
        "resource.html",
        slug=slug,
        iri=iri.value,
        glance=url_for("plans.page", slug=slug)
        # only described plans have this property, and a second page under /plans
        if _SUMMED_UP in (statement.property for statement in description.statements)
        else "",
        page=resource_page(service, description, language),
        reading=language,
        endings=DATA_FORMS,
        query=statements_query(iri),
        chart_image=chart_image_about(service, description, slug, language),
        picture_question=QUESTION,
        questions=questions_about(service, iri, description.all_classes),
        cited=citation_of_resource(service, iri, slug, language),
    )


def _offered() -> str:
    return ", ".join(form.media_type for form in FORMS_OF_DATA)
