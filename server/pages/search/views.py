"""Search: a page, the same as JSON, and the most similar names if there is no hit."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, render_template, request
from pyoxigraph import NamedNode

from kg.core.errors import ParameterInvalid, SearchTooLong
from kg.core.names import curie
from kg.graph.labels import Labels
from kg.search import MOST_CHARACTERS, Hit, SearchIndex, SearchResult
from server.core import urls
from server.core.context import request_context
from server.core.i18n.language import language_here, speaking
from server.core.parameters import reads
from server.core.search_params import SearchParams, read_search_params, read_text
from server.core.sparql_protocol.protocol import fields_of_url
from server.pages.result.cells import best_label
from server.pages.search.indexes import index_here, nearest_in
from server.pages.search.results import (
    address_of,
    in_sparql,
    labels_in,
    offered_questions,
    refuse_unknown,
    results_page,
    shown_hits,
    why,
    without_unknown_filters,
)

blueprint = Blueprint("find", __name__)


@blueprint.get("/search")
@reads("q", "lang", "size", "page", "begins", often=("kind", "plan"))
def page() -> tuple[str, int]:
    """Return a page of hits. For an invalid value, return 400 and the form with the reason."""
    fields = fields_of_url(request.query_string)
    # these parameters fill the form of the error page, if the address cannot be parsed
    search_params = SearchParams(text=read_text(fields)[:MOST_CHARACTERS], language=language_here())
    try:
        wanted = read_search_params(fields, language_here())
        index = index_here()
        # known filters are stored before unknown ones are refused, so that the error page keeps them
        search_params = without_unknown_filters(index, wanted)
        refuse_unknown(index, wanted)
        result = _find(index, search_params)
    except (ParameterInvalid, SearchTooLong) as error:
        return render_template(
            "search.html", search_params=search_params, problem=error.message, most=MOST_CHARACTERS
        ), 400
    empty = bool(search_params.text.strip()) and not result.total
    return render_template(
        "search.html",
        search_params=search_params,
        most=MOST_CHARACTERS,
        page=results_page(index, result, search_params),
        questions=offered_questions(request_context(), search_params),
        query=in_sparql(search_params) if search_params.text.strip() else "",
        json=urls.search(search_params, "json"),
        unknown=index.unknown(search_params.text) if empty else (),
        # a second search without filters shows whether they are the reason for the empty result
        elsewhere=_find(index, search_params.without_filters()).total
        if empty and (search_params.kinds or search_params.plans)
        else 0,
        near=shown_hits(index, nearest_in(index, search_params), search_params.language) if empty else (),
    ), 200


@blueprint.get("/search.json")
@reads("q", "lang", "size", "page", "begins", often=("kind", "plan"))
def data() -> Response:
    """Return the same as JSON.

    Raises:
        ParameterInvalid: a value is invalid, or no resource has that kind or plan.
        SearchTooLong: the text is too long.
    """
    search_params = read_search_params(fields_of_url(request.query_string))
    index = index_here()
    refuse_unknown(index, search_params)
    result = _find(index, search_params)
    labels = labels_in(index, result, search_params)
    with speaking(search_params.language):
        return jsonify(_document_of(result, labels, search_params))


def _document_of(result: SearchResult, labels: Labels, search_params: SearchParams) -> dict[str, object]:
    """Return the result as one object."""
    return {
        "query": search_params.text,
        "total": result.total,
        "page": search_params.page,
        "size": search_params.size,
        "hits": [_fields(hit) for hit in result.hits],
        "kinds": _counted(result.kinds, labels, search_params),
        "plans": _counted(result.plans, labels, search_params),
        "labels": _words(labels, result, search_params),
    }


def _find(index: SearchIndex, search_params: SearchParams) -> SearchResult:
    return index.find(
        search_params.text,
        kinds=search_params.kinds,
        plans=search_params.plans,
        limit=search_params.size,
        offset=search_params.offset,
        language=search_params.language,
        begins=search_params.begins,
    )


def _fields(hit: Hit) -> dict[str, object]:
    """Return a hit as a flat object."""
    address = address_of(hit)
    return {
        "iri": hit.thing.value,
        "id": curie(hit.thing),
        "page": urls.absolute(address) if address else None,
        "label": hit.label,
        "language": hit.language,
        "matched": hit.matched,
        "matched_language": hit.matched_language,
        "how": hit.how.value,
        "why": why(hit),
        "description": hit.about,
        "kinds": [kind.value for kind in hit.kinds],
        "plans": [plan.value for plan in hit.plans],
        "score": hit.score,
        "exact": hit.exact,
    }


def _counted(counts: Mapping[NamedNode, int], labels: Labels, search_params: SearchParams) -> list[dict[str, object]]:
    """Return the counts of a facet, most frequent first."""
    return [
        {"iri": iri.value, "label": best_label(labels, iri, search_params.language).text, "count": count}
        for iri, count in counts.items()
    ]


def _words(labels: Labels, result: SearchResult, search_params: SearchParams) -> dict[str, str]:
    """Return the label of every kind and plan of the hits, by IRI."""
    named = {iri for hit in result.hits for iri in (*hit.kinds, *hit.plans)}
    return {
        iri.value: best_label(labels, iri, search_params.language).text
        for iri in sorted(named, key=lambda iri: iri.value)
    }
