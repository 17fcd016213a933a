"""Search: a page, the same as JSON, and the nearest names for what is not found."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, render_template, request
from pyoxigraph import NamedNode

from kg.core.errors import KgError, ParameterInvalid, SearchTooLong
from kg.core.names import curie
from kg.graph.describe import Labels
from kg.search import MOST_CHARACTERS, Found, Hit, SearchIndex
from server.core import urls
from server.core.context import Service, here
from server.core.i18n.language import language_here, speaking
from server.core.parameters import reads
from server.core.search_params import Sought, read_sought, read_text
from server.core.sparql_protocol.protocol import fields_of_url
from server.pages.result.cells import best_label
from server.pages.search.filters import only_known, refuse_unknown
from server.pages.search.indexes import index_here, index_of
from server.pages.search.questions import offered_questions
from server.pages.search.results import address_of, in_sparql, labels_in, results_page, shown_hits, why

blueprint = Blueprint("find", __name__)

_MOST_NEAR = 5


@blueprint.get("/search")
@reads("q", "lang", "size", "page", "begins", often=("kind", "plan"))
def page() -> tuple[str, int]:
    """What is found, a page at a time; a value that does not fit gives 400 and the form with the reason."""
    fields = fields_of_url(request.query_string)
    sought = Sought(text=read_text(fields)[:MOST_CHARACTERS], language=language_here())
    try:
        wanted = read_sought(fields, language_here())
        index = index_here()
        sought = only_known(index, wanted)
        refuse_unknown(index, wanted)
        found = _find(index, sought)
    except (ParameterInvalid, SearchTooLong) as error:
        return render_template("search.html", sought=sought, problem=str(error), most=MOST_CHARACTERS), 400
    empty = bool(sought.text.strip()) and not found.total
    return render_template(
        "search.html",
        sought=sought,
        most=MOST_CHARACTERS,
        page=results_page(index, found, sought),
        questions=offered_questions(here(), sought),
        query=in_sparql(sought) if sought.text.strip() else "",
        json=urls.search(sought, "json"),
        unknown=index.unknown(sought.text) if empty else (),
        elsewhere=_find(index, sought.widened()).total if empty and (sought.kinds or sought.plans) else 0,
        near=shown_hits(index, nearest_in(index, sought), sought.language) if empty else (),
    ), 200


@blueprint.get("/search.json")
@reads("q", "lang", "size", "page", "begins", often=("kind", "plan"))
def data() -> Response:
    """The same as JSON.

    Raises:
        ParameterInvalid: a value does not fit its parameter, or no thing has that kind or plan.
        SearchTooLong: the text is too long.
    """
    sought = read_sought(fields_of_url(request.query_string))
    index = index_here()
    refuse_unknown(index, sought)
    found = _find(index, sought)
    labels = labels_in(index, found, sought)
    with speaking(sought.language):
        return jsonify(_told(found, labels, sought))


def _told(found: Found, labels: Labels, sought: Sought) -> dict[str, object]:
    """What was found as one object."""
    return {
        "query": sought.text,
        "total": found.total,
        "page": sought.page,
        "size": sought.size,
        "hits": [_fields(hit) for hit in found.hits],
        "kinds": _counted(found.kinds, labels, sought),
        "plans": _counted(found.plans, labels, sought),
        "labels": _words(labels, found, sought),
    }


def nearest(service: Service, text: str, limit: int = _MOST_NEAR) -> list[Hit]:
    """Things whose names are nearest to a text, such as a slug that nothing has; none where that cannot be told."""
    try:
        return list(index_of(service).nearest(text[:MOST_CHARACTERS], limit))
    except KgError:
        return []


def nearest_in(index: SearchIndex, sought: Sought) -> tuple[Hit, ...]:
    """What is nearest to a text that nothing matches."""
    return index.nearest(sought.text, _MOST_NEAR, sought.language)


def _find(index: SearchIndex, sought: Sought) -> Found:
    return index.find(
        sought.text,
        kinds=sought.kinds,
        plans=sought.plans,
        limit=sought.size,
        offset=sought.offset,
        language=sought.language,
        begins=sought.begins,
    )


def _fields(hit: Hit) -> dict[str, object]:
    """A hit as a flat object."""
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


def _counted(counts: Mapping[NamedNode, int], labels: Labels, sought: Sought) -> list[dict[str, object]]:
    """A facet, most frequent first."""
    return [
        {"iri": iri.value, "label": best_label(labels, iri, sought.language).text, "count": count}
        for iri, count in counts.items()
    ]


def _words(labels: Labels, found: Found, sought: Sought) -> dict[str, str]:
    """The label of every kind and plan of the hits, by IRI."""
    named = {iri for hit in found.hits for iri in (*hit.kinds, *hit.plans)}
    return {
        iri.value: best_label(labels, iri, sought.language).text for iri in sorted(named, key=lambda iri: iri.value)
    }
