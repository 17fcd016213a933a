"""The ontology, its alignment and the shapes at the addresses of their IRIs, as HTML or as RDF."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from pyoxigraph import RdfFormat

from kg.core.errors import FormUnavailable, Message, ParameterInvalid, VersionUnknown
from kg.core.media_types import FORMS
from kg.core.turtle import serialize
from kg.engine import Answer
from kg.graph.ontology import DOCUMENTS
from server.core import urls
from server.core.context import request_context
from server.core.i18n.language import language_of, named_here
from server.core.parameters import reads
from server.core.sparql_protocol.protocol import accept_here, fields_of_url, negotiate
from server.core.sparql_protocol.reply import reply
from server.pages.ontology.glossary import LONGEST_FILTER, glossary
from server.pages.ontology.rules import shapes_page
from server.pages.ontology.versions import document_with
from server.pages.resource.lookup import DATA_FORMS

blueprint = Blueprint("ontology", __name__)

_ONTOLOGY, _ALIGNMENT, _SHAPES = DOCUMENTS


@blueprint.get("/ontology", endpoint="current")
@reads("lang", "q")
def current() -> Response:
    """Return the ontology of the release."""
    return _negotiated(_ONTOLOGY)


@blueprint.get("/ontology.<ending>")
def current_file(ending: str) -> Response:
    """Return the ontology of the release in the form of the ending."""
    return _file(_ONTOLOGY, "", ending)


@blueprint.get("/ontology/<version>", endpoint="version")
@reads("lang", "q")
def version(version: str) -> Response:
    """Return a version of the ontology: ``0.1.0`` by the Accept header, ``0.1.0.ttl`` by its ending."""
    return _version(_ONTOLOGY, version)


@blueprint.get("/ontology/alignment")
def alignment() -> Response:
    """Return the alignment of the release. Browsers are redirected to its part of the ontology page."""
    return _negotiated(_ALIGNMENT)


@blueprint.get("/ontology/alignment.<ending>")
def alignment_file(ending: str) -> Response:
    """Return the alignment in the form of the ending."""
    return _file(_ALIGNMENT, "", ending)


@blueprint.get("/ontology/alignment/<version>")
def alignment_version(version: str) -> Response:
    """Return a version of the alignment."""
    return _version(_ALIGNMENT, version)


@blueprint.get("/ontology/modules")
def modules() -> Response:
    """Redirect the IRI of an ontology module to its anchor on the page."""
    return _see_other(urls.ontology())


@blueprint.get("/shapes", endpoint="shapes_current")
@reads("lang", "q")
def shapes() -> Response:
    """Return the shapes of the release."""
    return _negotiated(_SHAPES)


@blueprint.get("/shapes.<ending>")
def shapes_file(ending: str) -> Response:
    """Return the shapes in the form of the ending."""
    return _file(_SHAPES, "", ending)


@blueprint.get("/shapes/<version>", endpoint="shapes_version")
@reads("lang", "q")
def shapes_version(version: str) -> Response:
    """Return a version of the shapes."""
    return _version(_SHAPES, version)


def _version(document: str, rest: str) -> Response:
    version, dot, ending = rest.rpartition(".")
    # a version number contains dots as well, so only a known form is an ending
    if dot and ending in DATA_FORMS:
        return _file(document, version, ending)
    return _negotiated(document, rest)


def _negotiated(document: str, version: str = "") -> Response:
    """Return the page or a form of the statements by the Accept header (RFC 9110, section 12.1).

    Raises:
        VersionUnknown: 404.
        FormUnavailable: 406; lists the forms.
    """
    # an unknown version is 404, even if no form is acceptable
    document_with(document, version)
    offered = ["text/html", *(FORMS[ending].media_type for ending in DATA_FORMS)]
    best = negotiate(accept_here(), offered)
    if best is None:
        raise FormUnavailable(
            Message("%(address)s has these forms: %(offered)s.", address=f"/{document}", offered=", ".join(offered))
        )
    if best == "text/html":
        return _page(document, version)
    ending = next(ending for ending in DATA_FORMS if FORMS[ending].media_type == best)
    response = _file(document, version, ending)
    response.headers["Content-Location"] = _address(document, version, ending)
    return response


def _file(document: str, version: str, ending: str) -> Response:
    named = document_with(document, version)
    if ending not in DATA_FORMS:
        endings = ", ".join(f"/{document}.{form}" for form in DATA_FORMS)
        raise VersionUnknown(
            Message("There is no form .%(name)s; there are: %(offered)s.", name=ending, offered=endings)
        )
    form = FORMS[ending]
    # a form may also be one of results, so the type is narrowed here
    assert isinstance(form.format, RdfFormat)  # noqa: S101 - the forms of data are those of graphs
    return reply(Answer(serialize(named.triples, form.format), form), release_id=request_context().engine.release_id)


def _address(document: str, version: str, ending: str) -> str:
    if document == _SHAPES:
        return urls.shapes(version, ending)
    rest = "/".join(part for part in (document.removeprefix(_ONTOLOGY).strip("/"), version) if part)
    return urls.ontology(rest, ending)


def _page(document: str, version: str) -> Response:
    if document == _ALIGNMENT:
        return _see_other(f"{urls.ontology()}#alignment")
    language, wanted = _fields()
    texts = {"endings": DATA_FORMS, "named_language": named_here()}
    if document == _SHAPES:
        page = render_template("shapes.html", page=shapes_page(version, language), **texts)
    else:
        page = render_template("ontology.html", page=glossary(version, language, wanted), **texts)
    response = make_response(page)
    response.headers["Vary"] = "Accept"
    return response


def _see_other(address: str) -> Response:
    response = make_response(redirect(address, 303))
    response.headers["Vary"] = "Accept"
    return response


def _fields() -> tuple[str, str]:
    """Return the language (``lang``) and the search words (``q``).

    Raises:
        ParameterInvalid: 400, an unknown language, or too many characters.
    """
    fields = fields_of_url(request.query_string)
    language, _ = language_of(fields, request.headers.get("Accept-Language", ""))
    wanted = dict(fields).get("q", "").strip()
    if len(wanted) > LONGEST_FILTER:
        raise ParameterInvalid("q", Message("look for %(most)s characters at most.", most=LONGEST_FILTER))
    return language, wanted
