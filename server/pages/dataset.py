"""Descriptions of the dataset: service description, VoID, DCAT, and an HTML page."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template
from pyoxigraph import NamedNode, RdfFormat, Triple

from kg.core.media_types import GRAPH_FORMS
from kg.core.turtle import serialize
from kg.engine import Answer
from kg.output.metadata import Counts, count, dataset_markup, describe_catalogue, service_description, void_description
from kg.output.metadata.dataset import DESCRIPTIONS
from server.core import urls
from server.core.context import pin, request_context
from server.core.i18n.language import language_here
from server.core.parameters import reads
from server.core.sparql_protocol.protocol import asked, choose_form, negotiate, url_fields, wanted_ending
from server.core.sparql_protocol.reply import reply
from server.core.urls import permalink
from server.pages.citations import citation_of_dataset
from server.pages.releases.site import contents_of, site_here

blueprint = Blueprint("datasets", __name__)

_KEY = "fyp-kg.counts"


@blueprint.get("/.well-known/void")
@reads("format")
def void() -> Response:
    """Return VoID in any graph format (https://www.w3.org/TR/void/, section 7.2). Redirect browsers to the page."""
    return _redirect_to_page() or _response_of(void_description(_counts(), site_here()))


@blueprint.get("/catalog")
@reads("format")
def catalogue() -> Response:
    """Return DCAT in any graph format. Redirect browsers to the page."""
    return _redirect_to_page() or _response_of(describe_catalogue(site_here(), request_context().engine.release_id))


@blueprint.get("/dataset")
@reads("lang")
def page() -> str:
    """Return the page about the dataset: contents, counts, date and downloads."""
    service, site, language = request_context(), site_here(), language_here()
    return render_template(
        "dataset.html",
        site=site,
        about=DESCRIPTIONS[language],
        release=service.engine.release_id,
        contents=contents_of(service.engine, _counts(), language),
        cited=citation_of_dataset(language),
        markup=markup(),
    )


def markup() -> dict[str, object]:
    """Return the dataset in schema.org terms, for its landing pages."""
    release_id = request_context().engine.release_id
    return dataset_markup(site_here(), release_id, permalink(urls.dataset(), release_id))


def describe_service() -> Response:
    """Return the service description in any graph format."""
    return _response_of(service_description(_counts(), NamedNode(urls.absolute(urls.sparql()))))


def _redirect_to_page() -> Response | None:
    """Return a 303 to the page if the client prefers HTML to all graph formats, else None."""
    wanted = asked()
    # HTML comes last, so that a client without an Accept header gets data
    offered = [*(form.media_type for form in GRAPH_FORMS), "text/html"]
    # a named format overrides the Accept header, so even a browser gets the data
    if wanted_ending(url_fields(wanted)) is not None or negotiate(wanted.accept, offered) != "text/html":
        return None
    response = redirect(urls.dataset(), 303)
    # without Vary, a cache could give this redirect to a client that accepts data
    response.headers["Vary"] = "Accept"
    # redirect() is typed with the base class of werkzeug, so the type is narrowed here
    assert isinstance(response, Response)  # noqa: S101 - the application's response class
    return response


def _response_of(triples: list[Triple]) -> Response:
    wanted = asked()
    # the first argument is the fact that the answer is a graph, which needs no name
    form = choose_form(True, wanted.accept, wanted_ending(url_fields(wanted)))  # noqa: FBT003 - a plain fact
    # forms of results have other formats, but a graph never gets one
    assert isinstance(form.format, RdfFormat)  # noqa: S101 - a form of a graph
    return reply(Answer(serialize(triples, form.format), form), release_id=request_context().engine.release_id)


def _counts() -> Counts:
    """Return the counts of this release. Those of the current release are cached."""
    engine = request_context().engine
    cached: Counts | None = current_app.extensions.get(_KEY)
    if cached is not None and cached.release_id == engine.release_id:
        return cached
    # two requests may both count, with equal results; so no lock is needed
    counts = count(engine)
    if pin() is None:  # an older release must not replace the counts of the current one
        current_app.extensions[_KEY] = counts
    return counts
