"""Citations of an answer, a resource or the whole dataset, by addresses that pin the release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for
from pyoxigraph import NamedNode

from kg.core.names import LANGUAGES
from kg.graph.labels import labels_of
from kg.output.citation import (
    CITATIONS,
    Citation,
    Work,
    all_fields,
    plain,
    work_of_dataset,
    work_of_question,
    work_of_thing,
)
from kg.output.sentences import sentences_of
from kg.questions.result import QuestionResult
from server.core.context import RequestContext, request_context
from server.core.i18n.language import gettext
from server.core.parameters import reads
from server.core.question_params import QuestionParams, read_question_params, reads_question_params, result_params
from server.core.sparql_protocol.protocol import fields_of_url
from server.core.urls import permalink
from server.pages.releases.site import built_on
from server.pages.resource.lookup import look_up
from server.pages.result.cells import best_label

blueprint = Blueprint("citing", __name__)


@dataclass(frozen=True)
class CitationBlock:
    """The citation of an answer: a line of text, a permanent address, and files by the names of their formats."""

    text: str
    address: str
    files: Mapping[str, str]


def citation_of_answer(answered: QuestionResult) -> CitationBlock:
    """Return the citation on the page of an answer.

    Raises:
        RequestInvalid: the request names no host, which a permanent address needs.
    """
    # the cited address names all values, since later versions may have other defaults
    work = _work(request_context(), answered)
    fields = _fields(answered, answered.values)
    files = {
        _format(citation): f"{url_for('citing.question', slug=answered.question.slug, ending=ending)}{fields}"
        for ending, citation in CITATIONS.items()
    }
    return CitationBlock(plain(work).rstrip("\n"), work.address, files)


def citation_of_dataset(language: str = "en") -> CitationBlock:
    """Return the citation of the release, for the page about the dataset.

    Raises:
        As ``citation_of_answer``.
    """
    work = _work_of_dataset(request_context(), language)
    # the first language is the default of a citation, so that its address needs no field
    fields = f"?{urlencode({'lang': language})}" if language != LANGUAGES[0] else ""
    files = {_format(citation): address_of_dataset(ending) + fields for ending, citation in CITATIONS.items()}
    return CitationBlock(plain(work).rstrip("\n"), work.address, files)


def _format(citation: Citation) -> str:
    """Return the name of a citation format. Only plain text has a translated name."""
    return gettext("Plain text") if citation.ending == "cite.txt" else citation.name


@reads_question_params("lang")
def question(slug: str, ending: str) -> Response:
    """Return the citation of an answer with its facets. Page and order are not part of it."""
    service = request_context()
    answered, _ = result_params(service, service.catalogue.get(slug), _params_here())
    return _file(_work(service, answered), ending)


@reads("lang")
def thing(slug: str, ending: str) -> Response:
    """Return the citation of a resource in this release."""
    service, language = request_context(), _params_here().language
    return _file(_work_of_thing(service, look_up(service, slug).thing, slug, language), ending)


def citation_of_resource(service: RequestContext, iri: NamedNode, slug: str, language: str) -> CitationBlock:
    """Return the citation on the page of a resource.

    Raises:
        RequestInvalid: the request names no host, which a permanent address needs.
    """
    work = _work_of_thing(service, iri, slug, language)
    fields = f"?{urlencode({'lang': language})}" if language != LANGUAGES[0] else ""
    page = url_for("things.page", slug=slug)
    files = {_format(citation): f"{page}.{ending}{fields}" for ending, citation in CITATIONS.items()}
    return CitationBlock(plain(work).rstrip("\n"), work.address, files)


def _work_of_thing(service: RequestContext, iri: NamedNode, slug: str, language: str) -> Work:
    labels = labels_of(service.engine, [iri])
    # a resource without a name is described by a sentence
    sentences = {} if labels else sentences_of(service.engine, [iri], language)
    return work_of_thing(
        iri,
        sentences[iri].rstrip(".。") if iri in sentences else best_label(labels, iri, language).text,
        service.engine.release_id,
        address=permalink(url_for("things.page", slug=slug), service.engine.release_id),
        built_on=built_on(service),
        language=language,
    )


@reads("lang")
def dataset(ending: str) -> Response:
    """Return the citation of the whole release."""
    return _file(_work_of_dataset(request_context(), _params_here().language), ending)


def address_of_dataset(ending: str) -> str:
    """Return the address of the citation of the whole release: ``/cite.bib``, and ``/cite.txt`` for the text."""
    return f"/cite.{ending.removeprefix('cite.')}"


# each ending has a rule of its own, so that ``/q/<slug>.<ending>`` is left for the files of answers
for _ending in CITATIONS:
    for _rule, _view in (
        (f"/q/<slug>.{_ending}", question),
        (f"/page/<slug>.{_ending}", thing),
        (address_of_dataset(_ending), dataset),
    ):
        blueprint.add_url_rule(_rule, view_func=_view, defaults={"ending": _ending}, methods=["GET"])


def _work(service: RequestContext, answered: QuestionResult) -> Work:
    page = url_for("canned.page", slug=answered.question.slug) + _fields(answered, all_fields(answered))
    return work_of_question(answered, address=permalink(page, answered.release_id), built_on=built_on(service))


def _work_of_dataset(service: RequestContext, language: str) -> Work:
    release_id = service.engine.release_id
    address = permalink(url_for("home.home"), release_id)
    return work_of_dataset(release_id, address=address, built_on=built_on(service), language=language)


def _fields(answered: QuestionResult, parameters: Mapping[str, tuple[str, ...]]) -> str:
    """Return the query string of an address with the same answer, with a question mark before it."""
    fields = QuestionParams(values=parameters, only=answered.only, language=answered.language).fields()
    # a query may contain a colon (RFC 3986, section 3.4), which keeps compact IRIs readable
    return f"?{urlencode(fields, safe=':')}" if fields else ""


def _params_here() -> QuestionParams:
    return read_question_params(fields_of_url(request.query_string))


def _file(work: Work, ending: str) -> Response:
    citation = CITATIONS[ending]
    response = Response(citation.write(work), content_type=f"{citation.media_type}; charset=utf-8")
    how = "inline" if citation.media_type.startswith("text/") else "attachment"
    response.headers["Content-Disposition"] = f'{how}; filename="{work.key}.{ending}"'
    return response
