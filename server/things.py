"""Linked data: a thing's IRI leads to its page or its statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from flask import Blueprint, Response, redirect, render_template, request
from pyoxigraph import NamedNode

from kg.catalogue.rdf import QUESTIONS
from kg.describe import Description, Labels, Place, Statement, definitions_of, describe, labels_of, places_of
from kg.engine import Question
from kg.errors import FormUnavailable, ThingUnknown
from kg.forms import FORMS
from kg.meta import kind_of_graph
from kg.names import SLUG, name, thing
from kg.rules import INFERRED
from kg.worded import place_words
from server import urls
from server.about import questions_about
from server.here import Service, here
from server.protocol import negotiate
from server.reply import reply_to
from server.shown import Cell, best_label, named_by, shown_cell

blueprint = Blueprint("things", __name__)

DATA_FORMS = ("ttl", "jsonld", "nt", "rdf")


@dataclass(frozen=True)
class Row:
    """One property of a thing with its values, each with the kind of graph that says so."""

    property: Cell
    inverse: bool
    values: tuple[tuple[Cell, str], ...]


@blueprint.get("/id/<slug>")
def identifier(slug: str) -> Response:
    """303 to the page for browsers, to the statements for machines (httpRange-14; Cool URIs, section 4.2)."""
    described(here(), slug)
    offered = ["text/html", *(FORMS[ending].media_type for ending in DATA_FORMS)]
    best = negotiate(request.headers.get("Accept", ""), offered)
    if best is None:
        raise FormUnavailable("A thing has these forms: " + ", ".join(offered) + ".")
    ending = next((ending for ending in DATA_FORMS if FORMS[ending].media_type == best), None)
    response = redirect(urls.page_of(thing(slug)) if ending is None else urls.data_of(slug, ending), 303)
    response.headers["Vary"] = "Accept"
    assert isinstance(response, Response)  # noqa: S101 - the application's response class
    return response


@blueprint.get("/data/<slug>.<ending>")
def data(slug: str, ending: str) -> Response:
    """The statements with the thing as subject or object, in the form that the ending names."""
    service = here()
    if ending not in DATA_FORMS:
        raise ThingUnknown(f"There is no form .{ending}; there are: {', '.join('.' + form for form in DATA_FORMS)}.")
    described(service, slug)
    iri = thing(slug)
    text = f"CONSTRUCT {{ {iri} ?p ?o . ?s ?q {iri} }} WHERE {{ {{ {iri} ?p ?o }} UNION {{ ?s ?q {iri} }} }}"
    return reply_to(Question(text, FORMS[ending]))


@blueprint.get("/page/<slug>")
def page(slug: str) -> str:
    """All that is said of a thing: labels, statements, inverse statements, places in the source."""
    service = here()
    description = _told(described(service, slug))
    named = _named(description)
    places = places_of(service.engine, named)
    labels = labels_of(service.engine, named | named_by(places.values()))
    own = labels.get(description.thing, {})
    here_said = places.get(description.thing)
    label = best_label(labels, description.thing)
    if here_said is not None and not own:
        label = replace(label, text=_sentence(place_words(here_said, labels)))
    return render_template(
        "thing.html",
        slug=slug,
        label=label,
        others=[label for language, label in own.items() if language not in ("en", "")],
        classes=[shown_cell(cls, labels, {}) for cls in description.classes],
        rows=_rows(description.statements, labels, places),
        inverse=_rows(description.inverse, labels, places),
        marks=_marks(service, description, labels),
        place=here_said,
        passage=_passage(service, here_said),
        iri=description.thing.value,
        endings=DATA_FORMS,
        questions=questions_about(service, description.thing, _all_classes(description)),
    )


def described(service: Service, slug: str) -> Description:
    """All that a release says of a thing.

    Raises:
        ThingUnknown: it says nothing.
    """
    found = describe(service.engine, thing(slug)) if SLUG.fullmatch(slug) else None
    if found is None:
        raise ThingUnknown(f"There is no thing {slug!r}. Look for it among the questions at /q/, or ask at /sparql.")
    return found


def _told(description: Description) -> Description:
    """A description without the inverse statements that a page leaves out.

    Those follow by rule, or come from the catalogue of questions and tell of a thing outside it: its page has a section
    for the questions about it.
    """
    is_of_catalogue = any(one.graph == QUESTIONS for one in description.statements)
    left_out = {INFERRED} if is_of_catalogue else {INFERRED, QUESTIONS}
    return replace(description, inverse=tuple(one for one in description.inverse if one.graph not in left_out))


def _named(description: Description) -> set[NamedNode]:
    terms = {description.thing, *description.classes}
    for statement in (*description.statements, *description.inverse):
        terms.update(term for term in (statement.property, statement.other) if isinstance(term, NamedNode))
        kind = kind_of_graph(statement.graph)
        terms.update([kind] if kind is not None else [])
    return terms


def _all_classes(description: Description) -> set[NamedNode]:
    """The classes of a thing, those that follow by rule among them."""
    said = (one.other for one in description.statements if one.property == name("rdf:type"))
    return {cls for cls in said if isinstance(cls, NamedNode)}


def _rows(statements: Sequence[Statement], labels: Labels, places: dict[NamedNode, Place]) -> list[Row]:
    rows = []
    for property_, group in groupby(statements, key=lambda statement: statement.property):
        kept = list(group)
        shown = ((shown_cell(one.other, labels, places), _kind(one, labels)) for one in kept)
        # one abbreviation may serve several languages; a reader needs it once
        values = tuple({(cell.text, cell.href, kind): (cell, kind) for cell, kind in shown}.values())
        rows.append(Row(shown_cell(property_, labels, {}), kept[0].inverse, values))
    return rows


def _kind(statement: Statement, labels: Labels) -> str:
    kind = kind_of_graph(statement.graph)
    return best_label(labels, kind).text if kind is not None else ""


def _marks(service: Service, description: Description, labels: Labels) -> list[tuple[str, str]]:
    """The marks that the page sets, in words: how a statement so marked came about."""
    used = {kind_of_graph(one.graph) for one in (*description.statements, *description.inverse)}
    meanings = definitions_of(service.engine, (kind for kind in used if kind is not None))
    return sorted((best_label(labels, kind).text, meaning.text) for kind, meaning in meanings.items())


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _passage(service: Service, place: Place | None) -> str:
    """The words of a passage, where the operator has given a copy of the text."""
    if service.source is None or place is None or place.start is None or place.end is None:
        return ""
    return service.source.cut(place.start, place.end)
